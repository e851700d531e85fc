//! The cart: what a traveler wants, and what becomes of it.

mod item;
mod process;
mod saved;

pub use process::process;
pub use saved::{empty, get, save};
