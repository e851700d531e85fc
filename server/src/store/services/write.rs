//! Writing services.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;
use traveloure_core::{
    category::Category,
    ids::{ProviderId, ServiceId},
};

use crate::store::read::{column, count};

/// A service to be made.
#[derive(Debug)]
pub struct NewService<'a> {
    pub id: ServiceId,
    pub provider: ProviderId,
    pub name: &'a str,
    pub category: Category,
    pub description: &'a str,
    pub city: &'a str,
    pub country: &'a str,
    pub zone: Tz,
    pub duration_minutes: Option<u32>,
    pub by_night: bool,
    pub response_hours: u32,
}

pub async fn insert(
    db: &mut PgConnection,
    new: &NewService<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO services (id, provider_id, name, category, description, city, country, zone,
                               duration_minutes, by_night, response_hours, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
        new.id.as_uuid(),
        new.provider.as_uuid(),
        new.name,
        new.category.as_str(),
        new.description,
        new.city,
        new.country,
        new.zone.name(),
        new.duration_minutes.map(column),
        new.by_night,
        column(new.response_hours),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What may be edited of a service itself.
#[derive(Clone, Debug)]
pub struct Edited {
    pub name: String,
    pub description: String,
    pub response_hours: u32,
    pub is_listed: bool,
    pub version: i64,
}

/// The provider's service, locked until the transaction ends.
pub async fn lock(
    db: &mut PgConnection,
    id: ServiceId,
    provider: ProviderId,
) -> sqlx::Result<Option<Edited>> {
    let row = sqlx::query!(
        "SELECT name, description, response_hours, is_listed, version FROM services
         WHERE id = $1 AND provider_id = $2 FOR NO KEY UPDATE",
        id.as_uuid(),
        provider.as_uuid(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Edited {
        name: row.name,
        description: row.description,
        response_hours: count(row.response_hours),
        is_listed: row.is_listed,
        version: row.version,
    }))
}

pub async fn update(
    db: &mut PgConnection,
    id: ServiceId,
    edited: &Edited,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE services SET name = $2, description = $3, response_hours = $4, is_listed = $5, version = $6,
                             updated_at = $7
         WHERE id = $1",
        id.as_uuid(),
        edited.name,
        edited.description,
        column(edited.response_hours),
        edited.is_listed,
        edited.version,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
