//! The terminal client of Traveloure: everything a person touches.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod client;
pub mod terminal;
pub mod tui;
