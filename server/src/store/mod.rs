//! The SQL, one file per aggregate; no SQL anywhere else. Functions take a connection and move rows;
//! they decide nothing.

pub mod availability;
pub mod bookable;
pub mod bookings;
pub mod capacity;
pub mod carts;
pub mod checkouts;
pub mod demo;
pub mod disputes;
pub mod earnings;
pub mod fees;
pub mod handoffs;
pub mod idempotency;
pub mod invariants;
pub mod ledger;
pub mod occupancy;
pub mod outbox;
pub mod payments;
pub mod payouts;
pub mod pools;
pub mod pricing;
pub mod providers;
pub mod read;
pub mod reconciliation;
pub mod refunds;
pub mod reports;
pub mod requests;

pub mod retarget;
pub mod schema;
pub mod services;
pub mod stakes;
pub mod tokens;
pub mod troubles;
pub mod users;
pub mod webhook_events;
pub mod workers;
