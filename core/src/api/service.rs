//! Services: what can be booked.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::zone;
use crate::{
    availability::{AvailabilityType, Explanation},
    booking::{BookingSettings, SettingsPatch},
    category::Category,
    ids::{PoolId, ProviderId, ServiceId},
    money::Currency,
    pricing::{Priced, PricingType},
};

/// `POST /api/services/`: a service of the acting provider. It starts switched on, to be booked up to a year
/// ahead, an inventory once a day, without closures and at the price given here; both are edited afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewService {
    /// 1 to 120 characters.
    pub name: String,
    pub category: Category,
    /// Up to 5,000 characters.
    #[serde(default)]
    pub description: String,
    /// Where it takes place; the provider's city unless said.
    #[serde(default)]
    pub city: Option<String>,
    /// IANA zone of its dates and times; the provider's unless said.
    #[serde(default, deserialize_with = "zone::optional")]
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
    pub base_price: Option<Decimal>,
    /// What it is expected to cost (quote-based), as decimals in `currency`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub estimated_range_min: Option<Decimal>,
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub estimated_range_max: Option<Decimal>,
    /// Within how many hours the provider means to answer a request, 1 to 168.
    #[serde(default = "default_response_hours")]
    pub response_hours: u32,
    /// Shared resources it draws from.
    #[serde(default)]
    pub pools: Vec<PoolId>,
    /// How it can be booked and paid; the provider's settings hold for what is left out.
    #[serde(default)]
    pub settings: SettingsPatch,
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
    /// Bookings that were made keep what they were made under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<SettingsPatch>,
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
    /// How it can be booked and paid.
    pub settings: BookingSettings,
    pub version: i64,
    pub created_at: DateTime<Utc>,
}

/// A service as `GET /api/services/` finds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FoundService {
    #[serde(flatten)]
    pub service: Service,
    /// How much is left that day in the units the service counts in; at the time of day that has most. None
    /// where nothing is counted, and where the search named no date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<u32>,
    /// What the party pays that day, or the range in which the provider's offer will be; none where the search
    /// named no date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priced: Option<Priced>,
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

/// `PATCH /api/providers/{id}/pools/{pool_id}/`, with `If-Match`. What is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct PoolPatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A cut below what is claimed at some moment cancels nothing; nothing more is taken then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
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
