//! What the rules answer: open or closed, why, and rule by rule.

use std::fmt;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::reason::Reason;

/// The answer to an [`Ask`](super::Ask).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AvailabilityAnswer))]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// It can be booked. `left` is what is left before this booking, in the units the service
    /// counts in, on the scarcest of its rows; a toggle does not count.
    Open { left: Option<u32> },
    /// It cannot, for every one of these reasons (never none).
    Closed { reasons: Vec<Reason> },
}

impl Answer {
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }

    /// Empty when open.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::Open { .. } => &[],
            Self::Closed { reasons } => reasons,
        }
    }
}

/// The rules in the order in which an explanation goes through them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AvailabilityRule))]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Whether the question makes sense for this service: end date, time.
    Question,
    Switch,
    Party,
    Notice,
    Horizon,
    Whitelist,
    BlockedDates,
    Closures,
    Slot,
    Capacity,
    OtherCalendars,
    Pools,
}

impl Rule {
    /// A few words for the left column of an explanation.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Switch => "switch",
            Self::Party => "party",
            Self::Notice => "notice",
            Self::Horizon => "horizon",
            Self::Whitelist => "open only",
            Self::BlockedDates => "blocked",
            Self::Closures => "closures",
            Self::Slot => "slot",
            Self::Capacity => "capacity",
            Self::OtherCalendars => "calendars",
            Self::Pools => "shared",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

/// What one rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AvailabilityVerdict))]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Allows,
    Refuses,
}

/// One rule's part in an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AvailabilityStep))]
pub struct Step {
    pub rule: Rule,
    pub verdict: Verdict,
    pub text: String,
}

/// An answer together with how it came about; the answer is the one that `check` gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AvailabilityExplanation))]
pub struct Explanation {
    pub answer: Answer,
    pub steps: Vec<Step>,
}

/// How a day is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AvailabilityState))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing is taken.
    Open,
    /// Something is taken, something is left.
    Partly,
    /// Nothing is left.
    Full,
    /// Nothing is left, but something is only held.
    Held,
    /// The rules offer nothing.
    Closed,
}

/// One slot of a painted day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SlotState {
    #[serde(with = "super::hour_minute")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "09:00"))]
    pub time: NaiveTime,
    /// What the rules offer; 0 for a slot that is not offered and has bookings from before.
    pub capacity: u32,
    pub booked: u32,
    pub held: u32,
    /// What can still be booked, the day's capacity, pools and other calendars considered.
    pub left: u32,
}

/// One painted day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayState {
    pub date: NaiveDate,
    pub state: State,
    /// What the whole day offers: the day's own capacity, else the sum of its slots; a toggle has
    /// none.
    pub capacity: Option<u32>,
    pub booked: u32,
    pub held: u32,
    pub left: Option<u32>,
    /// By time.
    pub slots: Vec<SlotState>,
    /// Why nothing can be booked; empty when something can.
    pub reasons: Vec<Reason>,
}
