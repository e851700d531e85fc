//! Every figure is the sum of what it is traced to: the platform's of ledger entries, a booking's of its movements.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sqlx::Connection;
use traveloure_core::{
    api::{
        booking::{Moved, Movement, MovementState},
        cancel::Cancellation,
        fee::Fee,
        page::Page,
        problem::Code,
        report::{Revenue, RevenueEntry, RevenueFigure},
    },
    category::Category,
    ids::BookingId,
    money::Money,
    refund::Reason,
};
use traveloure_server::testing::Person;

use super::{Town, VISA, eur};

/// A card whose refunds fail after they were made.
const REFUND_FAILS: &str = "4000000000005126";

/// What was booked in the town.
struct Lived {
    town: Town,
    /// Took place; a third of it went back later.
    refunded: BookingId,
    /// As well, and none of it arrived.
    in_vain: BookingId,
    on_site: BookingId,
    /// Cancelled late: half of it stays.
    late: BookingId,
    /// A dinner in the month after, which the cardholder's bank took back.
    disputed: BookingId,
}

async fn book(town: &Town, wish: Value, method: &str, card: &str) -> BookingId {
    let result = town.process(&[wish]).await;
    let started = town.start(&result.payment_intent[0], method).await;
    if started.payment.is_some() {
        town.pay(&started, card).await;
        town.backend.hear().await;
    }
    started.checkout.bookings[0].booking_id
}

async fn give_back(town: &Town, booking: BookingId) {
    let path = format!("/api/bookings/{booking}/refund/");
    let body = json!({"amount": {"amount": "40.00", "currency": "EUR"}, "reason": "rain"});
    town.backend.post(&town.ana, &path, &body).await.ok::<Cancellation>();
}

async fn lived_in() -> Lived {
    let town = Town::with(json!({"settings": {"pay_later": true}})).await;
    town.backend.sandbox().fund("", 100_000, "eur").await.unwrap();
    town.onboard().await;
    let dinner = town.backend.service(&town.ana, json!({"category": "meal"})).await;
    let mut at_table = town.wish("2026-07-01");
    at_table["service_id"] = json!(dinner.id);
    let refunded = book(&town, town.wish("2026-06-08"), "full", VISA).await;
    let in_vain = book(&town, town.wish("2026-06-09"), "full", REFUND_FAILS).await;
    let on_site = book(&town, town.wish("2026-06-11"), "pay_later", VISA).await;
    let late = book(&town, town.wish("2026-06-12"), "full", VISA).await;
    let disputed = book(&town, at_table, "full", VISA).await;

    town.at("2026-06-10T09:00:00Z").await;
    let path = format!("/api/bookings/{late}/cancel/");
    let body = json!({"reason": "ill", "expected_refund": {"amount": "60.00", "currency": "EUR"}});
    town.backend.patch_with_key(&town.ben, &path, "late", &body).await.ok::<Cancellation>();
    town.at("2026-06-12T09:00:00Z").await;
    give_back(&town, refunded).await;
    give_back(&town, in_vain).await;
    for moment in ["2026-06-12T10:00:00Z", "2026-06-14T10:00:00Z", "2026-06-20T10:00:00Z"] {
        town.at(moment).await;
        town.backend.sandbox().settle_refunds().await.unwrap();
        town.backend.hear().await;
    }
    town.at("2026-07-03T09:00:00Z").await;
    town.backend.sandbox().settle_refunds().await.unwrap();
    town.backend.hear().await;
    let mut owner = town.backend.owner().await;
    let charge: String = sqlx::query_scalar(
        "SELECT p.charge_id FROM payments p JOIN payment_parts part ON part.payment_id = p.id
         WHERE part.booking_id = $1",
    )
    .bind(disputed.as_uuid())
    .fetch_one(&mut owner)
    .await
    .unwrap();
    let dispute = town.backend.sandbox().open_dispute(&charge, "fraudulent").await.unwrap();
    town.backend.hear().await;
    town.backend.sandbox().end_dispute(&dispute, false).await.unwrap();
    town.at("2026-07-05T09:00:00Z").await;
    town.holds().await;
    Lived { town, refunded, in_vain, on_site, late, disputed }
}

/// Every page of the entries that a query finds.
async fn entries(town: &Town, ada: &Person, query: &str) -> Vec<RevenueEntry> {
    let mut found = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/api/platform/reports/revenue/entries/?limit=3{query}{after}");
        let page: Page<RevenueEntry> = town.backend.get(ada, &path).await.ok();
        assert!(page.items.len() <= 3);
        found.extend(page.items);
        let Some(next) = page.next else { return found };
        after = format!("&after={next}");
    }
}

fn sum(entries: &[RevenueEntry], figure: RevenueFigure) -> Money {
    let of_figure = entries.iter().filter(|entry| entry.figure == figure);
    of_figure.fold(eur("0"), |sum, entry| sum.plus(entry.adds().unwrap()).unwrap())
}

fn sold(entries: &[RevenueEntry]) -> u64 {
    let bookings: BTreeSet<_> = entries
        .iter()
        .filter(|entry| entry.figure == RevenueFigure::Gmv)
        .map(|entry| entry.entry.booking_id)
        .collect();
    u64::try_from(bookings.len()).unwrap()
}

#[tokio::test]
async fn the_platforms_figures_are_the_sums_of_their_entries_to_the_cent() {
    let lived = lived_in().await;
    let town = &lived.town;
    let ada = town.backend.admin("Ada").await;
    for period in ["", "from=2026-06-01&to=2026-08-01", "from=2026-06-10&to=2026-06-13"] {
        let path = format!("/api/platform/reports/revenue/?{period}");
        let seen: Revenue = town.backend.get(&ada, &path).await.ok();
        let [euros] = &seen.currencies[..] else { panic!("{seen:?}") };
        assert!(!euros.rows.is_empty());
        for row in &euros.rows {
            let (month, category) = (&row.month, row.category);
            let query = format!("&{period}&month={month}&category={category}&currency=EUR");
            let behind = entries(town, &ada, &query.replace("&&", "&")).await;
            let seen = (sum(&behind, RevenueFigure::Gmv), sum(&behind, RevenueFigure::Fees));
            assert_eq!(seen, (row.gmv, row.fees), "{row:?}");
            assert_eq!(sold(&behind), row.bookings, "{row:?}");
            assert!(behind.iter().all(|one| one.category == category));
        }
        let all = entries(town, &ada, &format!("&{period}").replace("&&", "&")).await;
        let seen = (sum(&all, RevenueFigure::Gmv), sum(&all, RevenueFigure::Fees));
        assert_eq!(seen, (euros.gmv, euros.fees), "{period}");
        let ids: BTreeSet<_> =
            all.iter().map(|one| (one.entry.transaction_id, one.figure.as_str())).collect();
        assert_eq!(ids.len(), all.len(), "no entry twice");
    }
    // What it comes to, by hand: two walks, one paid on site, and half of one; six euros of fees went back. The last
    // refund that did not arrive was made in July, and cancels itself out there.
    let seen: Revenue = town.backend.get(&ada, "/api/platform/reports/revenue/").await.ok();
    let rows = &seen.currencies[0].rows;
    let figures: Vec<_> = rows
        .iter()
        .map(|row| (row.month.as_str(), row.category, row.bookings, row.gmv, row.fees))
        .collect();
    assert_eq!(
        figures,
        [
            ("2026-06", Category::Activity, 4, eur("420"), eur("57")),
            ("2026-07", Category::Activity, 0, eur("0"), eur("0")),
            ("2026-07", Category::Meal, 1, eur("120"), eur("0")),
        ]
    );
    let nothing = entries(town, &ada, "&currency=USD").await;
    assert!(nothing.is_empty());
    for wrong in [
        "month=June",
        "month=2026-13",
        "from=2026-06-02&to=2026-06-01",
        "month=2026-06&from=2026-06-02&to=2026-06-01",
        "after=x",
    ] {
        let path = format!("/api/platform/reports/revenue/entries/?{wrong}");
        town.backend.get(&ada, &path).await.refused(Code::MalformedParameter);
    }
    let path = "/api/platform/reports/revenue/entries/";
    town.backend.get(&town.ana, path).await.refused(Code::RoleRequired);
}

#[tokio::test]
async fn what_is_paid_for_a_booking_is_the_sum_of_its_movements() {
    let lived = lived_in().await;
    let town = &lived.town;
    let movements = async |id: BookingId| -> Vec<(Moved, MovementState, Money, Option<Reason>)> {
        let (theirs, ours) = (town.booking(&town.ben, id).await, town.booking(&town.ana, id).await);
        assert_eq!(theirs.movements, ours.movements, "traveler and provider see the same");
        assert!(theirs.movements.is_sorted_by_key(|one| one.at));
        let sum = theirs
            .movements
            .iter()
            .map(|one: &Movement| one.adds().unwrap())
            .fold(eur("0"), |sum, adds| sum.plus(adds).unwrap());
        assert_eq!(sum, theirs.paid);
        theirs.movements.iter().map(|one| (one.what, one.state, one.amount, one.reason)).collect()
    };
    let paid = (Moved::Full, MovementState::Done, eur("120"), None);
    let back = |state, amount, reason| (Moved::Refund, state, eur(amount), Some(reason));
    assert_eq!(
        movements(lived.refunded).await,
        [paid, back(MovementState::Done, "40", Reason::ByProvider)]
    );
    assert_eq!(
        movements(lived.late).await,
        [paid, back(MovementState::Done, "60", Reason::Cancelled)]
    );
    assert_eq!(movements(lived.on_site).await, []);
    assert_eq!(
        movements(lived.disputed).await,
        [paid, (Moved::Dispute, MovementState::Done, eur("120"), None)]
    );
    let in_vain = movements(lived.in_vain).await;
    assert_eq!(in_vain[0], paid);
    assert!(in_vain.len() > 2, "it was made anew");
    let failed = back(MovementState::Failed, "40", Reason::ByProvider);
    assert_eq!(in_vain[1], failed);
}

/// What migration 0013 found: of bookings on site the books had what their providers owe.
const AS_BEFORE: &str = "
    DROP VIEW revenue_entries;
    DROP INDEX ledger_entries_revenue;
    ALTER TABLE ledger_entries DISABLE TRIGGER USER;
    WITH of_rest AS (
        SELECT id, sum(amount) OVER (PARTITION BY cause) AS owed, amount > 0 AS is_whole
        FROM ledger_entries WHERE account = 'provider_payable' AND split_part(cause, ':', 1) = 'on_site'
    ), gone AS (
        DELETE FROM ledger_entries USING of_rest
        WHERE ledger_entries.id = of_rest.id AND (of_rest.owed = 0 OR NOT of_rest.is_whole)
    )
    UPDATE ledger_entries SET amount = of_rest.owed FROM of_rest
    WHERE ledger_entries.id = of_rest.id AND of_rest.owed <> 0 AND of_rest.is_whole;
    ALTER TABLE ledger_entries ENABLE TRIGGER USER;";

#[tokio::test]
async fn what_was_posted_before_there_were_figures_has_them_too() {
    let town = Town::with(json!({"settings": {"pay_later": true}})).await;
    let ada = town.backend.admin("Ada").await;
    let fees: Vec<Fee> = town.backend.get(&ada, "/api/platform/fees/").await.ok();
    let meals = fees.iter().find(|fee| fee.category == Some(Category::Meal)).unwrap();
    let path = format!("/api/platform/fees/{}/", meals.id);
    town.backend
        .patch(&ada, &path, meals.version, &json!({"fee_percentage": "0"}))
        .await
        .ok::<Fee>();
    let free = json!({"category": "meal", "settings": {"pay_later": true}});
    let mut at_table = town.wish("2026-06-12");
    at_table["service_id"] = json!(town.backend.service(&town.ana, free).await.id);
    book(&town, town.wish("2026-06-10"), "pay_later", VISA).await;
    book(&town, town.wish("2026-06-11"), "full", VISA).await;
    book(&town, at_table, "pay_later", VISA).await;
    // It has not taken place, and is in no figure.
    book(&town, town.wish("2026-06-20"), "pay_later", VISA).await;
    town.at("2026-06-14T09:00:00Z").await;
    let report = "/api/platform/reports/revenue/";
    let seen: Revenue = town.backend.get(&ada, report).await.ok();
    let [euros] = &seen.currencies[..] else { panic!("{seen:?}") };
    assert_eq!((euros.gmv, euros.fees), (eur("360"), eur("36")));
    let payable = town.balance("provider_payable").await;

    let mut owner = town.backend.owner().await;
    sqlx::raw_sql(AS_BEFORE).execute(&mut owner).await.unwrap();
    let lines = "SELECT count(*) FROM ledger_entries WHERE split_part(cause, ':', 1) = 'on_site'";
    let before: i64 = sqlx::query_scalar(lines).fetch_one(&mut owner).await.unwrap();
    assert_eq!(before, 2, "the fee of one, owed and kept");
    let mut migrating = owner.begin().await.unwrap();
    let migration = include_str!("../../../migrations/0013_revenue.sql");
    sqlx::raw_sql(migration).execute(&mut *migrating).await.unwrap();
    migrating.commit().await.unwrap();

    let after: Revenue = town.backend.get(&ada, report).await.ok();
    assert_eq!(after.currencies, seen.currencies);
    for row in &euros.rows {
        let query = format!("&month={}&category={}", row.month, row.category);
        let behind = entries(&town, &ada, &query).await;
        let sums = (sum(&behind, RevenueFigure::Gmv), sum(&behind, RevenueFigure::Fees));
        assert_eq!((sums, sold(&behind)), ((row.gmv, row.fees), row.bookings), "{row:?}");
        let ids: BTreeSet<_> =
            behind.iter().map(|one| (one.entry.transaction_id, one.figure.as_str())).collect();
        assert_eq!(ids.len(), behind.len(), "each has an id of its own");
    }
    assert_eq!(town.balance("provider_payable").await, payable);
    town.holds().await;
}

#[tokio::test]
async fn entries_are_not_changed_through_the_view_that_adds_them_up() {
    let town = Town::new().await;
    let changed = sqlx::query("UPDATE revenue_entries SET description = ''")
        .execute(&town.backend.context.pool)
        .await;
    let refused = changed.unwrap_err().to_string();
    assert!(refused.contains("permission denied for table ledger_entries"), "{refused}");
}
