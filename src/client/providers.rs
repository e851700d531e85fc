//! Providers and their shared resources.

use chrono::NaiveDate;
use traveloure_core::{
    api::{
        manifest::Manifest,
        page::Page,
        provider::{NewProvider, Provider, ProviderPatch},
        service::{NewPool, Pool, PoolPatch},
    },
    ids::{PoolId, ProviderId},
};

use super::{ApiError, Client, Key};

impl Client {
    /// The signed-in account becomes a provider.
    ///
    /// # Errors
    /// `already_provider`, `invalid`.
    pub async fn create_provider(
        &self,
        provider: &NewProvider,
        key: &Key,
    ) -> Result<Provider, ApiError> {
        self.post("api/providers/").json(provider).key(key).fetch().await
    }

    /// # Errors
    /// `not_found`.
    pub async fn provider(&self, id: ProviderId) -> Result<Provider, ApiError> {
        self.get(format!("api/providers/{id}/")).fetch().await
    }

    /// # Errors
    /// `not_found`, `invalid`, `version_mismatch`.
    pub async fn edit_provider(
        &self,
        id: ProviderId,
        patch: &ProviderPatch,
        version: i64,
    ) -> Result<Provider, ApiError> {
        self.patch(format!("api/providers/{id}/")).json(patch).if_match(version).fetch().await
    }

    /// Every provider by name, with part of their name or city, for administrators.
    ///
    /// # Errors
    /// `role_required`, `malformed_parameter`.
    pub async fn providers(
        &self,
        words: Option<&str>,
        after: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Provider>, ApiError> {
        self.get("api/providers/")
            .query("q", words)
            .query("after", after)
            .query("limit", limit)
            .fetch()
            .await
    }

    /// Who comes on a day.
    ///
    /// # Errors
    /// `role_required`, `not_found`.
    pub async fn manifest(
        &self,
        provider: ProviderId,
        date: NaiveDate,
    ) -> Result<Manifest, ApiError> {
        self.get(format!("api/providers/{provider}/manifest/"))
            .query("date", Some(date))
            .fetch()
            .await
    }

    /// The resources that several services share.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn pools(&self, provider: ProviderId) -> Result<Vec<Pool>, ApiError> {
        self.get(format!("api/providers/{provider}/pools/")).fetch().await
    }

    /// # Errors
    /// `invalid`.
    pub async fn create_pool(
        &self,
        provider: ProviderId,
        pool: &NewPool,
        key: &Key,
    ) -> Result<Pool, ApiError> {
        self.post(format!("api/providers/{provider}/pools/")).json(pool).key(key).fetch().await
    }

    /// # Errors
    /// `not_found`, `invalid`, `version_mismatch`.
    pub async fn edit_pool(
        &self,
        provider: ProviderId,
        pool: PoolId,
        patch: &PoolPatch,
        version: i64,
    ) -> Result<Pool, ApiError> {
        self.patch(format!("api/providers/{provider}/pools/{pool}/"))
            .json(patch)
            .if_match(version)
            .fetch()
            .await
    }

    /// # Errors
    /// `not_found`, `in_use` while services draw from it.
    pub async fn delete_pool(&self, provider: ProviderId, pool: PoolId) -> Result<(), ApiError> {
        self.delete(format!("api/providers/{provider}/pools/{pool}/")).finish().await
    }
}
