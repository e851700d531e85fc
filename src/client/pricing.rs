//! The prices of a service.

use traveloure_core::{
    api::pricing::{Pricing, PricingChange, PricingEdit},
    ids::{ProviderId, ServiceId},
};

use super::{ApiError, Client};

impl Client {
    /// The terms as a document and as text.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn pricing(
        &self,
        provider: ProviderId,
        service: ServiceId,
    ) -> Result<Pricing, ApiError> {
        self.get(format!("api/providers/{provider}/pricing/"))
            .query("service_id", Some(service))
            .fetch()
            .await
    }

    /// Which dates an edit would change, and by how much. Nothing is changed.
    ///
    /// # Errors
    /// `invalid` with the line or field, `version_mismatch`.
    pub async fn plan_pricing(
        &self,
        provider: ProviderId,
        service: ServiceId,
        edit: &PricingEdit,
        version: i64,
    ) -> Result<PricingChange, ApiError> {
        self.send_pricing(provider, service, edit, version, true).await
    }

    /// Replaces the terms that were read as `version`.
    ///
    /// # Errors
    /// `invalid` with the line or field, `version_mismatch`.
    pub async fn edit_pricing(
        &self,
        provider: ProviderId,
        service: ServiceId,
        edit: &PricingEdit,
        version: i64,
    ) -> Result<PricingChange, ApiError> {
        self.send_pricing(provider, service, edit, version, false).await
    }

    async fn send_pricing(
        &self,
        provider: ProviderId,
        service: ServiceId,
        edit: &PricingEdit,
        version: i64,
        dry_run: bool,
    ) -> Result<PricingChange, ApiError> {
        self.patch(format!("api/providers/{provider}/pricing/"))
            .query("service_id", Some(service))
            .flag("dry_run", dry_run)
            .json(edit)
            .if_match(version)
            .fetch()
            .await
    }
}
