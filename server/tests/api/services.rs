//! Making, editing and seeing services.

use serde_json::json;
use traveloure_core::{
    actor::Role,
    api::{page::Page, problem::Code, service::Service},
    availability::AvailabilityType,
    category::Category,
    pricing::PricingType,
};
use traveloure_server::testing::Backend;

#[tokio::test]
async fn a_service_starts_with_what_its_provider_has() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let service =
        backend.service(&ana, json!({"description": "Two hours.", "duration_minutes": 120})).await;
    assert_eq!((service.provider_id, service.provider_name.as_str()), (ana.provider(), "Ana"));
    assert_eq!((service.city.as_str(), service.country.as_str()), ("Lisbon", "PT"));
    assert_eq!(service.zone.name(), "Europe/Lisbon");
    assert_eq!(service.category, Category::Activity);
    assert_eq!(service.availability_type, AvailabilityType::Calendar);
    assert_eq!(service.pricing_type, PricingType::Fixed);
    assert_eq!((service.currency.code(), service.response_hours), ("EUR", 24));
    assert!(service.is_listed);
    let elsewhere = backend
        .service(&ana, json!({"name": "Porto", "city": "Porto", "zone": "Atlantic/Azores"}))
        .await;
    assert_eq!((elsewhere.city.as_str(), elsewhere.zone.name()), ("Porto", "Atlantic/Azores"));
}

#[tokio::test]
async fn every_fault_is_named_at_once() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let body = json!({
        "name": "", "category": "activity", "availability_type": "calendar", "pricing_type": "fixed",
        "currency": "JPY", "base_price": "10.50", "duration_minutes": 0, "response_hours": 1000,
    });
    let problem = backend.post(&ana, "/api/services/", &body).await.refused(Code::Invalid);
    let fields: Vec<&str> = problem.fields.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["name", "response_hours", "duration_minutes", "base_price"]);

    let mut quote = body.clone();
    quote["name"] = "Wedding".into();
    quote["pricing_type"] = "quote_based".into();
    quote["base_price"] = serde_json::Value::Null;
    quote["duration_minutes"] = serde_json::Value::Null;
    quote["response_hours"] = 48.into();
    let problem = backend.post(&ana, "/api/services/", &quote).await.refused(Code::Invalid);
    assert_eq!(problem.fields[0].field, "estimated_range_min");
    quote["estimated_range_min"] = "80000".into();
    quote["estimated_range_max"] = "150000".into();
    let wedding: Service = backend.post(&ana, "/api/services/", &quote).await.ok();
    assert_eq!(wedding.pricing_type, PricingType::QuoteBased);

    for (field, value, message) in [
        ("currency", json!("XAU"), "\"XAU\" is not a currency"),
        ("base_price", json!(10.5), "base_price"),
        ("zone", json!("Lisbon"), "\"Lisbon\" is no IANA zone"),
        ("availability_type", json!("weekly"), "unknown variant `weekly`"),
        ("rating", json!(5), "unknown field `rating`"),
    ] {
        let mut wrong = quote.clone();
        wrong[field] = value;
        let problem =
            backend.post(&ana, "/api/services/", &wrong).await.refused(Code::MalformedBody);
        assert!(problem.detail.contains(message), "{}", problem.detail);
    }
}

#[tokio::test]
async fn only_a_provider_who_acts_as_one_makes_services() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let ben = backend.traveler("Ben").await;
    let body = json!({"name": "x", "category": "meal", "availability_type": "toggle",
                      "pricing_type": "fixed", "currency": "EUR", "base_price": "1"});
    backend.post(&ben, "/api/services/", &body).await.refused(Code::RoleRequired);
    let traveling = ana.acting_as(Role::Traveler);
    backend.post(&traveling, "/api/services/", &body).await.refused(Code::RoleRequired);
}

#[tokio::test]
async fn an_edit_changes_what_it_names_and_of_two_one_is_told() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let service = backend.service(&ana, json!({})).await;
    let path = format!("/api/services/{}/", service.id);
    let (one, other) = (json!({"name": "Walk"}), json!({"response_hours": 4}));
    let (one, other) =
        tokio::join!(backend.patch(&ana, &path, 1, &one), backend.patch(&ana, &path, 1, &other));
    let refused = if one.status.is_success() { &other } else { &one };
    assert_eq!(refused.refused(Code::VersionMismatch).current_version, Some(2));

    let edited: Service = backend.patch(&ana, &path, 2, &json!({"description": "New"})).await.ok();
    assert_eq!((edited.description.as_str(), edited.version), ("New", 3));
    backend.patch(&ana, &path, 3, &json!({"name": " "})).await.refused(Code::Invalid);
    backend.patch(&ana, &path, 3, &json!({"currency": "USD"})).await.refused(Code::MalformedBody);
    let eve = backend.provider("Eve").await;
    backend.patch(&eve, &path, 3, &json!({"name": "mine"})).await.refused(Code::NotFound);
}

#[tokio::test]
async fn what_is_not_listed_is_seen_by_its_provider_only() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let ben = backend.traveler("Ben").await;
    let hidden = backend.service(&ana, json!({"name": "Hidden"})).await;
    backend.service(&ana, json!({"name": "Shown"})).await;
    let path = format!("/api/services/{}/", hidden.id);
    let _: Service = backend.patch(&ana, &path, 1, &json!({"is_listed": false})).await.ok();

    backend.get(&ben, &path).await.refused(Code::NotFound);
    let seen: Service = backend.get(&ana, &path).await.ok();
    assert!(!seen.is_listed);
    let list = format!("/api/providers/{}/services/", ana.provider());
    let names = |page: Page<Service>| -> Vec<String> {
        page.items.into_iter().map(|service| service.name).collect()
    };
    assert_eq!(names(backend.get(&ana, &list).await.ok()), ["Hidden", "Shown"]);
    assert_eq!(names(backend.get(&ben, &list).await.ok()), ["Shown"]);
    let search = format!("/api/services/?provider_id={}", ana.provider());
    assert_eq!(names(backend.get(&ana, &search).await.ok()), ["Hidden", "Shown"]);
    assert_eq!(names(backend.get(&ben, &search).await.ok()), ["Shown"]);
    assert_eq!(names(backend.get(&ana, "/api/services/").await.ok()), ["Shown"]);
    let as_traveler = ana.acting_as(Role::Traveler);
    assert_eq!(names(backend.get(&as_traveler, &list).await.ok()), ["Shown"]);
}

#[tokio::test]
async fn a_long_list_comes_in_pages_by_name() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    for name in ["beta", "Alpha", "gamma", "Beta"] {
        backend.service(&ana, json!({"name": name})).await;
    }
    let list = format!("/api/providers/{}/services/", ana.provider());
    let mut names = Vec::new();
    let mut after = String::new();
    loop {
        let page: Page<Service> = backend.get(&ana, &format!("{list}?limit=1{after}")).await.ok();
        names.extend(page.items.into_iter().map(|service| service.name));
        let Some(next) = page.next else { break };
        after = format!("&after={next}");
    }
    let names: Vec<String> = names.iter().map(|name: &String| name.to_lowercase()).collect();
    assert_eq!(names, ["alpha", "beta", "beta", "gamma"]);
    backend.get(&ana, &format!("{list}?after=x")).await.refused(Code::MalformedParameter);
    backend.get(&ana, &format!("{list}?page=2")).await.refused(Code::MalformedParameter);
}
