//! Booking requests: a negotiation of at most ten rounds between a traveler and a provider.
//!
//! ```text
//! pending_provider -> accepted | declined | counter_offered | expired | withdrawn
//! counter_offered  -> accepted | declined | pending_provider | expired | withdrawn
//! ```
//! The same commands serve both sides; whose turn it is decides who may give them.

mod deadline;
mod negotiation;

pub use deadline::{Reminder, deadline, next_reminder};
pub use negotiation::{
    Answered, Command, MAX_ROUNDS, Negotiation, Offer, Refusal, Terms, Transition,
};

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RequestStatus))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The provider's turn.
    PendingProvider,
    /// The traveler's turn: the provider has made an offer.
    CounterOffered,
    Accepted,
    Declined,
    Expired,
    Withdrawn,
}

impl Status {
    pub const ALL: [Self; 6] = [
        Self::PendingProvider,
        Self::CounterOffered,
        Self::Accepted,
        Self::Declined,
        Self::Expired,
        Self::Withdrawn,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PendingProvider => "pending_provider",
            Self::CounterOffered => "counter_offered",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Still open to an answer.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::PendingProvider | Self::CounterOffered)
    }

    /// Whose answer is awaited; nobody's once the request is closed.
    #[must_use]
    pub const fn turn(self) -> Option<Side> {
        match self {
            Self::PendingProvider => Some(Side::Provider),
            Self::CounterOffered => Some(Side::Traveler),
            _ => None,
        }
    }

    /// The allowed table of the module's head: what invariant 10 is checked against.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::PendingProvider => next != Self::PendingProvider,
            Self::CounterOffered => next != Self::CounterOffered,
            _ => false,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One of the two who negotiate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Traveler,
    Provider,
}

impl Side {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Traveler => "traveler",
            Self::Provider => "provider",
        }
    }

    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Traveler => Self::Provider,
            Self::Provider => Self::Traveler,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
