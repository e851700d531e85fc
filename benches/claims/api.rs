//! Accepting over HTTP.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use traveloure_server::serve::Server;
use uuid::Uuid;

use crate::seed::Stage;

/// Accepts all of them with so many clients at once; returns how many a second.
pub async fn accept_all(server: &Server, stage: &Stage, requests: &[Uuid], clients: usize) -> f64 {
    let next = Arc::new(AtomicUsize::new(0));
    let requests: Arc<[Uuid]> = requests.into();
    // Made before the clock runs: it reads the system's certificates, and pgbench's time begins when it is
    // connected.
    let client = reqwest::Client::new();
    let started = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..clients {
        let (next, requests) = (Arc::clone(&next), Arc::clone(&requests));
        let (base, token) = (format!("http://{}", server.address()), stage.token.clone());
        let client = client.clone();
        tasks.push(tokio::spawn(async move {
            while let Some(id) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                accept(&client, &base, &token, *id).await;
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    let seconds = started.elapsed().as_secs_f64();
    f64::from(u32::try_from(requests.len()).unwrap()) / seconds
}

/// Accepts one, which must succeed.
pub async fn accept(client: &reqwest::Client, base: &str, token: &str, id: Uuid) {
    let answer = client
        .post(format!("{base}/api/booking-requests/{id}/accept/"))
        .bearer_auth(token)
        .header("traveloure-role", "provider")
        .header("idempotency-key", id.to_string())
        .header("content-type", "application/json")
        .body("{}")
        .send()
        .await
        .unwrap();
    let status = answer.status();
    let body = answer.text().await.unwrap();
    assert!(status.is_success(), "{status}: {body}");
}
