//! Providers.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;
use traveloure_core::{
    api::provider::Provider,
    booking::ProviderSettings,
    ids::{ProviderId, UserId},
};
use uuid::Uuid;

use super::read::{contains, corrupt, enumerated};
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

#[derive(Debug)]
struct Raw {
    id: Uuid,
    name: String,
    description: String,
    city: String,
    country: String,
    zone: String,
    version: i64,
    created_at: DateTime<Utc>,
    instant_booking_enabled: bool,
    request_booking_enabled: bool,
    cancellation_policy: String,
}

macro_rules! select_providers {
    ($rest:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Raw,
            "SELECT id, name, description, city, country, zone, version, created_at, instant_booking_enabled,
                    request_booking_enabled, cancellation_policy
             FROM service_providers " + $rest,
            $($argument),+
        )
    };
}

/// The provider, or none if there is no such one.
pub async fn get(db: &mut PgConnection, id: ProviderId) -> AppResult<Option<Provider>> {
    select_providers!("WHERE id = $1", id.as_uuid())
        .fetch_optional(db)
        .await?
        .map(provider)
        .transpose()
}

/// Up to `limit` providers by name, behind the one of that name and id; with part of their name or city, or all.
pub async fn list(
    db: &mut PgConnection,
    words: Option<&str>,
    after: Option<&(String, Uuid)>,
    limit: i64,
) -> AppResult<Vec<Provider>> {
    select_providers!(
        "WHERE ($1::text IS NULL OR name ILIKE $1 OR city ILIKE $1)
           AND ($2::text IS NULL OR (name, id) > ($2, $3::uuid))
         ORDER BY name, id LIMIT $4",
        words.map(contains),
        after.map(|(name, _)| name.as_str()),
        after.map(|(_, id)| *id),
        limit,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(provider)
    .collect()
}

fn provider(raw: Raw) -> AppResult<Provider> {
    Ok(Provider {
        zone: raw.zone.parse().map_err(|error| corrupt("zone", raw.id, error))?,
        settings: ProviderSettings {
            instant: raw.instant_booking_enabled,
            request: raw.request_booking_enabled,
            cancellation: enumerated("cancellation policy", raw.id, &raw.cancellation_policy)?,
        },
        id: raw.id.into(),
        name: raw.name,
        city: raw.city,
        country: raw.country,
        description: raw.description,
        version: raw.version,
        created_at: raw.created_at,
    })
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
