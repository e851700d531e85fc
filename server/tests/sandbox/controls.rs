//! What only a sandbox can do, by HTTP.

use std::sync::Arc;

use axum::{body::Body, http::Request};
use serde_json::json;
use traveloure_server::{entropy::SystemEntropy, sandbox::Sandbox, testing::Backend};

use crate::support::{Processor, id};

#[tokio::test]
async fn a_checkout_is_paid_and_an_account_onboarded_without_a_page() {
    let processor = Processor::start().await;
    let customer = processor.customer().await;
    let session = id(&processor.checkout(&customer, "").await);
    let pay = format!("/checkouts/{session}/pay");
    let step = processor.control(&pay, json!({"card": "4000000000000002"})).await.ok();
    assert_eq!(step, json!({"step": "declined", "message": "Your card was declined."}));
    let step = processor.control(&pay, json!({"card": "4000002760003184"})).await.ok();
    assert_eq!(step["step"], "asks_cardholder");
    let answer = format!("/checkouts/{session}/authenticate");
    let step = processor.control(&answer, json!({"passes": true})).await.ok();
    assert_eq!(step["step"], "complete");
    let error = processor.control(&pay, json!({"card": "4111111111111111"})).await.refused(400);
    assert!(error["message"].as_str().unwrap().contains("non test card"), "{error}");

    let account = id(&processor.post("/v1/accounts", "type=express&country=PT").await.ok());
    let onboard = format!("/accounts/{account}/onboard");
    processor.control(&onboard, json!({"finishes": true})).await.ok();
    let fund = json!({"amount": 700, "currency": "JPY", "account": account});
    processor.control("/balance", fund).await.ok();
    let balance = processor.get_as(&account, "/v1/balance").await.ok();
    assert_eq!(balance["available"][0]["amount"], 700);

    let charge = processor.paid("pm_card_visa").await["latest_charge"].clone();
    let dispute = json!({"charge": charge, "reason": "fraudulent"});
    let dispute = id(&processor.control("/disputes", dispute).await.ok());
    processor.control(&format!("/disputes/{dispute}/end"), json!({"is_won": false})).await.ok();
    let deliveries = processor.get("/control/deliveries", "").await.ok();
    assert!(deliveries["due"].as_i64().unwrap() > 5, "{deliveries}");
}

#[tokio::test]
async fn controls_take_the_secret_key_too() {
    let processor = Processor::start().await;
    let request = Request::get("/sandbox/control/faults").body(Body::empty()).unwrap();
    processor.send(request).await.refused(401);
    processor.control("/nothing", json!({})).await.refused(400);
}

#[tokio::test]
async fn every_server_of_a_database_has_the_same_keys_and_books() {
    let backend = Backend::start().await;
    let open = || {
        let context = &backend.context;
        let (clock, entropy) = (Arc::clone(&context.clock), Arc::new(SystemEntropy));
        Sandbox::open(context.pool.clone(), clock, entropy, None)
    };
    let (one, other) = tokio::join!(open(), open());
    let (one, other) = (one.unwrap(), other.unwrap());
    assert!(one.settings() == other.settings());
    assert_ne!(one.settings().webhook_secret, one.settings().connect_webhook_secret);
    assert!(one.settings().api_key.starts_with("sk_test_"));
    assert!(!format!("{one:?}{:?}", one.settings()).contains(&one.settings().api_key));
    one.fund("", 5, "eur").await.unwrap();
    other.fund("", 5, "eur").await.unwrap();
    assert_eq!(one.deliveries().await.unwrap(), other.deliveries().await.unwrap());
}
