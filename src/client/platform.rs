//! What an administrator asks.

use chrono::NaiveDate;
use traveloure_core::{
    api::{
        page::Page,
        report::{FeeSimulation, Reconciliation, Revenue, RevenueEntry, SimulateFee},
    },
    category::Category,
    money::Currency,
};

use super::{ApiError, Client, Key};

/// Which entries of the revenue report; what is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevenueFilter {
    /// The period of the report; `until` is not included.
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    /// Such as `2026-06`.
    pub month: Option<String>,
    pub category: Option<Category>,
    pub currency: Option<Currency>,
    /// The cursor of the page before.
    pub after: Option<String>,
    pub limit: Option<u32>,
}

impl Client {
    /// What was booked and what the platform kept, by currency, month and category; `until` is not included.
    ///
    /// # Errors
    /// `role_required`, `invalid`.
    pub async fn revenue(
        &self,
        from: Option<NaiveDate>,
        until: Option<NaiveDate>,
    ) -> Result<Revenue, ApiError> {
        self.get("api/platform/reports/revenue/")
            .query("from", from)
            .query("to", until)
            .fetch()
            .await
    }

    /// A page of the ledger's entries that the figures of [`Client::revenue`] sum, the earliest first.
    ///
    /// # Errors
    /// `role_required`, `malformed_parameter`.
    pub async fn revenue_entries(
        &self,
        filter: &RevenueFilter,
    ) -> Result<Page<RevenueEntry>, ApiError> {
        self.get("api/platform/reports/revenue/entries/")
            .query("from", filter.from)
            .query("to", filter.until)
            .query("month", filter.month.as_ref())
            .query("category", filter.category)
            .query("currency", filter.currency)
            .query("after", filter.after.as_ref())
            .query("limit", filter.limit)
            .fetch()
            .await
    }

    /// What a changed rule would have kept of past bookings. Nothing is saved.
    ///
    /// # Errors
    /// `role_required`, `invalid`.
    pub async fn simulate_fee(
        &self,
        simulate: &SimulateFee,
        key: &Key,
    ) -> Result<FeeSimulation, ApiError> {
        self.post("api/platform/fees/simulate/").json(simulate).key(key).fetch().await
    }

    /// What our books and the processor's do not agree on; with `settled` also what they did not.
    ///
    /// # Errors
    /// `role_required`.
    pub async fn reconciliation(&self, settled: bool) -> Result<Reconciliation, ApiError> {
        self.get("api/platform/reconciliation/").flag("settled", settled).fetch().await
    }
}
