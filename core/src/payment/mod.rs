//! Taking money: how a booking may be paid, what is due when, and the states of a payment.
//!
//! A payment is written down before the processor is asked for it (`intended`), and everything the
//! processor is asked carries a key derived from that row: whatever crashes in between, asking again
//! takes the money once.

mod balance;
mod due;
mod offers;

pub use balance::{Balance, Retry, after_failure, first_reminder, is_reminder_due};
pub use due::{BALANCE_DAYS_BEFORE, Due, DueError, ToPay, balance_due_date};
pub use offers::{Offer, deposit_of, offers};

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a traveler chooses to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PaymentMethod))]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// All of it now.
    Full,
    /// The deposit now, the balance on its due date.
    Deposit,
    /// On site, to the provider.
    PayLater,
}

impl Method {
    pub const ALL: [Self; 3] = [Self::Full, Self::Deposit, Self::PayLater];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Deposit => "deposit",
            Self::PayLater => "pay_later",
        }
    }
}

/// What a payment is for. A checkout is paid once for `full` or `deposit`, a booking once for `balance`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PaymentPurpose))]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    Full,
    Deposit,
    Balance,
}

impl Purpose {
    pub const ALL: [Self; 3] = [Self::Full, Self::Deposit, Self::Balance];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Deposit => "deposit",
            Self::Balance => "balance",
        }
    }
}

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PaymentStatus))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Written down; the processor has not answered yet.
    Intended,
    /// The processor's page waits for the cardholder.
    Open,
    /// The processor is at it.
    Processing,
    /// The bank wants to see the cardholder.
    NeedsAction,
    Succeeded,
    /// Turned down for good.
    Failed,
    /// The page was closed unpaid.
    Expired,
}

impl Status {
    pub const ALL: [Self; 7] = [
        Self::Intended,
        Self::Open,
        Self::Processing,
        Self::NeedsAction,
        Self::Succeeded,
        Self::Failed,
        Self::Expired,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Intended => "intended",
            Self::Open => "open",
            Self::Processing => "processing",
            Self::NeedsAction => "needs_action",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }

    /// Whether money may still come of it, so that no other payment for the same may begin.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Intended | Self::Open | Self::Processing | Self::NeedsAction)
    }

    /// The allowed table. A payment that ended without money may still turn out to have succeeded: the
    /// processor has the last word.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        match self {
            Self::Intended => !matches!(next, Self::Intended),
            Self::Open => !matches!(next, Self::Intended | Self::Open),
            Self::Processing => !matches!(next, Self::Intended | Self::Open | Self::Processing),
            Self::NeedsAction => {
                matches!(next, Self::Processing | Self::Succeeded | Self::Failed | Self::Expired)
            }
            Self::Failed | Self::Expired => matches!(next, Self::Succeeded),
            Self::Succeeded => false,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn success_is_final_and_can_come_late() {
        for status in Status::ALL {
            assert!(!Status::Succeeded.may_become(status));
            assert!(!status.may_become(status));
            assert_eq!(status.may_become(Status::Succeeded), status != Status::Succeeded);
        }
    }
}
