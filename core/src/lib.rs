//! The domain of Traveloure: what can be booked, when, for how much, and who may decide.
//!
//! Everything here is pure: no I/O, no async, no clock, no SQL. The time, the random bytes of an
//! identifier and what is already booked come in as parameters, so that every decision can be
//! tested, explained and repeated.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod actor;
pub mod affiliate;
pub mod api;
pub mod arithmetic;
pub mod asking;
pub mod availability;
pub mod booking;
pub mod cancellation;
pub mod category;
pub mod fee;
pub mod field;
mod hour_minute;
pub mod ids;
pub mod job;
pub mod ledger;
pub mod line_error;
pub mod money;
pub mod payment;
pub mod pricing;
pub mod refund;
pub mod request;
pub mod statement;
pub mod text;
pub mod time;
