//! A service with everything that decides whether and at what price it can be booked.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use chrono_tz::Tz;
use rust_decimal::Decimal;
use sqlx::{PgConnection, types::Json};
use traveloure_core::{
    availability::{
        AvailabilityRules, AvailabilityType, CapacityOverride, Closure, Counts, Setting, TimeSlot,
    },
    booking::{BookingSettings, ProviderSettings},
    category::Category,
    ids::{PoolId, ProviderId, ServiceId, UserId},
    pricing::{
        DateOverride, DepositType, GroupDiscount, LeadTimeDiscount, PricingTerms, PricingType,
        Season,
    },
};

use uuid::Uuid;

use super::read::{corrupt, count, enumerated};
use super::services::own_settings;
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
    pub settings: BookingSettings,
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

/// A row as it is stored.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "columns")]
struct Raw {
    id: Uuid,
    provider_id: Uuid,
    user_id: Uuid,
    name: String,
    category: String,
    zone: String,
    duration_minutes: Option<i32>,
    by_night: bool,
    response_hours: i32,
    is_listed: bool,
    instant_booking: Option<bool>,
    request_booking: Option<bool>,
    cancellation_policy: Option<String>,
    pay_later: bool,
    refund_if_resold: bool,
    instant_booking_enabled: bool,
    request_booking_enabled: bool,
    provider_policy: String,
    availability_type: String,
    is_available: bool,
    daily_capacity: Option<i32>,
    counts: String,
    blocked_dates: Json<BTreeSet<NaiveDate>>,
    available_dates: Option<Json<BTreeSet<NaiveDate>>>,
    time_slots: Json<Vec<TimeSlot>>,
    capacity_overrides: Json<Vec<CapacityOverride>>,
    recurring_unavailable: Json<Vec<Closure>>,
    min_notice_minutes: i32,
    horizon_days: Option<i32>,
    party_min: Option<i32>,
    party_max: Option<i32>,
    buffer_before_minutes: i32,
    buffer_after_minutes: i32,
    rules_version: i64,
    pricing_type: String,
    currency: String,
    base_price: Option<Decimal>,
    requires_quote: bool,
    estimated_range_min: Option<Decimal>,
    estimated_range_max: Option<Decimal>,
    per_person: bool,
    seasonal_pricing: Json<Vec<Season>>,
    date_overrides: Json<Vec<DateOverride>>,
    group_discounts: Json<Vec<GroupDiscount>>,
    lead_time_discounts: Json<Vec<LeadTimeDiscount>>,
    requires_deposit: bool,
    deposit_type: Option<String>,
    deposit_amount: Option<Decimal>,
    deposit_percentage: Option<Decimal>,
    terms_version: i64,
    pools: i64,
}

macro_rules! select_bookable {
    ($which:literal, $ids:expr) => {
        sqlx::query_as!(
            Raw,
            r#"
        SELECT s.id, s.provider_id, p.user_id, s.name, s.category, s.zone, s.duration_minutes, s.by_night,
               s.response_hours, s.is_listed,
               s.instant_booking, s.request_booking, s.cancellation_policy, s.pay_later, s.refund_if_resold,
               p.instant_booking_enabled, p.request_booking_enabled, p.cancellation_policy AS provider_policy,
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
        WHERE s.id "# + $which,
            $ids
        )
    };
}

/// The service, or none if there is no such one.
///
/// This has a statement of its own: PostgreSQL takes any list for one of ten, so that for a single service it would
/// rather plan anew each time, which takes longer than reading it.
pub async fn load(db: &mut PgConnection, id: ServiceId) -> AppResult<Option<Bookable>> {
    let raw = select_bookable!("= $1", id.as_uuid()).fetch_optional(&mut *db).await?;
    let Some(raw) = raw else { return Ok(None) };
    Ok(with_pools(db, vec![raw]).await?.pop())
}

/// Those of the services that exist, in any order, each once.
pub async fn load_all(db: &mut PgConnection, ids: &[ServiceId]) -> AppResult<Vec<Bookable>> {
    if let [id] = ids {
        return Ok(load(db, *id).await?.into_iter().collect());
    }
    let ids: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
    let rows = select_bookable!("= ANY ($1)", &ids).fetch_all(&mut *db).await?;
    with_pools(db, rows).await
}

async fn with_pools(db: &mut PgConnection, rows: Vec<Raw>) -> AppResult<Vec<Bookable>> {
    let with_pools: Vec<Uuid> = rows.iter().filter(|row| row.pools > 0).map(|row| row.id).collect();
    let mut pools = pools(db, &with_pools).await?;
    rows.into_iter()
        .map(|row| {
            let pools = pools.remove(&ServiceId::from(row.id)).unwrap_or_default();
            read(row, pools)
        })
        .collect()
}

fn read(row: Raw, pools: Vec<SharedPool>) -> AppResult<Bookable> {
    let id = ServiceId::from(row.id);
    let zone: Tz = row.zone.parse().map_err(|error| corrupt("zone", id, error))?;
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
    Ok(Bookable {
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
        settings: own_settings(
            id,
            row.instant_booking.zip(row.request_booking),
            row.cancellation_policy.as_deref(),
            (row.pay_later, row.refund_if_resold),
        )?
        .resolve(ProviderSettings {
            instant: row.instant_booking_enabled,
            request: row.request_booking_enabled,
            cancellation: enumerated("cancellation policy", id, &row.provider_policy)?,
        }),
        rules,
        rules_version: row.rules_version,
        terms,
        terms_version: row.terms_version,
        pools,
    })
}

fn availability_type(word: &str, id: ServiceId) -> AppResult<AvailabilityType> {
    enumerated("availability type", id, word)
}

async fn pools(
    db: &mut PgConnection,
    services: &[Uuid],
) -> sqlx::Result<BTreeMap<ServiceId, Vec<SharedPool>>> {
    let mut pools: BTreeMap<ServiceId, Vec<SharedPool>> = BTreeMap::new();
    if services.is_empty() {
        return Ok(pools);
    }
    let rows = sqlx::query!(
        "SELECT sp.service_id, pool.id, pool.name, pool.capacity, sp.units
         FROM service_pools sp JOIN pools pool ON pool.id = sp.pool_id
         WHERE sp.service_id = ANY ($1) ORDER BY pool.id",
        services,
    )
    .fetch_all(db)
    .await?;
    for row in rows {
        pools.entry(ServiceId::from(row.service_id)).or_default().push(SharedPool {
            id: PoolId::from(row.id),
            name: row.name,
            capacity: count(row.capacity),
            units: count(row.units),
        });
    }
    Ok(pools)
}
