//! Money from our balance to a connected account, and back.

use chrono::{DateTime, Utc};
use traveloure_core::money::Money;

use super::{AccountId, BalanceTransactionId, ChargeId, Metadata, ReversalId, TransferId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTransfer {
    /// Positive, of a currency in which we have a balance.
    pub amount: Money,
    pub destination: AccountId,
    pub transfer_group: Option<String>,
    /// The charge whose money it is. The transfer then waits for that money, cannot take more than
    /// the charge, and must be of the currency in which the charge was settled.
    pub source_charge: Option<ChargeId>,
    pub metadata: Metadata,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    pub id: TransferId,
    pub amount: Money,
    /// The sum of its reversals.
    pub reversed: Money,
    pub destination: AccountId,
    pub transfer_group: Option<String>,
    pub source_charge: Option<ChargeId>,
    pub balance_transaction: Option<BalanceTransactionId>,
    pub metadata: Metadata,
    pub created: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReversal {
    pub transfer: TransferId,
    /// Positive, of the transfer's currency.
    pub amount: Money,
    pub metadata: Metadata,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reversal {
    pub id: ReversalId,
    pub transfer: TransferId,
    pub amount: Money,
    pub balance_transaction: Option<BalanceTransactionId>,
    pub metadata: Metadata,
    pub created: DateTime<Utc>,
}
