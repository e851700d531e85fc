//! Providers.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;
use traveloure_core::{
    api::provider::Provider,
    booking::ProviderSettings,
    ids::{ProviderId, UserId},
};

use super::read::{corrupt, enumerated};
use crate::error::AppResult;

/// The name of the constraint that keeps an account to one provider.
pub const ONE_PER_ACCOUNT: &str = "service_providers_user_id_key";

/// A provider to be made.
#[derive(Debug)]
pub struct NewProvider<'a> {
    pub id: ProviderId,
    pub user: UserId,
    pub name: &'a str,
    pub description: &'a str,
    pub city: &'a str,
    pub country: &'a str,
    pub zone: Tz,
}

pub async fn insert(
    db: &mut PgConnection,
    new: &NewProvider<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO service_providers (id, user_id, name, description, city, country, zone, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        new.id.as_uuid(),
        new.user.as_uuid(),
        new.name,
        new.description,
        new.city,
        new.country,
        new.zone.name(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The provider, or none if there is no such one.
pub async fn get(db: &mut PgConnection, id: ProviderId) -> AppResult<Option<Provider>> {
    let row = sqlx::query!(
        "SELECT name, description, city, country, zone, version, created_at, instant_booking_enabled,
                request_booking_enabled, cancellation_policy
         FROM service_providers WHERE id = $1",
        id.as_uuid(),
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Provider {
            id,
            name: row.name,
            city: row.city,
            country: row.country,
            zone: row.zone.parse().map_err(|error| corrupt("zone", id, error))?,
            description: row.description,
            settings: ProviderSettings {
                instant: row.instant_booking_enabled,
                request: row.request_booking_enabled,
                cancellation: enumerated("cancellation policy", id, &row.cancellation_policy)?,
            },
            version: row.version,
            created_at: row.created_at,
        })
    })
    .transpose()
}

/// The provider, locked until the transaction ends.
pub async fn lock(db: &mut PgConnection, id: ProviderId) -> AppResult<Option<Provider>> {
    sqlx::query!("SELECT id FROM service_providers WHERE id = $1 FOR NO KEY UPDATE", id.as_uuid())
        .fetch_optional(&mut *db)
        .await?;
    get(db, id).await
}

/// Writes what may be edited of a provider.
pub async fn update(
    db: &mut PgConnection,
    edited: &Provider,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE service_providers
         SET name = $2, description = $3, instant_booking_enabled = $4, request_booking_enabled = $5,
             cancellation_policy = $6, version = $7, updated_at = $8
         WHERE id = $1",
        edited.id.as_uuid(),
        edited.name,
        edited.description,
        edited.settings.instant,
        edited.settings.request,
        edited.settings.cancellation.as_str(),
        edited.version,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
