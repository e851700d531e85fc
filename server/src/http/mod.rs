//! The HTTP API: thin handlers, one endpoint a file, a folder a resource.

mod answer;
mod auth;
mod bookings;
mod extract;
mod health;
mod problem;
mod requests;
mod router;

pub use router::{openapi, router};
