//! Answers that are decided but not sent: what is kept of them, so that a crash cannot lose them in
//! silence.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use traveloure_core::{
    api::request::{Accept, CounterOffer, Decline, NewMessage},
    ids::{RequestId, UserId},
};
use uuid::Uuid;

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Answer {
    Accept(Accept),
    Decline(Decline),
    Counter(Box<CounterOffer>),
    Message(NewMessage),
}

impl Answer {
    /// What is being done, for `Accepting Ana Silva`.
    #[must_use]
    pub const fn doing(&self) -> &'static str {
        match self {
            Self::Accept(_) => "Accepting",
            Self::Decline(_) => "Declining",
            Self::Counter(_) => "Making an offer to",
            Self::Message(_) => "Writing to",
        }
    }

    /// What is done.
    #[must_use]
    pub const fn done(&self) -> &'static str {
        match self {
            Self::Accept(_) => "Accepted",
            Self::Decline(_) => "Declined",
            Self::Counter(_) => "Offer made to",
            Self::Message(_) => "Written to",
        }
    }
}

/// One answer that has not been sent, or whose arrival is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    /// Whose answer it is; another person on this terminal does not get to see it.
    pub user: UserId,
    pub request: RequestId,
    /// Whose request it is, as the list showed it.
    pub traveler: String,
    pub answer: Answer,
    /// The key it is sent with: sent twice, it takes effect once.
    pub key: Uuid,
    pub decided_at: DateTime<Utc>,
}
