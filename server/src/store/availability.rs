//! The rules of a service's availability as a row. They are read with everything else that decides about a booking,
//! in [`super::bookable`].

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use traveloure_core::{
    availability::{AvailabilityRules, Counts},
    ids::{ProviderId, ServiceId},
};
use uuid::Uuid;

use super::read::column;

/// The first rules of a service. `id` names the row.
pub async fn insert(
    db: &mut PgConnection,
    id: Uuid,
    provider: ProviderId,
    service: ServiceId,
    rules: &AvailabilityRules,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO provider_availability (id, provider_id, service_id, availability_type, version, updated_at)
         VALUES ($1, $2, $3, $4, 0, $5)",
        id,
        provider.as_uuid(),
        service.as_uuid(),
        rules.availability_type.as_str(),
        now,
    )
    .execute(&mut *db)
    .await?;
    update(db, service, rules, now).await?;
    Ok(())
}

/// Replaces the rules; returns their new version.
pub async fn update(
    db: &mut PgConnection,
    service: ServiceId,
    rules: &AvailabilityRules,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "UPDATE provider_availability
         SET availability_type = $2, is_available = $3, blocked_dates = $4, available_dates = $5,
             daily_capacity = $6, time_slots = $7, capacity_overrides = $8, counts = $9,
             recurring_unavailable = $10, min_notice_minutes = $11, horizon_days = $12, party_min = $13,
             party_max = $14, buffer_before_minutes = $15, buffer_after_minutes = $16,
             version = version + 1, updated_at = $17
         WHERE service_id = $1
         RETURNING version",
        service.as_uuid(),
        rules.availability_type.as_str(),
        rules.is_available,
        Json(&rules.blocked_dates) as _,
        rules.available_dates.as_ref().map(Json) as _,
        rules.daily_capacity.map(column),
        Json(&rules.time_slots) as _,
        Json(&rules.capacity_overrides) as _,
        counts(rules.counts),
        Json(&rules.recurring_unavailable) as _,
        column(rules.min_notice_minutes),
        rules.horizon_days.map(column),
        rules.party_min.map(column),
        rules.party_max.map(column),
        column(rules.buffer_before_minutes),
        column(rules.buffer_after_minutes),
        now,
    )
    .fetch_one(db)
    .await
}

const fn counts(counts: Counts) -> &'static str {
    match counts {
        Counts::PerPerson => "per_person",
        Counts::PerBooking => "per_booking",
    }
}
