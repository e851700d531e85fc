//! Services: what can be booked.

mod read;
mod search;
mod write;

pub use read::{get, of_provider, own_settings};
pub use search::{Wanted, found};
pub use write::{NewService, insert, lock, update};
