//! Booking requests, their rounds and their messages.

mod due;
mod list;
mod read;
mod thread;
mod write;

pub use due::{
    expired, lock_expired, lock_reminder, next_expiry, next_reminder, reminded, to_remind,
};
pub use list::{Filter, Order, Wanted, list};
pub use read::{Stored, get, lock, rivals};
pub use thread::{NewRound, add_message, add_round, messages, rounds};
pub use write::{
    Countered, NewRequest, accepted, closed, countered, insert, mark_read, message_left,
};

use traveloure_core::ids::{ProviderId, UserId};
use uuid::Uuid;

/// Whose eyes a request is read with: the row must be theirs.
#[derive(Clone, Copy, Debug)]
pub enum Scope {
    Traveler(UserId),
    Provider(ProviderId),
}

impl Scope {
    const fn user(self) -> Option<Uuid> {
        match self {
            Self::Traveler(user) => Some(user.as_uuid()),
            Self::Provider(_) => None,
        }
    }

    const fn provider(self) -> Option<Uuid> {
        match self {
            Self::Traveler(_) => None,
            Self::Provider(provider) => Some(provider.as_uuid()),
        }
    }
}
