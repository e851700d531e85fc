//! The API against a real PostgreSQL, through the router: one file per resource.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod accounts;
mod events;
mod pools;
mod providers;
mod requests;
mod search;
mod services;
mod stage;
mod stream;
