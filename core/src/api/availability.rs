//! A service's availability: the rules that a provider edits and the days they make.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{
    availability::{AvailabilityRules, Conflict, DayState, EditPlan},
    ids::{BookingId, RequestId, ServiceId},
};

/// `GET /api/providers/{id}/availability/?service_id=`: the rules as a document and as text. The
/// `ETag` carries `version`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Availability {
    pub service_id: ServiceId,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub zone: Tz,
    pub rules: AvailabilityRules,
    /// The same rules, a line each.
    pub text: String,
    pub version: i64,
}

/// `PATCH /api/providers/{id}/availability/?service_id=`, with `If-Match`: the whole document, as
/// rules or as text. With `?dry_run=true` nothing is changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AvailabilityEdit {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<AvailabilityRules>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// The answer: what the edit does, and the document after it (before it, with `dry_run`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AvailabilityChange {
    pub availability: Availability,
    pub plan: EditPlan,
    pub applied: bool,
}

/// `GET /api/services/{id}/availability/?from=&to=`: the days of a window of at most 400 days,
/// `to` not included.
///
/// To the provider, days are open by the rules alone, and say how much is booked and held. To others they are also
/// closed by notice, horizon and the past, say what is left, and their `booked` and `held` are 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Days {
    pub service_id: ServiceId,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub zone: Tz,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub days: Vec<DayState>,
}

/// One line of `GET /api/providers/{id}/conflicts/`: on this day, or slot of a day, more is taken than the rules
/// offer. Nothing is cancelled by itself; the provider talks to the people, or opens the day again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ServiceConflict {
    pub service_id: ServiceId,
    pub service_name: String,
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub zone: Tz,
    #[serde(flatten)]
    pub conflict: Conflict,
    /// Why, in words: `Thu 24 Dec 2026 is blocked`, or `9 are taken and 6 are offered`.
    pub reason: String,
    /// Who comes then, the first to have booked first.
    pub parties: Vec<ConflictParty>,
}

/// Someone who has booked, or for whom an offer is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConflictParty {
    /// None while it is an offer.
    pub booking_id: Option<BookingId>,
    pub request_id: Option<RequestId>,
    pub traveler_name: String,
    pub travelers: u32,
    /// Until when it is held; none once it is booked for good.
    pub held_until: Option<DateTime<Utc>>,
}
