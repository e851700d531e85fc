//! One key, one change.

use axum::body::Body;
use axum::http::Method;
use chrono::TimeDelta;
use futures_util::{FutureExt, future::join_all};

use crate::support::{Processor, id, payment};

#[tokio::test]
async fn the_same_key_replays_the_answer_and_changes_nothing() {
    let processor = Processor::start().await;
    let form = payment("pm_card_visa");
    let first = processor.post_with_key("/v1/payment_intents", &form, "k1").await;
    assert_eq!(first.header("idempotent-replayed"), None);
    let original = first.header("request-id").unwrap().to_owned();
    let second = processor.post_with_key("/v1/payment_intents", &form, "k1").await;
    assert_eq!(second.header("idempotent-replayed"), Some("true"));
    assert_eq!(second.header("original-request"), Some(original.as_str()));
    assert_eq!(second.header("idempotency-key"), Some("k1"));
    assert_eq!(first.ok(), second.ok());
    assert_eq!(processor.count("/v1/payment_intents").await, 1);
    assert_eq!(processor.balance().await, 11807);
}

#[tokio::test]
async fn the_order_of_parameters_does_not_matter_and_their_values_do() {
    let processor = Processor::start().await;
    let path = "/v1/payment_intents";
    processor.post_with_key(path, "amount=500&currency=eur", "k").await.ok();
    processor.post_with_key(path, "currency=eur&amount=500", "k").await.ok();
    let error = processor.post_with_key(path, "currency=eur&amount=501", "k").await.refused(400);
    assert_eq!(error["type"], "idempotency_error");
    let error = processor.post_with_key("/v1/customers", "", "k").await.refused(400);
    assert_eq!(error["type"], "idempotency_error");
    assert!(error["message"].as_str().unwrap().contains("/v1/customers"), "{error}");
}

#[tokio::test]
async fn a_decline_is_replayed_and_a_parameter_that_does_not_fit_is_not() {
    let processor = Processor::start().await;
    let path = "/v1/payment_intents";
    let form = payment("pm_card_chargeDeclined");
    let first = processor.post_with_key(path, &form, "declined").await.refused(402);
    let second = processor.post_with_key(path, &form, "declined").await;
    assert_eq!(second.header("idempotent-replayed"), Some("true"));
    assert_eq!(first, second.refused(402));
    assert_eq!(processor.count(path).await, 1);
    processor.post_with_key(path, "amount=x&currency=eur", "typo").await.refused(400);
    processor.post_with_key(path, "amount=500&currency=eur", "typo").await.ok();
}

#[tokio::test]
async fn a_refusal_of_the_state_is_replayed() {
    let processor = Processor::start().await;
    let intent = id(&processor.paid("pm_card_visa").await);
    processor.post("/v1/refunds", &format!("payment_intent={intent}")).await.ok();
    let form = format!("payment_intent={intent}");
    processor.post_with_key("/v1/refunds", &form, "again").await.refused(400);
    let replayed = processor.post_with_key("/v1/refunds", &form, "again").await;
    assert_eq!(replayed.header("idempotent-replayed"), Some("true"));
    assert_eq!(replayed.refused(400)["code"], "charge_already_refunded");
}

#[tokio::test]
async fn keys_of_different_accounts_are_different_keys() {
    let processor = Processor::start().await;
    let account = processor.account().await;
    let form = "email=ana%40example.org";
    processor.post_with_key("/v1/customers", form, "k").await.ok();
    let request = processor
        .request(Method::POST, "/v1/customers", form)
        .header("idempotency-key", "k")
        .header("stripe-account", &account);
    let other = processor.send(request.body(Body::from(form)).unwrap()).await;
    assert_eq!(other.header("idempotent-replayed"), None);
    other.ok();
    assert_eq!(processor.count("/v1/customers").await, 1);
}

#[tokio::test]
async fn after_a_day_a_key_is_forgotten() {
    let processor = Processor::start().await;
    let form = "amount=500&currency=eur";
    let first = processor.post_with_key("/v1/payment_intents", form, "k").await.ok();
    processor.clock.advance(TimeDelta::hours(23));
    let same = processor.post_with_key("/v1/payment_intents", form, "k").await.ok();
    assert_eq!(first, same);
    processor.clock.advance(TimeDelta::hours(1));
    let other = processor.post_with_key("/v1/payment_intents", form, "k").await;
    assert_eq!(other.header("idempotent-replayed"), None);
    assert_ne!(id(&first), id(&other.ok()));
}

#[tokio::test]
async fn forty_at_once_charge_once() {
    let processor = Processor::start().await;
    let form = payment("pm_card_visa");
    let calls = (0..40).map(|_| processor.post_with_key("/v1/payment_intents", &form, "once"));
    let answers = join_all(calls).await;
    let (mut paid, mut busy) = (0, 0);
    for answer in answers {
        match answer.status.as_u16() {
            200 => paid += 1,
            409 => {
                assert_eq!(answer.header("stripe-should-retry"), Some("true"));
                assert_eq!(answer.refused(409)["code"], "idempotency_key_in_use");
                busy += 1;
            }
            other => panic!("{other}: {:#}", answer.body),
        }
    }
    assert!(paid >= 1, "{paid} paid, {busy} busy");
    assert_eq!(processor.count("/v1/payment_intents").await, 1);
    assert_eq!(processor.balance().await, 11807);
    // The guard is the key: without it all of them pay.
    let calls = (0..5).map(|_| processor.post("/v1/payment_intents", &form));
    assert!(join_all(calls).await.iter().all(|answer| answer.status == 200));
    assert_eq!(processor.balance().await, 6 * 11807);
}

#[tokio::test]
async fn a_client_that_goes_away_cancels_nothing() {
    let processor = Processor::start().await;
    let form = payment("pm_card_visa");
    for patience in 0..20_u32 {
        let key = format!("gone-{patience}");
        let mut call = Box::pin(processor.post_with_key("/v1/payment_intents", &form, &key));
        // Polled a few times and then dropped.
        for _ in 0..=patience {
            if call.as_mut().now_or_never().is_some() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(call);
    }
    // Whoever asks again learns what became of it, and nobody has paid twice.
    for patience in 0..20_u32 {
        let key = format!("gone-{patience}");
        loop {
            let again = processor.post_with_key("/v1/payment_intents", &form, &key).await;
            if again.status != 409 {
                again.ok();
                break;
            }
        }
    }
    assert_eq!(processor.count("/v1/payment_intents").await, 20);
    assert_eq!(processor.balance().await, 20 * 11807);
    processor.close().await;
}
