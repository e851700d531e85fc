//! Failing on purpose, and what is true afterwards.

use futures_util::{
    FutureExt,
    future::{join, join_all},
};
use serde_json::json;
use traveloure_server::sandbox::{Effect, Fault, PageStep};

use crate::support::{Processor, id, payment};

const INTENTS: &str = "/v1/payment_intents";
const PAYING: &str = "POST /v1/payment_intents";

#[tokio::test]
async fn a_500_after_the_charge_is_replayed_and_the_charge_stands() {
    let processor = Processor::start().await;
    processor.sandbox.add_fault(&Fault::once(PAYING, Effect::FailAfter)).await.unwrap();
    let form = payment("pm_card_visa");
    let error = processor.post_with_key(INTENTS, &form, "k").await.refused(500);
    assert_eq!(error["type"], "api_error");
    let again = processor.post_with_key(INTENTS, &form, "k").await;
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    again.refused(500);
    assert_eq!(processor.count(INTENTS).await, 1);
    assert_eq!(processor.balance().await, 11807);
}

#[tokio::test]
async fn an_answer_that_is_lost_is_found_under_its_key() {
    let processor = Processor::start().await;
    processor.sandbox.add_fault(&Fault::once(PAYING, Effect::LoseAnswer)).await.unwrap();
    let form = payment("pm_card_visa");
    assert!(processor.try_post_with_key(INTENTS, &form, "k").await.is_none());
    let found = processor.post_with_key(INTENTS, &form, "k").await;
    assert_eq!(found.header("idempotent-replayed"), Some("true"));
    assert_eq!(found.ok()["status"], "succeeded");
    assert_eq!(processor.balance().await, 11807);
}

#[tokio::test]
async fn what_fails_before_does_nothing() {
    let processor = Processor::start().await;
    let form = payment("pm_card_visa");
    for (effect, status) in [(Effect::FailBefore, 500), (Effect::RateLimit, 429)] {
        processor.sandbox.add_fault(&Fault::once("*", effect)).await.unwrap();
        processor.post_with_key(INTENTS, &form, "k").await.refused(status);
    }
    processor.sandbox.add_fault(&Fault::once("*", Effect::Hang)).await.unwrap();
    assert!(processor.try_post_with_key(INTENTS, &form, "k").await.is_none());
    assert_eq!(processor.count(INTENTS).await, 0);
    let paid = processor.post_with_key(INTENTS, &form, "k").await;
    assert_eq!(paid.header("idempotent-replayed"), None);
    paid.ok();
}

#[tokio::test]
async fn late_work_is_done_though_its_client_has_gone() {
    let processor = Processor::start().await;
    let late = Fault { amount: 50, ..Fault::once(PAYING, Effect::Late) };
    processor.sandbox.add_fault(&late).await.unwrap();
    let form = payment("pm_card_visa");
    let mut call = Box::pin(processor.post_with_key(INTENTS, &form, "k"));
    // Gone as soon as the fault is spent, long before its time is over.
    while !processor.sandbox.faults().await.unwrap().is_empty() {
        assert!(call.as_mut().now_or_never().is_none());
    }
    drop(call);
    assert_eq!(processor.count(INTENTS).await, 0);
    while processor.count(INTENTS).await == 0 {
        tokio::task::yield_now().await;
    }
    let found = processor.post_with_key(INTENTS, &form, "k").await;
    assert_eq!(found.header("idempotent-replayed"), Some("true"));
}

/// A page tells of an intent before it moves the platform's balance, a refund moves it first: both lock the balance and
/// the faults that befall what they tell, and must do so in one order.
#[tokio::test(flavor = "multi_thread")]
async fn payments_at_one_time_do_not_wait_for_one_another_over_their_faults() {
    let processor = Processor::start().await;
    let customer = processor.customer().await;
    let of_events = |operation: &str, effect| Fault {
        amount: 1,
        count: Some(1_000),
        ..Fault::once(operation, effect)
    };
    for fault in [
        of_events("charge.*", Effect::Duplicate),
        of_events("payment_intent.*", Effect::Shuffle),
        of_events("*", Effect::Delay),
    ] {
        processor.sandbox.add_fault(&fault).await.unwrap();
    }
    let (mut pages, mut refunds) = (Vec::new(), Vec::new());
    for _ in 0..24 {
        pages.push(id(&processor.checkout(&customer, "").await));
        refunds.push(format!("payment_intent={}", id(&processor.paid("pm_card_visa").await)));
    }
    let both = pages.iter().zip(&refunds).map(|(page, refund)| async {
        join(processor.sandbox.pay(page, "4242424242424242"), processor.post("/v1/refunds", refund))
            .await
    });
    for (step, refund) in join_all(both).await {
        assert_eq!(step.unwrap(), PageStep::Complete);
        assert_eq!(refund.ok()["status"], "succeeded");
    }
    processor.close().await;
}

#[tokio::test]
async fn a_fault_befalls_what_it_names_as_often_as_it_says() {
    let processor = Processor::start().await;
    let fault = json!({"operation": "POST /v1/*/confirm", "effect": "fail_before", "count": 2});
    let armed = processor.control("/faults", fault).await.ok();
    assert_eq!(armed[0]["count"], 2);
    let intent = processor.post(INTENTS, "amount=500&currency=eur").await.ok();
    let path = format!("{INTENTS}/{}/confirm", id(&intent));
    for _ in 0..2 {
        processor.post(&path, "payment_method=pm_card_visa").await.refused(500);
    }
    processor.post(&path, "payment_method=pm_card_visa").await.ok();
    assert!(processor.sandbox.faults().await.unwrap().is_empty());

    let never = Fault { per_mille: 0, count: None, ..Fault::once("*", Effect::FailBefore) };
    processor.sandbox.add_fault(&never).await.unwrap();
    for _ in 0..20 {
        processor.get("/v1/balance", "").await.ok();
    }
    processor.delete("/control/faults").await.ok();
    assert!(processor.sandbox.faults().await.unwrap().is_empty());
    let half = Fault { per_mille: 500, count: None, ..Fault::once("*", Effect::FailBefore) };
    processor.sandbox.add_fault(&half).await.unwrap();
    let mut failed = 0;
    for _ in 0..60 {
        failed += u32::from(processor.get("/v1/balance", "").await.status == 500);
    }
    assert!((5..=55).contains(&failed), "{failed}");
}

#[tokio::test]
async fn a_fault_that_is_misspelt_is_refused() {
    let processor = Processor::start().await;
    for body in [
        json!({"operation": "*", "effect": "explode"}),
        json!({"operation": "*", "effect": "hang", "cuont": 1}),
        json!({"effect": "hang"}),
    ] {
        processor.control("/faults", body).await.refused(400);
    }
    assert!(processor.sandbox.faults().await.unwrap().is_empty());
}
