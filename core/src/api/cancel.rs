//! Cancelling and refunding on the wire.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::booking::Booking;
use crate::{
    cancellation::Quote,
    ids::{BookingId, PaymentId, RefundId},
    money::Money,
};

/// `PATCH /api/bookings/{id}/cancel/`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// Up to 500 characters, for the other side.
    #[serde(default)]
    pub reason: String,
    /// What the quote said comes back: another amount by now refuses the cancellation and shows the new quote.
    /// Required to cancel, not to be quoted.
    #[serde(default)]
    pub expected_refund: Option<Money>,
}

/// The answer: what it would do, or what it did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Cancellation {
    pub quote: Quote,
    /// None for a quote.
    pub booking: Option<Booking>,
    pub refunds: Vec<Refund>,
}

/// Where a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// Written down; the processor has not answered yet.
    Intended,
    /// On its way.
    Pending,
    Succeeded,
    /// The bank did not take it: it is on the worklist.
    Failed,
}

impl RefundStatus {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Intended => "intended",
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// Money on its way back over one payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refund {
    pub id: RefundId,
    pub booking_id: BookingId,
    pub payment_id: PaymentId,
    pub amount: Money,
    pub status: RefundStatus,
    /// Why it failed.
    pub failure: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// `POST /api/refunds/{id}/given-back/`: a refund that did not arrive was paid in another way, by an administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GivenBack {
    /// What finds the payment in our bank's books, such as the number of a transfer: 1 to 200 characters.
    pub reference: String,
    /// Up to 500 characters, for whoever looks at it later.
    #[serde(default)]
    pub note: String,
}

/// `POST /api/bookings/{id}/refund/`: more than the policy gives, by the provider or an admin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRefund {
    pub amount: Money,
    /// Up to 500 characters, for the traveler.
    #[serde(default)]
    pub reason: String,
}
