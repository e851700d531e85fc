//! The API against a real PostgreSQL, through the router: one file per resource.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod accounts;
mod availability;
mod booked_days;
mod events;
mod fees;
mod jobs;
mod money;
mod openapi;
mod pools;
mod pricing;
mod providers;
mod requests;
mod rights;
mod search;
mod services;
mod serving;
mod settings;
mod stage;
mod stream;
mod troubles;
mod wire;
mod workers;
