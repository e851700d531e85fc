//! Money back.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use traveloure_server::sandbox::{self, Destinations};

use crate::support::{Processor, id};

#[tokio::test]
async fn a_charge_is_refunded_in_parts_and_never_beyond() {
    let processor = Processor::start().await;
    let intent = processor.paid("pm_card_visa").await;
    let (intent, charge) = (id(&intent), intent["latest_charge"].as_str().unwrap().to_owned());
    let form = format!("payment_intent={intent}&amount=5000&metadata[why]=rain");
    let refund = processor.post("/v1/refunds", &form).await.ok();
    assert_eq!((&refund["status"], &refund["charge"]), (&json!("succeeded"), &json!(charge)));
    let form = format!("charge={charge}&amount=7001");
    let error = processor.post("/v1/refunds", &form).await.refused(400);
    assert!(error["message"].as_str().unwrap().contains("70.00 EUR"), "{error}");
    processor.post("/v1/refunds", &format!("charge={charge}&amount=0")).await.refused(400);
    let rest = processor.post("/v1/refunds", &format!("charge={charge}")).await.ok();
    assert_eq!(rest["amount"], 7000);
    let error = processor.post("/v1/refunds", &format!("charge={charge}")).await.refused(400);
    assert_eq!(error["code"], "charge_already_refunded");
    let seen = processor.get(&format!("/v1/charges/{charge}"), "expand[]=refunds").await.ok();
    assert_eq!((&seen["refunded"], &seen["amount_refunded"]), (&json!(true), &json!(12000)));
    assert_eq!(seen["refunds"]["data"].as_array().unwrap().len(), 2);
    let list = processor.get("/v1/refunds", &format!("payment_intent={intent}")).await.ok();
    assert_eq!(list["data"].as_array().unwrap().len(), 2);
    assert_eq!(list["data"][1]["metadata"], json!({"why": "rain"}));
    // The fee stays with the processor.
    assert_eq!(processor.balance().await, -193);
}

#[tokio::test]
async fn refunds_at_the_same_time_do_not_give_back_more_than_was_charged() {
    let processor = Processor::start().await;
    let charge = processor.paid("pm_card_visa").await["latest_charge"].as_str().unwrap().to_owned();
    let form = format!("charge={charge}&amount=3500");
    let answers = join_all((0..10).map(|_| processor.post("/v1/refunds", &form))).await;
    let given = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(given, 3);
    let seen = processor.get(&format!("/v1/charges/{charge}"), "").await.ok();
    assert_eq!(seen["amount_refunded"], 10500);
}

#[tokio::test]
async fn what_was_not_charged_is_not_refunded() {
    let processor = Processor::start().await;
    let intent = processor.post("/v1/payment_intents", "amount=5000&currency=eur").await.ok();
    let form = format!("payment_intent={}", id(&intent));
    let error = processor.post("/v1/refunds", &form).await.refused(400);
    assert!(error["message"].as_str().unwrap().contains("does not have a successful charge"));
    processor.post("/v1/refunds", "amount=5").await.refused(400);
    processor.post("/v1/refunds", "charge=ch_nobodys").await.refused(400);
}

#[tokio::test]
async fn a_refund_that_fails_later_puts_the_money_back() {
    let processor = Processor::start().await;
    let intent = processor.paid("pm_card_refundFail").await;
    let refund =
        processor.post("/v1/refunds", &format!("payment_intent={}", id(&intent))).await.ok();
    assert_eq!(refund["status"], "succeeded");
    assert_eq!(processor.balance().await, -193);
    assert_eq!(processor.sandbox.settle_refunds().await.unwrap(), 1);
    assert_eq!(processor.sandbox.settle_refunds().await.unwrap(), 0);
    let seen = processor.get(&format!("/v1/refunds/{}", id(&refund)), "").await.ok();
    assert_eq!(seen["status"], "failed");
    assert_eq!(seen["failure_reason"], "expired_or_canceled_card");
    let charge = intent["latest_charge"].as_str().unwrap();
    let charge = processor.get(&format!("/v1/charges/{charge}"), "").await.ok();
    assert_eq!((&charge["refunded"], &charge["amount_refunded"]), (&json!(false), &json!(0)));
    assert_eq!(processor.balance().await, 11807);
    let events = processor.events().await;
    assert!(
        events.ends_with(&["charge.refund.updated".to_owned(), "refund.failed".to_owned()]),
        "{events:?}"
    );
}

#[tokio::test]
async fn a_refund_that_is_pending_succeeds_as_time_goes_by() {
    let processor = Processor::start().await;
    let intent = processor.paid("pm_card_pendingRefund").await;
    let refund =
        processor.post("/v1/refunds", &format!("payment_intent={}", id(&intent))).await.ok();
    assert_eq!(refund["status"], "pending");
    let path = format!("/v1/refunds/{}", id(&refund));
    let nowhere = Destinations {
        account: "http://127.0.0.1:9/".to_owned(),
        connect: "http://127.0.0.1:9/".to_owned(),
    };
    sandbox::deliver_due(&processor.sandbox, &nowhere).await.unwrap();
    assert_eq!(processor.get(&path, "").await.ok()["status"], "pending");
    processor.clock.advance(TimeDelta::seconds(10));
    sandbox::deliver_due(&processor.sandbox, &nowhere).await.unwrap();
    let seen = processor.get(&path, "").await.ok();
    assert_eq!(
        (&seen["status"], seen.get("failure_reason")),
        (&json!("succeeded"), None::<&Value>)
    );
}
