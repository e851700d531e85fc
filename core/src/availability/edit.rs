//! The edits that a key on a calendar makes, on the document alone.

use std::{collections::BTreeSet, ops::RangeInclusive};

use chrono::{Datelike, NaiveDate, NaiveTime};

use super::{
    closure::Closure,
    recurrence::Recurrence,
    rules::{AvailabilityRules, AvailabilityType, CapacityOverride},
    validate::{NO_SLOTS, NO_SLOTS_MESSAGE},
};
use crate::{field::FieldError, time};

type Dates = RangeInclusive<NaiveDate>;

impl AvailabilityRules {
    /// Closes every date of `range`. The document stays normalised.
    #[must_use]
    pub fn block(mut self, range: &Dates) -> Self {
        self.close(*range.start(), *range.end());
        self.normalised()
    }

    /// Takes back whatever closes the dates of `range` by name or by recurrence: blocked dates,
    /// closures (a weekly one gets an exception), a slot's exceptions, capacities of 0. Where there
    /// is a whitelist, the dates join it. The switch and the weekdays of slots stay as they are.
    #[must_use]
    pub fn open(mut self, range: &Dates) -> Self {
        self.blocked_dates.retain(|date| !range.contains(date));
        if let Some(open) = self.available_dates.as_mut().filter(|open| !open.is_empty()) {
            open.extend(each(range));
        }
        let closures = std::mem::take(&mut self.recurring_unavailable);
        self.recurring_unavailable =
            closures.into_iter().flat_map(|closure| without(closure, range)).collect();
        for slot in &mut self.time_slots {
            slot.except.retain(|date| !range.contains(date));
        }
        let general = |other: &CapacityOverride| self.general_capacity(other.date, other.time);
        let overrides = self.capacity_overrides.iter().filter(|other| {
            other.capacity > 0 || !range.contains(&other.date) || general(other).is_none()
        });
        self.capacity_overrides = overrides.cloned().collect();
        self.normalised()
    }

    /// Sets the capacity of one date, or of one slot of it; what the rules say in general anyway is
    /// not written down.
    ///
    /// # Errors
    /// A [`FieldError`] unless this is an inventory, and one of slots if a slot is named.
    pub fn set_capacity(
        mut self,
        date: NaiveDate,
        slot: Option<NaiveTime>,
        capacity: u32,
    ) -> Result<Self, FieldError> {
        if self.availability_type != AvailabilityType::Inventory {
            let kind = self.availability_type.as_str();
            let message = format!("a {kind} has no capacity; only an inventory has");
            return Err(FieldError::new("capacity_overrides", "not_for_type", message));
        }
        if slot.is_some() && self.daily_capacity.is_some() && self.time_slots.is_empty() {
            return Err(FieldError::new("capacity_overrides", NO_SLOTS, NO_SLOTS_MESSAGE));
        }
        self.capacity_overrides.retain(|other| (other.date, other.time) != (date, slot));
        if self.general_capacity(date, slot) != Some(capacity) {
            self.capacity_overrides.push(CapacityOverride { date, time: slot, capacity });
        }
        Ok(self.normalised())
    }

    /// What is offered on `date` when nothing is said about it.
    fn general_capacity(&self, date: NaiveDate, slot: Option<NaiveTime>) -> Option<u32> {
        let Some(time) = slot else { return self.daily_capacity };
        let mut slots = self.time_slots.iter();
        slots.find(|slot| slot.time == time && slot.runs_on(date)).map(|slot| slot.capacity)
    }

    /// Turns the switch.
    #[must_use]
    pub fn toggle(self) -> Self {
        Self { is_available: !self.is_available, ..self }
    }
}

fn each(range: &Dates) -> impl Iterator<Item = NaiveDate> {
    let end = *range.end();
    range.start().iter_days().take_while(move |date| *date <= end)
}

/// What remains of a closure when `range` is open.
fn without(closure: Closure, range: &Dates) -> Vec<Closure> {
    match closure {
        Closure::Day { day, mut exdates, note } => {
            exdates.extend(each(range).filter(|date| date.weekday() == day));
            vec![Closure::Day { day, exdates, note }]
        }
        Closure::Dates { dates, note } => {
            let dates: BTreeSet<_> =
                dates.into_iter().filter(|date| !range.contains(date)).collect();
            vec![Closure::Dates { dates, note }]
        }
        Closure::Range { from, to, note } => {
            let before = range.start().pred_opt().map(|end| (from, end.min(to)));
            let after = range.end().succ_opt().map(|start| (start.max(from), to));
            let part = |(from, to)| Closure::Range { from, to, note: note.clone() };
            [before, after]
                .into_iter()
                .flatten()
                .filter(|(from, to)| from <= to)
                .map(part)
                .collect()
        }
        Closure::Rrule { rrule, dtstart, mut exdates, note } => {
            // Without its end, because the zone that an UNTIL in UTC is read by is not known here.
            if let Ok(recurrence) = Recurrence::parse(&rrule, dtstart) {
                let window = *range.start()..time::next_day(*range.end());
                exdates.extend(recurrence.without_end().dates(&window, chrono_tz::Tz::UTC).dates);
            }
            vec![Closure::Rrule { rrule, dtstart, exdates, note }]
        }
    }
}
