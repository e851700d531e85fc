//! What the platform keeps.

use traveloure_core::{
    api::fee::{Fee, FeeCalculation, FeePatch, NewFee},
    category::Category,
    ids::{FeeId, ProviderId},
    money::Money,
};

use super::{ApiError, Client, Key};

impl Client {
    /// Every rule, the ones that count most first.
    ///
    /// # Errors
    /// `role_required`.
    pub async fn fees(&self) -> Result<Vec<Fee>, ApiError> {
        self.get("api/platform/fees/").fetch().await
    }

    /// # Errors
    /// `role_required`, `invalid`.
    pub async fn create_fee(&self, fee: &NewFee, key: &Key) -> Result<Fee, ApiError> {
        self.post("api/platform/fees/").json(fee).key(key).fetch().await
    }

    /// # Errors
    /// `role_required`, `not_found`, `invalid`, `version_mismatch`.
    pub async fn edit_fee(
        &self,
        id: FeeId,
        patch: &FeePatch,
        version: i64,
    ) -> Result<Fee, ApiError> {
        self.patch(format!("api/platform/fees/{id}/")).json(patch).if_match(version).fetch().await
    }

    /// What would be kept of `amount`, and by which rule.
    ///
    /// # Errors
    /// `malformed_parameter`.
    pub async fn calculate_fee(
        &self,
        amount: Money,
        category: Option<Category>,
        provider: Option<ProviderId>,
    ) -> Result<FeeCalculation, ApiError> {
        self.get("api/platform/fees/calculate/")
            .query("amount", Some(amount.amount()))
            .query("currency", Some(amount.currency()))
            .query("category", category)
            .query("provider_id", provider)
            .fetch()
            .await
    }
}
