//! The private cluster, from outside, on a real PostgreSQL: each test has a home of its own.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod creating;
mod recovery;
mod refusals;
mod sharing;
mod support;
