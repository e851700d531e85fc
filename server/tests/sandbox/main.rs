//! The sandbox from outside: through its router, on a real PostgreSQL, as an SDK or a phone sees it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod checkouts;
mod connect;
mod controls;
mod faults;
mod idempotency;
mod lists;
mod pages;
mod payments;
#[path = "../python/mod.rs"]
mod python;
mod refunds;
mod sdk;
mod support;
mod webhooks;
