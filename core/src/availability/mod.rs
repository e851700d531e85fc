//! Availability: three types of service, one question.
mod answer;
mod ask;
mod closure;
mod hour_minute;
mod occupancy;
mod reason;
mod recurrence;
mod rules;
mod validate;
pub mod weekdays;

pub use answer::{Answer, DayState, Explanation, Rule, SlotState, State, Step, Verdict};
pub use ask::{Ask, Setting};
pub use closure::Closure;
pub use occupancy::{Busy, Occupancy, PoolUse, Used};
pub use reason::Reason;
pub use rules::{AvailabilityRules, AvailabilityType, CapacityOverride, Counts, TimeSlot};
pub use validate::{MAX_CAPACITY, MAX_HORIZON_DAYS};
pub use weekdays::Weekdays;
