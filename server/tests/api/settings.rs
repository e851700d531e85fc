//! How services are booked, paid and cancelled: the provider's settings, and those of a service over them.

use serde_json::{Value, json};
use traveloure_core::{
    api::{problem::Code, provider::Provider, service::Service},
    cancellation::Policy,
};
use traveloure_server::testing::Backend;

#[tokio::test]
async fn a_service_follows_its_provider_until_it_says_otherwise() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let walk = backend.service(&ana, json!({})).await;
    let own = backend.service(&ana, json!({"settings": {"cancellation": "flexible"}})).await;
    assert!(walk.settings.instant && walk.settings.request && !walk.settings.pay_later);
    assert_eq!(walk.settings.cancellation, Policy::Moderate);

    let path = format!("/api/providers/{}/", ana.provider());
    let body = json!({"settings": {"instant": false, "cancellation": "strict"}});
    let edited = backend.patch(&ana, &path, 1, &body).await;
    assert_eq!(edited.version(), 2);
    let provider: Provider = edited.ok();
    assert!(!provider.settings.instant && provider.settings.request);
    let of = async |service: &Service| -> Service {
        backend.get(&ana, &format!("/api/services/{}/", service.id)).await.ok()
    };
    let (walk, own) = (of(&walk).await, of(&own).await);
    assert!(!walk.settings.instant && walk.settings.cancellation == Policy::Strict);
    assert!(!own.settings.instant && own.settings.cancellation == Policy::Flexible);

    let path = format!("/api/services/{}/", walk.id);
    let body = json!({"settings": {"instant": true, "pay_later": true, "refund_if_resold": true}});
    let walk: Service = backend.patch(&ana, &path, walk.version, &body).await.ok();
    assert!(walk.settings.instant && walk.settings.pay_later && walk.settings.refund_if_resold);
    assert_eq!(of(&walk).await.settings, walk.settings);
}

#[tokio::test]
async fn a_cart_and_a_request_go_by_the_settings() {
    let backend = Backend::start_with_bank().await;
    let (ana, ben) = (backend.provider("Ana").await, backend.traveler("Ben").await);
    let asked = backend.service(&ana, json!({"settings": {"instant": false}})).await;
    let items = json!({"items": [{"booking_type": "instant", "service_id": asked.id,
                                  "date": "2026-06-10", "travelers": 2}]});
    let result: Value = backend.post(&ben, "/api/bookings/process-cart/", &items).await.ok();
    assert_eq!(result["instant"], json!([]), "{result}");
    assert_eq!(result["errors"].as_array().map(Vec::len), Some(1), "{result}");

    let sold = backend.service(&ana, json!({"settings": {"request": false}})).await;
    let body = json!({"service_id": sold.id, "date": "2026-06-10", "travelers": 2});
    let refused = backend.post(&ben, "/api/booking-requests/submit/", &body).await;
    assert_eq!(refused.status.as_u16(), 409, "what is sold at once is not asked for");
}

#[tokio::test]
async fn one_way_to_book_stays_and_only_its_own_provider_edits() {
    let backend = Backend::start().await;
    let (ana, eve) = (backend.provider("Ana").await, backend.provider("Eve").await);
    let walk = backend.service(&ana, json!({})).await;
    let off = json!({"settings": {"instant": false, "request": false}});
    for path in
        [format!("/api/providers/{}/", ana.provider()), format!("/api/services/{}/", walk.id)]
    {
        let problem = backend.patch(&ana, &path, 1, &off).await.refused(Code::Invalid);
        assert_eq!(problem.fields[0].code, "no_way_to_book");
        let body = json!({"name": "Eve was here"});
        backend.patch(&eve, &path, 1, &body).await.refused(Code::NotFound);
        backend.patch(&ana, &path, 7, &body).await.refused(Code::VersionMismatch);
        let unknown = json!({"settings": {"cancellation": "lenient"}});
        backend.patch(&ana, &path, 1, &unknown).await.refused(Code::MalformedBody);
    }
    let seen: Provider =
        backend.get(&ana, &format!("/api/providers/{}/", ana.provider())).await.ok();
    assert_eq!((seen.name.as_str(), seen.version), ("Ana", 1));
}
