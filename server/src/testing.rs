//! A backend of its own for one test: a fresh database, a clock that stands still, and the router.
//!
//! ```no_run
//! # async fn a_test() {
//! use serde_json::json;
//! use traveloure_core::api::{problem::Code, provider::Provider};
//! use traveloure_server::testing::Backend;
//!
//! let backend = Backend::start().await;
//! let ana = backend.provider("Ana").await;
//! let path = format!("/api/providers/{}/", ana.provider());
//! let seen: Provider = backend.get(&ana, &path).await.ok();
//! backend.post(&ana, "/api/providers/", &json!({"nonsense": 1})).await.refused(Code::MalformedBody);
//! # }
//! ```
// What a test expects and does not get has failed the test.
#![allow(clippy::expect_used, clippy::missing_panics_doc, clippy::must_use_candidate)]

mod bank;
mod telling;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header, request::Builder},
    response::Response,
};
use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};
use tower::ServiceExt;
use traveloure_config as config;
use traveloure_core::{
    actor::Role,
    api::{
        auth::{Register, Session},
        problem::{Code, Problem},
        provider::Provider,
        service::Service,
    },
    ids::{ProviderId, UserId},
    job::Job,
};

use crate::{
    app::{Context, accounts},
    clock::SetClock,
    cluster::scratch::TestDatabase,
    database,
    entropy::{SeededEntropy, SystemEntropy},
    http::{self, Operation},
    jobs::run_one,
    sandbox::Sandbox,
    serve::{self, Setup},
};
use bank::Bank;
use telling::Telling;

/// The password of everyone whom a test registers.
pub const PASSWORD: &str = "a long enough password";

/// More than any answer of the API.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

/// A running backend. It and its database go when it is dropped.
#[derive(Debug)]
pub struct Backend {
    /// What use cases work with, for tests that call them directly.
    pub context: Context,
    /// Stands still until the test moves it.
    pub clock: SetClock,
    /// What it tells, limits and counts.
    pub operation: Operation,
    router: Router,
    bank: Option<Bank>,
    /// Numbers e-mail addresses and keys.
    count: AtomicU32,
    // Before the database: what is dropped first is ended first.
    _telling: Telling,
    database: Arc<TestDatabase>,
}

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
    /// A backend on Monday, 1 June 2026, 09:00 UTC.
    pub async fn start() -> Self {
        Self::start_at("2026-06-01T09:00:00Z").await
    }

    /// A backend at a moment written as RFC 3339.
    pub async fn start_at(moment: &str) -> Self {
        let database = TestDatabase::migrated(&database::MIGRATIONS).await;
        let moment: DateTime<Utc> = moment.parse().expect("a moment such as 2026-06-01T09:00:00Z");
        let clock = SetClock::at(moment);
        Self::on(Arc::new(database), clock, 0).await
    }

    /// The same with a payment processor: a sandbox that really listens, and tells the backend what happens.
    pub async fn start_with_bank() -> Self {
        let mut backend = Self::start().await;
        let partners = serve::affiliates(&bank::no_affiliates());
        backend.context.affiliates = Arc::new(partners);
        let (bank, processor) = Bank::open(&backend.context, &backend.operation).await;
        backend.context = backend.context.with_processor(processor);
        backend.router = http::router(backend.context.clone(), backend.operation.clone());
        backend.bank = Some(bank);
        backend
    }

    /// The payment processor, which the backend must have been started with.
    #[track_caller]
    pub fn sandbox(&self) -> &Sandbox {
        &self.bank.as_ref().expect("the backend was started with a bank").sandbox
    }

    /// Lets the processor tell everything that it has to tell. Nobody acts on it yet.
    pub async fn listen(&self) {
        self.bank.as_ref().expect("the backend was started with a bank").deliver().await;
    }

    /// The same, and lets the backend act on it.
    pub async fn hear(&self) {
        self.listen().await;
        run_one(&self.context, Job::ActOnWebhooks).await.expect("webhooks are acted on");
    }

    /// Another server on the same database and by the same clock, which hears of this one by the database alone. It
    /// asks the same payment processor.
    pub async fn beside(&self) -> Self {
        let mut other = Self::on(Arc::clone(&self.database), self.clock.clone(), 1).await;
        other.context.processor.clone_from(&self.context.processor);
        other.router = http::router(other.context.clone(), other.operation.clone());
        other
    }

    async fn on(database: Arc<TestDatabase>, clock: SetClock, number: u32) -> Self {
        let pool =
            database::connect(database.app_options(), 10).await.expect("the test server runs");
        let entropy = SeededEntropy::new(20_260_601 + u64::from(number));
        let context = Context::new(pool, Arc::new(clock.clone()), Arc::new(entropy));
        let (telling, operation) = Telling::start(&context, database.app_options()).await;
        Self {
            router: http::router(context.clone(), operation.clone()),
            bank: None,
            context,
            clock,
            operation,
            count: AtomicU32::new(1000 * number),
            _telling: telling,
            database,
        }
    }

    /// What starts a whole server on the same database and by the same clock: on a free port, without limits, its
    /// jobs looking once a second.
    #[must_use]
    pub fn setup(&self) -> Setup {
        Setup {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            owner: self.database.owner_options(),
            app: self.database.app_options(),
            database: config::Database { max_connections: 5, statement_cache: true },
            jobs: config::Jobs { expire_seconds: 1, remind_seconds: 1 },
            events: config::Events { retention_hours: 168 },
            rate_limit: None,
            public_url: None,
            payments: config::Payments { payout_hold_hours: 24 },
            stripe: bank::no_stripe(),
            affiliates: bank::no_affiliates(),
            demo: false,
            clock: Arc::new(self.clock.clone()),
            entropy: Arc::new(SystemEntropy),
        }
    }

    /// Of the role that owns the database.
    pub fn owner_options(&self) -> PgConnectOptions {
        self.database.owner_options()
    }

    /// A connection as the database's owner, to look at what the API does not show or to prepare what it does not
    /// allow.
    pub async fn owner(&self) -> PgConnection {
        PgConnection::connect_with(&self.owner_options()).await.expect("the test server runs")
    }

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

    pub async fn get(&self, as_whom: &Person, path: &str) -> Reply {
        self.send(self.request(as_whom, Method::GET, path).body(Body::empty()).expect("a request"))
            .await
    }

    /// With an `Idempotency-Key` that no other call has.
    pub async fn post(&self, as_whom: &Person, path: &str, body: &impl Serialize) -> Reply {
        let key = format!("key-{}", self.next());
        self.post_with_key(as_whom, path, &key, body).await
    }

    pub async fn post_with_key(
        &self,
        as_whom: &Person,
        path: &str,
        key: &str,
        body: &impl Serialize,
    ) -> Reply {
        let request = self.request(as_whom, Method::POST, path).header("idempotency-key", key);
        self.send(request.body(json_body(body)).expect("a request")).await
    }

    /// With `If-Match`, as an edit of that version.
    pub async fn patch(
        &self,
        as_whom: &Person,
        path: &str,
        version: i64,
        body: &impl Serialize,
    ) -> Reply {
        let tag = format!("\"{version}\"");
        let request = self.request(as_whom, Method::PATCH, path).header(header::IF_MATCH, tag);
        self.send(request.body(json_body(body)).expect("a request")).await
    }

    /// With an `Idempotency-Key`, as an act.
    pub async fn patch_with_key(
        &self,
        as_whom: &Person,
        path: &str,
        key: &str,
        body: &impl Serialize,
    ) -> Reply {
        let request = self.request(as_whom, Method::PATCH, path).header("idempotency-key", key);
        self.send(request.body(json_body(body)).expect("a request")).await
    }

    /// With `If-Match`, as a document put over that version.
    pub async fn put(
        &self,
        as_whom: &Person,
        path: &str,
        version: i64,
        body: &impl Serialize,
    ) -> Reply {
        let tag = format!("\"{version}\"");
        let request = self.request(as_whom, Method::PUT, path).header(header::IF_MATCH, tag);
        self.send(request.body(json_body(body)).expect("a request")).await
    }

    pub async fn delete(&self, as_whom: &Person, path: &str) -> Reply {
        let request = self.request(as_whom, Method::DELETE, path);
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    /// A request of the person's that the caller completes.
    #[must_use]
    pub fn request(&self, as_whom: &Person, method: Method, path: &str) -> Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", as_whom.token))
            .header("traveloure-role", as_whom.role.as_str())
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&self, request: Request<Body>) -> Reply {
        let (parts, body) = self.respond(request).await.into_parts();
        let bytes = to_bytes(body, LARGEST_ANSWER).await.expect("the answer arrives whole");
        let text = String::from_utf8(bytes.to_vec()).expect("answers are text");
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Reply { status: parts.status, headers: parts.headers, body }
    }

    /// Sends a request and leaves the body unread, such as an event stream's.
    pub async fn respond(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.expect("the router always answers")
    }

    fn next(&self) -> u32 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }
}

fn person(session: Session, role: Role) -> Person {
    let Session { token, user } = session;
    Person { id: user.id, email: user.email, token, role, provider: user.provider_id }
}

fn json_body(body: &impl Serialize) -> Body {
    Body::from(serde_json::to_vec(body).expect("bodies are JSON"))
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Null without a body; a string where it is no JSON.
    pub body: Value,
}

impl Reply {
    /// The body of an answer that must be a success.
    #[track_caller]
    pub fn ok<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{}: {:#}", self.status, self.body);
        serde_json::from_value(self.body.clone()).expect("the body has the form that was asked for")
    }

    /// The problem of an answer that must be a refusal of this kind.
    #[track_caller]
    pub fn refused(&self, code: Code) -> Problem {
        assert!(!self.status.is_success(), "was not refused: {:#}", self.body);
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        assert_eq!(kind, Some("application/problem+json"), "{}: {:#}", self.status, self.body);
        let problem: Problem =
            serde_json::from_value(self.body.clone()).expect("refusals are problem documents");
        assert_eq!(problem.code, code, "{problem:#?}");
        assert_eq!(problem.status, self.status.as_u16());
        problem
    }

    /// The version in the `ETag`.
    #[must_use]
    #[track_caller]
    pub fn version(&self) -> i64 {
        let tag = self.headers.get(header::ETAG).and_then(|value| value.to_str().ok());
        tag.and_then(|tag| tag.trim_matches('"').parse().ok()).expect("the answer has an ETag")
    }
}
