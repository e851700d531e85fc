//! What providers earn, and where it goes.

use chrono::NaiveDate;
use serde_json::json;
use traveloure_core::{
    api::{
        earnings::{Earnings, LedgerEntry},
        page::Page,
        payout::{Onboarding, PayoutAccount},
    },
    ids::{BookingId, ProviderId},
    ledger::Account,
};

use super::{ApiError, Client, Key};

impl Client {
    /// What was earned in a period, by currency and week, and the payouts; `until` is not included.
    ///
    /// # Errors
    /// `role_required`, `not_found`, `invalid`.
    pub async fn earnings(
        &self,
        provider: ProviderId,
        from: Option<NaiveDate>,
        until: Option<NaiveDate>,
    ) -> Result<Earnings, ApiError> {
        self.get(format!("api/providers/{provider}/earnings/"))
            .query("from", from)
            .query("to", until)
            .fetch()
            .await
    }

    /// The entries of the ledger behind a week's figures (such as `2026-W24`), or behind a booking: one of the two.
    ///
    /// # Errors
    /// `role_required`, `not_found`, `malformed_parameter`.
    pub async fn earnings_entries(
        &self,
        provider: ProviderId,
        week: Option<&str>,
        booking: Option<BookingId>,
        account: Option<Account>,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<LedgerEntry>, ApiError> {
        self.get(format!("api/providers/{provider}/earnings/entries/"))
            .query("week", week)
            .query("booking_id", booking)
            .query("account", account)
            .query("after", after)
            .query("limit", limit)
            .fetch()
            .await
    }

    /// A month's statement (`2026-06`) as CSV.
    ///
    /// # Errors
    /// `role_required`, `not_found`, `invalid`.
    pub async fn earnings_statement(
        &self,
        provider: ProviderId,
        month: &str,
    ) -> Result<String, ApiError> {
        self.get(format!("api/providers/{provider}/earnings/statement/"))
            .query("month", Some(month))
            .text()
            .await
    }

    /// The account at the processor to which the provider is paid.
    ///
    /// # Errors
    /// `role_required`, `not_found`, `processor_unavailable`.
    pub async fn payout_account(&self, provider: ProviderId) -> Result<PayoutAccount, ApiError> {
        self.get(format!("api/providers/{provider}/stripe-onboard/")).fetch().await
    }

    /// A link on which the provider tells the processor who they are.
    ///
    /// # Errors
    /// `role_required`, `not_found`, `processor_unavailable`.
    pub async fn onboard(&self, provider: ProviderId, key: &Key) -> Result<Onboarding, ApiError> {
        self.post(format!("api/providers/{provider}/stripe-onboard/"))
            .json(&json!({}))
            .key(key)
            .fetch()
            .await
    }
}
