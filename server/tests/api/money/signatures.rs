//! Who may say that something was paid: the processor, just now, and once.

use axum::{
    body::Body,
    http::{Method, Request},
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use traveloure_core::api::problem::Code;
use traveloure_server::{clock::Clock, testing::Reply};

use super::Town;

const PATH: &str = "/api/webhooks/stripe/";

fn message() -> String {
    json!({
        "id": "evt_1", "object": "event", "type": "payment_intent.succeeded", "created": 1_780_000_000,
        "livemode": false, "data": {"object": {"id": "pi_1", "object": "payment_intent"}},
    })
    .to_string()
}

/// As Stripe signs: the time, a dot, the bytes.
fn signature(secret: &str, time: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{time}.{body}").as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

impl Town {
    async fn tell(&self, header: Option<&str>, body: &str) -> Reply {
        let mut request = Request::builder().method(Method::POST).uri(PATH);
        if let Some(header) = header {
            request = request.header("stripe-signature", header);
        }
        self.backend.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    async fn kept(&self) -> i64 {
        let mut owner = self.backend.owner().await;
        sqlx::query_scalar("SELECT count(*) FROM webhook_events")
            .fetch_one(&mut owner)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn what_is_not_signed_by_the_processor_just_now_is_not_kept() {
    let town = Town::new().await;
    let secret = town.backend.sandbox().settings().webhook_secret.clone();
    let now = town.backend.clock.now().timestamp();
    let body = message();
    let good = signature(&secret, now, &body);
    let others = signature("whsec_of_somebody_else", now, &body);
    let stale = |seconds: i64| {
        format!("t={0},v1={1}", now + seconds, signature(&secret, now + seconds, &body))
    };
    let (early, late) = (stale(301), stale(-301));
    let cases = [
        ("none", None, body.as_str()),
        ("empty", Some(String::new()), &body),
        ("no header of Stripe's", Some(good.clone()), &body),
        ("without a time", Some(format!("v1={good}")), &body),
        ("a time that is none", Some(format!("t=now,v1={good}")), &body),
        ("two times", Some(format!("t={now},t={now},v1={good}")), &body),
        ("another time than was signed", Some(format!("t={},v1={good}", now + 1)), &body),
        ("without a signature", Some(format!("t={now}")), &body),
        ("of the scheme for tests only", Some(format!("t={now},v0={good}")), &body),
        ("no hexadecimal digits", Some(format!("t={now},v1=zz{}", &good[2..])), &body),
        ("half of it", Some(format!("t={now},v1={}", &good[..32])), &body),
        ("by another secret", Some(format!("t={now},v1={others}")), &body),
        ("of another message", Some(format!("t={now},v1={good}")), "{}"),
        ("301 seconds old", Some(late), &body),
        ("301 seconds ahead", Some(early), &body),
        ("longer than any", Some(format!("t={now},v1={good},{}", "v1=0,".repeat(500))), &body),
    ];
    for (what, header, body) in cases {
        let reply = town.tell(header.as_deref(), body).await;
        assert_eq!(reply.body["code"], Code::WrongSignature.as_str(), "{what}: {:#}", reply.body);
        assert_eq!(reply.status, 400, "{what}");
        assert!(!reply.body.to_string().contains(&secret), "{what}");
    }
    assert_eq!(town.kept().await, 0);
}

#[tokio::test]
async fn what_is_signed_is_kept_once_however_often_it_comes() {
    let town = Town::new().await;
    let secret = town.backend.sandbox().settings().webhook_secret.clone();
    let now = town.backend.clock.now().timestamp();
    let body = message();
    for seconds in [0, -300, 300] {
        let good = signature(&secret, now + seconds, &body);
        // While one secret replaces another there are two signatures.
        let header = format!("t={},v1={},v1={good}", now + seconds, "0".repeat(64));
        let reply = town.tell(Some(&header), &body).await;
        assert!(reply.status.is_success(), "{seconds}: {:#}", reply.body);
    }
    assert_eq!(town.kept().await, 1);
    town.backend.hear().await;
    town.holds().await;
}
