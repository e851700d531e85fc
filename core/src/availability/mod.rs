//! Availability: three types of service, one question.
//!
//! [`AvailabilityRules`] is the document that a provider edits; [`text`] reads and writes it as
//! lines. [`PreparedRules`] answers [`check`] and [`explain`] for one question, paints a calendar
//! with [`days`], says with [`takes`] which rows of capacity a booking claims, and [`diff`] shows
//! what an edit would change. What is taken already comes in as an [`Occupancy`].
//!
//! Dates and times are local to the service's zone. A local time that does not exist moves forward,
//! one that comes twice is the first ([`crate::time::instant`]).

mod answer;
mod ask;
mod check;
mod claims;
mod closure;
mod days;
mod edit;
mod judge;
mod normalise;
mod occupancy;
mod others;
mod plan;
mod prepared;
mod reason;
mod recurrence;
mod rules;
mod runs;
#[cfg(test)]
pub(crate) mod strategies;
#[cfg(test)]
mod tests;
pub mod text;
mod validate;
pub mod weekdays;

use crate::hour_minute;

pub use answer::{Answer, DayState, Explanation, Rule, SlotState, State, Step, Verdict};
pub use ask::{Ask, Setting};
pub use check::{check, explain};
pub use claims::{
    BUCKET_MINUTES, MAX_NIGHTS, Span, Take, Target, bucket_of, pool_buckets, takes, targets,
};
pub use closure::Closure;
pub use days::days;
pub use occupancy::{Busy, Occupancy, PoolUse, Used};
pub use plan::{CapacityChange, Conflict, EditPlan, TermChange, diff};
pub use prepared::{MAX_WINDOW_DAYS, PreparedRules, closed_on};
pub use reason::Reason;
pub use rules::{
    AvailabilityRules, AvailabilityType, CapacityOverride, Counts, TimeSlot, UnknownType,
};
pub use runs::DateRun;
pub use validate::{MAX_CAPACITY, MAX_HORIZON_DAYS};
pub use weekdays::Weekdays;
