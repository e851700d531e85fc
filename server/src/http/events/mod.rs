//! The event stream.

pub mod stream;
