//! What is asked for, and the facts about a service that are no rules.

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// What the rules need to know of a service besides themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The zone in which the rules' dates and times are meant.
    pub zone: Tz,
    /// How long one booking lasts. Unknown: a quarter of an hour if it has a time, else the day.
    pub duration_minutes: Option<u32>,
    /// A stay: it has an end date and claims every night of `[date, end_date)`.
    pub by_night: bool,
}

impl Setting {
    /// A service of single dates whose duration is not known.
    #[must_use]
    pub const fn in_zone(zone: Tz) -> Self {
        Self { zone, duration_minutes: None, by_night: false }
    }
}

/// One question: can this party come then?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AvailabilityAsk))]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// Local date of the service's zone; for a stay, of arrival.
    pub date: NaiveDate,
    /// For a stay, the date of departure, which is not claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date: Option<NaiveDate>,
    /// Local time of the start. Needed where slots are sold, else it only says when it begins.
    #[serde(
        default,
        with = "super::hour_minute::optional",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "09:00"))]
    pub time: Option<NaiveTime>,
    /// How many people.
    pub party: u32,
}

impl Ask {
    /// A single date, no time.
    #[must_use]
    pub const fn on(date: NaiveDate, party: u32) -> Self {
        Self { date, end_date: None, time: None, party }
    }

    /// The same on a slot.
    #[must_use]
    pub const fn at(self, time: NaiveTime) -> Self {
        Self { time: Some(time), ..self }
    }

    /// The same as a stay that leaves on `end_date`.
    #[must_use]
    pub const fn until(self, end_date: NaiveDate) -> Self {
        Self { end_date: Some(end_date), ..self }
    }
}
