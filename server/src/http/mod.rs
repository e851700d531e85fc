//! The HTTP API: thin handlers, one endpoint a file, a folder a resource.

mod answer;
mod auth;
mod availability;
mod bookings;
mod cart;
mod checkouts;
mod docs;
mod events;
mod extract;
mod fees;
mod health;
mod jobs;
mod limits;
mod metrics;
mod operation;
mod platform;
mod pools;
mod pricing;
mod problem;
mod providers;
mod refunds;
mod requests;
mod router;
mod services;
mod webhooks;

pub use operation::Operation;
pub use router::{openapi, router};
