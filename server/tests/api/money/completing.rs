//! Bookings that are over, and whose their money is then.

use serde_json::{Value, json};
use traveloure_core::{api::cancel::Cancellation, booking::Status};

use super::{Town, eur};

fn waiting(amount: &str) -> (String, String, String) {
    ("waiting".to_owned(), amount.to_owned(), "0.00".to_owned())
}

#[tokio::test]
async fn a_booking_completes_at_its_local_end_and_its_money_is_shared_out() {
    let town = Town::new().await;
    let id = town.paid("2026-06-10", "full").await.bookings[0].booking_id;
    // The day ends in Lisbon at 23:00 UTC.
    town.at("2026-06-10T22:59:59Z").await;
    assert_eq!(town.booking(&town.ben, id).await.row.status, Status::Confirmed);
    assert_eq!(town.balance("held_funds").await, "-120.00");
    town.at("2026-06-10T23:00:00Z").await;
    assert_eq!(town.booking(&town.ben, id).await.row.status, Status::Completed);
    assert_eq!(town.balance("held_funds").await, "0");
    assert_eq!(town.balance("provider_payable").await, "-102.00");
    assert_eq!(town.balance("platform_revenue").await, "-18.00");
    assert_eq!(town.payouts().await, [waiting("102.00")]);
    town.holds().await;
}

#[tokio::test]
async fn a_booking_whose_balance_is_owed_waits_for_it() {
    let town = Town::new().await;
    let terms = json!({"terms": {
        "pricing_type": "fixed", "currency": "EUR", "base_price": "120",
        "requires_deposit": true, "deposit_type": "percentage", "deposit_percentage": "25"}});
    let path =
        format!("/api/providers/{}/pricing/?service_id={}", town.ana.provider(), town.walk.id);
    town.backend.patch(&town.ana, &path, 1, &terms).await.ok::<Value>();
    let id = town.paid("2026-07-10", "deposit").await.bookings[0].booking_id;
    let mut owner = town.backend.owner().await;
    sqlx::query("UPDATE bookings SET balance_status = 'overdue', balance_try_at = NULL")
        .execute(&mut owner)
        .await
        .unwrap();
    town.at("2026-07-20T09:00:00Z").await;
    assert_eq!(town.booking(&town.ana, id).await.row.status, Status::Confirmed);
    assert_eq!(town.balance("held_funds").await, "-30.00");
    // The provider has it after all, and says so by what they do: they cancel.
    let path = format!("/api/bookings/{id}/cancel/");
    let body =
        json!({"reason": "no show", "expected_refund": {"amount": "30.00", "currency": "EUR"}});
    town.backend.patch_with_key(&town.ana, &path, "k", &body).await.ok::<Cancellation>();
    town.at("2026-07-20T10:00:00Z").await;
    assert_eq!(town.balance("held_funds").await, "0");
    assert!(town.payouts().await.is_empty());
    town.holds().await;
}

#[tokio::test]
async fn what_a_late_cancellation_keeps_is_shared_out_as_if_it_had_taken_place() {
    let town = Town::new().await;
    let id = town.paid("2026-06-10", "full").await.bookings[0].booking_id;
    town.at("2026-06-08T09:00:00Z").await;
    let path = format!("/api/bookings/{id}/cancel/");
    let body = json!({"reason": "ill", "expected_refund": {"amount": "60.00", "currency": "EUR"}});
    let done: Cancellation = town.backend.patch_with_key(&town.ben, &path, "k", &body).await.ok();
    assert_eq!(done.quote.provider_keeps, eur("51"));
    town.at("2026-06-11T22:59:00Z").await;
    assert_eq!(town.balance("held_funds").await, "-60.00");
    town.at("2026-06-11T23:00:00Z").await;
    assert_eq!(town.balance("held_funds").await, "0");
    assert_eq!(town.balance("platform_revenue").await, "-9.00");
    assert_eq!(town.payouts().await, [waiting("51.00")]);
    assert_eq!(town.booking(&town.ben, id).await.row.status, Status::Cancelled);
    town.holds().await;
}

#[tokio::test]
async fn of_what_was_paid_on_site_the_provider_owes_the_fee() {
    let town = Town::with(json!({"settings": {"pay_later": true}})).await;
    let result = town.process(&[town.wish("2026-06-10")]).await;
    town.start(&result.payment_intent[0], "pay_later").await;
    town.at("2026-06-11T00:00:00Z").await;
    assert_eq!(town.balance("provider_payable").await, "18.00");
    assert_eq!(town.balance("platform_revenue").await, "-18.00");
    assert!(town.payouts().await.is_empty());
    // The next payout makes up for it.
    town.onboard().await;
    town.paid("2026-06-12", "full").await;
    town.at("2026-06-14T00:00:00Z").await;
    let paid = ("paid".to_owned(), "102.00".to_owned(), "84.00".to_owned());
    assert_eq!(town.payouts().await, [paid]);
    assert_eq!(town.balance("provider_payable").await, "0");
    town.holds().await;
}
