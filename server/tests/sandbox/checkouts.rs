//! Checkouts, driven as a person drives their page.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use traveloure_server::sandbox::{ControlError, PageStep};

use crate::support::{Processor, id};

#[tokio::test]
async fn a_checkout_is_paid_once_and_its_intent_has_what_was_intended() {
    let processor = Processor::start().await;
    let customer = processor.customer().await;
    let session = processor
        .checkout(
            &customer,
            "&metadata[checkout]=c1&payment_intent_data[metadata][checkout]=c1\
             &payment_intent_data[setup_future_usage]=off_session\
             &payment_intent_data[transfer_group]=trip",
        )
        .await;
    let session_id = id(&session);
    assert_eq!(session["amount_total"], 12000);
    assert_eq!(session["payment_intent"], Value::Null);
    assert_eq!(session["success_url"], format!("https://example.org/done?s={session_id}"));
    assert_eq!(session["url"], format!("http://pay.test/sandbox/pay/{session_id}"));
    let step = processor.sandbox.pay(&session_id, "4242424242424242").await.unwrap();
    assert_eq!(step, PageStep::Complete);
    let path = format!("/v1/checkout/sessions/{session_id}");
    let seen = processor.get(&path, "expand[]=payment_intent&expand[]=line_items").await.ok();
    assert_eq!((&seen["status"], &seen["payment_status"]), (&json!("complete"), &json!("paid")));
    assert_eq!(seen["customer_details"]["email"], "ana@example.org");
    assert_eq!(seen["line_items"]["data"][0]["description"], "Walk through <b>Alfama</b>");
    let intent = &seen["payment_intent"];
    assert_eq!(intent["metadata"], json!({"checkout": "c1"}));
    assert_eq!(intent["transfer_group"], "trip");
    let method = intent["payment_method"].as_str().unwrap();
    let method = processor.get(&format!("/v1/payment_methods/{method}"), "").await.ok();
    assert_eq!(method["customer"], customer.as_str());

    let again = processor.sandbox.pay(&session_id, "4242424242424242").await;
    assert!(matches!(again, Err(ControlError::Refused(_))), "{again:?}");
    assert_eq!(processor.balance().await, 11807);
    for filter in [format!("customer={customer}"), format!("payment_intent={}", id(intent))] {
        let list = processor.get("/v1/checkout/sessions", &filter).await.ok();
        assert_eq!(list["data"][0]["id"], session_id.as_str());
    }
    let events = processor.events().await;
    assert_eq!(events.last().unwrap(), "checkout.session.completed");
}

#[tokio::test]
async fn twenty_phones_pay_one_checkout_once() {
    let processor = Processor::start().await;
    let customer = processor.customer().await;
    let session = id(&processor.checkout(&customer, "").await);
    let steps = join_all((0..20).map(|_| processor.sandbox.pay(&session, "pm_card_visa"))).await;
    assert_eq!(steps.iter().filter(|step| step.is_ok()).count(), 1);
    assert_eq!(processor.balance().await, 11807);
    assert_eq!(processor.count("/v1/payment_intents").await, 1);
}

#[tokio::test]
async fn after_a_declined_card_another_is_taken_by_the_same_intent() {
    let processor = Processor::start().await;
    let customer = processor.customer().await;
    let session = id(&processor.checkout(&customer, "").await);
    let pay = |card| processor.sandbox.pay(&session, card);
    assert!(matches!(pay("4000000000000002").await.unwrap(), PageStep::Declined { .. }));
    assert_eq!(pay("4000002760003184").await.unwrap(), PageStep::AsksCardholder);
    let failed = processor.sandbox.authenticate(&session, false).await.unwrap();
    assert!(matches!(failed, PageStep::Declined { .. }));
    assert_eq!(pay("4000002760003184").await.unwrap(), PageStep::AsksCardholder);
    assert_eq!(processor.sandbox.authenticate(&session, true).await.unwrap(), PageStep::Complete);
    assert_eq!(processor.count("/v1/payment_intents").await, 1);
    let intents = processor.get("/v1/payment_intents", &format!("customer={customer}")).await.ok();
    // Whoever made the page closes the page; its intent is not theirs to cancel.
    let cancel = format!("/v1/payment_intents/{}/cancel", id(&intents["data"][0]));
    processor.post(&cancel, "").await.refused(400);
}

#[tokio::test]
async fn an_expired_checkout_cannot_be_paid_and_a_paid_one_not_expired() {
    let processor = Processor::start().await;
    let customer = processor.customer().await;
    let session = id(&processor.checkout(&customer, "").await);
    assert_eq!(
        processor.sandbox.pay(&session, "4000002760003184").await.unwrap(),
        PageStep::AsksCardholder
    );
    let expire = format!("/v1/checkout/sessions/{session}/expire");
    let expired = processor.post(&expire, "").await.ok();
    assert_eq!((&expired["status"], &expired["url"]), (&json!("expired"), &Value::Null));
    assert!(processor.sandbox.authenticate(&session, true).await.is_err());
    let intent = processor.get("/v1/payment_intents", "").await.ok()["data"][0].clone();
    assert_eq!(intent["status"], "canceled");
    let error = processor.post(&expire, "").await.refused(400);
    assert!(error["message"].as_str().unwrap().contains("status of expired"), "{error}");

    let other = id(&processor.checkout(&customer, "").await);
    processor.sandbox.pay(&other, "pm_card_visa").await.unwrap();
    let error = processor.post(&format!("/v1/checkout/sessions/{other}/expire"), "").await;
    assert!(error.refused(400)["message"].as_str().unwrap().contains("status of complete"));
    assert_eq!(processor.balance().await, 11807);
}

#[tokio::test]
async fn paying_and_expiring_at_once_ends_in_one_of_them() {
    let processor = Processor::start().await;
    let customer = processor.customer().await;
    let mut paid = 0;
    for _ in 0..10 {
        let session = id(&processor.checkout(&customer, "").await);
        let expire = format!("/v1/checkout/sessions/{session}/expire");
        let (step, expired) = tokio::join!(
            processor.sandbox.pay(&session, "pm_card_visa"),
            processor.post(&expire, "")
        );
        assert_ne!(step.is_ok(), expired.status == 200);
        paid += i64::from(step.is_ok());
    }
    assert_eq!(processor.balance().await, paid * 11807);
}

#[tokio::test]
async fn a_checkout_lapses_by_itself() {
    let processor = Processor::start().await;
    let customer = processor.customer().await;
    let now = "2026-06-01T09:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap().timestamp();
    let expires = |at: i64| format!("&expires_at={at}");
    let session = id(&processor.checkout(&customer, &expires(now + 1800)).await);
    let form = format!(
        "mode=setup&customer={customer}&success_url=https%3A%2F%2Fexample.org{}",
        expires(now + 1700)
    );
    let error = processor.post("/v1/checkout/sessions", &form).await.refused(400);
    assert_eq!(error["param"], "expires_at");
    let form = form.replace(&(now + 1700).to_string(), &(now + 86_500).to_string());
    processor.post("/v1/checkout/sessions", &form).await.refused(400);

    processor.clock.advance(TimeDelta::seconds(1799));
    let path = format!("/v1/checkout/sessions/{session}");
    assert_eq!(processor.get(&path, "").await.ok()["status"], "open");
    processor.clock.advance(TimeDelta::seconds(1));
    assert!(processor.sandbox.pay(&session, "pm_card_visa").await.is_err());
    assert_eq!(processor.get(&path, "").await.ok()["status"], "expired");
    let events = processor.events().await;
    assert_eq!(events.iter().filter(|kind| *kind == "checkout.session.expired").count(), 1);
    let list = processor.get("/v1/checkout/sessions", "status=expired").await.ok();
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_checkout_saves_a_card_without_charging_it() {
    let processor = Processor::start().await;
    let customer = processor.customer().await;
    let form = format!(
        "mode=setup&currency=eur&customer={customer}&success_url=https%3A%2F%2Fexample.org\
         &setup_intent_data[metadata][for]=balance"
    );
    let session = processor.post("/v1/checkout/sessions", &form).await.ok();
    let step = processor.sandbox.pay(&id(&session), "4000002500003155").await.unwrap();
    assert_eq!(step, PageStep::AsksCardholder);
    processor.sandbox.authenticate(&id(&session), true).await.unwrap();
    let path = format!("/v1/checkout/sessions/{}", id(&session));
    let seen = processor.get(&path, "expand[]=setup_intent").await.ok();
    assert_eq!(seen["payment_status"], "no_payment_required");
    assert_eq!(seen["setup_intent"]["status"], "succeeded");
    assert_eq!(seen["setup_intent"]["metadata"], json!({"for": "balance"}));
    let method = seen["setup_intent"]["payment_method"].as_str().unwrap();
    let form = format!(
        "amount=5000&currency=eur&customer={customer}&payment_method={method}&confirm=true\
         &off_session=true"
    );
    let paid = processor.post("/v1/payment_intents", &form).await.ok();
    assert_eq!(paid["status"], "succeeded");
}

#[tokio::test]
async fn a_checkout_that_makes_no_sense_is_refused() {
    let processor = Processor::start().await;
    let urls = "success_url=https%3A%2F%2Fexample.org";
    let item =
        "line_items[0][price_data][currency]=eur&line_items[0][price_data][product_data][name]=x";
    for (form, param) in [
        ("mode=payment".to_owned(), "success_url"),
        (format!("mode=payment&{urls}"), "line_items"),
        (format!("mode=subscription&{urls}"), "mode"),
        (
            format!("mode=payment&{urls}&{item}&line_items[0][price_data][unit_amount]=-5"),
            "line_items[0][quantity]",
        ),
        (format!("mode=payment&{urls}&{item}&line_items[0][price_data][unit_amount]=5"), "amount"),
        (
            format!(
                "mode=payment&{urls}&{item}&line_items[0][price_data][unit_amount]=500\
                 &line_items[1][price_data][currency]=usd&line_items[1][price_data][unit_amount]=500\
                 &line_items[1][price_data][product_data][name]=y"
            ),
            "line_items",
        ),
        (
            format!(
                "mode=payment&{urls}&{item}&line_items[0][price_data][unit_amount]=500\
                 &payment_intent_data[metdata][a]=1"
            ),
            "payment_intent_data[metdata]",
        ),
    ] {
        let error = processor.post("/v1/checkout/sessions", &form).await.refused(400);
        assert_eq!(error["param"], param, "{form}");
    }
}
