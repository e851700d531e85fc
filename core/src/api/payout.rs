//! Money out on the wire.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    ids::{BookingId, PayoutId},
    money::Money,
};

/// Where a payout stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PayoutStatus {
    /// The hold, or there is no account yet that can receive.
    Waiting,
    /// A dispute about the booking is open.
    Frozen,
    /// The processor is being asked.
    Intended,
    Paid,
    /// The processor refused; it is tried again by itself.
    Failed,
    /// Nothing was left to pay: it was given back, or made up for what was owed.
    Settled,
}

impl PayoutStatus {
    pub const ALL: [Self; 6] =
        [Self::Waiting, Self::Frozen, Self::Intended, Self::Paid, Self::Failed, Self::Settled];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Frozen => "frozen",
            Self::Intended => "intended",
            Self::Paid => "paid",
            Self::Failed => "failed",
            Self::Settled => "settled",
        }
    }

    /// Whether it is decided still how much is transferred.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Frozen | Self::Failed)
    }
}

/// What a provider gets for a booking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Payout {
    pub id: PayoutId,
    pub booking_id: BookingId,
    pub title: String,
    pub confirmation_code: String,
    pub status: PayoutStatus,
    /// The provider's share, less what went back to the traveler before it was transferred.
    pub amount: Money,
    /// What was transferred: less than `amount` where something was owed.
    pub transferred: Option<Money>,
    /// Not before: the booking's end and the hold.
    pub due_at: DateTime<Utc>,
    pub paid_at: Option<DateTime<Utc>>,
    /// The processor's own id of the transfer.
    pub reference: Option<String>,
    /// Why the processor refused.
    pub failure: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// How far a provider's account at the processor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    /// The provider has not begun, or the processor wants more.
    Pending,
    /// It can receive money.
    Active,
    /// The processor has stopped it.
    Restricted,
}

impl AccountStatus {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Restricted => "restricted",
        }
    }
}

/// A provider's account at the processor, to which they are paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PayoutAccount {
    /// The processor's own id; none before onboarding has begun.
    pub id: Option<String>,
    pub status: AccountStatus,
    pub can_receive: bool,
    /// What the processor waits for, in its terms; empty where it was not asked just now.
    pub requirements_due: Vec<String>,
}

/// `POST /api/providers/{id}/stripe-onboard/`: where the provider tells the processor who they are. The link is good
/// once and for minutes, and for nobody else's eyes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Onboarding {
    pub account: PayoutAccount,
    pub url: String,
    pub expires_at: DateTime<Utc>,
}
