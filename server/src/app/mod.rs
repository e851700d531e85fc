//! The use cases, one file per noun. Each reads top to bottom: authorise, begin, lock, decide (in
//! core), save, commit.

pub mod context;
mod cursor;
pub mod passwords;
mod words;
pub mod work;

pub mod accounts;
pub mod availability;
pub mod bookings;
mod books;
pub mod cart;
pub mod earnings;
pub mod fees;
pub mod gateway;
pub mod holds;
pub mod invariants;
pub mod payments;
pub mod payouts;
pub mod pools;
pub mod pricing;
pub mod providers;
pub mod reconciliation;
pub mod refunds;
pub mod reports;
pub mod requests;
pub mod retention;
pub mod retries;
pub mod services;
pub mod slots;
pub mod troubles;
pub mod workers;

pub use context::Context;
