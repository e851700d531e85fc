//! Those who use the backend.

use axum::http::Request;
use serde_json::{Value, json};
use traveloure_core::{
    actor::Role,
    api::{
        auth::{Register, Session},
        provider::Provider,
        service::Service,
    },
    ids::{ProviderId, UserId},
};

use super::{Backend, calls::json_body};
use crate::app::accounts;

/// The password of everyone whom a test registers.
pub const PASSWORD: &str = "a long enough password";

/// Someone who is signed in, and the role they act in.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: UserId,
    pub email: String,
    pub token: String,
    pub role: Role,
    pub provider: Option<ProviderId>,
}

impl Person {
    /// The same person in another role.
    #[must_use]
    pub fn acting_as(&self, role: Role) -> Self {
        Self { role, ..self.clone() }
    }

    /// The person's provider, who must be one.
    #[must_use]
    #[track_caller]
    pub fn provider(&self) -> ProviderId {
        self.provider.expect("this person is no provider")
    }
}

impl Backend {
    /// Registers a traveler.
    pub async fn traveler(&self, name: &str) -> Person {
        let session: Session = self
            .send(
                Request::post("/api/auth/register/")
                    .body(json_body(&self.registration(name)))
                    .expect("a request"),
            )
            .await
            .ok();
        person(session, Role::Traveler)
    }

    /// Makes an administrator, as the operator's command does.
    pub async fn admin(&self, name: &str) -> Person {
        let session = accounts::register_admin(&self.context, self.registration(name))
            .await
            .expect("an administrator is made");
        person(session, Role::Admin)
    }

    /// Registers a provider in Lisbon.
    pub async fn provider(&self, name: &str) -> Person {
        let person = self.traveler(name).await;
        let body =
            json!({"name": name, "city": "Lisbon", "country": "PT", "zone": "Europe/Lisbon"});
        let provider: Provider = self.post(&person, "/api/providers/", &body).await.ok();
        Person { provider: Some(provider.id), role: Role::Provider, ..person }
    }

    /// Makes a service of the provider's: a walk that is booked by the day for 120 EUR, but for what `other` says.
    pub async fn service(&self, provider: &Person, other: Value) -> Service {
        let mut body = json!({
            "name": "Walk through Alfama", "category": "activity", "availability_type": "calendar",
            "pricing_type": "fixed", "currency": "EUR", "base_price": "120",
        });
        let fields = body.as_object_mut().expect("a document");
        for (field, value) in other.as_object().expect("the fields that differ") {
            fields.insert(field.clone(), value.clone());
        }
        self.post(provider, "/api/services/", &body).await.ok()
    }

    fn registration(&self, name: &str) -> Register {
        let number = self.next();
        Register {
            email: format!("person{number}@example.org"),
            password: PASSWORD.to_owned(),
            name: name.to_owned(),
        }
    }
}

fn person(session: Session, role: Role) -> Person {
    let Session { token, user } = session;
    Person { id: user.id, email: user.email, token, role, provider: user.provider_id }
}
