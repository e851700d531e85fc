//! The prices of a service as a row. They are read with everything else that decides about a booking, in
//! [`super::bookable`].

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use traveloure_core::{
    ids::{ProviderId, ServiceId},
    pricing::{DepositType, PricingTerms, PricingType},
};
use uuid::Uuid;

/// The first terms of a service. `id` names the row.
pub async fn insert(
    db: &mut PgConnection,
    id: Uuid,
    provider: ProviderId,
    service: ServiceId,
    terms: &PricingTerms,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO provider_pricing (id, provider_id, service_id, pricing_type, currency, version, updated_at)
         VALUES ($1, $2, $3, $4, $5, 0, $6)",
        id,
        provider.as_uuid(),
        service.as_uuid(),
        kind(terms.pricing_type),
        terms.currency.code(),
        now,
    )
    .execute(&mut *db)
    .await?;
    update(db, service, terms, now).await?;
    Ok(())
}

/// Replaces the terms; returns their new version.
pub async fn update(
    db: &mut PgConnection,
    service: ServiceId,
    terms: &PricingTerms,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "UPDATE provider_pricing
         SET pricing_type = $2, base_price = $3, currency = $4, seasonal_pricing = $5, date_overrides = $6,
             requires_quote = $7, estimated_range_min = $8, estimated_range_max = $9, per_person = $10,
             group_discounts = $11, lead_time_discounts = $12, requires_deposit = $13, deposit_type = $14,
             deposit_amount = $15, deposit_percentage = $16, version = version + 1, updated_at = $17
         WHERE service_id = $1
         RETURNING version",
        service.as_uuid(),
        kind(terms.pricing_type),
        terms.base_price,
        terms.currency.code(),
        Json(&terms.seasonal_pricing) as _,
        Json(&terms.date_overrides) as _,
        terms.requires_quote,
        terms.estimated_range_min,
        terms.estimated_range_max,
        terms.per_person,
        Json(&terms.group_discounts) as _,
        Json(&terms.lead_time_discounts) as _,
        terms.requires_deposit,
        terms.deposit_type.map(deposit),
        terms.deposit_amount,
        terms.deposit_percentage,
        now,
    )
    .fetch_one(db)
    .await
}

/// Whether anything still counts in the currency the service is priced in: an open request, or a booking that is
/// neither over nor off.
pub async fn is_relied_on(db: &mut PgConnection, service: ServiceId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (
            SELECT 1 FROM booking_requests
            WHERE service_id = $1 AND status IN ('pending_provider', 'counter_offered')
        ) OR EXISTS (
            SELECT 1 FROM bookings
            WHERE service_id = $1 AND status IN ('pending', 'pending_payment', 'confirmed')
        ) AS "relied_on!"
        "#,
        service.as_uuid(),
    )
    .fetch_one(db)
    .await
}

const fn kind(kind: PricingType) -> &'static str {
    match kind {
        PricingType::Fixed => "fixed",
        PricingType::Dynamic => "dynamic",
        PricingType::QuoteBased => "quote_based",
    }
}

const fn deposit(kind: DepositType) -> &'static str {
    match kind {
        DepositType::Percentage => "percentage",
        DepositType::Fixed => "fixed",
    }
}
