//! A service's availability: the rules that a provider edits and the days they make.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{
    availability::{AvailabilityRules, DayState, EditPlan},
    ids::ServiceId,
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
