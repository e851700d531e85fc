//! Bookings: their states, their kinds, and the money frozen into them.

mod amounts;
mod confirmation;
mod settings;

pub use amounts::{Amounts, AmountsError};
pub use confirmation::confirmation_code;
pub use settings::{
    BookingSettings, OwnSettings, ProviderSettings, ProviderSettingsPatch, SettingsPatch, Ways,
};

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Where a booking stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = BookingStatus))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Pending,
    /// The slot is held until the payment deadline.
    PendingPayment,
    Confirmed,
    Completed,
    Cancelled,
    /// Everything that was paid came back.
    Refunded,
}

impl Status {
    pub const ALL: [Self; 6] = [
        Self::Pending,
        Self::PendingPayment,
        Self::Confirmed,
        Self::Completed,
        Self::Cancelled,
        Self::Refunded,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::PendingPayment => "pending_payment",
            Self::Confirmed => "confirmed",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
        }
    }

    /// The allowed table: what invariant 10 is checked against.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Pending, Self::PendingPayment | Self::Cancelled)
                | (Self::PendingPayment, Self::Confirmed | Self::Cancelled)
                | (Self::Confirmed, Self::Completed | Self::Cancelled)
                | (Self::Completed | Self::Cancelled, Self::Refunded)
                // Paid a moment too late, and its place was still there.
                | (Self::Cancelled, Self::Confirmed)
        )
    }

    /// Whether the booking takes up capacity.
    #[must_use]
    pub const fn holds_capacity(self) -> bool {
        matches!(self, Self::Pending | Self::PendingPayment | Self::Confirmed | Self::Completed)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How a booking came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BookingType {
    Instant,
    Request,
    External,
    ExpertAssisted,
}

impl BookingType {
    pub const ALL: [Self; 4] = [Self::Instant, Self::Request, Self::External, Self::ExpertAssisted];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Instant => "instant",
            Self::Request => "request",
            Self::External => "external",
            Self::ExpertAssisted => "expert_assisted",
        }
    }
}

/// Who cancelled. `System` is the server itself, as when a payment deadline passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CancelledBy {
    User,
    Provider,
    Admin,
    System,
}

impl CancelledBy {
    pub const ALL: [Self; 4] = [Self::User, Self::Provider, Self::Admin, Self::System];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Provider => "provider",
            Self::Admin => "admin",
            Self::System => "system",
        }
    }
}

/// How long a traveler has to pay once a provider has accepted.
pub const PAYMENT_WINDOW: TimeDelta = TimeDelta::hours(24);

/// How long an instant booking holds its place while it is paid for: the processor's page lives at least
/// half an hour, and a little longer than the page the place has to be kept.
pub const CHECKOUT_WINDOW: TimeDelta = TimeDelta::minutes(35);

/// Until when an accepted booking has to be paid: a day, but not past its start; a booking that
/// starts within half an hour still gets half an hour.
#[must_use]
pub fn payment_deadline(now: DateTime<Utc>, start: DateTime<Utc>) -> DateTime<Utc> {
    (now + PAYMENT_WINDOW).min(start).max(now + TimeDelta::minutes(30))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_closed_stays_closed() {
        for next in Status::ALL {
            assert!(!Status::Refunded.may_become(next));
            assert!(!Status::Confirmed.may_become(Status::PendingPayment));
            assert!(!next.may_become(next));
        }
    }

    #[test]
    fn payment_is_due_before_the_start() {
        let now = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
        assert_eq!(payment_deadline(now, now + TimeDelta::days(9)), now + TimeDelta::hours(24));
        assert_eq!(payment_deadline(now, now + TimeDelta::hours(2)), now + TimeDelta::hours(2));
        assert_eq!(payment_deadline(now, now), now + TimeDelta::minutes(30));
    }
}
