//! The outbox: events appended in the transaction of the change they tell of, read behind the commit.

mod append;
mod position;
mod read;

pub use append::{NewEvent, append};
pub use position::Position;
pub use read::{Audience, Batch, Stored, after, begin, forget, kept, missed, remove_foreign};
