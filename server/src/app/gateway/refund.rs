//! Money back to the card it came from.

use chrono::{DateTime, Utc};
use traveloure_core::money::Money;

use super::{BalanceTransactionId, ChargeId, IntentId, Metadata, RefundId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRefund {
    pub intent: IntentId,
    /// Positive, of the intent's currency.
    pub amount: Money,
    pub reason: Option<RefundReason>,
    pub metadata: Metadata,
}

/// The reasons the processor tells apart; ours go into the metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundReason {
    Duplicate,
    Fraudulent,
    RequestedByCustomer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    pub id: RefundId,
    pub status: RefundStatus,
    pub amount: Money,
    pub intent: Option<IntentId>,
    pub charge: Option<ChargeId>,
    pub balance_transaction: Option<BalanceTransactionId>,
    /// Why it failed: `lost_or_stolen_card`, `expired_or_canceled_card`, `unknown`, …
    pub failure_reason: Option<String>,
    pub metadata: Metadata,
    pub created: DateTime<Utc>,
}

/// A refund that succeeded can still fail days later, when the bank sends it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundStatus {
    Pending,
    RequiresAction,
    Succeeded,
    /// The money is back in our balance and the person must be paid in another way.
    Failed,
    Canceled,
}
