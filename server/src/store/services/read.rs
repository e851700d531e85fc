//! Reading services.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::{
    api::service::Service,
    booking::{OwnSettings, ProviderSettings, Ways},
    ids::{PoolId, ProviderId, ServiceId},
};
use uuid::Uuid;

use crate::{
    error::AppResult,
    store::read::{corrupt, count, enumerated},
};

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "columns")]
pub struct Raw {
    pub id: Uuid,
    pub provider_id: Uuid,
    pub provider_name: String,
    pub name: String,
    pub category: String,
    pub description: String,
    pub city: String,
    pub country: String,
    pub zone: String,
    pub duration_minutes: Option<i32>,
    pub by_night: bool,
    pub availability_type: String,
    pub pricing_type: String,
    pub currency: String,
    pub response_hours: i32,
    pub pools: Vec<Uuid>,
    pub is_listed: bool,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub instant_booking: Option<bool>,
    pub request_booking: Option<bool>,
    pub cancellation_policy: Option<String>,
    pub pay_later: bool,
    pub refund_if_resold: bool,
    pub instant_booking_enabled: bool,
    pub request_booking_enabled: bool,
    pub provider_policy: String,
}

/// Every statement that reads services selects the same columns; what follows the joins is its own.
macro_rules! select_services {
    ($rest:tt, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Raw,
            r#"
        SELECT s.id, s.provider_id, p.name AS provider_name, s.name, s.category, s.description, s.city, s.country,
               s.zone, s.duration_minutes, s.by_night, a.availability_type, t.pricing_type, t.currency,
               s.response_hours, s.is_listed, s.version, s.created_at, s.instant_booking, s.request_booking,
               s.cancellation_policy, s.pay_later, s.refund_if_resold, p.instant_booking_enabled,
               p.request_booking_enabled, p.cancellation_policy AS provider_policy,
               ARRAY(SELECT sp.pool_id FROM service_pools sp WHERE sp.service_id = s.id ORDER BY 1) AS "pools!"
        FROM services s
        JOIN service_providers p ON p.id = s.provider_id
        JOIN provider_availability a ON a.service_id = s.id
        JOIN provider_pricing t ON t.service_id = s.id
            "# + $rest,
            $($argument),+
        )
    };
}
/// Reads a stored row back into the domain's types.
pub fn row(raw: Raw) -> AppResult<Service> {
    let id = ServiceId::from(raw.id);
    let own = own_settings(
        id,
        raw.instant_booking.zip(raw.request_booking),
        raw.cancellation_policy.as_deref(),
        (raw.pay_later, raw.refund_if_resold),
    )?;
    let provider = ProviderSettings {
        instant: raw.instant_booking_enabled,
        request: raw.request_booking_enabled,
        cancellation: enumerated("cancellation policy", id, &raw.provider_policy)?,
    };
    Ok(Service {
        id,
        provider_id: ProviderId::from(raw.provider_id),
        provider_name: raw.provider_name,
        name: raw.name,
        category: enumerated("category", id, &raw.category)?,
        description: raw.description,
        city: raw.city,
        country: raw.country,
        zone: raw.zone.parse().map_err(|error| corrupt("zone", id, error))?,
        duration_minutes: raw.duration_minutes.map(count),
        by_night: raw.by_night,
        availability_type: enumerated("availability type", id, &raw.availability_type)?,
        pricing_type: enumerated("pricing type", id, &raw.pricing_type)?,
        currency: raw.currency.parse().map_err(|error| corrupt("currency", id, error))?,
        response_hours: count(raw.response_hours),
        pools: raw.pools.into_iter().map(PoolId::from).collect(),
        is_listed: raw.is_listed,
        settings: own.resolve(provider),
        version: raw.version,
        created_at: raw.created_at,
    })
}

/// Reads what a service says itself about how it is booked.
pub fn own_settings(
    id: ServiceId,
    ways: Option<(bool, bool)>,
    policy: Option<&str>,
    (pay_later, refund_if_resold): (bool, bool),
) -> AppResult<OwnSettings> {
    Ok(OwnSettings {
        ways: ways.map(|(instant, request)| Ways { instant, request }),
        cancellation: policy.map(|word| enumerated("cancellation policy", id, word)).transpose()?,
        pay_later,
        refund_if_resold,
    })
}

/// The service, if it is listed or the viewer's own.
pub async fn get(
    db: &mut PgConnection,
    id: ServiceId,
    viewer: Option<ProviderId>,
) -> AppResult<Option<Service>> {
    select_services!(
        r#"
        WHERE s.id = $1 AND (s.is_listed OR s.provider_id = $2)
        "#,
        id.as_uuid(),
        viewer.map(Uuid::from),
    )
    .fetch_optional(db)
    .await?
    .map(row)
    .transpose()
}

/// Those of the services that exist, in any order.
pub async fn get_all(db: &mut PgConnection, ids: &[ServiceId]) -> AppResult<Vec<Service>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
    select_services!("WHERE s.id = ANY ($1)", &ids)
        .fetch_all(db)
        .await?
        .into_iter()
        .map(row)
        .collect()
}

/// A page of a provider's services by name, beginning behind `after`.
pub async fn of_provider(
    db: &mut PgConnection,
    provider: ProviderId,
    with_unlisted: bool,
    after: Option<(String, Uuid)>,
    limit: i64,
) -> AppResult<Vec<Service>> {
    let (name, id) = after.unzip();
    select_services!(
        r#"
        WHERE s.provider_id = $1 AND (s.is_listed OR $2)
          AND ($3::text IS NULL OR (lower(s.name), s.id) > (lower($3), $4::uuid))
        ORDER BY lower(s.name), s.id
        LIMIT $5
        "#,
        provider.as_uuid(),
        with_unlisted,
        name,
        id,
        limit,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(row)
    .collect()
}
