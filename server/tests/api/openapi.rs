//! The documentation of the API is what the handlers say, and committed.

use std::{fs, path::Path};

use traveloure_core::{
    api::{event::Kind, problem::Code},
    job::Job,
};
use traveloure_server::{http::openapi, testing::Backend};

#[test]
fn the_committed_document_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let made = openapi().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_PAGES").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == made,
        "docs/openapi.json is not what the handlers say; run this test with UPDATE_PAGES=1"
    );
}

#[test]
fn the_words_of_the_document_are_those_on_the_wire() {
    let document = serde_json::to_value(openapi()).unwrap();
    let words = |name: &str| document["components"]["schemas"][name]["enum"].clone();
    assert_eq!(words("Kind"), serde_json::to_value(Kind::ALL).unwrap());
    assert_eq!(words("Code"), serde_json::to_value(Code::ALL).unwrap());
    assert_eq!(words("Job"), serde_json::to_value(Job::ALL).unwrap());
}

#[tokio::test]
async fn the_document_and_the_page_are_served_to_everybody() {
    let backend = Backend::start().await;
    let nobody =
        |path: &str| axum::http::Request::get(path).body(axum::body::Body::empty()).unwrap();
    let document: serde_json::Value = backend.send(nobody("/api/openapi.json")).await.ok();
    assert_eq!(document, serde_json::to_value(openapi()).unwrap());
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));

    let reply = backend.send(nobody("/api/docs")).await;
    let page: String = reply.ok();
    for path in document["paths"].as_object().unwrap().keys() {
        assert!(page.contains(path), "{path}");
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(page.contains(&format!("id=\"schema-{name}\"")), "{name}");
    }
    // Nothing is loaded from elsewhere.
    assert!(!page.contains("src=") && !page.contains("<script") && !page.contains("http://"));
}
