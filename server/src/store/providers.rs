//! Providers.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;
use traveloure_core::{
    api::provider::Provider,
    ids::{ProviderId, UserId},
};

use super::read::corrupt;
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
        "SELECT name, description, city, country, zone, version, created_at
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
            version: row.version,
            created_at: row.created_at,
        })
    })
    .transpose()
}
