//! The wire: what server and client say to each other, and the codes a client decides by.
//!
//! Bodies that come in refuse unknown fields. Money is `{"amount": "120.00", "currency": "USD"}`;
//! instants are RFC 3339 in UTC; local dates and times stand beside their IANA zone.

pub mod auth;
pub mod availability;
pub mod booking;
pub mod cancel;
pub mod cart;
pub mod checkout;
pub mod earnings;
pub mod event;
pub mod fee;
pub mod job;
pub mod manifest;
pub mod page;
pub mod payout;
pub mod pricing;
pub mod problem;
pub mod provider;
pub mod report;
pub mod request;
pub mod service;
mod zone;
