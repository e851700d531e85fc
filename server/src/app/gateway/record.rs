//! The processor's own books, against which ours are reconciled, and the disputes that move them.

use chrono::{DateTime, Utc};
use traveloure_core::money::Money;

use super::{BalanceTransactionId, ChargeId, DisputeId, IntentId, Metadata};

/// From `from` (included) to `until` (excluded), by when the processor made the record; whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T, C> {
    pub items: Vec<T>,
    /// Where the rest begins; none at the end.
    pub next: Option<C>,
}

/// Something that moved our balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BalanceTransaction {
    pub id: BalanceTransactionId,
    /// `charge`, `refund`, `transfer`, `transfer_refund`, `adjustment` (a dispute), `payout`,
    /// `stripe_fee`, …: the processor adds kinds.
    pub kind: String,
    /// Before the fee; negative when it left us. Of the currency of our balance, which need not be
    /// the one that was charged.
    pub amount: Money,
    pub fee: Money,
    /// `amount - fee`.
    pub net: Money,
    /// The charge, refund, transfer, reversal, dispute or payout that did it.
    pub source: Option<String>,
    pub created: DateTime<Utc>,
    /// When the money is ours to move.
    pub available_on: DateTime<Utc>,
}

/// A cardholder's objection at their bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    pub id: DisputeId,
    pub status: DisputeStatus,
    pub amount: Money,
    pub charge: ChargeId,
    pub intent: Option<IntentId>,
    /// `fraudulent`, `product_not_received`, …
    pub reason: String,
    /// By when we can answer with evidence.
    pub evidence_due: Option<DateTime<Utc>>,
    pub metadata: Metadata,
    pub created: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisputeStatus {
    /// The bank asks and took no money; it may become a dispute.
    Warning,
    WarningClosed,
    NeedsResponse,
    UnderReview,
    Won,
    Lost,
    /// Settled before it was a dispute, by a refund.
    Prevented,
}

impl DisputeStatus {
    /// Whether payouts of the charge must wait.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Warning | Self::NeedsResponse | Self::UnderReview)
    }
}
