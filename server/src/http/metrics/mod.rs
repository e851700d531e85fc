//! What is counted, for Prometheus.

mod count;
pub mod exposition;
mod requests;
mod text;

pub use count::count;
pub use requests::Requests;
