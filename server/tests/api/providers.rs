//! Becoming a provider.

use axum::http::Method;
use serde_json::json;
use traveloure_core::{
    actor::Role,
    api::{auth::User, problem::Code, provider::Provider},
};
use traveloure_server::testing::Backend;

#[tokio::test]
async fn an_account_becomes_a_provider_once() {
    let backend = Backend::start().await;
    let ana = backend.traveler("Ana").await;
    let body = json!({
        "name": "  Ana's\u{7} walks ", "city": "Lisbon", "country": "pt", "zone": "Europe/Lisbon",
        "description": "Slow walks.\r\nGood shoes.",
    });
    let provider: Provider = backend.post(&ana, "/api/providers/", &body).await.ok();
    assert_eq!(provider.name, "Ana's\u{fffd} walks");
    assert_eq!((provider.country.as_str(), provider.zone.name()), ("PT", "Europe/Lisbon"));
    assert_eq!(provider.description, "Slow walks.\nGood shoes.");
    assert_eq!(provider.created_at, backend.context.now());

    backend.post(&ana, "/api/providers/", &body).await.refused(Code::AlreadyProvider);
    let me: User = backend.get(&ana, "/api/auth/me/").await.ok();
    assert_eq!(me.roles, [Role::Traveler, Role::Provider]);
    assert_eq!(me.provider_id, Some(provider.id));

    let path = format!("/api/providers/{}/", provider.id);
    let ben = backend.traveler("Ben").await;
    let seen = backend.get(&ben, &path).await;
    assert_eq!(seen.version(), 1);
    assert_eq!(seen.ok::<Provider>(), provider);
}

#[tokio::test]
async fn a_repeated_request_is_answered_and_not_done_twice() {
    let backend = Backend::start().await;
    let ana = backend.traveler("Ana").await;
    let body = json!({"name": "Ana", "city": "Lisbon", "country": "PT", "zone": "Europe/Lisbon"});
    let first: Provider = backend.post_with_key(&ana, "/api/providers/", "once", &body).await.ok();
    let again: Provider = backend.post_with_key(&ana, "/api/providers/", "once", &body).await.ok();
    assert_eq!(first, again);
    let other = json!({"name": "Eve", "city": "Lisbon", "country": "PT", "zone": "Europe/Lisbon"});
    backend.post_with_key(&ana, "/api/providers/", "once", &other).await.refused(Code::KeyReused);
}

#[tokio::test]
async fn every_fault_of_a_form_is_named_at_once() {
    let backend = Backend::start().await;
    let ana = backend.traveler("Ana").await;
    let body = json!({"name": " ", "city": "", "country": "Portugal", "zone": "Europe/Lisbon",
                      "description": "x".repeat(5001)});
    let problem = backend.post(&ana, "/api/providers/", &body).await.refused(Code::Invalid);
    let fields: Vec<&str> = problem.fields.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["name", "city", "country", "description"]);
    assert!(problem.detail.ends_with("Nothing was saved."), "{}", problem.detail);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_says_where() {
    let backend = Backend::start().await;
    let ana = backend.traveler("Ana").await;
    let body = json!({"name": "Ana", "city": "Lisbon", "country": "PT", "zone": "Mars/Olympus"});
    let problem = backend.post(&ana, "/api/providers/", &body).await.refused(Code::MalformedBody);
    assert_eq!(problem.fields[0].field, "zone");
    assert_eq!(
        problem.fields[0].message,
        "\"Mars/Olympus\" is no IANA zone, such as Europe/Lisbon"
    );

    let body = json!({"name": "Ana", "city": "Lisbon", "country": "PT", "zone": "UTC", "tax": 1});
    let problem = backend.post(&ana, "/api/providers/", &body).await.refused(Code::MalformedBody);
    assert!(problem.detail.contains("unknown field `tax`"), "{}", problem.detail);

    let send = |text: String, kind: &'static str| {
        let request = backend
            .request(&ana, Method::POST, "/api/providers/")
            .header("content-type", kind)
            .body(text.into())
            .unwrap();
        backend.send(request)
    };
    let problem = send("{\"name\": ".to_owned(), "application/json").await;
    let detail = problem.refused(Code::MalformedBody).detail;
    assert!(detail.contains("line 1 column 9"), "{detail}");
    send("{}{}".to_owned(), "application/json").await.refused(Code::MalformedBody);
    send("name=Ana".to_owned(), "text/plain").await.refused(Code::UnsupportedMediaType);
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(1024 * 1024));
    send(large, "application/json").await.refused(Code::BodyTooLarge);
    let me: User = backend.get(&ana, "/api/auth/me/").await.ok();
    assert_eq!(me.provider_id, None);
}

#[tokio::test]
async fn there_is_no_provider_behind_other_addresses() {
    let backend = Backend::start().await;
    let ana = backend.traveler("Ana").await;
    for path in ["/api/providers/018f0000-0000-7000-8000-000000000000/", "/api/providers/nonsense/"]
    {
        backend.get(&ana, path).await.refused(Code::NotFound);
    }
}
