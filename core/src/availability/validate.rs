//! What a document of rules must keep to before it is saved.

use std::collections::{BTreeSet, HashSet};

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};

use super::{
    ask::Setting,
    closure::Closure,
    recurrence::{Recurrence, RecurrenceError},
    rules::{AvailabilityRules, AvailabilityType, CapacityOverride, TimeSlot},
    weekdays::Weekdays,
};
use crate::field::FieldError;

/// Capacities above this are typing errors.
pub const MAX_CAPACITY: u32 = 1_000_000;
/// Ten years: the most that notice, horizon, party and list lengths may ask of a reader.
pub const MAX_HORIZON_DAYS: u32 = 3_660;
const MAX_NOTICE_MINUTES: u32 = 366 * 24 * 60;
const MAX_BUFFER_MINUTES: u32 = 7 * 24 * 60;
/// The longest list of dates.
pub(super) const MAX_DATES: usize = 4_000;
pub(super) const MAX_SLOTS: usize = 200;
pub(super) const MAX_CLOSURES: usize = 200;
const MAX_RRULES: usize = 50;
const MAX_NOTE: usize = 200;
pub(super) const NO_SLOTS: &str = "no_slots";
pub(super) const NO_SLOTS_MESSAGE: &str =
    "this is sold by the day and has no time slots; leave the time out, or add slots";
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2199;

impl AvailabilityRules {
    /// Checks everything that the types do not.
    ///
    /// # Errors
    /// One [`FieldError`] for each thing that is wrong, in the order of the document.
    pub fn validate(&self) -> Result<(), Vec<FieldError>> {
        let mut check = Check::default();
        check.dates("blocked_dates", &self.blocked_dates);
        if let Some(dates) = &self.available_dates {
            check.dates("available_dates", dates);
        }
        check.inventory(self);
        check.closures(&self.recurring_unavailable);
        check.limits(self);
        if check.errors.is_empty() { Ok(()) } else { Err(check.errors) }
    }

    /// The same, and whether the rules suit the service: a stay has no time slots.
    ///
    /// # Errors
    /// As [`validate`](Self::validate).
    pub fn validate_for(&self, setting: &Setting) -> Result<(), Vec<FieldError>> {
        let mut errors = self.validate().err().unwrap_or_default();
        if setting.by_night && self.sells_slots() {
            let message =
                "a stay is sold by the night and has no time slots; give a daily capacity";
            errors.push(FieldError::new("time_slots", "not_by_night", message));
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

#[derive(Default)]
struct Check {
    errors: Vec<FieldError>,
    /// To find out that a recurrence has no day at all takes long; one such find is enough.
    found_barren: bool,
}

impl Check {
    fn refuse(&mut self, field: impl Into<String>, code: &str, message: impl Into<String>) {
        self.errors.push(FieldError::new(field, code, message));
    }

    fn at_most(&mut self, field: &str, found: usize, most: usize) {
        if found > most {
            self.refuse(field, "too_many", format!("{found} entries; at most {most} are kept"));
        }
    }

    fn dates(&mut self, field: &str, dates: &BTreeSet<NaiveDate>) {
        self.at_most(field, dates.len(), MAX_DATES);
        // The set is sorted: if any date is out of range, its first or its last is.
        for date in [dates.first(), dates.last()].into_iter().flatten() {
            if !YEARS.contains(&date.year()) {
                self.date(field, *date);
                break;
            }
        }
    }

    fn date(&mut self, field: impl Into<String>, date: NaiveDate) {
        if !YEARS.contains(&date.year()) {
            let (first, last) = (YEARS.start(), YEARS.end());
            let message = format!("{date} is not between {first} and {last}; check the year");
            self.refuse(field, "date_out_of_range", message);
        }
    }

    fn inventory(&mut self, rules: &AvailabilityRules) {
        if rules.availability_type != AvailabilityType::Inventory {
            self.no_inventory(rules);
            return;
        }
        if rules.daily_capacity.is_none()
            && rules.time_slots.is_empty()
            && rules.capacity_overrides.is_empty()
        {
            let message = "an inventory needs a capacity a day, time slots, or both";
            self.refuse("daily_capacity", "missing", message);
        }
        if let Some(capacity) = rules.daily_capacity {
            self.capacity("daily_capacity", capacity);
        }
        self.slots(&rules.time_slots);
        self.overrides(&rules.capacity_overrides, rules.sells_slots());
    }

    fn no_inventory(&mut self, rules: &AvailabilityRules) {
        let kind = rules.availability_type.as_str();
        for (field, present) in [
            ("daily_capacity", rules.daily_capacity.is_some()),
            ("time_slots", !rules.time_slots.is_empty()),
            ("capacity_overrides", !rules.capacity_overrides.is_empty()),
        ] {
            if present {
                let message = format!("a {kind} has no capacity; only an inventory has");
                self.refuse(field, "not_for_type", message);
            }
        }
    }

    fn capacity(&mut self, field: impl Into<String>, capacity: u32) {
        if capacity > MAX_CAPACITY {
            let message = format!("{capacity} is more than {MAX_CAPACITY}");
            self.refuse(field, "out_of_range", message);
        }
    }

    fn time(&mut self, field: impl Into<String>, time: NaiveTime) {
        if time.second() != 0 || time.nanosecond() != 0 {
            self.refuse(field, "too_precise", "a time of day has hours and minutes only");
        }
    }

    fn slots(&mut self, slots: &[TimeSlot]) {
        self.at_most("time_slots", slots.len(), MAX_SLOTS);
        for (index, slot) in slots.iter().enumerate() {
            let path = format!("time_slots[{index}]");
            self.time(format!("{path}.time"), slot.time);
            self.capacity(format!("{path}.capacity"), slot.capacity);
            self.dates(&format!("{path}.except"), &slot.except);
            if slot.weekdays.is_empty() {
                let message = "name at least one day, or leave the days out for every day";
                self.refuse(format!("{path}.weekdays"), "missing", message);
            }
            self.no_second_slot(&path, slot, &slots[..index]);
        }
    }

    fn no_second_slot(&mut self, path: &str, slot: &TimeSlot, earlier: &[TimeSlot]) {
        let shared: Weekdays = earlier
            .iter()
            .filter(|other| other.time == slot.time)
            .map(|other| other.weekdays.intersection(slot.weekdays))
            .fold(Weekdays::NONE, Weekdays::union);
        if !shared.is_empty() {
            let time = slot.time.format("%H:%M");
            let message = format!("there is another slot at {time} every {shared}; keep one");
            self.refuse(format!("{path}.time"), "duplicate", message);
        }
    }

    fn overrides(&mut self, overrides: &[CapacityOverride], sells_slots: bool) {
        self.at_most("capacity_overrides", overrides.len(), MAX_DATES);
        let mut seen = HashSet::new();
        for (index, other) in overrides.iter().enumerate() {
            let path = format!("capacity_overrides[{index}]");
            self.date(format!("{path}.date"), other.date);
            self.capacity(format!("{path}.capacity"), other.capacity);
            if let Some(time) = other.time {
                self.time(format!("{path}.time"), time);
                if !sells_slots {
                    self.refuse(format!("{path}.time"), NO_SLOTS, NO_SLOTS_MESSAGE);
                }
            }
            if !seen.insert((other.date, other.time)) {
                let message = format!("{} has a capacity already; keep one", other.date);
                self.refuse(path, "duplicate", message);
            }
        }
    }

    fn closures(&mut self, closures: &[Closure]) {
        self.at_most("recurring_unavailable", closures.len(), MAX_CLOSURES);
        let repeating = closures.iter().filter(|one| matches!(one, Closure::Rrule { .. })).count();
        if repeating > MAX_RRULES {
            let message = format!("{repeating} RRULEs; at most {MAX_RRULES} are kept");
            self.refuse("recurring_unavailable", "too_many", message);
            return;
        }
        for (index, closure) in closures.iter().enumerate().take(MAX_CLOSURES) {
            self.closure(&format!("recurring_unavailable[{index}]"), closure);
        }
    }

    fn closure(&mut self, path: &str, closure: &Closure) {
        if let Some(note) = closure.note() {
            self.note(&format!("{path}.note"), note);
        }
        match closure {
            Closure::Day { exdates, .. } => self.dates(&format!("{path}.exdates"), exdates),
            Closure::Dates { dates, .. } => {
                self.dates(&format!("{path}.dates"), dates);
                if dates.is_empty() {
                    self.refuse(format!("{path}.dates"), "missing", "name at least one date");
                }
            }
            Closure::Range { from, to, .. } => {
                self.date(format!("{path}.from"), *from);
                self.date(format!("{path}.to"), *to);
                if to < from {
                    let message = format!("{to} is before {from}");
                    self.refuse(format!("{path}.to"), "out_of_order", message);
                }
            }
            Closure::Rrule { rrule, dtstart, exdates, .. } => {
                self.date(format!("{path}.dtstart"), *dtstart);
                self.dates(&format!("{path}.exdates"), exdates);
                self.recurrence(format!("{path}.rrule"), rrule, *dtstart);
            }
        }
    }

    fn recurrence(&mut self, field: String, rrule: &str, dtstart: NaiveDate) {
        let found = Recurrence::parse(rrule, dtstart).and_then(|recurrence| {
            if self.found_barren { Ok(()) } else { recurrence.check_fruitful() }
        });
        if let Err(error) = found {
            self.found_barren |= error == RecurrenceError::Barren;
            self.refuse(field, error.code(), error.to_string());
        }
    }

    fn note(&mut self, field: &str, note: &str) {
        let length = note.chars().count();
        if length > MAX_NOTE {
            let message = format!("{length} characters; a note has up to {MAX_NOTE}");
            self.refuse(field, "too_long", message);
        }
        if note.trim().is_empty() || note.trim() != note {
            self.refuse(field, "blank", "leave an empty note out, and no spaces around it");
        }
        if note.contains('"') {
            self.refuse(field, "quote", "a note has no \" in it; use ' instead");
        }
        if crate::text::clean_line(note) != note {
            self.refuse(field, "control_character", "a note is one line of plain text");
        }
    }

    fn limits(&mut self, rules: &AvailabilityRules) {
        for (field, minutes, most) in [
            ("min_notice_minutes", rules.min_notice_minutes, MAX_NOTICE_MINUTES),
            ("buffer_before_minutes", rules.buffer_before_minutes, MAX_BUFFER_MINUTES),
            ("buffer_after_minutes", rules.buffer_after_minutes, MAX_BUFFER_MINUTES),
        ] {
            if minutes > most {
                let message = format!("{minutes} minutes; at most {most} ({} days)", most / 1440);
                self.refuse(field, "out_of_range", message);
            }
        }
        if rules.horizon_days.is_some_and(|days| days > MAX_HORIZON_DAYS) {
            let message = format!("at most {MAX_HORIZON_DAYS} days; leave it out for no limit");
            self.refuse("horizon_days", "out_of_range", message);
        }
        for (field, party) in [("party_min", rules.party_min), ("party_max", rules.party_max)] {
            if party.is_some_and(|party| party == 0 || party > MAX_CAPACITY) {
                let message = format!("a party has between 1 and {MAX_CAPACITY} people");
                self.refuse(field, "out_of_range", message);
            }
        }
        if let (Some(min), Some(max)) = (rules.party_min, rules.party_max)
            && min > max
        {
            let message = format!("{max} is less than the smallest party, {min}");
            self.refuse("party_max", "out_of_order", message);
        }
    }
}
