//! What the adapter makes of a processor that fails, and what is really there then.

use traveloure_server::{
    app::gateway::{GatewayError, IntentStatus, PaymentGateway},
    sandbox::{Effect, Fault},
};

use super::{Bank, charge, key, money};

const INTENTS: &str = "POST /v1/payment_intents";

/// What a charge ends with while a fault strikes it once, and how many intents there are then.
async fn charged_under(effect: Effect, amount: u32) -> (Result<IntentStatus, GatewayError>, usize) {
    let bank = Bank::open().await;
    let customer = bank.customer().await.id;
    let card = bank.saved_card(&customer, "4242424242424242").await;
    let new = charge(&customer, &card, money("12.00", "EUR"));
    let fault = Fault { amount, ..Fault::once(INTENTS, effect) };
    bank.sandbox.add_fault(&fault).await.unwrap();
    let charged = bank.stripe.create_intent(&key("balance"), &new).await;
    assert_eq!(bank.sandbox.faults().await.unwrap(), [], "the fault struck");
    let found = bank.stripe.intents(&customer, bank.now()).await.unwrap();
    (charged.map(|intent| intent.status), found.len())
}

#[tokio::test]
async fn a_charge_whose_answer_is_lost_is_brought_back_by_its_key() {
    let (charged, there) = charged_under(Effect::LoseAnswer, 0).await;
    assert_eq!((charged, there), (Ok(IntentStatus::Succeeded), 1));
}

#[tokio::test]
async fn a_charge_behind_a_failure_is_in_doubt_and_can_be_found() {
    let (charged, there) = charged_under(Effect::FailAfter, 0).await;
    assert!(matches!(charged, Err(GatewayError::Unknown { request_id: Some(_), .. })));
    assert_eq!(there, 1);
}

#[tokio::test]
async fn a_failure_before_the_charge_looks_the_same_and_nothing_is_found() {
    let (charged, there) = charged_under(Effect::FailBefore, 0).await;
    assert!(matches!(charged, Err(GatewayError::Unknown { .. })));
    assert_eq!(there, 0);
}

#[tokio::test]
async fn a_processor_that_hangs_up_is_asked_again() {
    let (charged, there) = charged_under(Effect::Hang, 0).await;
    assert_eq!((charged, there), (Ok(IntentStatus::Succeeded), 1));
}

#[tokio::test]
async fn a_busy_processor_is_asked_again() {
    let (charged, there) = charged_under(Effect::RateLimit, 0).await;
    assert_eq!((charged, there), (Ok(IntentStatus::Succeeded), 1));
}

/// Stripe replays a failure for the key that met it: only a new key, or looking, brings more.
#[tokio::test]
async fn the_same_key_brings_the_same_failure() {
    let bank = Bank::open().await;
    let customer = bank.customer().await.id;
    let card = bank.saved_card(&customer, "4242424242424242").await;
    let new = charge(&customer, &card, money("12.00", "EUR"));
    bank.sandbox.add_fault(&Fault::once(INTENTS, Effect::FailAfter)).await.unwrap();
    for _ in 0..2 {
        let failed = bank.stripe.create_intent(&key("balance"), &new).await;
        assert!(matches!(failed, Err(GatewayError::Unknown { .. })), "{failed:?}");
    }
    let found = bank.stripe.intents(&customer, bank.now()).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].metadata, new.metadata);
    assert_eq!(found[0].status, IntentStatus::Succeeded);
}
