//! The rules of a service's availability.

use traveloure_core::{
    api::availability::{Availability, AvailabilityChange, AvailabilityEdit, ServiceConflict},
    ids::{ProviderId, ServiceId},
};

use super::{ApiError, Client};

impl Client {
    /// The rules as a document and as text.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn availability(
        &self,
        provider: ProviderId,
        service: ServiceId,
    ) -> Result<Availability, ApiError> {
        self.get(format!("api/providers/{provider}/availability/"))
            .query("service_id", Some(service))
            .fetch()
            .await
    }

    /// What an edit would do: days opened and closed, bookings in conflict. Nothing is changed.
    ///
    /// # Errors
    /// `invalid` with the line or field, `version_mismatch`.
    pub async fn plan_availability(
        &self,
        provider: ProviderId,
        service: ServiceId,
        edit: &AvailabilityEdit,
        version: i64,
    ) -> Result<AvailabilityChange, ApiError> {
        self.send_availability(provider, service, edit, version, true).await
    }

    /// Replaces the rules that were read as `version`.
    ///
    /// # Errors
    /// `invalid` with the line or field, `version_mismatch`.
    pub async fn edit_availability(
        &self,
        provider: ProviderId,
        service: ServiceId,
        edit: &AvailabilityEdit,
        version: i64,
    ) -> Result<AvailabilityChange, ApiError> {
        self.send_availability(provider, service, edit, version, false).await
    }

    /// The provider's worklist: where more is taken than the rules offer.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn conflicts(&self, provider: ProviderId) -> Result<Vec<ServiceConflict>, ApiError> {
        self.get(format!("api/providers/{provider}/conflicts/")).fetch().await
    }

    async fn send_availability(
        &self,
        provider: ProviderId,
        service: ServiceId,
        edit: &AvailabilityEdit,
        version: i64,
        dry_run: bool,
    ) -> Result<AvailabilityChange, ApiError> {
        self.patch(format!("api/providers/{provider}/availability/"))
            .query("service_id", Some(service))
            .flag("dry_run", dry_run)
            .json(edit)
            .if_match(version)
            .fetch()
            .await
    }
}
