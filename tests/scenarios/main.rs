//! The plan's test scenarios with the real program: a server of its own, commands and screens that talk to it, and the
//! processor's pages opened as a browser opens them. What belongs to trips, experts and mail is left out where a
//! scenario says so; it comes with them.
//!
//! The scenarios share one server for as long as any of them runs. Whoever has come last leaves nothing behind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::float_arithmetic)]

mod browser;
mod deposit;
mod instant;
mod mixed_cart;
mod one_command;
mod person;
#[allow(dead_code, reason = "pictures are made by the tests of the inbox")]
#[path = "../end_to_end/picture.rs"]
mod picture;
mod request;
#[allow(dead_code, reason = "each test program uses what it needs of a terminal")]
#[path = "../end_to_end/terminal.rs"]
mod terminal;
mod town;
