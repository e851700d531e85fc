//! Platform fees on the wire.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    category::Category,
    fee::{FeeDecision, FeeMethod, FeeType},
    ids::{FeeId, ProviderId},
    money::{Currency, Money},
};

/// `POST /api/platform/fees/`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewFee {
    pub fee_type: FeeType,
    #[serde(default)]
    pub category: Option<Category>,
    #[serde(default)]
    pub provider_id: Option<ProviderId>,
    pub fee_type_method: FeeMethod,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub fee_percentage: Option<Decimal>,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub fee_fixed_amount: Option<Decimal>,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub min_fee: Option<Decimal>,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub max_fee: Option<Decimal>,
    /// Needed by fixed, min and max; never matches another currency.
    #[serde(default)]
    pub currency: Option<Currency>,
    #[serde(default)]
    pub priority: i32,
}

/// `PATCH /api/platform/fees/{id}/`, with `If-Match`. What is left out stays; a figure that is null goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct FeePatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fee_type_method: Option<FeeMethod>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "said")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub fee_percentage: Option<Option<Decimal>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "said")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub fee_fixed_amount: Option<Option<Decimal>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "said")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub min_fee: Option<Option<Decimal>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "said")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub max_fee: Option<Option<Decimal>>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "said")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub currency: Option<Option<Currency>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
}

/// Null is something that was said; only what is not there at all was not.
fn said<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// One rule about what the platform keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fee {
    pub id: FeeId,
    pub fee_type: FeeType,
    pub category: Option<Category>,
    pub provider_id: Option<ProviderId>,
    pub provider_name: Option<String>,
    pub fee_type_method: FeeMethod,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub fee_percentage: Option<Decimal>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub fee_fixed_amount: Option<Decimal>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub min_fee: Option<Decimal>,
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub max_fee: Option<Decimal>,
    pub currency: Option<Currency>,
    pub is_active: bool,
    pub priority: i32,
    pub version: i64,
    pub created_at: DateTime<Utc>,
}

/// `GET /api/platform/fees/calculate/?amount=&currency=&category=&provider_id=`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FeeCalculation {
    pub service_amount: Money,
    pub decision: FeeDecision,
}
