//! The demo as it is loaded, and the invariants that are checked on it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod invariants;
mod loading;
mod money;
mod opening;
