//! The platform's own figures, on the wire: for administrators.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{earnings::LedgerEntry, fee::NewFee};
use crate::{
    category::Category,
    ids::{DifferenceId, FeeId},
    ledger::Account,
    money::{Currency, Money, MoneyError},
};

/// `GET /api/platform/reports/revenue/`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Revenue {
    pub from: NaiveDate,
    /// Not included.
    pub to: NaiveDate,
    pub currencies: Vec<CurrencyRevenue>,
}

/// What was sold and kept in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurrencyRevenue {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub currency: Currency,
    pub bookings: u64,
    pub gmv: Money,
    pub fees: Money,
    /// By month, then by category.
    pub rows: Vec<RevenueRow>,
}

/// One category in one month (UTC), by when the money was shared out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevenueRow {
    /// Such as `2026-06`.
    pub month: String,
    pub category: Category,
    /// That took place, or left something when they were cancelled.
    pub bookings: u64,
    /// What travelers paid for them, on site too: the sum of what its entries add.
    pub gmv: Money,
    /// What the platform kept, less its share of what went back later: the sum of what its entries add.
    pub fees: Money,
}

/// A figure of the revenue report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RevenueFigure {
    Gmv,
    Fees,
}

impl RevenueFigure {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gmv => "gmv",
            Self::Fees => "fees",
        }
    }
}

/// `GET /api/platform/reports/revenue/entries/`: one line of the ledger, and the figure that it counts for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevenueEntry {
    #[serde(flatten)]
    pub entry: LedgerEntry,
    pub category: Category,
    pub provider_name: String,
    pub figure: RevenueFigure,
}

impl RevenueEntry {
    /// What it adds to its figure: fees are credited in the books, what was sold is debited.
    ///
    /// # Errors
    /// [`MoneyError`] for an amount that cannot be negated.
    pub fn adds(&self) -> Result<Money, MoneyError> {
        let amount = self.entry.amount;
        match self.entry.account {
            Account::PlatformRevenue => Money::zero(amount.currency()).minus(amount),
            _ => Ok(amount),
        }
    }
}

/// `POST /api/platform/fees/simulate/`: what would have been kept under a changed rule. Nothing is saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SimulateFee {
    /// The rule as it would be, beside the others that are active; none to try what is kept without the one that goes.
    #[serde(default)]
    pub rule: Option<NewFee>,
    /// The rule that it would stand in for, or that goes.
    #[serde(default)]
    pub replaces: Option<FeeId>,
    /// By when they were booked, in UTC.
    pub from: NaiveDate,
    /// Not included; at most 366 days after `from`.
    pub to: NaiveDate,
}

/// What the platform kept of past bookings, and what it would have kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeeSimulation {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// By currency, then by category. Bookings that were confirmed and not cancelled.
    pub rows: Vec<SimulatedFees>,
}

/// The bookings of one category in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SimulatedFees {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub currency: Currency,
    pub category: Category,
    pub bookings: u64,
    /// Whose fee would have been another.
    pub changed: u64,
    pub service_amount: Money,
    pub kept: Money,
    pub would_keep: Money,
}

/// Where our books and the processor's differ. `None` is: not there at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Difference {
    pub id: DifferenceId,
    /// The day, in UTC, on which it was found to have happened.
    pub day: NaiveDate,
    /// `payment`, `refund`, `payout`, `reversal` or `dispute`; of what only the processor knows, its own word.
    pub kind: String,
    /// The processor's id, or ours where it has none.
    pub reference: String,
    pub ours: Option<Money>,
    pub theirs: Option<Money>,
    pub found_at: DateTime<Utc>,
    /// When both agreed again.
    pub settled_at: Option<DateTime<Utc>>,
}

/// `GET /api/platform/reconciliation/`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reconciliation {
    /// The last day that was compared.
    pub compared_to: Option<NaiveDate>,
    /// Open ones first, then the newest; at most 500.
    pub differences: Vec<Difference>,
}
