//! What a provider earns, on the wire. Every figure is a sum of ledger entries, which can be read one by one.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::payout::Payout;
use crate::{
    ids::{BookingId, ProviderId},
    ledger::Account,
    money::{Currency, Money},
};

/// `GET /api/providers/{id}/earnings/`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Earnings {
    pub provider_id: ProviderId,
    /// The zone that days and weeks are of.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub zone: Tz,
    pub from: NaiveDate,
    /// Not included.
    pub to: NaiveDate,
    /// One for each currency that anything was earned or paid out in.
    pub currencies: Vec<CurrencyEarnings>,
    /// Those paid in the period, or due in it; the newest first, at most 500.
    pub payouts: Vec<Payout>,
}

/// What happened in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurrencyEarnings {
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub currency: Currency,
    /// Of the whole period.
    pub figures: Figures,
    /// What is to be paid out still, at this moment: in the hold, waiting for an account, frozen or on its way.
    pub pending_payout: Money,
    /// What the next payouts are less by, at this moment.
    pub owed: Money,
    /// The weeks in which something happened, the earliest first.
    pub weeks: Vec<WeekEarnings>,
}

/// One ISO week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WeekEarnings {
    /// Such as `2026-W24`.
    pub week: String,
    /// Its Monday.
    pub begins: NaiveDate,
    pub figures: Figures,
}

/// `earned - refunds - owed_on_site - paid_out` is by how much more is to be paid to the provider than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Figures {
    /// The provider's share of bookings that took place, or whose cancellation left something.
    pub earned: Money,
    /// What the platform kept.
    pub fees: Money,
    /// The provider's share of what went back to travelers after that, lost disputes among it.
    pub refunds: Money,
    /// Fees of bookings that were paid on site.
    pub owed_on_site: Money,
    /// What was transferred, less what came back of it.
    pub paid_out: Money,
}

/// `GET /api/providers/{id}/earnings/entries/`: one line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LedgerEntry {
    /// The movement that it is a line of; the lines of one movement sum to zero.
    pub transaction_id: Uuid,
    pub account: Account,
    /// Positive: debit. What is owed to a provider, and what the platform keeps, is credited.
    pub amount: Money,
    pub description: String,
    pub booking_id: BookingId,
    pub title: String,
    pub confirmation_code: String,
    pub created_at: DateTime<Utc>,
}
