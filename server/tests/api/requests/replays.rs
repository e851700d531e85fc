//! The same request twice: answered twice, done once.

use serde_json::json;
use traveloure_core::api::{
    page::Page,
    problem::Code,
    request::{Answered, RequestRow},
};
use traveloure_server::testing::Backend;

use crate::stage;

#[tokio::test]
async fn a_replay_gets_the_first_answer() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 8).await;
    let id = stage::ask(&backend, &tom, walk.id, "2026-06-10", 2).await.row.id;
    let path = format!("/api/booking-requests/{id}/accept/");
    let first = backend.post_with_key(&ana, &path, "once", &json!({})).await;
    let again = backend.post_with_key(&ana, &path, "once", &json!({})).await;
    assert_eq!((first.status, &first.body), (again.status, &again.body));
    backend
        .post_with_key(&ana, &path, "once", &json!({"over_rules": true}))
        .await
        .refused(Code::KeyReused);
    backend.post_with_key(&ana, &path, "another", &json!({})).await.refused(Code::AlreadyAnswered);
}

#[tokio::test]
async fn a_refusal_is_an_answer_too() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 2).await;
    let first = stage::ask(&backend, &tom, walk.id, "2026-06-10", 2).await.row.id;
    let second = stage::ask(&backend, &tom, walk.id, "2026-06-10", 2).await.row.id;
    stage::booking(&stage::accept(&backend, &ana, first).await);
    let path = format!("/api/booking-requests/{second}/accept/");
    backend.post_with_key(&ana, &path, "late", &json!({})).await.refused(Code::SlotTaken);
    // The slot comes free, and the stored answer stays what it was.
    backend.clock.advance(chrono::TimeDelta::hours(23));
    stage::set_rules(&backend, &ana, walk.id, "every day 09:00 cap 9\ncounts per person").await;
    backend.post_with_key(&ana, &path, "late", &json!({})).await.refused(Code::SlotTaken);
    stage::booking(&backend.post_with_key(&ana, &path, "later", &json!({})).await);
}

#[tokio::test]
async fn many_copies_at_once_are_done_once() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 80).await;
    let body =
        json!({"service_id": walk.id, "date": "2026-06-10", "time": "09:00", "travelers": 1});
    let copies = (0..12)
        .map(|_| backend.post_with_key(&tom, "/api/booking-requests/submit/", "the same", &body));
    for reply in futures_util::future::join_all(copies).await {
        if !reply.status.is_success() {
            reply.refused(Code::StillRunning);
        }
    }
    let path = format!("/api/booking-requests/user/{}/", tom.id);
    let page: Page<RequestRow> = backend.get(&tom, &path).await.ok();
    assert_eq!(page.items.len(), 1);
}

#[tokio::test]
async fn where_capacity_moves_a_key_is_needed() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 8).await;
    let id = stage::ask(&backend, &tom, walk.id, "2026-06-10", 2).await.row.id;
    let path = format!("/api/booking-requests/{id}/accept/");
    let request = backend
        .request(&ana, axum::http::Method::POST, &path)
        .body(axum::body::Body::from("{}"))
        .unwrap();
    backend.send(request).await.refused(Code::KeyRequired);
    let _: Answered = stage::decline(&backend, &ana, id).await.ok();
}
