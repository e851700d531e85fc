//! That something happened at the processor.

use chrono::{DateTime, Utc};

use super::{AccountId, EventId};

/// That something happened, and to which object; what became of the object is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub id: EventId,
    /// `checkout.session.completed`, `payment_intent.succeeded`, `account.updated`, …
    pub kind: String,
    pub created: DateTime<Utc>,
    /// Of real money.
    pub livemode: bool,
    /// The connected account it happened at; none for our own.
    pub account: Option<AccountId>,
    /// `checkout.session`, `payment_intent`, `charge`, …
    pub object_kind: String,
    /// None for objects without an id, such as a balance.
    pub object_id: Option<String>,
}
