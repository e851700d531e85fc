//! The whole program, as a provider meets it: one command on an empty folder, a screen, three answers, and a
//! second terminal that sees each of them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::float_arithmetic)]

mod home;
mod inbox;
mod picture;
mod terminal;
