//! Writing services.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;
use traveloure_core::{
    booking::OwnSettings,
    cancellation::Policy,
    category::Category,
    ids::{ProviderId, ServiceId},
};

use super::read::own_settings;
use crate::{
    error::AppResult,
    store::read::{column, count},
};

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
    pub settings: OwnSettings,
}

pub async fn insert(
    db: &mut PgConnection,
    new: &NewService<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO services (id, provider_id, name, category, description, city, country, zone,
                               duration_minutes, by_night, response_hours, created_at, updated_at,
                               instant_booking, request_booking, cancellation_policy, pay_later, refund_if_resold)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14, $15, $16, $17)",
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
        new.settings.ways.map(|ways| ways.instant),
        new.settings.ways.map(|ways| ways.request),
        new.settings.cancellation.map(Policy::as_str),
        new.settings.pay_later,
        new.settings.refund_if_resold,
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
    pub settings: OwnSettings,
    pub version: i64,
}

/// The provider's service, locked until the transaction ends.
pub async fn lock(
    db: &mut PgConnection,
    id: ServiceId,
    provider: ProviderId,
) -> AppResult<Option<Edited>> {
    let row = sqlx::query!(
        "SELECT name, description, response_hours, is_listed, instant_booking, request_booking,
                cancellation_policy, pay_later, refund_if_resold, version
         FROM services
         WHERE id = $1 AND provider_id = $2 FOR NO KEY UPDATE",
        id.as_uuid(),
        provider.as_uuid(),
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Edited {
            name: row.name,
            description: row.description,
            response_hours: count(row.response_hours),
            is_listed: row.is_listed,
            settings: own_settings(
                id,
                row.instant_booking.zip(row.request_booking),
                row.cancellation_policy.as_deref(),
                (row.pay_later, row.refund_if_resold),
            )?,
            version: row.version,
        })
    })
    .transpose()
}

pub async fn update(
    db: &mut PgConnection,
    id: ServiceId,
    edited: &Edited,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE services SET name = $2, description = $3, response_hours = $4, is_listed = $5, version = $6,
                             updated_at = $7, instant_booking = $8, request_booking = $9,
                             cancellation_policy = $10, pay_later = $11, refund_if_resold = $12
         WHERE id = $1",
        id.as_uuid(),
        edited.name,
        edited.description,
        column(edited.response_hours),
        edited.is_listed,
        edited.version,
        now,
        edited.settings.ways.map(|ways| ways.instant),
        edited.settings.ways.map(|ways| ways.request),
        edited.settings.cancellation.map(Policy::as_str),
        edited.settings.pay_later,
        edited.settings.refund_if_resold,
    )
    .execute(db)
    .await?;
    Ok(())
}
