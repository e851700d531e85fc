//! The terminal client of Traveloure: everything a person touches.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod cli;
pub mod client;
pub mod embedded;
pub mod logging;
pub mod terminal;
pub mod tui;
