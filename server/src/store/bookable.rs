//! A service with everything that decides whether and at what price it can be booked.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use sqlx::{PgConnection, types::Json};
use traveloure_core::{
    availability::{
        AvailabilityRules, AvailabilityType, CapacityOverride, Closure, Counts, Occupancy, PoolUse,
        Setting, TimeSlot, Used,
    },
    category::Category,
    ids::{PoolId, ProviderId, ServiceId, UserId},
    pricing::{
        DateOverride, DepositType, GroupDiscount, LeadTimeDiscount, PricingTerms, PricingType,
        Season,
    },
};

use super::read::{corrupt, count, enumerated};
use crate::error::AppResult;

/// A service as a use case that books it needs it.
#[derive(Clone, Debug)]
pub struct Bookable {
    pub id: ServiceId,
    pub provider: ProviderId,
    /// The account behind the provider: nobody books their own service.
    pub owner: UserId,
    pub name: String,
    pub category: Category,
    pub setting: Setting,
    pub response_hours: u32,
    pub is_listed: bool,
    pub rules: AvailabilityRules,
    pub rules_version: i64,
    pub terms: PricingTerms,
    pub terms_version: i64,
    pub pools: Vec<SharedPool>,
}

/// A shared resource that the service draws from.
#[derive(Clone, Debug)]
pub struct SharedPool {
    pub id: PoolId,
    pub name: String,
    pub capacity: u32,
    /// How many of it one booking takes.
    pub units: u32,
}

/// The service, or none if there is no such one.
pub async fn load(db: &mut PgConnection, id: ServiceId) -> AppResult<Option<Bookable>> {
    let row = sqlx::query!(
        r#"
        SELECT s.id, s.provider_id, p.user_id, s.name, s.category, s.zone, s.duration_minutes, s.by_night,
               s.response_hours, s.is_listed,
               a.availability_type, a.is_available, a.daily_capacity, a.counts,
               a.blocked_dates AS "blocked_dates: Json<BTreeSet<NaiveDate>>",
               a.available_dates AS "available_dates: Json<BTreeSet<NaiveDate>>",
               a.time_slots AS "time_slots: Json<Vec<TimeSlot>>",
               a.capacity_overrides AS "capacity_overrides: Json<Vec<CapacityOverride>>",
               a.recurring_unavailable AS "recurring_unavailable: Json<Vec<Closure>>",
               a.min_notice_minutes, a.horizon_days, a.party_min, a.party_max,
               a.buffer_before_minutes, a.buffer_after_minutes, a.version AS rules_version,
               t.pricing_type, t.currency, t.base_price, t.requires_quote,
               t.estimated_range_min, t.estimated_range_max, t.per_person,
               t.seasonal_pricing AS "seasonal_pricing: Json<Vec<Season>>",
               t.date_overrides AS "date_overrides: Json<Vec<DateOverride>>",
               t.group_discounts AS "group_discounts: Json<Vec<GroupDiscount>>",
               t.lead_time_discounts AS "lead_time_discounts: Json<Vec<LeadTimeDiscount>>",
               t.requires_deposit, t.deposit_type, t.deposit_amount, t.deposit_percentage,
               t.version AS terms_version,
               (SELECT count(*) FROM service_pools sp WHERE sp.service_id = s.id) AS "pools!"
        FROM services s
        JOIN service_providers p ON p.id = s.provider_id
        JOIN provider_availability a ON a.service_id = s.id
        JOIN provider_pricing t ON t.service_id = s.id
        WHERE s.id = $1
        "#,
        id.as_uuid(),
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let zone: Tz = row.zone.parse().map_err(|error| corrupt("zone", id, error))?;
    let pools = if row.pools > 0 { pools(db, id).await? } else { Vec::new() };
    let rules = AvailabilityRules {
        availability_type: availability_type(&row.availability_type, id)?,
        is_available: row.is_available,
        blocked_dates: row.blocked_dates.0,
        available_dates: row.available_dates.map(|dates| dates.0),
        daily_capacity: row.daily_capacity.map(count),
        time_slots: row.time_slots.0,
        capacity_overrides: row.capacity_overrides.0,
        counts: enumerated::<Counts>("counts", id, &row.counts)?,
        recurring_unavailable: row.recurring_unavailable.0,
        min_notice_minutes: count(row.min_notice_minutes),
        horizon_days: row.horizon_days.map(count),
        party_min: row.party_min.map(count),
        party_max: row.party_max.map(count),
        buffer_before_minutes: count(row.buffer_before_minutes),
        buffer_after_minutes: count(row.buffer_after_minutes),
    };
    let terms = PricingTerms {
        pricing_type: enumerated::<PricingType>("pricing type", id, &row.pricing_type)?,
        currency: row.currency.parse().map_err(|error| corrupt("currency", id, error))?,
        base_price: row.base_price.map(|price| price.normalize()),
        seasonal_pricing: row.seasonal_pricing.0,
        date_overrides: row.date_overrides.0,
        requires_quote: row.requires_quote,
        estimated_range_min: row.estimated_range_min.map(|price| price.normalize()),
        estimated_range_max: row.estimated_range_max.map(|price| price.normalize()),
        per_person: row.per_person,
        group_discounts: row.group_discounts.0,
        lead_time_discounts: row.lead_time_discounts.0,
        requires_deposit: row.requires_deposit,
        deposit_type: row
            .deposit_type
            .map(|kind| enumerated::<DepositType>("deposit type", id, &kind))
            .transpose()?,
        deposit_amount: row.deposit_amount.map(|amount| amount.normalize()),
        deposit_percentage: row.deposit_percentage.map(|percent| percent.normalize()),
    };
    Ok(Some(Bookable {
        id,
        provider: ProviderId::from(row.provider_id),
        owner: UserId::from(row.user_id),
        name: row.name,
        category: row.category.parse().map_err(|error| corrupt("category", id, error))?,
        setting: Setting {
            zone,
            duration_minutes: row.duration_minutes.map(count),
            by_night: row.by_night,
        },
        response_hours: count(row.response_hours),
        is_listed: row.is_listed,
        rules,
        rules_version: row.rules_version,
        terms,
        terms_version: row.terms_version,
        pools,
    }))
}

fn availability_type(word: &str, id: ServiceId) -> AppResult<AvailabilityType> {
    enumerated("availability type", id, word)
}

async fn pools(db: &mut PgConnection, service: ServiceId) -> AppResult<Vec<SharedPool>> {
    let rows = sqlx::query!(
        "SELECT pool.id, pool.name, pool.capacity, sp.units
         FROM service_pools sp JOIN pools pool ON pool.id = sp.pool_id
         WHERE sp.service_id = $1 ORDER BY pool.id",
        service.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| SharedPool {
            id: PoolId::from(row.id),
            name: row.name,
            capacity: count(row.capacity),
            units: count(row.units),
        })
        .collect())
}

/// A window of what is taken of a service.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Local dates, `until` not included.
    pub from: NaiveDate,
    pub until: NaiveDate,
    /// The same as instants, buffers included, for pools.
    pub starts: DateTime<Utc>,
    pub ends: DateTime<Utc>,
}

/// What is booked and held of the service and its pools within `window` at `now`. What `except` holds
/// itself is left out, so that a request does not stand in its own way.
pub async fn occupancy(
    db: &mut PgConnection,
    service: &Bookable,
    window: Window,
    except: Option<traveloure_core::ids::RequestId>,
    now: DateTime<Utc>,
) -> AppResult<Occupancy> {
    let except = except.map(uuid::Uuid::from);
    let rows = sqlx::query!(
        r#"
        SELECT row.date AS "date!", row.slot,
               coalesce(sum(claim.quantity) FILTER (WHERE claim.held_until IS NULL), 0) AS "booked!",
               coalesce(sum(claim.quantity) FILTER (WHERE claim.held_until IS NOT NULL), 0) AS "held!"
        FROM capacity row JOIN claims claim ON claim.capacity_id = row.id
        WHERE row.service_id = $1 AND row.date >= $2 AND row.date < $3
          AND claim.released_at IS NULL AND (claim.held_until IS NULL OR claim.held_until > $4)
          AND ($5::uuid IS NULL OR claim.request_id IS DISTINCT FROM $5)
        GROUP BY row.date, row.slot
        "#,
        service.id.as_uuid(),
        window.from,
        window.until,
        now,
        except,
    )
    .fetch_all(&mut *db)
    .await?;
    let mut occupancy: Occupancy = rows
        .into_iter()
        .map(|row| (row.date, row.slot, Used { booked: total(row.booked), held: total(row.held) }))
        .collect::<Vec<(NaiveDate, Option<NaiveTime>, Used)>>()
        .into_iter()
        .collect();
    for pool in &service.pools {
        let buckets = pool_buckets(db, pool.id, window, except, now).await?;
        occupancy.add_pool(PoolUse {
            pool: pool.id,
            name: pool.name.clone(),
            capacity: pool.capacity,
            units: pool.units,
            buckets,
        });
    }
    Ok(occupancy)
}

async fn pool_buckets(
    db: &mut PgConnection,
    pool: PoolId,
    window: Window,
    except: Option<uuid::Uuid>,
    now: DateTime<Utc>,
) -> AppResult<BTreeMap<DateTime<Utc>, Used>> {
    let rows = sqlx::query!(
        r#"
        SELECT row.bucket AS "bucket!",
               coalesce(sum(claim.quantity) FILTER (WHERE claim.held_until IS NULL), 0) AS "booked!",
               coalesce(sum(claim.quantity) FILTER (WHERE claim.held_until IS NOT NULL), 0) AS "held!"
        FROM capacity row JOIN claims claim ON claim.capacity_id = row.id
        WHERE row.pool_id = $1 AND row.bucket >= $2 AND row.bucket < $3
          AND claim.released_at IS NULL AND (claim.held_until IS NULL OR claim.held_until > $4)
          AND ($5::uuid IS NULL OR claim.request_id IS DISTINCT FROM $5)
        GROUP BY row.bucket
        "#,
        pool.as_uuid(),
        window.starts,
        window.ends,
        now,
        except,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.bucket, Used { booked: total(row.booked), held: total(row.held) }))
        .collect())
}

fn total(sum: i64) -> u32 {
    u32::try_from(sum).unwrap_or(u32::MAX)
}
