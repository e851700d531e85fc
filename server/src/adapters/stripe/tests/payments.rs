//! Customers, cards, pages and intents, as Stripe documents them.

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{
    super::API_VERSION,
    at, eur,
    fake::{Fake, KEY},
    key, metadata,
};
use crate::app::gateway::{
    Card, CheckoutStatus, Confirmation, GatewayError, IntentFailure, IntentStatus, LineItem,
    NewCheckout, NewCheckoutMode, NewCustomer, NewIntent, NewPaymentPage, PaymentGateway,
    PaymentState, SetupStatus,
};

fn visa() -> Card {
    Card { brand: "visa".to_owned(), last4: "4242".to_owned(), expires: Some((8, 2031)) }
}

fn wire_method() -> Value {
    json!({
        "id": "pm_1", "object": "payment_method", "type": "card", "customer": "cus_1",
        "card": {"brand": "visa", "last4": "4242", "exp_month": 8, "exp_year": 2031, "funding": "credit"},
    })
}

fn wire_session() -> Value {
    json!({
        "id": "cs_test_1", "object": "checkout.session", "url": "https://checkout.example/c/1",
        "status": "open", "payment_status": "unpaid", "mode": "payment",
        "amount_total": 24000, "currency": "eur", "customer": "cus_1",
        "payment_intent": null, "setup_intent": null,
        "metadata": {"checkout_id": "c-1"}, "created": 1_700_000_000, "expires_at": 1_700_003_600,
    })
}

fn wire_intent() -> Value {
    json!({
        "id": "pi_1", "object": "payment_intent", "status": "succeeded",
        "amount": 24000, "amount_received": 24000, "currency": "eur", "customer": "cus_1",
        "payment_method": wire_method(), "latest_charge": "ch_1", "last_payment_error": null,
        "next_action": null, "transfer_group": "booking-1",
        "metadata": {"checkout_id": "c-1"}, "created": 1_700_000_000,
    })
}

#[tokio::test]
async fn every_call_says_who_which_version_and_under_which_key() {
    let body =
        json!({"id": "cus_1", "email": "ana@example.com", "metadata": {"checkout_id": "c-1"}});
    let fake = Fake::answering("POST", "/v1/customers", body).await;
    let customer = NewCustomer {
        email: "ana@example.com".to_owned(),
        name: Some("Ana & Co".to_owned()),
        metadata: metadata(),
    };
    let created = fake.stripe.create_customer(&key(), &customer).await.unwrap();
    assert_eq!((created.id.as_str(), created.metadata), ("cus_1", metadata()));
    let asked = fake.only_asked().await;
    assert_eq!(asked.headers["authorization"], format!("Bearer {KEY}"));
    assert_eq!(asked.headers["stripe-version"], API_VERSION);
    assert_eq!(asked.headers["idempotency-key"], "refund:row:1");
    assert_eq!(asked.headers["content-type"], "application/x-www-form-urlencoded");
    assert_eq!(
        asked.form(),
        ["email=ana@example.com", "metadata[checkout_id]=c-1", "name=Ana & Co"]
    );
}

#[tokio::test]
async fn a_key_that_is_none_is_not_sent() {
    let fake = Fake::start().await;
    let customer = NewCustomer { email: "a@b.c".to_owned(), name: None, metadata: metadata() };
    for key in ["", "two\nlines", &"x".repeat(256)] {
        let refused = fake.stripe.create_customer(&key.into(), &customer).await.unwrap_err();
        assert!(
            matches!(&refused, GatewayError::Refused { code, .. } if code == "key_invalid"),
            "{refused:?}"
        );
    }
    assert!(fake.asked().await.is_empty());
}

#[tokio::test]
async fn a_deleted_customer_is_none() {
    let body = json!({"id": "cus_1", "object": "customer", "deleted": true});
    let fake = Fake::answering("GET", "/v1/customers/cus_1", body).await;
    let found = fake.stripe.customer(&"cus_1".into()).await;
    assert_eq!(found, Err(GatewayError::NotFound));
    assert!(!fake.only_asked().await.headers.contains_key("idempotency-key"));
}

#[tokio::test]
async fn saved_cards_are_listed_and_forgotten() {
    let list = json!({"object": "list", "data": [wire_method()], "has_more": false});
    let fake = Fake::answering("GET", "/v1/payment_methods", list).await;
    let methods = fake.stripe.payment_methods(&"cus_1".into()).await.unwrap();
    assert_eq!(methods[0].card, Some(visa()));
    assert_eq!(methods[0].customer, Some("cus_1".into()));
    assert_eq!(fake.only_asked().await.form(), ["customer=cus_1", "limit=100", "type=card"]);

    let mut forgotten = wire_method();
    forgotten["customer"] = Value::Null;
    let fake = Fake::answering("POST", "/v1/payment_methods/pm_1/detach", forgotten).await;
    let method = fake.stripe.detach_payment_method(&key(), &"pm_1".into()).await.unwrap();
    assert_eq!(method.customer, None);

    let fake = Fake::answering("GET", "/v1/payment_methods/pm_1", wire_method()).await;
    assert_eq!(fake.stripe.payment_method(&"pm_1".into()).await.unwrap(), methods[0]);
}

fn checkout(mode: NewCheckoutMode) -> NewCheckout {
    NewCheckout {
        customer: "cus_1".into(),
        mode,
        metadata: metadata(),
        success_url: "https://t.example/paid".to_owned(),
        cancel_url: "https://t.example/back".to_owned(),
        expires_at: Some(at(1_700_003_600)),
    }
}

#[tokio::test]
async fn a_page_to_pay_on_lists_what_is_paid() {
    let fake = Fake::answering("POST", "/v1/checkout/sessions", wire_session()).await;
    let yen = "JPY".parse().unwrap();
    let page = NewPaymentPage {
        items: vec![
            LineItem { name: "Boat, 2 people".to_owned(), unit_amount: eur("60.00"), quantity: 2 },
            LineItem {
                name: "Tea".to_owned(),
                unit_amount: traveloure_core::money::Money::try_new(500.into(), yen).unwrap(),
                quantity: 1,
            },
        ],
        save_card: true,
        transfer_group: Some("booking-1".to_owned()),
    };
    let new = checkout(NewCheckoutMode::Payment(page));
    let session = fake.stripe.create_checkout(&key(), &new).await.unwrap();
    assert_eq!((session.status, session.payment), (CheckoutStatus::Open, PaymentState::Unpaid));
    assert_eq!(session.total, Some(eur("240.00")));
    assert_eq!(session.url.as_deref(), Some("https://checkout.example/c/1"));
    assert_eq!((session.intent, session.expires_at), (None, at(1_700_003_600)));
    assert_eq!(
        fake.only_asked().await.form(),
        [
            "adaptive_pricing[enabled]=false",
            "allowed_payment_method_types[0]=card",
            "cancel_url=https://t.example/back",
            "customer=cus_1",
            "expires_at=1700003600",
            "line_items[0][price_data][currency]=eur",
            "line_items[0][price_data][product_data][name]=Boat, 2 people",
            "line_items[0][price_data][unit_amount]=6000",
            "line_items[0][quantity]=2",
            "line_items[1][price_data][currency]=jpy",
            "line_items[1][price_data][product_data][name]=Tea",
            "line_items[1][price_data][unit_amount]=500",
            "line_items[1][quantity]=1",
            "metadata[checkout_id]=c-1",
            "mode=payment",
            "payment_intent_data[metadata][checkout_id]=c-1",
            "payment_intent_data[setup_future_usage]=off_session",
            "payment_intent_data[transfer_group]=booking-1",
            "success_url=https://t.example/paid",
        ]
    );
}

#[tokio::test]
async fn a_page_to_save_a_card_on_takes_no_money() {
    let mut body = wire_session();
    body["amount_total"] = Value::Null;
    body["currency"] = Value::Null;
    body["payment_status"] = json!("no_payment_required");
    body["setup_intent"] = json!("seti_1");
    let fake = Fake::answering("POST", "/v1/checkout/sessions", body).await;
    let new = checkout(NewCheckoutMode::Setup);
    let session = fake.stripe.create_checkout(&key(), &new).await.unwrap();
    assert_eq!(session.payment, PaymentState::NotRequired);
    assert_eq!((session.total, session.setup_intent), (None, Some("seti_1".into())));
    let asked = fake.only_asked().await;
    assert_eq!(asked.field("mode"), Some("setup"));
    assert_eq!(asked.field("setup_intent_data[metadata][checkout_id]"), Some("c-1"));
    assert!(!asked.fields.iter().any(|(name, _)| name.starts_with("line_items")));
}

#[tokio::test]
async fn an_amount_that_cannot_be_said_is_not_sent() {
    let fake = Fake::start().await;
    let page = NewPaymentPage {
        items: vec![LineItem { name: "Free".to_owned(), unit_amount: eur("0.00"), quantity: 1 }],
        save_card: false,
        transfer_group: None,
    };
    let new = checkout(NewCheckoutMode::Payment(page));
    let refused = fake.stripe.create_checkout(&key(), &new).await.unwrap_err();
    assert!(matches!(refused, GatewayError::Refused { .. }), "{refused:?}");
    assert!(fake.asked().await.is_empty());
}

#[tokio::test]
async fn pages_are_retrieved_closed_and_found_again() {
    let mut paid = wire_session();
    paid["status"] = json!("complete");
    paid["payment_status"] = json!("paid");
    paid["url"] = Value::Null;
    paid["payment_intent"] = json!({"id": "pi_1", "object": "payment_intent"});
    let fake = Fake::answering("GET", "/v1/checkout/sessions/cs_test_1", paid).await;
    let session = fake.stripe.checkout(&"cs_test_1".into()).await.unwrap();
    assert_eq!((session.status, session.payment), (CheckoutStatus::Complete, PaymentState::Paid));
    assert_eq!((session.intent, session.url), (Some("pi_1".into()), None));

    let mut expired = wire_session();
    expired["status"] = json!("expired");
    let fake = Fake::answering("POST", "/v1/checkout/sessions/cs_test_1/expire", expired).await;
    let session = fake.stripe.expire_checkout(&key(), &"cs_test_1".into()).await.unwrap();
    assert_eq!(session.status, CheckoutStatus::Expired);

    let list = json!({"object": "list", "data": [wire_session()], "has_more": false});
    let fake = Fake::answering("GET", "/v1/checkout/sessions", list).await;
    let since = at(1_699_999_000);
    let sessions = fake.stripe.checkouts(&"cus_1".into(), since).await.unwrap();
    assert_eq!(sessions[0].metadata, metadata());
    let asked = fake.only_asked().await;
    assert_eq!(asked.form(), ["created[gte]=1699999000", "customer=cus_1", "limit=100"]);
}

fn new_intent(confirmation: Confirmation) -> NewIntent {
    NewIntent {
        amount: eur("240.00"),
        customer: "cus_1".into(),
        payment_method: "pm_1".into(),
        confirmation,
        metadata: metadata(),
        transfer_group: Some("booking-1".to_owned()),
        description: None,
    }
}

#[tokio::test]
async fn a_saved_card_is_charged_without_its_holder() {
    let fake = Fake::answering("POST", "/v1/payment_intents", wire_intent()).await;
    let new = new_intent(Confirmation::OffSession);
    let intent = fake.stripe.create_intent(&key(), &new).await.unwrap();
    assert_eq!(intent.status, IntentStatus::Succeeded);
    assert_eq!((intent.amount, intent.received), (eur("240.00"), eur("240.00")));
    assert_eq!((intent.card, intent.payment_method), (Some(visa()), Some("pm_1".into())));
    assert_eq!(intent.charge, Some("ch_1".into()));
    assert_eq!(
        fake.only_asked().await.form(),
        [
            "allowed_payment_method_types[0]=card",
            "amount=24000",
            "confirm=true",
            "currency=eur",
            "customer=cus_1",
            "expand[0]=payment_method",
            "metadata[checkout_id]=c-1",
            "off_session=true",
            "payment_method=pm_1",
            "transfer_group=booking-1",
        ]
    );
}

#[tokio::test]
async fn a_bank_that_wants_a_word_gives_a_link() {
    let mut body = wire_intent();
    body["status"] = json!("requires_action");
    body["amount_received"] = json!(0);
    body["latest_charge"] = Value::Null;
    body["payment_method"] = json!("pm_1");
    body["next_action"] =
        json!({"type": "redirect_to_url", "redirect_to_url": {"url": "https://bank.example/3ds"}});
    let fake = Fake::answering("POST", "/v1/payment_intents", body).await;
    let new = new_intent(Confirmation::OnSession { return_url: "https://t.example/r".to_owned() });
    let intent = fake.stripe.create_intent(&key(), &new).await.unwrap();
    assert_eq!(intent.status, IntentStatus::RequiresAction);
    assert_eq!(intent.action_url.as_deref(), Some("https://bank.example/3ds"));
    assert_eq!((intent.received, intent.charge, intent.card), (eur("0.00"), None, None));
    let asked = fake.only_asked().await;
    assert_eq!(asked.field("return_url"), Some("https://t.example/r"));
    assert_eq!(asked.field("off_session"), None);
}

#[tokio::test]
async fn a_failed_try_says_why_and_with_which_card() {
    let mut body = wire_intent();
    body["status"] = json!("requires_payment_method");
    body["amount_received"] = json!(0);
    body["payment_method"] = Value::Null;
    body["last_payment_error"] = json!({
        "type": "card_error", "code": "authentication_required",
        "decline_code": "authentication_required", "message": "Authentication is required.",
        "payment_method": wire_method(),
    });
    let fake = Fake::answering("GET", "/v1/payment_intents/pi_1", body).await;
    let intent = fake.stripe.intent(&"pi_1".into()).await.unwrap();
    assert_eq!((intent.payment_method, intent.card), (None, Some(visa())));
    assert_eq!(
        intent.last_error,
        Some(IntentFailure {
            code: "authentication_required".to_owned(),
            decline_code: Some("authentication_required".to_owned()),
            message: "Authentication is required.".to_owned(),
        })
    );
    assert_eq!(fake.only_asked().await.form(), ["expand[0]=payment_method"]);
}

#[tokio::test]
async fn an_intent_is_cancelled_and_every_status_is_known() {
    for (status, expected) in [
        ("requires_payment_method", IntentStatus::RequiresPaymentMethod),
        ("requires_confirmation", IntentStatus::RequiresConfirmation),
        ("requires_action", IntentStatus::RequiresAction),
        ("processing", IntentStatus::Processing),
        ("requires_capture", IntentStatus::RequiresCapture),
        ("canceled", IntentStatus::Canceled),
    ] {
        let mut body = wire_intent();
        body["status"] = json!(status);
        let fake = Fake::answering("POST", "/v1/payment_intents/pi_1/cancel", body).await;
        let intent = fake.stripe.cancel_intent(&key(), &"pi_1".into()).await.unwrap();
        assert_eq!(intent.status, expected);
    }
}

#[tokio::test]
async fn intents_are_found_page_by_page() {
    let fake = Fake::start().await;
    for (id, has_more) in [("pi_3", true), ("pi_2", true), ("pi_1", false)] {
        let mut intent = wire_intent();
        intent["id"] = json!(id);
        let list = json!({"object": "list", "data": [intent], "has_more": has_more});
        let answer = ResponseTemplate::new(200).set_body_json(list);
        fake.answer_once("GET", "/v1/payment_intents", answer).await;
    }
    let found = fake.stripe.intents(&"cus_1".into(), at(1_699_999_000)).await.unwrap();
    let ids: Vec<_> = found.iter().map(|intent| intent.id.as_str()).collect();
    assert_eq!(ids, ["pi_3", "pi_2", "pi_1"]);
    let asked = fake.asked().await;
    let after: Vec<_> = asked.iter().map(|asked| asked.field("starting_after")).collect();
    assert_eq!(after, [None, Some("pi_3"), Some("pi_2")]);
    for asked in &asked {
        assert_eq!(asked.field("created[gte]"), Some("1699999000"));
        assert_eq!(asked.field("expand[0]"), Some("data.payment_method"));
    }
}

#[tokio::test]
async fn a_list_without_end_is_given_up() {
    let list = json!({"object": "list", "data": [wire_intent()], "has_more": true});
    let fake = Fake::answering("GET", "/v1/payment_intents", list).await;
    let error = fake.stripe.intents(&"cus_1".into(), at(0)).await.unwrap_err();
    assert!(error.to_string().contains("its list does not end"), "{error}");
}

#[tokio::test]
async fn a_saved_card_is_known_by_its_setup() {
    let body = json!({
        "id": "seti_1", "object": "setup_intent", "status": "succeeded", "customer": "cus_1",
        "payment_method": wire_method(), "last_setup_error": null, "metadata": {"checkout_id": "c-1"},
    });
    let fake = Fake::answering("GET", "/v1/setup_intents/seti_1", body).await;
    let setup = fake.stripe.setup_intent(&"seti_1".into()).await.unwrap();
    assert_eq!(setup.status, SetupStatus::Succeeded);
    assert_eq!((setup.payment_method, setup.card), (Some("pm_1".into()), Some(visa())));
}
