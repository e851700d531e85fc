//! The terminal client of Traveloure: everything a person touches.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod cli;
pub mod client;
pub mod demo;
pub mod embedded;
pub mod examine;
pub mod guest;
pub mod local;
pub mod logging;
pub mod manifest;
pub mod private_server;
pub mod terminal;
pub mod to_file;
pub mod tui;
