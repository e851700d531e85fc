//! Events on their way to those who listen.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::{OriginalUri, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use traveloure_server::sandbox::{self, Destinations, Effect, Fault};

use crate::support::{Processor, id, payment};

/// What arrived: where, its signature and its bytes.
type Arrived = Arc<Mutex<Vec<(String, String, Vec<u8>)>>>;

/// Someone who listens on a port of their own and answers with the statuses they were given, then with 200.
struct Listener {
    to: Destinations,
    url: String,
    arrived: Arrived,
    statuses: Arc<Mutex<Vec<u16>>>,
}

impl Listener {
    async fn start(statuses: &[u16]) -> Self {
        let arrived = Arrived::default();
        let statuses = Arc::new(Mutex::new(statuses.to_vec()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/{*path}", post(hear))
            .with_state((Arc::clone(&arrived), Arc::clone(&statuses)));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let to =
            Destinations { account: format!("{url}/account"), connect: format!("{url}/connect") };
        Self { to, url, arrived, statuses }
    }

    /// The types of what arrived, in order, and where.
    fn heard(&self) -> Vec<(String, String)> {
        let arrived = self.arrived.lock().unwrap();
        let kind = |body: &[u8]| -> String {
            let event: Value = serde_json::from_slice(body).unwrap();
            event["type"].as_str().unwrap().to_owned()
        };
        arrived.iter().map(|(path, _, body)| (path.clone(), kind(body))).collect()
    }
}

async fn hear(
    State((arrived, statuses)): State<(Arrived, Arc<Mutex<Vec<u16>>>)>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let signature = headers["stripe-signature"].to_str().unwrap().to_owned();
    arrived.lock().unwrap().push((uri.path().to_owned(), signature, body.to_vec()));
    let mut statuses = statuses.lock().unwrap();
    let status = if statuses.is_empty() { 200 } else { statuses.remove(0) };
    StatusCode::from_u16(status).unwrap()
}

fn is_signed(secret: &str, signature: &str, body: &[u8]) -> bool {
    let (t, v1) = signature.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(t.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac.verify_slice(&hex::decode(v1).unwrap()).is_ok()
}

#[tokio::test]
async fn events_arrive_signed_with_the_secret_of_their_listener() {
    let processor = Processor::start().await;
    let listener = Listener::start(&[]).await;
    processor.paid("pm_card_visa").await;
    processor.account().await;
    let sent = sandbox::deliver_due(&processor.sandbox, &listener.to).await.unwrap();
    assert_eq!(sent, 4);
    let settings = processor.sandbox.settings();
    let arrived = listener.arrived.lock().unwrap().clone();
    for (path, signature, body) in &arrived {
        let is_connect = path == "/connect";
        assert_eq!(is_signed(&settings.webhook_secret, signature, body), !is_connect);
        assert_eq!(is_signed(&settings.connect_webhook_secret, signature, body), is_connect);
        let event: Value = serde_json::from_slice(body).unwrap();
        assert_eq!(event.get("account").is_some(), is_connect);
        // What is sent is what can be fetched.
        if !is_connect {
            let path = format!("/v1/events/{}", id(&event));
            assert_eq!(processor.get(&path, "").await.ok(), event);
        }
    }
    assert!(listener.heard().contains(&("/connect".to_owned(), "account.updated".to_owned())));
    assert_eq!(sandbox::deliver_due(&processor.sandbox, &listener.to).await.unwrap(), 0);
}

#[tokio::test]
async fn an_event_that_does_not_arrive_is_sent_again_later() {
    let processor = Processor::start().await;
    let listener = Listener::start(&[500, 302]).await;
    processor.customer().await;
    let deliver = || sandbox::deliver_due(&processor.sandbox, &listener.to);
    assert_eq!(deliver().await.unwrap(), 1);
    assert_eq!(deliver().await.unwrap(), 0);
    processor.clock.advance(TimeDelta::seconds(2));
    assert_eq!(deliver().await.unwrap(), 1);
    processor.clock.advance(TimeDelta::seconds(2));
    assert_eq!(deliver().await.unwrap(), 0);
    assert_eq!(processor.sandbox.hurry_deliveries().await.unwrap(), 1);
    assert_eq!(deliver().await.unwrap(), 1);
    let deliveries = processor.sandbox.deliveries().await.unwrap();
    assert_eq!((deliveries.due, deliveries.delivered), (0, 1));
    let bodies: Vec<Vec<u8>> =
        listener.arrived.lock().unwrap().iter().map(|(_, _, body)| body.clone()).collect();
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    assert!(listener.statuses.lock().unwrap().is_empty());
}

#[tokio::test]
async fn two_processes_share_the_sending() {
    let processor = Processor::start().await;
    let listener = Listener::start(&[]).await;
    for _ in 0..40 {
        processor.customer().await;
    }
    let deliver = || sandbox::deliver_due(&processor.sandbox, &listener.to);
    let (one, other) = tokio::join!(deliver(), deliver());
    assert_eq!(one.unwrap() + other.unwrap(), 40);
    let mut ids: Vec<String> = listener
        .arrived
        .lock()
        .unwrap()
        .iter()
        .map(|(_, _, body)| id(&serde_json::from_slice(body).unwrap()))
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 40);
}

#[tokio::test]
async fn events_are_doubled_delayed_lost_and_shuffled_on_purpose() {
    let processor = Processor::start().await;
    let listener = Listener::start(&[]).await;
    let add = |kind: &str, effect, amount| {
        let fault = Fault { amount, count: None, ..Fault::once(kind, effect) };
        let sandbox = processor.sandbox.clone();
        async move { sandbox.add_fault(&fault).await.unwrap() }
    };
    add("customer.created", Effect::Duplicate, 2).await;
    add("charge.succeeded", Effect::Delay, 5000).await;
    add("payment_intent.succeeded", Effect::Drop, 1).await;
    processor.customer().await;
    processor.paid("pm_card_visa").await;
    let deliver = || sandbox::deliver_due(&processor.sandbox, &listener.to);
    let count = |kind: &str| listener.heard().iter().filter(|(_, heard)| heard == kind).count();
    deliver().await.unwrap();
    assert_eq!(count("customer.created"), 3);
    assert_eq!((count("charge.succeeded"), count("payment_intent.succeeded")), (0, 0));
    processor.clock.advance(TimeDelta::seconds(2));
    deliver().await.unwrap();
    assert_eq!((count("charge.succeeded"), count("payment_intent.succeeded")), (0, 1));
    processor.clock.advance(TimeDelta::seconds(3));
    deliver().await.unwrap();
    assert_eq!(count("charge.succeeded"), 1);

    processor.sandbox.clear_faults().await.unwrap();
    add("*", Effect::Shuffle, 10_000).await;
    listener.arrived.lock().unwrap().clear();
    let mut made = Vec::new();
    for _ in 0..12 {
        made.push(processor.customer().await);
    }
    for _ in 0..11 {
        deliver().await.unwrap();
        processor.clock.advance(TimeDelta::seconds(1));
    }
    let heard: Vec<String> = listener
        .arrived
        .lock()
        .unwrap()
        .iter()
        .map(|(_, _, body)| {
            let event: Value = serde_json::from_slice(body).unwrap();
            id(&event["data"]["object"])
        })
        .collect();
    assert_eq!(heard.len(), 12);
    assert_ne!(heard, made);
}

#[tokio::test]
async fn others_can_listen_for_what_they_name() {
    let processor = Processor::start().await;
    let (own, other) = (Listener::start(&[]).await, Listener::start(&[]).await);
    let url = other.url.replace(':', "%3A").replace('/', "%2F");
    let form = format!("url={url}%2Fhook&enabled_events[]=payment_intent.succeeded");
    let endpoint = processor.post("/v1/webhook_endpoints", &form).await.ok();
    let secret = endpoint["secret"].as_str().unwrap();
    processor.paid("pm_card_visa").await;
    sandbox::deliver_due(&processor.sandbox, &own.to).await.unwrap();
    assert_eq!(other.heard(), [("/hook".to_owned(), "payment_intent.succeeded".to_owned())]);
    assert_eq!(own.heard().len(), 3);
    let (_, signature, body) = other.arrived.lock().unwrap()[0].clone();
    assert!(is_signed(secret, &signature, &body));
    let path = format!("/v1/webhook_endpoints/{}", id(&endpoint));
    assert_eq!(processor.get(&path, "").await.ok().get("secret"), None);
    processor.delete(&path).await.ok();
    processor.get(&path, "").await.refused(404);
    let refused = form.replace("http%3A", "https%3A");
    processor.post("/v1/webhook_endpoints", &refused).await.refused(400);
}

#[tokio::test]
async fn the_task_sends_what_is_committed_while_it_runs() {
    let processor = Processor::start().await;
    let listener = Listener::start(&[]).await;
    let stop = CancellationToken::new();
    let task = tokio::spawn(sandbox::deliver(
        processor.sandbox.clone(),
        listener.to.clone(),
        stop.clone(),
    ));
    processor.post("/v1/payment_intents", &payment("pm_card_visa")).await.ok();
    while processor.sandbox.deliveries().await.unwrap().delivered < 3 {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    task.await.unwrap();
    assert_eq!(listener.heard().len(), 3);
}
