//! A second opinion on what Stripe says: the adapter reads what `localstripe`, an imitation that others wrote, made of
//! plain payments, and accepts what it signed.
//!
//! It proves no more than that. It has no idempotency, lets every card succeed, has neither Checkout nor Connect, and
//! refuses parameters that it does not know, such as `off_session`, and lists of one customer: payments are made here as
//! it likes them.

use std::{process::Stdio, time::Duration};

use axum::{Router, body::Bytes, http::HeaderMap, routing::post};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::mpsc,
    time::timeout,
};
use traveloure_config::Secret;
use traveloure_server::{
    adapters::stripe::{Patience, Stripe, StripeSettings},
    app::gateway::{
        IntentStatus, NewCustomer, NewRefund, PaymentGateway, RefundStatus, SignatureError,
    },
    clock::{Clock as _, SystemClock},
};

use super::{key, metadata, money};
use crate::python::script;

const SECRET: &str = "whsec_a_secret_of_the_test";

/// The imitation, which ends with the test.
struct Imitation {
    stripe: Stripe,
    url: String,
    http: reqwest::Client,
    _process: Child,
}

impl Imitation {
    async fn start() -> Option<Self> {
        let script = script("localstripe", "serve.py").await?;
        let mut process = Command::new(script.python)
            .arg(script.path)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = said.next_line().await.unwrap().unwrap();
        let url = format!("http://127.0.0.1:{port}");
        let stripe = Stripe::try_new(StripeSettings {
            base_url: url.parse().unwrap(),
            api_key: Secret::from("sk_test_localstripe".to_owned()),
            webhook_secrets: vec![Secret::from(SECRET.to_owned())],
            patience: Patience {
                timeout: Duration::from_secs(20),
                retries: 2,
                pause: Duration::from_millis(1),
            },
        })
        .unwrap();
        Some(Self { stripe, url, http: reqwest::Client::new(), _process: process })
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let sent = self.http.post(format!("{}{path}", self.url));
        let answer = sent.bearer_auth("sk_test_localstripe").json(&body).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{status}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }
}

fn now() -> DateTime<Utc> {
    SystemClock.now()
}

#[tokio::test]
async fn what_others_take_for_stripe_is_read_and_its_signature_accepted() {
    let Some(imitation) = Imitation::start().await else { return };
    let (heard, mut messages) = mpsc::channel(8);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let hook = format!("http://{}/hook", listener.local_addr().unwrap());
    let route = post(move |headers: HeaderMap, body: Bytes| async move {
        let signature = headers["stripe-signature"].to_str().unwrap().to_owned();
        heard.send((signature, body)).await.unwrap();
    });
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/hook", route)).await });
    let listening = json!({"url": hook, "secret": SECRET, "events": ["payment_intent.succeeded"]});
    imitation.post("/_config/webhooks/ours", listening).await;

    let stripe = &imitation.stripe;
    let new = NewCustomer {
        email: "ana@example.com".to_owned(),
        name: Some("Ana".to_owned()),
        metadata: metadata("u-1"),
    };
    let customer = stripe.create_customer(&key("customer"), &new).await.unwrap();
    assert_eq!(stripe.customer(&customer.id).await.unwrap(), customer);

    let paid = imitation
        .post(
            "/v1/payment_intents",
            json!({"amount": 11_807, "currency": "eur", "customer": customer.id.as_str(),
                   "payment_method": "pm_card_visa", "confirm": true, "metadata": {"row": "p-1"}}),
        )
        .await;
    let intent = stripe.intent(&paid["id"].as_str().unwrap().into()).await.unwrap();
    assert_eq!(intent.status, IntentStatus::Succeeded);
    assert_eq!(intent.amount, money("118.07", "EUR"));
    assert_eq!(intent.metadata, metadata("p-1"));
    assert!(intent.charge.is_some());

    let new = NewRefund {
        intent: intent.id.clone(),
        amount: money("18.07", "EUR"),
        reason: None,
        metadata: metadata("r-1"),
    };
    let refund = stripe.create_refund(&key("refund"), &new).await.unwrap();
    assert_eq!((refund.status, refund.amount), (RefundStatus::Succeeded, money("18.07", "EUR")));
    assert_eq!(stripe.refund(&refund.id).await.unwrap(), refund);

    let (signature, raw) =
        timeout(Duration::from_secs(30), messages.recv()).await.unwrap().unwrap();
    let event = stripe.verify_event(&raw, &signature, now()).unwrap();
    assert_eq!(event.kind, "payment_intent.succeeded");
    assert_eq!(event.object_id.as_deref(), Some(intent.id.as_str()));
    assert_eq!(stripe.event(&event.id, None).await.unwrap(), event);
    let later = now() + TimeDelta::seconds(302);
    assert_eq!(stripe.verify_event(&raw, &signature, later), Err(SignatureError::Stale));
    let mut changed = raw.to_vec();
    changed.push(b' ');
    assert_eq!(stripe.verify_event(&changed, &signature, now()), Err(SignatureError::Wrong));
}
