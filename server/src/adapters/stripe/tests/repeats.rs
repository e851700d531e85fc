//! What is sent again, and what is left in doubt.

use std::time::Duration;

use serde_json::json;
use wiremock::ResponseTemplate;

use super::{
    super::Stripe,
    eur,
    fake::{Fake, Fate, fated, settings},
    is_unknown, key, metadata,
};
use crate::app::gateway::{GatewayError, NewRefund, PaymentGateway, Refund, RefundStatus};

const REFUND: &str =
    r#"{"id":"re_1","status":"succeeded","amount":1200,"currency":"eur","created":1700000000}"#;

async fn refund(stripe: &Stripe) -> Result<Refund, GatewayError> {
    let refund = NewRefund {
        intent: "pi_1".into(),
        amount: eur("12.00"),
        reason: None,
        metadata: metadata(),
    };
    stripe.create_refund(&key(), &refund).await
}

async fn look(stripe: &Stripe) -> Result<Refund, GatewayError> {
    stripe.refund(&"re_1".into()).await
}

#[tokio::test]
async fn nobody_there_means_that_nothing_was_sent() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let stripe = Stripe::try_new(settings(&format!("http://{address}"))).unwrap();
    let error = refund(&stripe).await.unwrap_err();
    assert_eq!(error, GatewayError::Unreachable { because: "Connection refused".to_owned() });
    assert!(error.nothing_happened() && error.may_pass());
}

#[tokio::test]
async fn a_change_whose_answer_was_lost_is_sent_once_more_under_its_key() {
    for lost in [Fate::HangUp, Fate::HalfAnAnswer] {
        let (stripe, requests) = fated(vec![lost, Fate::Answer(200, REFUND)]).await;
        assert_eq!(refund(&stripe).await.unwrap().status, RefundStatus::Succeeded);
        let requests = requests.lock().unwrap();
        assert_eq!(requests.len(), 2);
        assert!(requests.iter().all(|request| request.contains("idempotency-key: refund:row:1")));
        assert_eq!(requests[0], requests[1]);
    }
}

#[tokio::test]
async fn a_change_lost_twice_stays_in_doubt() {
    let fates = vec![Fate::HangUp, Fate::HangUp, Fate::Answer(200, REFUND)];
    let (stripe, requests) = fated(fates).await;
    assert!(is_unknown(&refund(&stripe).await.unwrap_err()));
    assert_eq!(requests.lock().unwrap().len(), 2);
}

/// That the second sending certainly did nothing says nothing about the first.
#[tokio::test]
async fn what_follows_a_lost_answer_does_not_end_the_doubt() {
    let limited = r#"{"error":{"type":"invalid_request_error","code":"rate_limit"}}"#;
    let withdrawn = r#"{"error":{"type":"invalid_request_error"}}"#;
    for then in [None, Some((429, limited)), Some((401, withdrawn))] {
        let mut fates = vec![Fate::HangUp];
        if let Some((status, body)) = then {
            fates.extend([Fate::Answer(status, body), Fate::Answer(status, body)]);
        }
        let (stripe, _) = fated(fates).await;
        let error = refund(&stripe).await.unwrap_err();
        assert!(is_unknown(&error), "{then:?}: {error:?}");
    }
    let running = r#"{"error":{"type":"idempotency_error","code":"idempotency_key_in_use"}}"#;
    let fates = vec![Fate::HangUp, Fate::Answer(409, running), Fate::Answer(200, REFUND)];
    let (stripe, _) = fated(fates).await;
    assert!(refund(&stripe).await.is_ok());
}

#[tokio::test]
async fn a_change_that_took_too_long_is_not_repeated() {
    let (stripe, requests) = fated(vec![Fate::Silence, Fate::Answer(200, REFUND)]).await;
    assert!(is_unknown(&refund(&stripe).await.unwrap_err()));
    assert_eq!(requests.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_question_is_repeated_whatever_happened() {
    for lost in [Fate::HangUp, Fate::HalfAnAnswer, Fate::Silence, Fate::Answer(500, "{}")] {
        let (stripe, requests) = fated(vec![lost, Fate::Answer(200, REFUND)]).await;
        assert_eq!(look(&stripe).await.unwrap().amount, eur("12.00"));
        assert_eq!(requests.lock().unwrap().len(), 2);
    }
    let fates = (0..4).map(|_| Fate::HangUp).collect();
    let (stripe, requests) = fated(fates).await;
    assert!(is_unknown(&look(&stripe).await.unwrap_err()));
    assert_eq!(requests.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn what_is_busy_is_asked_again_and_stripe_may_forbid_it() {
    let busy = || {
        let error = json!({"error": {"type": "invalid_request_error", "code": "rate_limit"}});
        ResponseTemplate::new(429).insert_header("retry-after", "0").set_body_json(error)
    };
    let refund_answer = ResponseTemplate::new(200).set_body_string(REFUND);
    let fake = Fake::start().await;
    fake.answer_once("POST", "/v1/refunds", busy()).await;
    fake.answer("POST", "/v1/refunds", refund_answer.clone()).await;
    assert!(refund(&fake.stripe).await.is_ok());
    assert_eq!(fake.asked().await.len(), 2);

    let fake = Fake::start().await;
    let forbidden = busy().insert_header("stripe-should-retry", "false");
    fake.answer_once("POST", "/v1/refunds", forbidden).await;
    fake.answer("POST", "/v1/refunds", refund_answer).await;
    assert!(matches!(refund(&fake.stripe).await, Err(GatewayError::RateLimited { .. })));
    assert_eq!(fake.asked().await.len(), 1);
}

#[tokio::test]
async fn how_often_is_a_setting() {
    let fake = Fake::patient(|patience| patience.retries = 0).await;
    fake.answer("GET", "/v1/refunds/re_1", ResponseTemplate::new(503)).await;
    assert!(is_unknown(&look(&fake.stripe).await.unwrap_err()));
    assert_eq!(fake.asked().await.len(), 1);
}

#[tokio::test]
async fn the_time_for_an_answer_covers_all_of_it() {
    let fake = Fake::patient(|patience| {
        patience.timeout = Duration::from_millis(50);
        patience.retries = 0;
    })
    .await;
    let late = ResponseTemplate::new(200).set_body_string(REFUND).set_delay(Duration::from_mins(1));
    fake.answer("POST", "/v1/refunds", late).await;
    let error = refund(&fake.stripe).await.unwrap_err();
    assert!(error.to_string().contains("no answer within"), "{error}");
}
