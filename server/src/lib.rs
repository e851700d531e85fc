//! The backend of Traveloure: HTTP API, use cases, PostgreSQL store, background work.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod cluster;
