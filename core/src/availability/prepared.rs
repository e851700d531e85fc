//! Rules made ready to answer quickly: recurrences expanded once, capacities by date.

use std::{collections::BTreeMap, ops::Range};

use chrono::{Days, NaiveDate, NaiveTime, TimeDelta};

use super::{
    ask::Setting,
    closure::Closure,
    recurrence::Recurrence,
    rules::{AvailabilityRules, AvailabilityType, TimeSlot},
};

/// The longest window that rules are prepared for, eleven years; a longer one is cut off.
pub const MAX_WINDOW_DAYS: u64 = 4_018;

/// The rules of one service, ready for any number of questions about a window of dates.
#[derive(Clone, Debug)]
pub struct PreparedRules {
    pub(super) rules: AvailabilityRules,
    pub(super) setting: Setting,
    window: Range<NaiveDate>,
    /// By time, so that slots are painted in order.
    slots: Vec<TimeSlot>,
    overrides: BTreeMap<(NaiveDate, Option<NaiveTime>), u32>,
    has_slots: bool,
    /// For each closure of the rules, in their order, what its recurrence gives.
    expansions: Vec<Expansion>,
}

/// What an RRULE gives within the window; empty for the other forms of a closure.
#[derive(Clone, Debug, Default)]
struct Expansion {
    dates: Vec<NaiveDate>,
    /// From this date on nothing is known.
    unknown_from: Option<NaiveDate>,
}

impl Expansion {
    fn covers(&self, date: NaiveDate) -> bool {
        self.unknown_from.is_some_and(|unknown| date >= unknown)
            || self.dates.binary_search(&date).is_ok()
    }
}

impl PreparedRules {
    /// Makes `rules` ready for the dates of `window`, local to the service's zone.
    ///
    /// Rules that [`validate`](AvailabilityRules::validate) accepts are taken as they are. An RRULE
    /// that cannot be read or followed to the end closes every day it might: better not sold than
    /// sold in error.
    #[must_use]
    pub fn prepare(rules: &AvailabilityRules, setting: &Setting, window: Range<NaiveDate>) -> Self {
        let furthest = window.start.checked_add_days(Days::new(MAX_WINDOW_DAYS));
        let window = window.start..window.end.min(furthest.unwrap_or(window.end));
        let mut slots = rules.time_slots.clone();
        slots.sort_by_key(|slot| slot.time);
        let overrides: BTreeMap<_, _> = rules
            .capacity_overrides
            .iter()
            .map(|other| ((other.date, other.time), other.capacity))
            .collect();
        let has_slots = rules.sells_slots() && !setting.by_night;
        let expansions = rules
            .recurring_unavailable
            .iter()
            .map(|closure| expand(closure, setting, &window))
            .collect();
        Self {
            rules: rules.clone(),
            setting: *setting,
            window,
            slots,
            overrides,
            has_slots,
            expansions,
        }
    }

    #[must_use]
    pub const fn rules(&self) -> &AvailabilityRules {
        &self.rules
    }

    #[must_use]
    pub const fn setting(&self) -> &Setting {
        &self.setting
    }

    /// The dates these rules can be asked about.
    #[must_use]
    pub const fn window(&self) -> &Range<NaiveDate> {
        &self.window
    }

    /// Whether a booking names a time slot. A stay never does.
    #[must_use]
    pub const fn has_slots(&self) -> bool {
        self.has_slots
    }

    /// The closures that cover `date`, in the order of the document.
    pub fn closures_on(&self, date: NaiveDate) -> impl Iterator<Item = &Closure> {
        self.rules
            .recurring_unavailable
            .iter()
            .zip(&self.expansions)
            .filter(move |(closure, expansion)| covers(closure, expansion, date))
            .map(|(closure, _)| closure)
    }

    /// The capacity of the whole of `date`, where the day has one of its own: a calendar's is 1.
    /// Closures do not enter into it.
    #[must_use]
    pub fn day_capacity(&self, date: NaiveDate) -> Option<u32> {
        match self.rules.availability_type {
            AvailabilityType::Toggle => None,
            AvailabilityType::Calendar => Some(1),
            AvailabilityType::Inventory => {
                self.overrides.get(&(date, None)).copied().or(self.rules.daily_capacity)
            }
        }
    }

    /// The capacity of the slot at `time` on `date`, if it runs then. Closures do not enter into it.
    #[must_use]
    pub fn slot_capacity(&self, date: NaiveDate, time: NaiveTime) -> Option<u32> {
        if !self.has_slots {
            return None;
        }
        self.overrides.get(&(date, Some(time))).copied().or_else(|| {
            let mut slots = self.slots.iter().filter(|slot| slot.time == time);
            slots.find(|slot| slot.runs_on(date)).map(|slot| slot.capacity)
        })
    }

    /// The slots that run on `date` with their capacities, by time. Closures do not enter into it.
    #[must_use]
    pub fn slots_on(&self, date: NaiveDate) -> Vec<(NaiveTime, u32)> {
        if !self.has_slots {
            return Vec::new();
        }
        let mut slots: Vec<_> = self
            .slots
            .iter()
            .filter(|slot| slot.runs_on(date))
            .map(|slot| (slot.time, slot.capacity))
            .collect();
        for ((_, time), capacity) in self.overrides.range((date, None)..=(date, Some(LAST_TIME))) {
            let Some(time) = *time else { continue };
            match slots.binary_search_by_key(&time, |(time, _)| *time) {
                Ok(at) => slots[at].1 = *capacity,
                Err(at) => slots.insert(at, (time, *capacity)),
            }
        }
        slots
    }

    /// Whether there is ever a slot at `time`.
    pub(super) fn knows_slot(&self, time: NaiveTime) -> bool {
        self.slots.iter().any(|slot| slot.time == time)
            || self.overrides.keys().any(|(_, other)| *other == Some(time))
    }
}

const LAST_TIME: NaiveTime = match NaiveTime::from_hms_opt(23, 59, 59) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// Whether one of these closures covers `date`: enough to leave a service out that is closed that day, before the rest
/// of its rules is read.
#[must_use]
pub fn closed_on(closures: &[Closure], setting: &Setting, date: NaiveDate) -> bool {
    let day = date..crate::time::next_day(date);
    closures.iter().any(|closure| covers(closure, &expand(closure, setting, &day), date))
}

fn covers(closure: &Closure, expansion: &Expansion, date: NaiveDate) -> bool {
    match closure {
        Closure::Day { day, exdates, .. } => {
            chrono::Datelike::weekday(&date) == *day && !exdates.contains(&date)
        }
        Closure::Dates { dates, .. } => dates.contains(&date),
        Closure::Range { from, to, .. } => (*from..=*to).contains(&date),
        Closure::Rrule { exdates, .. } => expansion.covers(date) && !exdates.contains(&date),
    }
}

fn expand(closure: &Closure, setting: &Setting, window: &Range<NaiveDate>) -> Expansion {
    let Closure::Rrule { rrule, dtstart, .. } = closure else {
        return Expansion::default();
    };
    let Ok(recurrence) = Recurrence::parse(rrule, *dtstart) else {
        return Expansion { dates: Vec::new(), unknown_from: Some(*dtstart) };
    };
    let found = recurrence.dates(window, setting.zone);
    let unknown_from = found
        .gave_up
        .then(|| found.dates.last().map_or(window.start, |last| *last + TimeDelta::days(1)));
    Expansion { dates: found.dates, unknown_from }
}
