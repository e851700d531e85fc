//! Shared resources.

use axum::http::{Method, StatusCode};
use serde_json::json;
use traveloure_core::api::{
    problem::Code,
    service::{Pool, Service},
};
use traveloure_server::testing::{Backend, Person};

fn pools(provider: &Person) -> String {
    format!("/api/providers/{}/pools/", provider.provider())
}

#[tokio::test]
async fn a_pool_is_made_edited_and_deleted() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let path = pools(&ana);
    let body = json!({"name": "the blue van", "capacity": 1});
    let van: Pool = backend.post(&ana, &path, &body).await.ok();
    assert_eq!((van.name.as_str(), van.capacity, van.version), ("the blue van", 1, 1));
    let same_name = backend.post(&ana, &path, &body).await.refused(Code::Invalid);
    assert_eq!(
        (same_name.fields[0].field.as_str(), same_name.fields[0].code.as_str()),
        ("name", "taken")
    );

    let one = format!("{path}{}/", van.id);
    let edited: Pool = backend.patch(&ana, &one, 1, &json!({"capacity": 2})).await.ok();
    assert_eq!((edited.name.as_str(), edited.capacity, edited.version), ("the blue van", 2, 2));
    let stale = backend.patch(&ana, &one, 1, &json!({"capacity": 3})).await;
    assert_eq!(stale.refused(Code::VersionMismatch).current_version, Some(2));
    let bare = backend.request(&ana, Method::PATCH, &one).body("{}".into()).unwrap();
    backend.send(bare).await.refused(Code::PreconditionRequired);
    backend.patch(&ana, &one, 2, &json!({"capacity": 0})).await.refused(Code::Invalid);

    let listed: Vec<Pool> = backend.get(&ana, &path).await.ok();
    assert_eq!(listed, [edited]);
    assert_eq!(backend.delete(&ana, &one).await.status, StatusCode::NO_CONTENT);
    backend.delete(&ana, &one).await.refused(Code::NotFound);
}

#[tokio::test]
async fn what_a_service_draws_from_stays() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let van: Pool =
        backend.post(&ana, &pools(&ana), &json!({"name": "van", "capacity": 1})).await.ok();
    let tour = backend.service(&ana, json!({"pools": [van.id]})).await;
    assert_eq!(tour.pools, [van.id]);
    let one = format!("{}{}/", pools(&ana), van.id);
    let problem = backend.delete(&ana, &one).await.refused(Code::InUse);
    assert!(problem.detail.contains("1 service draws from van"), "{}", problem.detail);

    let path = format!("/api/services/{}/", tour.id);
    let freed: Service = backend.patch(&ana, &path, 1, &json!({"pools": []})).await.ok();
    assert_eq!(freed.pools, []);
    assert_eq!(backend.delete(&ana, &one).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn someone_elses_pools_look_like_none() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let eve = backend.provider("Eve").await;
    let van: Pool =
        backend.post(&ana, &pools(&ana), &json!({"name": "van", "capacity": 1})).await.ok();
    backend.get(&eve, &pools(&ana)).await.refused(Code::NotFound);
    backend
        .post(&eve, &pools(&ana), &json!({"name": "x", "capacity": 1}))
        .await
        .refused(Code::NotFound);
    for path in [format!("{}{}/", pools(&ana), van.id), format!("{}{}/", pools(&eve), van.id)] {
        backend.patch(&eve, &path, 1, &json!({"capacity": 9})).await.refused(Code::NotFound);
        backend.delete(&eve, &path).await.refused(Code::NotFound);
    }
    let body = json!({
        "name": "Tour", "category": "activity", "availability_type": "toggle", "pricing_type": "fixed",
        "currency": "EUR", "base_price": "10", "pools": [van.id],
    });
    let problem = backend.post(&eve, "/api/services/", &body).await.refused(Code::Invalid);
    assert_eq!(problem.fields[0].field, "pools[0]");
    let ben = backend.traveler("Ben").await;
    backend.get(&ben, &pools(&ana)).await.refused(Code::RoleRequired);
}
