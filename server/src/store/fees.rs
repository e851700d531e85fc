//! Platform fees.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use traveloure_core::{
    api::fee::Fee,
    category::Category,
    fee::{FeeMethod, FeeRule, FeeType},
    ids::{FeeId, ProviderId},
    money::Currency,
};
use uuid::Uuid;

use super::read::{corrupt, enumerated};
use crate::error::AppResult;

/// A rule as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub rule: FeeRule,
    pub version: i64,
    provider_name: Option<String>,
}

impl Stored {
    /// The rule as the wire has it.
    #[must_use]
    pub fn into_fee(self) -> Fee {
        let rule = self.rule;
        Fee {
            id: rule.id,
            fee_type: rule.fee_type,
            category: rule.category,
            provider_id: rule.provider_id,
            provider_name: self.provider_name,
            fee_type_method: rule.fee_type_method,
            fee_percentage: rule.fee_percentage,
            fee_fixed_amount: rule.fee_fixed_amount,
            min_fee: rule.min_fee,
            max_fee: rule.max_fee,
            currency: rule.currency,
            is_active: rule.is_active,
            priority: rule.priority,
            version: self.version,
            created_at: rule.created_at,
        }
    }
}

#[derive(Debug)]
struct Raw {
    id: Uuid,
    fee_type: String,
    category: Option<String>,
    provider_id: Option<Uuid>,
    provider_name: Option<String>,
    fee_type_method: String,
    fee_percentage: Option<Decimal>,
    fee_fixed_amount: Option<Decimal>,
    min_fee: Option<Decimal>,
    max_fee: Option<Decimal>,
    currency: Option<String>,
    is_active: bool,
    priority: i32,
    version: i64,
    created_at: DateTime<Utc>,
}

/// Every statement that reads rules selects the same columns; what follows the joins is its own.
macro_rules! select_fees {
    ($rest:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Raw,
            r#"
        SELECT f.id, f.fee_type, f.category, f.provider_id, p.name AS "provider_name?", f.fee_type_method,
               f.fee_percentage, f.fee_fixed_amount, f.min_fee, f.max_fee, f.currency, f.is_active, f.priority,
               f.version, f.created_at
        FROM platform_fees f LEFT JOIN service_providers p ON p.id = f.provider_id
            "# + $rest,
            $($argument),*
        )
    };
}

fn row(raw: Raw) -> AppResult<Stored> {
    let id = FeeId::from(raw.id);
    let amount = |figure: Option<Decimal>| figure.map(|figure| figure.normalize());
    let currency: Option<Currency> = raw
        .currency
        .map(|code| code.parse().map_err(|error| corrupt("currency", id, error)))
        .transpose()?;
    Ok(Stored {
        rule: FeeRule {
            id,
            fee_type: enumerated("fee type", id, &raw.fee_type)?,
            category: raw.category.map(|name| enumerated("category", id, &name)).transpose()?,
            provider_id: raw.provider_id.map(ProviderId::from),
            fee_type_method: enumerated("fee method", id, &raw.fee_type_method)?,
            fee_percentage: amount(raw.fee_percentage),
            fee_fixed_amount: amount(raw.fee_fixed_amount),
            min_fee: amount(raw.min_fee),
            max_fee: amount(raw.max_fee),
            currency,
            is_active: raw.is_active,
            priority: raw.priority,
            created_at: raw.created_at,
        },
        version: raw.version,
        provider_name: raw.provider_name,
    })
}

/// The active rules that can apply to a booking with `provider`; without one, those that can apply to any.
pub async fn applicable(
    db: &mut PgConnection,
    provider: impl Into<Option<ProviderId>>,
) -> AppResult<Vec<FeeRule>> {
    Ok(concerning(db, provider).await?.into_iter().map(|stored| stored.rule).collect())
}

/// The same as they are stored, the ones that count most first.
pub async fn concerning(
    db: &mut PgConnection,
    provider: impl Into<Option<ProviderId>>,
) -> AppResult<Vec<Stored>> {
    let provider = provider.into().map(Uuid::from);
    select_fees!(
        r#"
        WHERE f.is_active AND (f.provider_id IS NULL OR f.provider_id = $1)
        ORDER BY array_position(ARRAY['provider', 'category', 'global'], f.fee_type::text), f.category,
                 f.priority DESC, f.created_at DESC, f.id DESC
        "#,
        provider,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(row)
    .collect()
}

/// All rules, also those switched off, the ones that count most first.
pub async fn all(db: &mut PgConnection) -> AppResult<Vec<Stored>> {
    select_fees!(
        r#"
        ORDER BY array_position(ARRAY['provider', 'category', 'global'], f.fee_type::text), p.name, f.category,
                 f.is_active DESC, f.priority DESC, f.created_at DESC, f.id DESC
        "#
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(row)
    .collect()
}

/// The rule, locked until the transaction ends.
pub async fn lock(db: &mut PgConnection, id: FeeId) -> AppResult<Option<Stored>> {
    select_fees!(
        r#"
        WHERE f.id = $1 FOR UPDATE OF f
        "#,
        id.as_uuid(),
    )
    .fetch_optional(db)
    .await?
    .map(row)
    .transpose()
}

pub async fn insert(db: &mut PgConnection, rule: &FeeRule, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO platform_fees (id, fee_type, category, provider_id, fee_type_method, fee_percentage,
                                    fee_fixed_amount, min_fee, max_fee, currency, is_active, priority,
                                    created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
        rule.id.as_uuid(),
        level(rule.fee_type),
        rule.category.map(Category::as_str),
        rule.provider_id.map(Uuid::from),
        method(rule.fee_type_method),
        rule.fee_percentage,
        rule.fee_fixed_amount,
        rule.min_fee,
        rule.max_fee,
        rule.currency.map(Currency::code),
        rule.is_active,
        rule.priority,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Replaces the figures of a rule; returns its new version. What it is for stays.
pub async fn update(
    db: &mut PgConnection,
    rule: &FeeRule,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "UPDATE platform_fees
         SET fee_percentage = $2, fee_fixed_amount = $3, min_fee = $4, max_fee = $5, currency = $6,
             is_active = $7, priority = $8, fee_type_method = $10, version = version + 1, updated_at = $9
         WHERE id = $1
         RETURNING version",
        rule.id.as_uuid(),
        rule.fee_percentage,
        rule.fee_fixed_amount,
        rule.min_fee,
        rule.max_fee,
        rule.currency.map(Currency::code),
        rule.is_active,
        rule.priority,
        now,
        method(rule.fee_type_method),
    )
    .fetch_one(db)
    .await
}

const fn level(level: FeeType) -> &'static str {
    match level {
        FeeType::Global => "global",
        FeeType::Category => "category",
        FeeType::Provider => "provider",
    }
}

const fn method(method: FeeMethod) -> &'static str {
    match method {
        FeeMethod::Percentage => "percentage",
        FeeMethod::Fixed => "fixed",
    }
}
