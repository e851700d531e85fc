//! What a provider earned and the platform kept, each figure with the entries behind it.

use serde_json::{Value, json};
use traveloure_core::api::{
    cancel::Cancellation,
    earnings::{Earnings, LedgerEntry},
    fee::Fee,
    page::Page,
    payout::{AccountStatus, Onboarding, PayoutAccount, PayoutStatus},
    problem::Code,
    report::{FeeSimulation, Revenue},
};
use traveloure_core::{category::Category, money::Money};

use super::{Town, eur};

/// Two walks of one week, paid out, of one of which 40 EUR went back a week later.
async fn with_season() -> Town {
    let town = Town::new().await;
    town.backend.sandbox().fund("", 100_000, "eur").await.unwrap();
    town.onboard().await;
    let checkout = town.paid("2026-06-09", "full").await;
    town.paid("2026-06-10", "full").await;
    town.at("2026-06-09T23:00:00Z").await;
    town.at("2026-06-12T00:00:00Z").await;
    town.at("2026-06-16T00:00:00Z").await;
    let path = format!("/api/bookings/{}/refund/", checkout.bookings[0].booking_id);
    let body = json!({"amount": {"amount": "40.00", "currency": "EUR"}, "reason": "rain"});
    town.backend.post(&town.ana, &path, &body).await.ok::<Cancellation>();
    town.at("2026-06-16T01:00:00Z").await;
    town
}

#[tokio::test]
async fn a_provider_is_onboarded_once_and_sees_how_far_they_are() {
    let town = Town::new().await;
    let path = format!("/api/providers/{}/stripe-onboard/", town.ana.provider());
    let seen: PayoutAccount = town.backend.get(&town.ana, &path).await.ok();
    assert_eq!((seen.id, seen.status, seen.can_receive), (None, AccountStatus::Pending, false));
    let first: Onboarding = town.backend.post(&town.ana, &path, &json!({})).await.ok();
    let second: Onboarding = town.backend.post(&town.ana, &path, &json!({})).await.ok();
    assert_eq!(first.account.id, second.account.id);
    assert_ne!(first.url, second.url);
    assert!(!first.account.requirements_due.is_empty());
    let id = first.account.id.unwrap();
    town.backend.sandbox().onboard(&id, false).await.unwrap();
    town.backend.hear().await;
    let seen: PayoutAccount = town.backend.get(&town.ana, &path).await.ok();
    assert_eq!((seen.status, seen.can_receive), (AccountStatus::Restricted, false));
    town.backend.sandbox().onboard(&id, true).await.unwrap();
    town.backend.hear().await;
    let mut owner = town.backend.owner().await;
    let can_receive: bool = sqlx::query_scalar(
        "SELECT can_receive_payments FROM service_providers WHERE stripe_account_status = 'active'",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert!(can_receive);
    town.holds().await;
}

#[tokio::test]
async fn earnings_are_the_sums_of_their_entries() {
    let town = with_season().await;
    let base = format!("/api/providers/{}/earnings/", town.ana.provider());
    let seen: Earnings = town.backend.get(&town.ana, &base).await.ok();
    let [euros] = &seen.currencies[..] else { panic!("{seen:?}") };
    let figures = euros.figures;
    assert_eq!((figures.earned, figures.fees), (eur("204"), eur("30")));
    assert_eq!((figures.refunds, figures.paid_out), (eur("34"), eur("170")));
    assert_eq!((euros.pending_payout, euros.owed), (eur("0"), eur("0")));
    let weeks: Vec<_> =
        euros.weeks.iter().map(|week| (week.week.as_str(), week.figures.earned)).collect();
    assert_eq!(weeks, [("2026-W24", eur("204")), ("2026-W25", eur("0"))]);
    assert!(
        seen.payouts.iter().all(|one| one.status == PayoutStatus::Paid && one.reference.is_some())
    );
    for week in &euros.weeks {
        let mut change = eur("0");
        let mut after = String::new();
        loop {
            let path = format!("{base}entries/?week={}&limit=2{after}", week.week);
            let page: Page<LedgerEntry> = town.backend.get(&town.ana, &path).await.ok();
            for entry in &page.items {
                change = change.minus(entry.amount).unwrap();
            }
            let Some(next) = page.next else { break };
            after = format!("&after={next}");
        }
        let figures = week.figures;
        let expected = [figures.refunds, figures.owed_on_site, figures.paid_out]
            .into_iter()
            .try_fold(figures.earned, Money::minus)
            .unwrap();
        assert_eq!(change, expected, "{}", week.week);
    }
    for payout in &seen.payouts {
        let path = format!("{base}entries/?booking_id={}", payout.booking_id);
        let page: Page<LedgerEntry> = town.backend.get(&town.ana, &path).await.ok();
        assert!(page.items.iter().all(|entry| entry.booking_id == payout.booking_id));
        let mut owed = eur("0");
        for entry in &page.items {
            owed = owed.minus(entry.amount).unwrap();
        }
        assert_eq!(owed, eur("0"), "all of it was paid out, and what went back came back");
    }
    for wrong in [
        "entries/",
        "entries/?week=2026-W24&booking_id=00000000-0000-0000-0000-000000000000",
        "entries/?week=2026-24",
        "entries/?week=2026-W24&account=processor_balance",
        "?from=2026-06-02&to=2026-06-01",
        "statement/?month=June",
    ] {
        let refused = town.backend.get(&town.ana, &format!("{base}{wrong}")).await;
        refused.refused(Code::MalformedParameter);
    }
    town.holds().await;
}

#[tokio::test]
async fn a_statement_goes_from_balance_to_balance() {
    let town = with_season().await;
    let path = format!("/api/providers/{}/earnings/statement/?month=2026-06", town.ana.provider());
    let reply = town.backend.get(&town.ana, &path).await;
    assert_eq!(reply.headers["content-type"], "text/csv; charset=utf-8");
    let Value::String(text) = reply.body else { panic!("no text") };
    let lines: Vec<Vec<&str>> =
        text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let seen: Vec<_> = lines.iter().map(|line| (line[2], line[5], line[7])).collect();
    let expected = [
        ("earned", "102.00", "102.00"),
        ("earned", "102.00", "204.00"),
        ("payout", "-102.00", "102.00"),
        ("payout", "-102.00", "0.00"),
        ("refund", "-34.00", "-34.00"),
        ("payout reversed", "34.00", "0.00"),
    ];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn the_platform_sees_what_was_sold_and_kept() {
    let town = with_season().await;
    let ada = town.backend.admin("Ada").await;
    let seen: Revenue = town.backend.get(&ada, "/api/platform/reports/revenue/").await.ok();
    let [euros] = &seen.currencies[..] else { panic!("{seen:?}") };
    assert_eq!((euros.bookings, euros.gmv, euros.fees), (2, eur("240"), eur("30")));
    assert_eq!((euros.rows.len(), euros.rows[0].month.as_str()), (1, "2026-06"));
    let body = |percentage: &str| {
        json!({"from": "2026-06-01", "to": "2026-07-01", "rule": {
            "fee_type": "global", "fee_type_method": "percentage", "fee_percentage": percentage,
            "priority": 9}})
    };
    let path = "/api/platform/fees/simulate/";
    let seen: FeeSimulation = town.backend.post(&ada, path, &body("10")).await.ok();
    let row = &seen.rows[0];
    assert_eq!((row.bookings, row.kept), (2, eur("36")));
    // The rule for the category counts before one for everything.
    assert_eq!((row.changed, row.would_keep), (0, eur("36")));
    let category = json!({"from": "2026-06-01", "to": "2026-07-01", "rule": {
        "fee_type": "category", "category": "activity", "fee_type_method": "percentage",
        "fee_percentage": "20", "priority": 11}});
    let seen: FeeSimulation = town.backend.post(&ada, path, &category).await.ok();
    assert_eq!((seen.rows[0].changed, seen.rows[0].would_keep), (2, eur("48")));
    town.backend.post(&ada, path, &body("101")).await.refused(Code::Invalid);
    // Without the category's own rule the one for everything counts; without any, what is built in.
    let fees: Vec<Fee> = town.backend.get(&ada, "/api/platform/fees/").await.ok();
    let own = fees.iter().find(|fee| fee.category == Some(Category::Activity)).unwrap();
    let gone = json!({"from": "2026-06-01", "to": "2026-07-01", "replaces": own.id});
    let seen: FeeSimulation = town.backend.post(&ada, path, &gone).await.ok();
    assert_eq!((seen.rows[0].bookings, seen.rows[0].would_keep), (2, eur("36")));
    let nothing = json!({"from": "2026-06-01", "to": "2026-07-01"});
    town.backend.post(&ada, path, &nothing).await.refused(Code::Invalid);
    let long = json!({"from": "2020-01-01", "to": "2026-07-01", "rule": category["rule"]});
    town.backend.post(&ada, path, &long).await.refused(Code::Invalid);
    town.backend.post(&town.ana, path, &category).await.refused(Code::RoleRequired);
}
