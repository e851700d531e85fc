//! Platform fees.

use sqlx::PgConnection;
use traveloure_core::{
    fee::FeeRule,
    ids::{FeeId, ProviderId},
};

use super::read::{corrupt, enumerated};
use crate::error::AppResult;

/// The active rules that can apply to a booking with `provider`.
pub async fn applicable(db: &mut PgConnection, provider: ProviderId) -> AppResult<Vec<FeeRule>> {
    let rows = sqlx::query!(
        "SELECT id, fee_type, category, provider_id, fee_type_method, fee_percentage, fee_fixed_amount,
                min_fee, max_fee, currency, is_active, priority, created_at
         FROM platform_fees WHERE is_active AND (provider_id IS NULL OR provider_id = $1)",
        provider.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let id = FeeId::from(row.id);
            Ok(FeeRule {
                id,
                fee_type: enumerated("fee type", id, &row.fee_type)?,
                category: row.category.map(|name| enumerated("category", id, &name)).transpose()?,
                provider_id: row.provider_id.map(ProviderId::from),
                fee_type_method: enumerated("fee method", id, &row.fee_type_method)?,
                fee_percentage: row.fee_percentage.map(|figure| figure.normalize()),
                fee_fixed_amount: row.fee_fixed_amount.map(|figure| figure.normalize()),
                min_fee: row.min_fee.map(|figure| figure.normalize()),
                max_fee: row.max_fee.map(|figure| figure.normalize()),
                currency: row
                    .currency
                    .map(|code| code.parse().map_err(|error| corrupt("currency", id, error)))
                    .transpose()?,
                is_active: row.is_active,
                priority: row.priority,
                created_at: row.created_at,
            })
        })
        .collect()
}
