//! What most tests begin with: a provider with a service, and travelers who ask for it.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use traveloure_core::{
    api::{
        availability::Availability,
        request::{Answered, Request},
        service::Service,
    },
    ids::{RequestId, ServiceId},
};
use traveloure_server::testing::{Backend, Person, Reply};

/// A service of `provider`'s; `body` says what differs from a fixed price of 120.00 USD a booking.
pub async fn service(backend: &Backend, provider: &Person, body: Value) -> Service {
    let mut whole = json!({
        "name": "Old town walk",
        "category": "activity",
        "duration_minutes": 180,
        "availability_type": "inventory",
        "pricing_type": "fixed",
        "currency": "USD",
        "base_price": Decimal::from(120),
    });
    for (field, value) in body.as_object().cloned().unwrap_or_default() {
        whole[field] = value;
    }
    backend.post(provider, "/api/services/", &whole).await.ok()
}

/// Replaces the service's rules by these lines.
pub async fn set_rules(
    backend: &Backend,
    provider: &Person,
    service: ServiceId,
    text: &str,
) -> Reply {
    let path = format!("/api/providers/{}/availability/?service_id={service}", provider.provider());
    let now = backend.get(provider, &path).await;
    let version = now.version();
    let _: Availability = now.ok();
    let reply = backend.patch(provider, &path, version, &json!({ "text": text })).await;
    assert!(reply.status.is_success(), "{}: {:#}", reply.status, reply.body);
    reply
}

/// A walk at 09:00 with so many seats, counted by the person.
pub async fn walk(backend: &Backend, provider: &Person, seats: u32) -> Service {
    let service = service(backend, provider, json!({})).await;
    let text = format!("every day 09:00 cap {seats}\ncounts per person");
    set_rules(backend, provider, service.id, &text).await;
    service
}

/// Asks for a date at 09:00.
pub async fn ask(
    backend: &Backend,
    traveler: &Person,
    service: ServiceId,
    date: &str,
    travelers: u32,
) -> Request {
    let body =
        json!({"service_id": service, "date": date, "time": "09:00", "travelers": travelers});
    backend.post(traveler, "/api/booking-requests/submit/", &body).await.ok()
}

pub async fn accept(backend: &Backend, by: &Person, id: RequestId) -> Reply {
    backend.post(by, &format!("/api/booking-requests/{id}/accept/"), &json!({})).await
}

pub async fn decline(backend: &Backend, by: &Person, id: RequestId) -> Reply {
    backend
        .post(by, &format!("/api/booking-requests/{id}/decline/"), &json!({"message": "Sorry"}))
        .await
}

pub async fn counter(backend: &Backend, by: &Person, id: RequestId, body: &Value) -> Reply {
    backend.post(by, &format!("/api/booking-requests/{id}/counter-offer/"), body).await
}

/// The request as `by` sees it now.
pub async fn look(backend: &Backend, by: &Person, id: RequestId) -> Request {
    backend.get(by, &format!("/api/booking-requests/{id}/")).await.ok()
}

/// The booking of an answer that must have made one.
#[track_caller]
pub fn booking(answer: &Reply) -> traveloure_core::api::booking::Booking {
    let answered: Answered = answer.ok();
    answered.booking.unwrap()
}
