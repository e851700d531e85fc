//! Money that does not arrive: it surfaces, is sent again by itself, and in the end waits for somebody.

use std::time::{Duration, Instant};

use serde_json::json;
use tokio::time::sleep;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use traveloure_core::{
    api::{
        cancel::{Refund, RefundStatus},
        checkout::Checkout,
        job::{Retried, Trouble},
        page::Page,
        problem::Code,
        report::Reconciliation,
    },
    booking::Status,
    job::Job,
};
use traveloure_server::{
    jobs::{self, Tally, run_one},
    sandbox::{Effect, Fault},
    testing::Person,
};

use super::{PACE, Town};

/// A card whose refunds fail after they were made.
const REFUND_FAILS: &str = "4000000000005126";

async fn troubles(town: &Town, ada: &Person) -> Vec<Trouble> {
    town.backend.get(ada, "/api/jobs/troubles/").await.ok::<Page<Trouble>>().items
}

/// The refunds as (status, attempt, tries), the oldest first.
async fn refunds(town: &Town) -> Vec<(String, i32, i32)> {
    let mut owner = town.backend.owner().await;
    sqlx::query_as("SELECT status, attempt, tries FROM refunds ORDER BY tries")
        .fetch_all(&mut owner)
        .await
        .unwrap()
}

async fn made_by_the_processor(town: &Town) -> i64 {
    let mut owner = town.backend.owner().await;
    sqlx::query_scalar("SELECT count(*) FROM sandbox.objects WHERE kind = 'refund'")
        .fetch_one(&mut owner)
        .await
        .unwrap()
}

async fn cancel(town: &Town, checkout: &Checkout) {
    let path = format!("/api/bookings/{}/cancel/", checkout.bookings[0].booking_id);
    let body = json!({"reason": "ill", "expected_refund": {"amount": "120.00", "currency": "EUR"}});
    let key = format!("cancel {path}");
    let done = town.backend.patch_with_key(&town.ana, &path, &key, &body).await;
    done.ok::<serde_json::Value>();
}

fn minutes(minutes: i64) -> chrono::TimeDelta {
    chrono::TimeDelta::minutes(minutes)
}

#[tokio::test]
async fn a_processor_that_fails_all_day_is_asked_under_new_keys_and_pays_back_once() {
    for effect in [Effect::FailBefore, Effect::FailAfter, Effect::LoseAnswer] {
        let town = Town::new().await;
        let ada = town.backend.admin("Ada").await;
        let checkout = town.paid("2026-06-10", "full").await;
        let fault = Fault { count: None, ..Fault::once("POST /v1/refunds", effect) };
        town.backend.sandbox().add_fault(&fault).await.unwrap();
        // Nor can it say what it has done.
        let blind = Fault { count: Some(6), ..Fault::once("GET /v1/refunds", Effect::FailBefore) };
        town.backend.sandbox().add_fault(&blind).await.unwrap();
        cancel(&town, &checkout).await;
        for _ in 0..30 {
            run_one(&town.backend.context, Job::SettleRefunds).await.unwrap();
            town.backend.clock.advance(minutes(45));
        }
        let seen = troubles(&town, &ada).await;
        if effect == Effect::FailBefore {
            assert_eq!((seen.len(), seen[0].job, seen[0].is_stuck), (1, Job::SettleRefunds, true));
            assert!(seen[0].error.contains("no usable answer"), "{}", seen[0].error);
            assert_eq!(seen[0].about.title.as_deref(), Some(town.walk.name.as_str()));
            assert_eq!(seen[0].about.amount, Some(super::eur("120")));
            assert_eq!(refunds(&town).await[0].0, "intended");
            assert!(refunds(&town).await[0].1 > 2, "another key is taken now and then");
            town.backend.sandbox().clear_faults().await.unwrap();
            town.backend.clock.advance(minutes(60));
            run_one(&town.backend.context, Job::SettleRefunds).await.unwrap();
        }
        assert_eq!(refunds(&town).await[0].0, "succeeded", "{effect:?}");
        assert_eq!(troubles(&town, &ada).await, []);
        assert_eq!(made_by_the_processor(&town).await, 1, "{effect:?}");
        assert_eq!(town.balance("processor_balance").await, "0");
        town.holds().await;
    }
}

/// Each waits for a processor that does not answer; nobody's money waits for that of others.
#[tokio::test]
async fn refunds_are_asked_for_side_by_side() {
    let town = Town::new().await;
    let sandbox = town.backend.sandbox();
    let fails = |effect, amount| Fault {
        amount,
        count: Some(4),
        ..Fault::once("POST /v1/refunds", effect)
    };
    for day in ["2026-06-10", "2026-06-11", "2026-06-12", "2026-06-13"] {
        let checkout = town.paid(day, "full").await;
        sandbox.add_fault(&Fault { count: None, ..fails(Effect::FailBefore, 0) }).await.unwrap();
        cancel(&town, &checkout).await;
        sandbox.clear_faults().await.unwrap();
    }
    town.backend.clock.advance(minutes(45));
    sandbox.add_fault(&fails(Effect::Hang, 2_000)).await.unwrap();
    let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
    let name = "a server".to_owned();
    jobs::start(&town.backend.context, name, PACE, &Tally::default(), &tasks, &stop);
    let begun = Instant::now();
    let patience = Duration::from_secs(20);
    while !sandbox.faults().await.unwrap().is_empty() {
        assert!(begun.elapsed() < patience, "not all are asked for");
        sleep(Duration::from_millis(20)).await;
    }
    // Nothing is heard of the first when the last is asked for.
    assert!(refunds(&town).await.iter().all(|(status, ..)| status == "intended"));
    // Asked again at once, the processor answers.
    while refunds(&town).await.iter().any(|(status, ..)| status != "succeeded") {
        assert!(begun.elapsed() < patience, "not all are back");
        sleep(Duration::from_millis(20)).await;
    }
    stop.cancel();
    tasks.close();
    tasks.wait().await;
    assert_eq!(made_by_the_processor(&town).await, 4);
    town.holds().await;
}

/// A walk of 10 June that was paid with a card to which nothing goes back, and that its provider cancelled or, where
/// it is `earned`, gave 40 EUR of back; the refund waits for somebody by now.
async fn stuck_refund(earned: bool) -> (Town, Person, Checkout, String) {
    let town = Town::new().await;
    town.backend.sandbox().fund("", 100_000, "eur").await.unwrap();
    town.onboard().await;
    let ada = town.backend.admin("Ada").await;
    let result = town.process(&[town.wish("2026-06-10")]).await;
    let started = town.start(&result.payment_intent[0], "full").await;
    town.pay(&started, REFUND_FAILS).await;
    town.backend.hear().await;
    if earned {
        town.at("2026-06-11T23:00:00Z").await;
        let path = format!("/api/bookings/{}/refund/", started.checkout.bookings[0].booking_id);
        let body = json!({"amount": {"amount": "40.00", "currency": "EUR"}, "reason": "rain"});
        town.backend.post(&town.ana, &path, &body).await.ok::<serde_json::Value>();
    } else {
        cancel(&town, &started.checkout).await;
    }
    for moment in ["2026-06-12", "2026-06-13", "2026-06-15", "2026-06-20", "2026-06-21"] {
        town.at(&format!("{moment}T10:00:00Z")).await;
        town.backend.sandbox().settle_refunds().await.unwrap();
        town.backend.hear().await;
    }
    let stuck = troubles(&town, &ada).await.pop().unwrap();
    assert_eq!((stuck.is_stuck, stuck.try_at), (true, None));
    town.holds().await;
    (town, ada, started.checkout, format!("/api/refunds/{}/given-back/", stuck.subject))
}

#[tokio::test]
async fn a_refund_that_was_paid_in_another_way_is_booked_and_off_the_list() {
    for earned in [false, true] {
        let (town, ada, checkout, path) = stuck_refund(earned).await;
        let id = checkout.bookings[0].booking_id;
        let before = town.balance("processor_balance").await;
        let made = made_by_the_processor(&town).await;
        let body = json!({"reference": " SEPA 2026-77 ", "note": "called him"});
        let given: Refund = town.backend.post_with_key(&ada, &path, "given-1", &body).await.ok();
        let same: Refund = town.backend.post_with_key(&ada, &path, "given-1", &body).await.ok();
        assert_eq!(given, same);
        assert_eq!(given.status, RefundStatus::Succeeded);
        assert_eq!(troubles(&town, &ada).await, []);
        let (by, reference, note): (uuid::Uuid, String, String) = sqlx::query_as(
            "SELECT given_back_by, given_back_reference, given_back_note FROM refunds WHERE id = $1",
        )
        .bind(given.id.as_uuid())
        .fetch_one(&mut town.backend.owner().await)
        .await
        .unwrap();
        assert_eq!((by, &*reference, &*note), (ada.id.as_uuid(), "SEPA 2026-77", "called him"));

        // Once, whatever is asked.
        town.backend.post(&ada, &path, &body).await.refused(Code::NotFound);
        let retry =
            path.replace("/refunds/", "/jobs/settle_refunds/").replace("given-back", "retry");
        town.backend.post(&ada, &retry, &json!({})).await.refused(Code::NotFound);
        town.at("2026-06-30T10:00:00Z").await;
        assert_eq!(made_by_the_processor(&town).await, made);
        town.holds().await;

        let booking = town.booking(&town.ben, id).await;
        if earned {
            // Everybody gave their share: the provider's came back from what they had been paid.
            assert_eq!(town.balance("own_account").await, "-40.00");
            assert_eq!(town.balance("provider_payable").await, "0");
            assert_eq!(town.balance("platform_revenue").await, "-12.00");
        } else {
            assert_eq!(booking.row.status, Status::Refunded);
            assert_eq!(town.balance("own_account").await, "-120.00");
            assert_eq!(town.balance("held_funds").await, "0");
            assert_eq!(town.balance("processor_balance").await, before);
        }
        // The processor's books and ours agree: it has the money still.
        let worklist: Reconciliation =
            town.backend.get(&ada, "/api/platform/reconciliation/").await.ok();
        assert_eq!(worklist.differences, []);
    }
}

#[tokio::test]
async fn only_what_failed_for_good_and_has_not_gone_back_is_written_down_as_given_back() {
    let (town, ada, checkout, path) = stuck_refund(false).await;
    let body = json!({"reference": "SEPA 1"});
    let nobodys = format!("/api/refunds/{}/given-back/", uuid::Uuid::nil());
    town.backend.post(&ada, &nobodys, &body).await.refused(Code::NotFound);
    town.backend.post(&ada, &path, &json!({"reference": " "})).await.refused(Code::Invalid);
    let long = "x".repeat(501);
    let wordy = json!({"reference": "SEPA 1", "note": long});
    town.backend.post(&ada, &path, &wordy).await.refused(Code::Invalid);
    // Given back over the API in the meantime: it would go back twice.
    let again = format!("/api/bookings/{}/refund/", checkout.bookings[0].booking_id);
    let part = json!({"amount": {"amount": "1.00", "currency": "EUR"}});
    town.backend.post(&ada, &again, &part).await.ok::<serde_json::Value>();
    town.backend.post(&ada, &path, &body).await.refused(Code::NotFound);
    assert_eq!(town.balance("own_account").await, "0");
    assert_eq!(troubles(&town, &ada).await.len(), 1);
}

#[tokio::test]
async fn a_refund_that_does_not_arrive_is_made_anew_three_times_and_then_waits_for_somebody() {
    let town = Town::new().await;
    let ada = town.backend.admin("Ada").await;
    let result = town.process(&[town.wish("2026-06-30")]).await;
    let started = town.start(&result.payment_intent[0], "full").await;
    town.pay(&started, REFUND_FAILS).await;
    town.backend.hear().await;
    cancel(&town, &started.checkout).await;

    let fails = async |moment: &str| {
        town.at(moment).await;
        town.backend.sandbox().settle_refunds().await.unwrap();
        town.at(moment).await;
        town.holds().await;
    };
    fails("2026-06-01T10:00:00Z").await;
    let seen = troubles(&town, &ada).await;
    assert_eq!(seen.len(), 1);
    assert!(!seen[0].is_stuck && seen[0].error.contains("made anew by itself"), "{seen:?}");
    let why = "the card has expired or was cancelled (expired_or_canceled_card)";
    assert!(seen[0].error.contains(why), "{}", seen[0].error);
    assert_eq!(seen[0].try_at.unwrap().to_rfc3339(), "2026-06-01T11:00:00+00:00");
    // Not a moment before its time.
    town.at("2026-06-01T10:59:59Z").await;
    assert_eq!(made_by_the_processor(&town).await, 1);
    for moment in ["2026-06-01T11:00:00Z", "2026-06-02T11:00:00Z", "2026-06-05T11:00:00Z"] {
        fails(moment).await;
    }
    let seen = troubles(&town, &ada).await;
    assert_eq!((seen.len(), seen[0].is_stuck, seen[0].try_at), (1, true, None));
    assert!(seen[0].error.contains("4 times"), "{}", seen[0].error);
    assert_eq!(made_by_the_processor(&town).await, 4);

    // Nothing happens by itself any more; an operator has it made anew, once for each key.
    town.at("2026-06-20T11:00:00Z").await;
    assert_eq!(made_by_the_processor(&town).await, 4);
    let path = format!("/api/jobs/settle_refunds/{}/retry/", seen[0].subject);
    let body = json!({});
    let one: Retried = town.backend.post_with_key(&ada, &path, "retry-1", &body).await.ok();
    let same: Retried = town.backend.post_with_key(&ada, &path, "retry-1", &body).await.ok();
    assert_eq!(one, same);
    assert_ne!(one.subject, seen[0].subject);
    assert_eq!(troubles(&town, &ada).await, []);
    town.at("2026-06-20T11:00:00Z").await;
    assert_eq!(made_by_the_processor(&town).await, 5);
    assert_eq!(refunds(&town).await.len(), 5);
    let tries: Vec<_> =
        refunds(&town).await.iter().map(|(status, _, tries)| (status.clone(), *tries)).collect();
    assert_eq!(tries.last(), Some(&("succeeded".to_owned(), 5)));
    town.holds().await;
}

#[tokio::test]
async fn what_was_given_back_in_another_way_is_no_trouble_any_more() {
    let town = Town::new().await;
    let ada = town.backend.admin("Ada").await;
    let checkout = town.paid("2026-06-30", "full").await;
    let broke = Fault { count: None, ..Fault::once("POST /v1/refunds", Effect::FailBefore) };
    town.backend.sandbox().add_fault(&broke).await.unwrap();
    cancel(&town, &checkout).await;
    run_one(&town.backend.context, Job::SettleRefunds).await.unwrap();
    town.backend.sandbox().clear_faults().await.unwrap();
    // As if the bank had turned it away for good.
    let mut owner = town.backend.owner().await;
    let given_up = "UPDATE refunds SET status = 'failed', look_at = NULL, tries = 4";
    sqlx::query(given_up).execute(&mut owner).await.unwrap();
    let waits = "INSERT INTO job_troubles (job, subject, failures, error, first_failed_at, last_failed_at, is_stuck)
                 SELECT 'settle_refunds', id, 4, 'turned away', now(), now(), true FROM refunds
                 ON CONFLICT (job, subject) DO UPDATE SET try_at = NULL, is_stuck = true";
    sqlx::query(waits).execute(&mut owner).await.unwrap();
    let stuck = troubles(&town, &ada).await;
    let path = format!("/api/bookings/{}/refund/", checkout.bookings[0].booking_id);
    let body = json!({"amount": {"amount": "120.00", "currency": "EUR"}, "reason": "by hand"});
    town.backend.post(&ada, &path, &body).await.ok::<serde_json::Value>();
    let path = format!("/api/jobs/settle_refunds/{}/retry/", stuck[0].subject);
    town.backend.post(&ada, &path, &json!({})).await.ok::<Retried>();
    town.at("2026-06-03T11:00:00Z").await;
    assert_eq!(troubles(&town, &ada).await, []);
    assert_eq!(made_by_the_processor(&town).await, 1);
    town.holds().await;
}
