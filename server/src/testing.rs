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
mod calls;
mod people;
mod telling;

pub use calls::Reply;
pub use people::{PASSWORD, Person};

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::Router;
use chrono::{DateTime, Utc};
use sqlx::{Connection as _, PgConnection, postgres::PgConnectOptions};
use traveloure_config as config;
use traveloure_core::job::Job;

use crate::{
    app::Context,
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

    fn next(&self) -> u32 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }
}
