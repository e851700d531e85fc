//! The documentation of the API, made from the handlers.

pub mod document;
pub mod page;
mod render;
