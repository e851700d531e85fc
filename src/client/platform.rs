//! What an administrator asks.

use chrono::NaiveDate;
use traveloure_core::api::report::{FeeSimulation, Reconciliation, Revenue, SimulateFee};

use super::{ApiError, Client, Key};

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
