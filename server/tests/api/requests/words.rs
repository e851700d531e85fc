//! What people write to each other, and what of it reaches a terminal.

use serde_json::json;
use traveloure_core::{
    api::{
        page::Page,
        problem::Code,
        request::{Request, RequestRow},
    },
    text,
};
use traveloure_server::testing::Backend;

use crate::stage;

#[tokio::test]
async fn nothing_that_acts_on_a_terminal_is_stored_or_sent() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("To\u{1b}[2Jm").await);
    let walk = stage::walk(&backend, &ana, 8).await;
    let hostile = "hello\u{1b}]0;owned\u{7}\nsecond\u{202e}line\u{9b}31m\u{7f}";
    let body = json!({
        "service_id": walk.id, "date": "2026-06-10", "time": "09:00", "travelers": 2, "special_requests": hostile,
    });
    let id =
        backend.post(&tom, "/api/booking-requests/submit/", &body).await.ok::<Request>().row.id;
    let seen = stage::look(&backend, &ana, id).await;
    for words in [&seen.special_requests, &seen.row.traveler_name, &seen.rounds[0].message] {
        assert!(!words.chars().any(|c| c != '\n' && text::is_refused(c)), "{words:?}");
    }
    assert!(seen.special_requests.contains("\nsecond"));
}

#[tokio::test]
async fn a_message_is_new_until_it_was_read() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 8).await;
    let id = stage::ask(&backend, &tom, walk.id, "2026-06-10", 2).await.row.id;
    let path = format!("/api/booking-requests/{id}/messages/");
    let _: Request = backend.post(&tom, &path, &json!({"text": "Is there shade?"})).await.ok();
    let inbox = format!("/api/booking-requests/provider/{}/?status=open", ana.provider());
    let page: Page<RequestRow> = backend.get(&ana, &inbox).await.ok();
    assert!(page.items[0].has_message);
    backend.clock.advance(chrono::TimeDelta::minutes(1));
    let seen = stage::look(&backend, &ana, id).await;
    assert_eq!(seen.messages[0].text, "Is there shade?");
    let page: Page<RequestRow> = backend.get(&ana, &inbox).await.ok();
    assert!(!page.items[0].has_message);
    backend.post(&ana, &path, &json!({"text": "  "})).await.refused(Code::Invalid);
}

#[tokio::test]
async fn too_long_and_malformed_is_refused_and_named() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 8).await;
    let submit = "/api/booking-requests/submit/";
    let with = |field: &str, value: serde_json::Value| {
        let mut body =
            json!({"service_id": walk.id, "date": "2026-06-10", "time": "09:00", "travelers": 2});
        body[field] = value;
        body
    };
    let long = "x".repeat(2001);
    let problem = backend
        .post(&tom, submit, &with("special_requests", json!(long)))
        .await
        .refused(Code::Invalid);
    assert_eq!(problem.fields[0].field, "special_requests");
    backend.post(&tom, submit, &with("travelers", json!(0))).await.refused(Code::Invalid);
    for (field, value) in [
        ("date", json!("2026-02-30")),
        ("time", json!("25:00")),
        ("travelers", json!(-1)),
        ("service_id", json!("not an id")),
        ("surprise", json!(1)),
    ] {
        backend.post(&tom, submit, &with(field, value)).await.refused(Code::MalformedBody);
    }
    let huge = with("special_requests", json!("x".repeat(1024 * 1024 + 1)));
    backend.post(&tom, submit, &huge).await.refused(Code::BodyTooLarge);
    backend.post(&tom, submit, &with("time", json!("10:00"))).await.refused(Code::NotOffered);
    backend.post(&tom, submit, &with("date", json!("2020-01-01"))).await.refused(Code::NotOffered);
}
