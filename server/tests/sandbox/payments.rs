//! Intents, cards, customers.

use serde_json::{Value, json};

use crate::support::{Processor, id, payment};

#[tokio::test]
async fn a_card_is_charged_and_the_books_show_it() {
    let processor = Processor::start().await;
    let customer = processor.customer().await;
    let form = format!(
        "{}&customer={customer}&metadata[booking]=b1&transfer_group=trip&description=Walk",
        payment("pm_card_visa")
    );
    let intent = processor.post("/v1/payment_intents", &form).await.ok();
    assert_eq!(intent["status"], "succeeded");
    assert_eq!(intent["amount_received"], 12000);
    assert_eq!(intent["metadata"], json!({"booking": "b1"}));
    let path = format!("/v1/payment_intents/{}", id(&intent));
    let expand =
        "expand[]=latest_charge.balance_transaction&expand[]=payment_method&expand[]=customer";
    let seen = processor.get(&path, expand).await.ok();
    let booked = &seen["latest_charge"]["balance_transaction"];
    assert_eq!(booked["amount"], 12000);
    assert_eq!(booked["fee"], 193);
    assert_eq!(booked["net"], 11807);
    assert_eq!(booked["source"], seen["latest_charge"]["id"]);
    assert_eq!(seen["payment_method"]["card"]["last4"], "4242");
    assert_eq!(seen["customer"]["email"], "ana@example.org");
    assert_eq!(seen["latest_charge"]["transfer_group"], "trip");
    assert_eq!(processor.balance().await, 11807);
    assert_eq!(
        processor.events().await,
        [
            "customer.created",
            "payment_intent.created",
            "charge.succeeded",
            "payment_intent.succeeded"
        ]
    );
}

#[tokio::test]
async fn a_declined_card_is_402_and_its_intent_can_be_paid_otherwise() {
    let processor = Processor::start().await;
    for (card, code, reason) in [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
    ] {
        let error = processor.post("/v1/payment_intents", &payment(card)).await.refused(402);
        assert_eq!(error["type"], "card_error", "{card}");
        assert_eq!(error["code"], code, "{card}");
        assert_eq!(error["decline_code"], reason, "{card}");
        let intent = &error["payment_intent"];
        assert_eq!(intent["status"], "requires_payment_method");
        assert_eq!(intent["last_payment_error"]["code"], code);
        let charge = error["charge"].as_str().unwrap();
        let charge = processor.get(&format!("/v1/charges/{charge}"), "").await.ok();
        assert_eq!(charge["status"], "failed");
        assert_eq!(charge["balance_transaction"], Value::Null);
        let path = format!("/v1/payment_intents/{}/confirm", id(intent));
        let paid = processor.post(&path, "payment_method=pm_card_mastercard").await.ok();
        assert_eq!(paid["status"], "succeeded");
        assert_eq!(paid["last_payment_error"], Value::Null);
        let again = processor.post(&path, "payment_method=pm_card_visa").await.refused(400);
        assert_eq!(again["code"], "payment_intent_unexpected_state");
    }
    assert_eq!(processor.balance().await, 4 * 11807);
}

#[tokio::test]
async fn a_saved_card_is_charged_later_without_its_holder() {
    let processor = Processor::start().await;
    let customer = processor.customer().await;
    let first = format!(
        "{}&customer={customer}&setup_future_usage=off_session&return_url=https%3A%2F%2Fexample.org",
        payment("pm_card_authenticationRequiredOnSetup")
    );
    let intent = processor.post("/v1/payment_intents", &first).await.ok();
    assert_eq!(intent["status"], "requires_action");
    assert_eq!(intent["next_action"]["type"], "redirect_to_url");
    assert_eq!(processor.balance().await, 0);
    processor.sandbox.authenticate(&id(&intent), true).await.unwrap();
    let path = format!("/v1/payment_intents/{}", id(&intent));
    let intent = processor.get(&path, "").await.ok();
    assert_eq!(intent["status"], "succeeded");
    let methods =
        processor.get(&format!("/v1/customers/{customer}/payment_methods"), "type=card").await.ok();
    let method = id(&methods["data"][0]);
    let later = format!("{}&customer={customer}&off_session=true", payment(&method));
    let second = processor.post("/v1/payment_intents", &later).await.ok();
    assert_eq!(second["status"], "succeeded");

    let path = format!("/v1/payment_methods/{method}/detach");
    assert_eq!(processor.post(&path, "").await.ok()["customer"], Value::Null);
    let error = processor.post("/v1/payment_intents", &payment(&method)).await.refused(400);
    assert!(error["message"].as_str().unwrap().contains("may not be used again"), "{error}");
}

#[tokio::test]
async fn a_bank_that_always_asks_declines_what_is_off_session() {
    let processor = Processor::start().await;
    let customer = processor.customer().await;
    let method = processor
        .post(
            "/v1/setup_intents",
            &format!(
                "customer={customer}&payment_method=pm_card_authenticationRequired&confirm=true"
            ),
        )
        .await
        .ok();
    assert_eq!(method["status"], "requires_action");
    processor.sandbox.authenticate(&id(&method), true).await.unwrap();
    let path = format!("/v1/setup_intents/{}", id(&method));
    let saved = processor.get(&path, "").await.ok();
    assert_eq!(saved["status"], "succeeded");
    let card = saved["payment_method"].as_str().unwrap();
    let form = format!("{}&customer={customer}&off_session=true", payment(card));
    let error = processor.post("/v1/payment_intents", &form).await.refused(402);
    assert_eq!(error["code"], "authentication_required");
    assert_eq!(error["payment_intent"]["status"], "requires_payment_method");
    // With the cardholder at hand it can be paid; who fails the question pays nothing.
    let path = format!("/v1/payment_intents/{}/confirm", id(&error["payment_intent"]));
    let asked = processor.post(&path, &format!("payment_method={card}")).await.ok();
    assert_eq!(asked["status"], "requires_action");
    processor.sandbox.authenticate(&id(&asked), false).await.unwrap();
    let intent = processor.get(&format!("/v1/payment_intents/{}", id(&asked)), "").await.ok();
    assert_eq!(intent["last_payment_error"]["code"], "payment_intent_authentication_failure");
    assert_eq!(processor.balance().await, 0);
}

#[tokio::test]
async fn a_card_that_is_declined_cannot_be_saved_and_one_is_declined_once_saved() {
    let processor = Processor::start().await;
    let customer = processor.customer().await;
    let attach = |card: &str| format!("/v1/payment_methods/{card}/attach");
    let form = format!("customer={customer}");
    let error = processor.post(&attach("pm_card_chargeDeclined"), &form).await.refused(402);
    assert_eq!(error["code"], "card_declined");
    let saved = processor.post(&attach("pm_card_chargeCustomerFail"), &form).await.ok();
    assert_eq!(saved["customer"], customer.as_str());
    let form = format!("{}&customer={customer}&off_session=true", payment(&id(&saved)));
    processor.post("/v1/payment_intents", &form).await.refused(402);
    let other = processor.customer().await;
    let form = format!("{}&customer={other}", payment(&id(&saved)));
    processor.post("/v1/payment_intents", &form).await.refused(400);
}

#[tokio::test]
async fn only_test_cards_exist() {
    let processor = Processor::start().await;
    let form = "type=card&card[number]=4111111111111111&card[exp_month]=1&card[exp_year]=2040";
    let error = processor.post("/v1/payment_methods", form).await.refused(402);
    assert_eq!(error["decline_code"], "test_mode_live_card");
    let form =
        "type=card&card[number]=4242424242424242&card[exp_month]=1&card[exp_year]=40&card[cvc]=123";
    let method = processor.post("/v1/payment_methods", form).await.ok();
    assert_eq!(method["card"]["exp_year"], 2040);
    processor.post("/v1/payment_intents", &payment("pm_card_unheardOf")).await.refused(400);
}

#[tokio::test]
async fn amounts_are_checked_in_the_minor_units_of_their_currency() {
    let processor = Processor::start().await;
    let pay = |amount: i64, currency: &str| {
        format!("amount={amount}&currency={currency}&payment_method=pm_card_visa&confirm=true")
    };
    for (amount, currency, code) in [
        (49, "eur", "amount_too_small"),
        (100_000_000, "eur", "amount_too_large"),
        (-5, "eur", "parameter_invalid_integer"),
        (5124, "kwd", "parameter_invalid_integer"),
        (5000, "xau", "parameter_invalid_string"),
    ] {
        let error =
            processor.post("/v1/payment_intents", &pay(amount, currency)).await.refused(400);
        assert_eq!(error["code"], code, "{amount} {currency}");
    }
    for (amount, currency) in [(50, "jpy"), (5120, "kwd"), (99_999_999, "EUR")] {
        let paid = processor.post("/v1/payment_intents", &pay(amount, currency)).await.ok();
        assert_eq!(paid["amount_received"], amount);
        assert_eq!(paid["currency"], currency.to_lowercase());
    }
}

#[tokio::test]
async fn an_unpaid_intent_is_changed_and_canceled_and_a_paid_one_is_not() {
    let processor = Processor::start().await;
    let created = processor.post("/v1/payment_intents", "amount=5000&currency=eur").await.ok();
    let path = format!("/v1/payment_intents/{}", id(&created));
    let changed = processor.post(&path, "amount=7000&metadata[a]=1").await.ok();
    assert_eq!(
        (changed["amount"].clone(), changed["metadata"]["a"].clone()),
        (json!(7000), json!("1"))
    );
    let canceled =
        processor.post(&format!("{path}/cancel"), "cancellation_reason=abandoned").await.ok();
    assert_eq!(canceled["status"], "canceled");
    processor.post(&format!("{path}/confirm"), "payment_method=pm_card_visa").await.refused(400);
    let paid = processor.paid("pm_card_visa").await;
    let path = format!("/v1/payment_intents/{}", id(&paid));
    let error = processor.post(&format!("{path}/cancel"), "").await.refused(400);
    assert_eq!(error["code"], "payment_intent_unexpected_state");
    processor.post(&path, "amount=1").await.refused(400);
    processor.post(&path, "metadata[late]=yes").await.ok();
}

#[tokio::test]
async fn what_nobody_may_or_can_is_refused() {
    let processor = Processor::start().await;
    let error = processor.post("/v1/payment_intents", "amount=5000&currency=eur&amuont=3").await;
    let error = error.refused(400);
    assert_eq!(error["code"], "parameter_unknown");
    assert_eq!(error["param"], "amuont");
    let error = processor.post("/v1/payment_intents", "currency=eur").await.refused(400);
    assert_eq!((&error["code"], &error["param"]), (&json!("parameter_missing"), &json!("amount")));
    let error = processor.get("/v1/payment_intents/pi_nobodys", "").await.refused(404);
    assert_eq!(error["code"], "resource_missing");
    processor.get("/v1/charges/cus_1", "").await.refused(404);
    let form = format!("{}&customer=cus_nobodys", payment("pm_card_visa"));
    let error = processor.post("/v1/payment_intents", &form).await.refused(400);
    assert_eq!((&error["code"], &error["param"]), (&json!("resource_missing"), &json!("customer")));
    processor.get("/v1/unheard_of", "").await.refused(404);
}

#[tokio::test]
async fn only_the_secret_key_opens_the_api() {
    use axum::{body::Body, http::Request};
    use base64::{Engine, engine::general_purpose::STANDARD};

    let processor = Processor::start().await;
    let key = &processor.sandbox.settings().api_key;
    let with = |authorization: Option<String>| {
        let mut request = Request::get("/sandbox/v1/balance");
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        request.body(Body::empty()).unwrap()
    };
    let basic = format!("Basic {}", STANDARD.encode(format!("{key}:")));
    processor.send(with(Some(basic))).await.ok();
    processor.send(with(Some(format!("Bearer {key}")))).await.ok();
    let wrong = [
        None,
        Some("Bearer sk_test_of_somebody".to_owned()),
        Some(format!("Bearer {key}x")),
        Some("Basic !!!".to_owned()),
        Some(String::new()),
    ];
    for authorization in wrong {
        let error = processor.send(with(authorization)).await.refused(401);
        assert!(!error["message"].as_str().unwrap().contains(key.as_str()));
    }
}

#[tokio::test]
async fn a_customer_is_kept_changed_and_forgotten() {
    let processor = Processor::start().await;
    let customer = processor.customer().await;
    let path = format!("/v1/customers/{customer}");
    let changed = processor.post(&path, "name=Ana+B&metadata[user]=7").await.ok();
    assert_eq!((&changed["name"], &changed["metadata"]["user"]), (&json!("Ana B"), &json!("7")));
    assert_eq!(
        processor.get("/v1/customers", "email=ana%40example.org").await.ok()["data"][0]["id"],
        customer.as_str()
    );
    assert_eq!(processor.delete(&path).await.ok()["deleted"], true);
    assert_eq!(processor.get(&path, "").await.ok()["deleted"], true);
    let form = format!("{}&customer={customer}", payment("pm_card_visa"));
    processor.post("/v1/payment_intents", &form).await.refused(400);
}
