//! The HTTP API: thin handlers, one endpoint a file, a folder a resource.

mod answer;
mod auth;
mod bookings;
mod extract;
mod health;
mod pools;
mod problem;
mod providers;
mod requests;
mod router;
mod services;

pub use router::{openapi, router};
