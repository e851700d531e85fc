//! Who comes on a day, on the wire.

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{
    booking::Status,
    ids::{BookingId, ProviderId, ServiceId},
    money::Money,
};

/// `GET /api/providers/{id}/manifest/?date=`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Manifest {
    pub provider_id: ProviderId,
    pub provider_name: String,
    /// Local to each service.
    pub date: NaiveDate,
    /// Everybody who begins on that day and was not cancelled, the earliest first.
    pub arrivals: Vec<Arrival>,
}

/// One booking that begins on the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Arrival {
    pub booking_id: BookingId,
    pub confirmation_code: String,
    pub service_id: ServiceId,
    pub title: String,
    pub status: Status,
    #[serde(default, with = "crate::hour_minute::optional")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "09:00"))]
    pub time: Option<NaiveTime>,
    /// The day of leaving, of a stay.
    pub end_date: Option<NaiveDate>,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub zone: Tz,
    pub travelers: u32,
    pub traveler_name: String,
    pub special_requests: String,
    pub total: Money,
    /// What was paid and has not gone back.
    pub paid: Money,
    /// What the provider has to ask for when they are there; zero where nothing is paid on site.
    pub due_on_site: Money,
    /// What is charged online still, after a deposit.
    pub balance: Option<Money>,
}
