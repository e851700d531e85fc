//! The document a provider edits: when a service can be booked, and how much of it.

use std::{collections::BTreeSet, str::FromStr};

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::{closure::Closure, hour_minute, weekdays::Weekdays};

/// Which of the three questions a service answers (the plan's `availability_type`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AvailabilityType {
    /// A date is exclusive: one booking takes it.
    Calendar,
    /// On or off, without a count.
    #[default]
    Toggle,
    /// So many a day, or so many a time slot.
    Inventory,
}

impl AvailabilityType {
    /// The word in the database and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::Toggle => "toggle",
            Self::Inventory => "inventory",
        }
    }
}

impl FromStr for AvailabilityType {
    type Err = UnknownType;

    /// # Errors
    /// [`UnknownType`] for any other word than the three.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        [Self::Calendar, Self::Toggle, Self::Inventory]
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| UnknownType(word.chars().take(20).collect()))
    }
}

/// A word that is no [`AvailabilityType`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no type of availability; it is calendar, toggle or inventory")]
pub struct UnknownType(String);

/// What one unit of an inventory's capacity stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CapacityCounts))]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// A party of four takes four.
    PerPerson,
    /// A party of any size takes one, as the plan's "max bookings per day" reads.
    #[default]
    PerBooking,
}

/// A time of day at which an inventory is sold, with a capacity of its own.
///
/// Two slots may share a time if they run on different weekdays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TimeSlot {
    /// Local time of the service's zone, to the minute.
    #[serde(with = "hour_minute")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "09:00"))]
    pub time: NaiveTime,
    pub capacity: u32,
    /// A slot that is suspended keeps its place in the document.
    #[serde(default = "yes")]
    pub available: bool,
    /// The weekdays it runs on; every day when absent.
    #[serde(default, skip_serializing_if = "runs_every_day")]
    pub weekdays: Weekdays,
    /// The dates on which it does not run.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub except: BTreeSet<NaiveDate>,
}

impl TimeSlot {
    /// A slot that runs every day.
    #[must_use]
    pub fn new(time: NaiveTime, capacity: u32) -> Self {
        Self {
            time,
            capacity,
            available: true,
            weekdays: Weekdays::EVERY_DAY,
            except: BTreeSet::new(),
        }
    }

    /// Whether the slot is offered on `date`, closures aside.
    #[must_use]
    pub fn runs_on(&self, date: NaiveDate) -> bool {
        self.available && self.weekdays.fall_on(date) && !self.except.contains(&date)
    }
}

/// The capacity of one date, or of one slot of that date, in place of the general one.
///
/// What is said about a date beats what is said in general: it also opens a slot that does not
/// usually run on that date. A capacity of 0 sells nothing. Where nothing is said in general, only
/// these dates are sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CapacityOverride {
    pub date: NaiveDate,
    /// The slot's local time; absent for the whole day's capacity.
    #[serde(default, with = "hour_minute::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "09:00"))]
    pub time: Option<NaiveTime>,
    pub capacity: u32,
}

/// The availability rules of one service. All dates and times are local to the service's zone.
///
/// The field names are the columns of the plan's `provider_availability`; its counters
/// (`current_bookings`, `booked`) are no rules and have no place here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AvailabilityRules {
    pub availability_type: AvailabilityType,
    /// The switch of a toggle, and the main switch of the other two.
    #[serde(default = "yes")]
    pub is_available: bool,
    /// Single dates that are closed.
    #[serde(default)]
    pub blocked_dates: BTreeSet<NaiveDate>,
    /// The only dates that are open. Absent or empty: every date is (an empty list is the plan's
    /// default and no whitelist).
    #[serde(default)]
    pub available_dates: Option<BTreeSet<NaiveDate>>,
    /// Inventory: how many a day. Together with slots both limits hold.
    #[serde(default)]
    pub daily_capacity: Option<u32>,
    /// Inventory: the times of day it is sold at. When there are any, a booking names one.
    #[serde(default)]
    pub time_slots: Vec<TimeSlot>,
    /// Inventory: other capacities on single dates.
    #[serde(default)]
    pub capacity_overrides: Vec<CapacityOverride>,
    /// Inventory: whether a person or a booking takes one.
    #[serde(default)]
    pub counts: Counts,
    #[serde(default)]
    pub recurring_unavailable: Vec<Closure>,
    /// How long before its start a booking must be made.
    #[serde(default)]
    pub min_notice_minutes: u32,
    /// How many days ahead can be booked, today being 0; absent for no limit.
    #[serde(default)]
    pub horizon_days: Option<u32>,
    #[serde(default)]
    pub party_min: Option<u32>,
    #[serde(default)]
    pub party_max: Option<u32>,
    /// Time that shared resources and other calendars must be free before the start.
    #[serde(default)]
    pub buffer_before_minutes: u32,
    /// The same after the end.
    #[serde(default)]
    pub buffer_after_minutes: u32,
}

impl AvailabilityRules {
    /// Rules of this type that close nothing and limit nothing. An inventory still needs a
    /// capacity before anything of it can be sold.
    #[must_use]
    pub fn new(availability_type: AvailabilityType) -> Self {
        Self {
            availability_type,
            is_available: true,
            blocked_dates: BTreeSet::new(),
            available_dates: None,
            daily_capacity: None,
            time_slots: Vec::new(),
            capacity_overrides: Vec::new(),
            counts: Counts::default(),
            recurring_unavailable: Vec::new(),
            min_notice_minutes: 0,
            horizon_days: None,
            party_min: None,
            party_max: None,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
        }
    }

    /// How much capacity a party takes.
    #[must_use]
    pub fn units(&self, party: u32) -> u32 {
        match (self.availability_type, self.counts) {
            (AvailabilityType::Inventory, Counts::PerPerson) => party,
            _ => 1,
        }
    }

    /// Whether it is sold at certain times of day: there are slots, or capacities of single dates
    /// name times where the day has no capacity in general.
    #[must_use]
    pub fn sells_slots(&self) -> bool {
        let dated = || self.capacity_overrides.iter().any(|other| other.time.is_some());
        self.availability_type == AvailabilityType::Inventory
            && (!self.time_slots.is_empty() || (self.daily_capacity.is_none() && dated()))
    }

    /// The whitelist, unless it is empty.
    #[must_use]
    pub fn whitelist(&self) -> Option<&BTreeSet<NaiveDate>> {
        self.available_dates.as_ref().filter(|dates| !dates.is_empty())
    }
}

impl Default for AvailabilityRules {
    /// A toggle that is on.
    fn default() -> Self {
        Self::new(AvailabilityType::default())
    }
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn runs_every_day(days: &Weekdays) -> bool {
    days.is_every_day()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_needs_only_its_type() {
        let rules: AvailabilityRules =
            serde_json::from_str(r#"{"availability_type": "toggle"}"#).unwrap();
        assert_eq!(rules, AvailabilityRules::default());
        assert!(serde_json::from_str::<AvailabilityRules>("{}").is_err());
    }

    #[test]
    fn the_word_of_a_type_is_its_wire_form() {
        for kind in
            [AvailabilityType::Calendar, AvailabilityType::Toggle, AvailabilityType::Inventory]
        {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        assert!("on".parse::<AvailabilityType>().is_err());
    }

    #[test]
    fn unknown_fields_are_refused() {
        for json in [
            r#"{"availability_type": "toggle", "current_bookings": 3}"#,
            r#"{"availability_type": "inventory", "time_slots": [{"time": "09:00", "capacity": 5, "booked": 0}]}"#,
        ] {
            assert!(serde_json::from_str::<AvailabilityRules>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_slot_of_the_plan_is_read() {
        let slot: TimeSlot =
            serde_json::from_str(r#"{"time": "09:00", "available": true, "capacity": 5}"#).unwrap();
        assert_eq!(slot, TimeSlot::new(NaiveTime::from_hms_opt(9, 0, 0).unwrap(), 5));
        assert_eq!(
            serde_json::to_string(&slot).unwrap(),
            r#"{"time":"09:00","capacity":5,"available":true}"#
        );
        for time in ["9 am", "25:00", "09:00:30", ""] {
            let json = format!(r#"{{"time": "{time}", "capacity": 5}}"#);
            assert!(serde_json::from_str::<TimeSlot>(&json).is_err(), "{time}");
        }
    }

    #[test]
    fn an_empty_whitelist_is_none() {
        let rules = AvailabilityRules {
            available_dates: Some(BTreeSet::new()),
            ..AvailabilityRules::default()
        };
        assert_eq!(rules.whitelist(), None);
    }
}
