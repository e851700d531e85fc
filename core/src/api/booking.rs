//! Bookings on the wire.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::checkout::BalanceDue;
use crate::{
    booking::{Amounts, BookingType, CancelledBy, Status},
    ids::{BookingId, CheckoutId, ProviderId, RequestId, ServiceId, UserId},
    money::{Money, MoneyError},
    payment::Offer,
    pricing::Line,
    refund,
};

/// A booking as one row of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BookingRow {
    pub id: BookingId,
    pub title: String,
    pub service_id: ServiceId,
    pub provider_id: ProviderId,
    pub provider_name: String,
    pub traveler_name: String,
    pub booking_type: BookingType,
    pub status: Status,
    pub date: NaiveDate,
    pub end_date: Option<NaiveDate>,
    #[serde(default, with = "crate::hour_minute::optional")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "09:00"))]
    pub time: Option<NaiveTime>,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub zone: Tz,
    pub travelers: u32,
    pub total_amount: Money,
    /// None for the traveler.
    pub provider_payout: Option<Money>,
    pub confirmation_code: String,
    /// Until when `pending_payment` waits.
    pub payment_deadline: Option<DateTime<Utc>>,
    /// Of a booking whose deposit was paid.
    #[serde(default)]
    pub balance: Option<BalanceDue>,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

/// `GET /api/bookings/{id}/`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Booking {
    #[serde(flatten)]
    pub row: BookingRow,
    pub user_id: UserId,
    pub request_id: Option<RequestId>,
    pub special_requests: String,
    /// The price as it was frozen, line by line.
    pub lines: Vec<Line>,
    /// Fee and payout as they were frozen; for the traveler only `total_amount` counts and this is none.
    pub amounts: Option<Amounts>,
    /// Why the platform fee is what it is; none for the traveler.
    pub fee_reason: Option<String>,
    /// What its traveler pays it with; none for the provider, and until paying has begun.
    pub checkout_id: Option<CheckoutId>,
    /// What was paid and has not come back: the sum of what its movements add.
    pub paid: Money,
    /// The money that came and went, the earliest first.
    #[serde(default)]
    pub movements: Vec<Movement>,
    /// The ways to pay it, with what is due now; empty unless it waits to be paid.
    pub offers: Vec<Offer>,
    pub confirmed_at: Option<DateTime<Utc>>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub cancelled_by: Option<CancelledBy>,
    pub cancellation_reason: Option<String>,
}

/// Money that came for a booking, or went back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Movement {
    /// When it came; of what goes back, when that was decided.
    pub at: DateTime<Utc>,
    pub what: Moved,
    pub state: MovementState,
    /// Above zero, whichever way it went.
    pub amount: Money,
    /// Why it goes back; of refunds only.
    pub reason: Option<refund::Reason>,
}

/// What a movement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Moved {
    /// A payment of all of it.
    Full,
    Deposit,
    Balance,
    Refund,
    /// The cardholder's bank took it back.
    Dispute,
}

impl Moved {
    /// From the traveler to us otherwise.
    #[must_use]
    pub const fn goes_back(self) -> bool {
        matches!(self, Self::Refund | Self::Dispute)
    }
}

/// How far a movement has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MovementState {
    /// On its way; a dispute that is not decided.
    Pending,
    /// Arrived; a dispute that was lost.
    Done,
    /// A refund that did not arrive, a dispute that was won: the money stays.
    Failed,
}

impl Movement {
    /// What it adds to what is paid: nothing while a payment has not arrived, and all of what goes back unless that
    /// failed.
    ///
    /// # Errors
    /// [`MoneyError`] for an amount that cannot be negated.
    pub fn adds(&self) -> Result<Money, MoneyError> {
        let zero = Money::zero(self.amount.currency());
        match (self.what.goes_back(), self.state) {
            (false, MovementState::Done) => Ok(self.amount),
            (true, MovementState::Pending | MovementState::Done) => zero.minus(self.amount),
            _ => Ok(zero),
        }
    }
}
