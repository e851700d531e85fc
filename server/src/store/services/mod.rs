//! Services: what can be booked.

mod read;
mod search;
mod write;

pub use read::{get, of_provider};
pub use search::{Day, Wanted, found};
pub use write::{NewService, insert, lock, update};
