//! What is counted, for Prometheus.

pub mod exposition;
mod requests;
mod text;

pub use requests::{Requests, count};
