//! Services: what can be booked.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{
    availability::{AvailabilityType, Explanation},
    category::Category,
    ids::{PoolId, ProviderId, ServiceId},
    money::Currency,
    pricing::PricingType,
};

/// `POST /api/services/`: a service of the acting provider. It starts switched on (toggle), or open
/// without slots (calendar, inventory), and with the price given here; both are edited afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewService {
    /// 1 to 120 characters.
    pub name: String,
    pub category: Category,
    #[serde(default)]
    pub description: String,
    /// Where it takes place; the provider's city unless said.
    #[serde(default)]
    pub city: Option<String>,
    /// IANA zone of its dates and times; the provider's unless said.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub zone: Option<Tz>,
    /// How long a timed service takes, in minutes.
    #[serde(default)]
    pub duration_minutes: Option<u32>,
    /// Sold by night: a booking has an end date.
    #[serde(default)]
    pub by_night: bool,
    pub availability_type: AvailabilityType,
    pub pricing_type: PricingType,
    pub currency: Currency,
    /// The base price (fixed, dynamic) as a decimal in `currency`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub base_price: Option<rust_decimal::Decimal>,
    /// Within how many hours the provider means to answer a request, 1 to 168.
    #[serde(default = "default_response_hours")]
    pub response_hours: u32,
    /// Shared resources it draws from.
    #[serde(default)]
    pub pools: Vec<PoolId>,
}

const fn default_response_hours() -> u32 {
    24
}

/// `PATCH /api/services/{id}/`, with `If-Match`. What is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ServicePatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_hours: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pools: Option<Vec<PoolId>>,
    /// Off the market: no new requests, bookings stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_listed: Option<bool>,
}

/// A service as everyone may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Service {
    pub id: ServiceId,
    pub provider_id: ProviderId,
    pub provider_name: String,
    pub name: String,
    pub category: Category,
    pub description: String,
    pub city: String,
    pub country: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub zone: Tz,
    pub duration_minutes: Option<u32>,
    pub by_night: bool,
    pub availability_type: AvailabilityType,
    pub pricing_type: PricingType,
    pub currency: Currency,
    pub response_hours: u32,
    pub pools: Vec<PoolId>,
    pub is_listed: bool,
    pub version: i64,
    pub created_at: DateTime<Utc>,
}

/// `POST /api/providers/{id}/pools/`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPool {
    /// Such as `the blue van`, 1 to 80 characters.
    pub name: String,
    /// How many claims it takes at the same time.
    pub capacity: u32,
}

/// A resource that several services share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pool {
    pub id: PoolId,
    pub provider_id: ProviderId,
    pub name: String,
    pub capacity: u32,
    pub version: i64,
}

/// The answer to `GET /api/services/{id}/check/?date=&end_date=&time=&party=`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Check {
    pub service_id: ServiceId,
    pub date: NaiveDate,
    pub end_date: Option<NaiveDate>,
    #[serde(default, with = "crate::hour_minute::optional")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "09:00"))]
    pub time: Option<NaiveTime>,
    pub party: u32,
    /// The answer and, with `?explain=true`, how each rule led to it.
    pub explanation: Explanation,
}
