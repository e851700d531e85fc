//! Every way in which Stripe says no.

use std::time::Duration;

use serde_json::{Value, json};
use wiremock::ResponseTemplate;

use super::{
    eur,
    fake::{Fake, KEY},
    key, metadata,
};
use crate::app::gateway::{GatewayError, NewRefund, PaymentGateway};

async fn refunded(fake: &Fake) -> GatewayError {
    let refund = NewRefund {
        intent: "pi_1".into(),
        amount: eur("12.00"),
        reason: None,
        metadata: metadata(),
    };
    fake.stripe.create_refund(&key(), &refund).await.unwrap_err()
}

/// What a change ends with that is always answered so, and how often it was sent.
async fn refusal(status: u16, body: Value) -> (GatewayError, usize) {
    let fake = Fake::start().await;
    let answer =
        ResponseTemplate::new(status).insert_header("request-id", "req_1").set_body_json(body);
    fake.answer("POST", "/v1/refunds", answer).await;
    let error = refunded(&fake).await;
    (error, fake.asked().await.len())
}

fn error(kind: &str, code: Option<&str>) -> Value {
    json!({"error": {"type": kind, "code": code, "message": "Said so."}})
}

fn refused(code: &str) -> GatewayError {
    GatewayError::Refused { code: code.to_owned(), message: "Said so.".to_owned() }
}

#[tokio::test]
async fn each_refusal_is_what_a_use_case_decides_by() {
    let limited = GatewayError::RateLimited { retry_after: None };
    let bad = "invalid_request_error";
    for (status, body, expected, sent) in [
        (400, error(bad, Some("balance_insufficient")), refused("balance_insufficient"), 1),
        (400, error(bad, None), refused(bad), 1),
        // Named among the parameters, not asked for.
        (400, error(bad, Some("resource_missing")), refused("resource_missing"), 1),
        (402, error(bad, Some("transfers_not_allowed")), refused("transfers_not_allowed"), 1),
        (400, error("idempotency_error", None), GatewayError::KeyReused, 1),
        (401, error(bad, None), GatewayError::Unauthorized, 1),
        (403, error(bad, None), GatewayError::Unauthorized, 1),
        (403, error(bad, Some("account_invalid")), GatewayError::NotFound, 1),
        (404, error(bad, Some("resource_missing")), GatewayError::NotFound, 1),
        // No such path: that is no word about any object.
        (404, error(bad, None), refused(bad), 1),
        (
            409,
            error("idempotency_error", Some("idempotency_key_in_use")),
            GatewayError::KeyInUse,
            3,
        ),
        (429, error(bad, Some("lock_timeout")), GatewayError::KeyInUse, 3),
        (429, error(bad, Some("rate_limit")), limited.clone(), 3),
    ] {
        assert_eq!(refusal(status, body.clone()).await, (expected, sent), "{status} {body}");
    }
}

#[tokio::test]
async fn a_declined_card_names_its_intent_and_says_why() {
    let body = json!({"error": {
        "type": "card_error",
        "code": "card_declined",
        "decline_code": "insufficient_funds",
        "message": "Your card has insufficient funds.",
        "payment_intent": {"id": "pi_9", "object": "payment_intent", "status": "requires_payment_method"},
    }});
    let (error, sent) = refusal(402, body).await;
    assert_eq!(
        error,
        GatewayError::Card {
            code: "card_declined".to_owned(),
            decline_code: Some("insufficient_funds".to_owned()),
            message: "Your card has insufficient funds.".to_owned(),
            intent: Some("pi_9".into()),
        }
    );
    assert_eq!(error.to_string(), "The card was not charged. Your card has insufficient funds.");
    assert!(error.nothing_happened() && !error.may_pass());
    assert_eq!(sent, 1);
}

#[tokio::test]
async fn a_failure_of_stripes_leaves_a_change_in_doubt_and_is_not_repeated() {
    for status in [500, 502, 503, 504, 408] {
        let (error, sent) = refusal(status, json!({"error": {"type": "api_error"}})).await;
        let GatewayError::Unknown { because, request_id } = &error else { panic!("{error:?}") };
        assert_eq!(because, &format!("it failed with status {status}"));
        assert_eq!(request_id.as_deref(), Some("req_1"));
        assert!(!error.nothing_happened());
        assert_eq!(sent, 1, "{status}");
    }
}

#[tokio::test]
async fn what_is_not_stripe_is_not_believed() {
    let said = async |status: u16, body: &str| {
        let fake = Fake::start().await;
        let answer = ResponseTemplate::new(status).set_body_string(body);
        fake.answer("POST", "/v1/refunds", answer).await;
        refunded(&fake).await
    };
    assert!(
        matches!(said(404, "<html>").await, GatewayError::Refused { code, .. } if code == "http_404")
    );
    assert!(matches!(said(502, "<html>").await, GatewayError::Unknown { .. }));
    assert_eq!(said(403, "").await, GatewayError::Unauthorized);
    // It said yes, and nobody knows to what.
    for body in ["", "{}", "<html>", r#"{"id":"re_1","amount":"12","currency":"eur","created":1}"#]
    {
        assert!(matches!(said(200, body).await, GatewayError::Unknown { .. }), "{body}");
    }
    let odd = said(
        200,
        r#"{"id":"re_1","status":"perhaps","amount":1200,"currency":"eur","created":1700000000}"#,
    );
    assert!(odd.await.to_string().contains("\"perhaps\" is no status of a refund"));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Fake::start().await;
    let fake = Fake::start().await;
    let answer = ResponseTemplate::new(307)
        .insert_header("location", format!("{}/v1/refunds", elsewhere.server.uri()));
    fake.answer("POST", "/v1/refunds", answer).await;
    let error = refunded(&fake).await;
    assert!(
        matches!(&error, GatewayError::Refused { code, .. } if code == "http_307"),
        "{error:?}"
    );
    assert!(elsewhere.asked().await.is_empty());
}

#[tokio::test]
async fn an_answer_without_end_is_given_up() {
    let fake = Fake::start().await;
    let answer = ResponseTemplate::new(200).set_body_string("x".repeat(4 * 1024 * 1024 + 1));
    fake.answer("POST", "/v1/refunds", answer).await;
    let error = refunded(&fake).await;
    assert!(error.to_string().contains("too large"), "{error}");
    assert!(matches!(error, GatewayError::Unknown { .. }));
    assert_eq!(fake.asked().await.len(), 1);
}

#[tokio::test]
async fn no_key_is_in_what_is_said() {
    let text = format!("Bad key {KEY} in\u{1b}[2J \u{202e}here. {}", "x".repeat(10_000));
    let body = json!({"error": {"type": "invalid_request_error", "code": "odd", "message": text}});
    let (error, _) = refusal(400, body).await;
    let said = format!("{error} {error:?}");
    assert!(said.contains("Bad key … in"), "{said}");
    assert!(!said.contains("hunter2") && !said.contains('\u{1b}'), "{said}");
    assert!(said.len() < 2000);
}

#[tokio::test]
async fn a_long_wait_is_the_callers() {
    let fake = Fake::start().await;
    let answer = ResponseTemplate::new(429)
        .insert_header("retry-after", "3600")
        .set_body_json(error("invalid_request_error", Some("rate_limit")));
    fake.answer("POST", "/v1/refunds", answer).await;
    let waits = Some(Duration::from_hours(1));
    assert_eq!(refunded(&fake).await, GatewayError::RateLimited { retry_after: waits });
    assert_eq!(fake.asked().await.len(), 1);
}
