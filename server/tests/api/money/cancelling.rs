//! Cancelling: the quote that was read is the quote that counts.

use std::{pin::pin, time::Duration};

use chrono::TimeDelta;
use futures_util::future::join;
use serde_json::{Value, json};
use sqlx::Connection;
use tokio::{select, time::sleep};
use traveloure_core::{
    api::{
        cancel::{Cancellation, RefundStatus},
        problem::Code,
    },
    booking::Status,
    ids::BookingId,
    job::Job,
};
use traveloure_server::{jobs::run_one, testing::Person};

use super::{Town, eur};

async fn quote(town: &Town, who: &Person, id: BookingId) -> Cancellation {
    let path = format!("/api/bookings/{id}/cancel/?quote=true");
    town.backend.patch(who, &path, 0, &json!({})).await.ok()
}

fn act(expected: &str) -> Value {
    json!({"reason": "ill", "expected_refund": {"amount": expected, "currency": "EUR"}})
}

async fn cancel(town: &Town, who: &Person, id: BookingId, expected: &str) -> Cancellation {
    let path = format!("/api/bookings/{id}/cancel/");
    town.backend.patch_with_key(who, &path, "cancel-1", &act(expected)).await.ok()
}

#[tokio::test]
async fn half_comes_back_two_days_before_and_the_place_is_free() {
    let town = Town::new().await;
    let checkout = town.paid("2026-06-10", "full").await;
    let id = checkout.bookings[0].booking_id;
    town.backend.clock.set("2026-06-08T09:00:00Z".parse().unwrap());
    let quoted = quote(&town, &town.ben, id).await;
    assert_eq!((quoted.quote.refund, quoted.quote.retained), (eur("60"), eur("60")));
    assert!(quoted.quote.reason.contains("50 %"), "{}", quoted.quote.reason);
    assert_eq!(quoted.booking, None);
    let path = format!("/api/bookings/{id}/cancel/");
    let refused = town.backend.patch_with_key(&town.ben, &path, "c", &act("120.00")).await;
    assert!(refused.refused(Code::RefundChanged).detail.contains("60.00 EUR would come back"));
    let done = cancel(&town, &town.ben, id, "60.00").await;
    assert_eq!(done.booking.unwrap().row.status, Status::Cancelled);
    assert_eq!(done.refunds[0].amount, eur("60"));
    // A replay is the same cancellation.
    let again = cancel(&town, &town.ben, id, "60.00").await;
    assert_eq!(again.refunds[0].id, done.refunds[0].id);
    assert_eq!(town.balance("held_funds").await, "-60.00");
    assert_eq!(town.balance("processor_balance").await, "60.00");
    let next = town.process(&[town.wish("2026-06-10")]).await;
    assert_eq!(next.instant.len(), 1, "{:?}", next.errors);
    town.holds().await;
}

/// Who waited for a refund quotes what is left after it, and not what was there when they began to wait.
#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_that_waited_for_a_refund_counts_it() {
    let town = Town::new().await;
    let checkout = town.paid("2026-06-10", "full").await;
    let id = checkout.bookings[0].booking_id;
    town.backend.clock.set("2026-06-08T09:00:00Z".parse().unwrap());
    assert_eq!(quote(&town, &town.ben, id).await.quote.refund, eur("60"));
    let (mut holder, mut watcher) = (town.backend.owner().await, town.backend.owner().await);
    let mut held = holder.begin().await.unwrap();
    let lock = sqlx::query("SELECT id FROM bookings WHERE id = $1 FOR UPDATE").bind(id.as_uuid());
    lock.fetch_one(&mut *held).await.unwrap();
    let mut waiting = async |wanted: i64| {
        let waits = "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
                     WHERE datname = current_database() AND NOT granted";
        while sqlx::query_scalar::<_, i64>(waits).fetch_one(&mut watcher).await.unwrap() < wanted {
            sleep(Duration::from_millis(10)).await;
        }
    };
    let refund = json!({"amount": {"amount": "40.00", "currency": "EUR"}, "reason": "rain"});
    let (refund_path, cancel_path) =
        (format!("/api/bookings/{id}/refund/"), format!("/api/bookings/{id}/cancel/"));
    let expected = act("60.00");
    let mut refunding = pin!(town.backend.post(&town.ana, &refund_path, &refund));
    select! {
        answer = &mut refunding => panic!("it did not wait: {answer:?}"),
        () = waiting(1) => {}
    }
    let mut cancelling = pin!(town.backend.patch_with_key(&town.ben, &cancel_path, "c", &expected));
    select! {
        answer = &mut cancelling => panic!("it did not wait: {answer:?}"),
        () = waiting(2) => {}
    }
    held.rollback().await.unwrap();
    let (refunded, cancelled) = join(refunding, cancelling).await;
    refunded.ok::<Value>();
    let refused = cancelled.refused(Code::RefundChanged);
    assert!(refused.detail.contains("20.00 EUR would come back"), "{}", refused.detail);
    town.holds().await;
}

#[tokio::test]
async fn a_provider_who_cancels_gives_everything_back() {
    let town = Town::new().await;
    let checkout = town.paid("2026-06-10", "full").await;
    let id = checkout.bookings[0].booking_id;
    town.backend.clock.set("2026-06-09T22:00:00Z".parse().unwrap());
    assert_eq!(quote(&town, &town.ben, id).await.quote.refund, eur("0"));
    let done = cancel(&town, &town.ana, id, "120.00").await;
    assert_eq!(done.refunds[0].status, RefundStatus::Intended);
    let seen = town.checkout(&checkout).await;
    assert_eq!(seen.bookings[0].status, Status::Refunded);
    assert_eq!(town.balance("held_funds").await, "0");
    let path = format!("/api/bookings/{id}/cancel/?quote=true");
    town.backend.patch(&town.ben, &path, 0, &json!({})).await.refused(Code::NotCancellable);
    town.holds().await;
}

#[tokio::test]
async fn a_place_that_is_sold_again_gives_the_money_back_where_that_was_promised() {
    let town = Town::with(json!({"settings": {"refund_if_resold": true}})).await;
    let checkout = town.paid("2026-06-10", "full").await;
    let id = checkout.bookings[0].booking_id;
    town.backend.clock.set("2026-06-09T22:00:00Z".parse().unwrap());
    cancel(&town, &town.ben, id, "0.00").await;
    town.backend.clock.advance(TimeDelta::minutes(5));
    town.paid("2026-06-10", "full").await;
    run_one(&town.backend.context, Job::SettleRefunds).await.unwrap();
    let seen = town.checkout(&checkout).await;
    assert_eq!((seen.bookings[0].status, seen.bookings[0].paid), (Status::Refunded, eur("0")));
    town.holds().await;
}

#[tokio::test]
async fn more_than_was_paid_never_comes_back() {
    let town = Town::new().await;
    let checkout = town.paid("2026-06-10", "full").await;
    let path = format!("/api/bookings/{}/refund/", checkout.bookings[0].booking_id);
    let give =
        |amount: &str| json!({"amount": {"amount": amount, "currency": "EUR"}, "reason": "rain"});
    town.backend.post(&town.ben, &path, &give("10.00")).await.refused(Code::RoleRequired);
    town.backend.post(&town.ana, &path, &give("120.01")).await.refused(Code::RefundTooLarge);
    town.backend.post(&town.ana, &path, &give("100.00")).await.ok::<Cancellation>();
    town.backend.post(&town.ana, &path, &give("20.01")).await.refused(Code::RefundTooLarge);
    town.backend.post(&town.ana, &path, &give("20.00")).await.ok::<Cancellation>();
    assert_eq!(town.balance("processor_balance").await, "0");
    town.holds().await;
}
