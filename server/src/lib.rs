//! The backend of Traveloure.
//!
//! ```text
//! http   one folder per resource: read the request, call a use case, write the answer
//! app    the use cases: authorise -> begin -> lock -> decide (core) -> save -> commit
//! store  the SQL, one file per aggregate
//! adapters  what implements the ports of app: Stripe
//! events the outbox, read behind the commits and handed to those who watch
//! sandbox  a payment processor in the form of Stripe, where no key of Stripe's is configured
//! jobs   what the clock brings about: expiry, reminders, retention
//! serve  all of it together, listening on an address
//! ```
//! Nothing else pushes: what happened is appended to the outbox in the transaction of the change,
//! and what must follow from it reads the outbox behind the commit.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod adapters;
pub mod app;
pub mod clock;
pub mod cluster;
pub mod database;
pub mod demo;
pub mod entropy;
pub mod error;
pub mod events;
pub mod http;
pub mod jobs;
pub mod sandbox;
pub mod serve;
mod store;
#[cfg(any(test, feature = "test-support"))]
pub mod testing;
