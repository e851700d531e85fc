//! Every figure is the sum of what it is traced to: a booking's of its movements.

use serde_json::{Value, json};
use traveloure_core::{
    api::{
        booking::{Moved, Movement, MovementState},
        cancel::Cancellation,
    },
    ids::BookingId,
    money::Money,
    refund::Reason,
};

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
