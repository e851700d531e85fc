//! Services: what can be booked.

mod read;
mod search;
mod write;

pub use read::{get, get_all, of_provider, own_settings};
pub use search::{Candidate, Wanted, candidates};
pub use write::{NewService, insert, lock, update};
