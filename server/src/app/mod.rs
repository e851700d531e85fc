//! The use cases, one file per noun. Each reads top to bottom: authorise, begin, lock, decide (in
//! core), save, commit.

pub mod context;
mod cursor;
pub mod passwords;
pub mod work;

pub mod accounts;
pub mod bookings;
pub mod requests;
pub mod slots;

pub use context::Context;
