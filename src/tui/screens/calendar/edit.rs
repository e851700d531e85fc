//! The edits of a calendar: each knows how to make itself on any rules, so that edits can be taken
//! back, made again, and moved onto rules that changed elsewhere.

use std::ops::RangeInclusive;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use traveloure_core::{
    availability::{
        AvailabilityRules, AvailabilityType, MAX_CAPACITY, PreparedRules, Setting, Weekdays, text,
    },
    time,
};

use super::merge;
use crate::tui::widgets::text as words;

/// Days from the first to the last, both included.
pub type Dates = RangeInclusive<NaiveDate>;

/// A new capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    To(u32),
    /// So much more or less than it is; never below 0.
    By(i32),
}

/// Where a slot stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    On(Dates),
    Every(Weekdays),
    Always,
}

/// One edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    Block(Dates),
    Open(Dates),
    Switch(bool),
    /// Of days (`slot` none), or of a slot on those of the days on which it runs.
    Capacity {
        dates: Dates,
        slot: Option<NaiveTime>,
        to: Amount,
    },
    /// What holds on days that have no capacity of their own; `date` is the day it was typed on,
    /// which follows along.
    Usual {
        date: NaiveDate,
        slot: Option<NaiveTime>,
        capacity: u32,
    },
    DropSlot {
        time: NaiveTime,
        scope: Scope,
    },
    /// One more rule, as a line of the language of rules.
    Line {
        line: String,
        /// The day it was written, from which dates without a year count.
        written: NaiveDate,
    },
    /// Every day is open again, not only certain ones.
    OpenAll,
    /// The rules written anew as text.
    Write {
        before: Box<AvailabilityRules>,
        after: Box<AvailabilityRules>,
    },
}

impl Edit {
    /// The rules with this edit made.
    ///
    /// # Errors
    /// Why it cannot be made on `rules`, in words for the person.
    pub fn apply(
        &self,
        rules: &AvailabilityRules,
        setting: &Setting,
    ) -> Result<AvailabilityRules, String> {
        let rules = rules.clone();
        let edited = match self {
            Self::Block(dates) => rules.block(dates),
            Self::Open(dates) => rules.open(dates),
            Self::Switch(on) => AvailabilityRules { is_available: *on, ..rules },
            Self::Capacity { dates, slot, to } => capacity(rules, setting, dates, *slot, *to)?,
            Self::Usual { date, slot, capacity } => usual(rules, *date, *slot, *capacity)?,
            Self::DropSlot { time, scope } => drop_slot(rules, *time, scope),
            Self::Line { line, written } => with_line(&rules, line, *written)?,
            Self::OpenAll => AvailabilityRules { available_dates: None, ..rules },
            Self::Write { before, after } if rules == **before => (**after).clone(),
            Self::Write { before, after } => merge::merge(before, after, &rules).rules,
        };
        match edited.validate() {
            Ok(()) => Ok(edited.normalised()),
            Err(faults) => {
                let faults: Vec<String> = faults.into_iter().map(|fault| fault.message).collect();
                Err(faults.join("; "))
            }
        }
    }

    /// The last day that is named, where days are.
    #[must_use]
    pub fn reach(&self) -> Option<NaiveDate> {
        match self {
            Self::Block(dates)
            | Self::Open(dates)
            | Self::Capacity { dates, .. }
            | Self::DropSlot { scope: Scope::On(dates), .. } => Some(*dates.end()),
            _ => None,
        }
    }

    /// What it does, as the list of edits shows it.
    #[must_use]
    pub fn label(&self, today: NaiveDate) -> String {
        let at = |slot: &Option<NaiveTime>| {
            slot.map_or(String::new(), |time| format!(" at {}", words::clock(time)))
        };
        match self {
            Self::Block(dates) => format!("close {}", span(dates, today)),
            Self::Open(dates) => format!("open {}", span(dates, today)),
            Self::Switch(true) => "switch on".to_owned(),
            Self::Switch(false) => "switch off".to_owned(),
            Self::Capacity { dates, slot, to: Amount::To(capacity) } => {
                format!("capacity {capacity}{}, {}", at(slot), span(dates, today))
            }
            Self::Capacity { dates, slot, to: Amount::By(step) } => {
                format!("capacity {step:+}{}, {}", at(slot), span(dates, today))
            }
            Self::Usual { slot, capacity, .. } => format!("usual capacity {capacity}{}", at(slot)),
            Self::DropSlot { time, scope } => {
                let when = match scope {
                    Scope::On(dates) => format!("on {}", span(dates, today)),
                    Scope::Every(days) => format!("every {days}"),
                    Scope::Always => "for good".to_owned(),
                };
                format!("no {} {when}", words::clock(*time))
            }
            Self::Line { line, .. } => line.trim().to_owned(),
            Self::OpenAll => "open every day again".to_owned(),
            Self::Write { .. } => "rules written as text".to_owned(),
        }
    }
}

/// `Tue 14 Jul`, or `Tue 14 Jul - Thu 16 Jul`.
#[must_use]
pub fn span(dates: &Dates, today: NaiveDate) -> String {
    let first = words::day(*dates.start(), today);
    if dates.start() == dates.end() {
        return first;
    }
    format!("{first} - {}", words::day(*dates.end(), today))
}

fn each(dates: &Dates) -> impl Iterator<Item = NaiveDate> {
    time::nights(*dates.start(), time::next_day(*dates.end()))
}

/// The rules and one line more. What is wrong with the line is said without its number: it stands
/// alone before the person.
fn with_line(
    rules: &AvailabilityRules,
    line: &str,
    written: NaiveDate,
) -> Result<AvailabilityRules, String> {
    let lines = format!("{}{line}", rules.to_text());
    text::parse(&lines, rules.availability_type, written).map_err(|faults| {
        let said = faults.last().map(|fault| match &fault.hint {
            Some(hint) => format!("{}: {hint}", fault.message),
            None => fault.message.clone(),
        });
        said.unwrap_or_default()
    })
}

fn capacity(
    rules: AvailabilityRules,
    setting: &Setting,
    dates: &Dates,
    slot: Option<NaiveTime>,
    to: Amount,
) -> Result<AvailabilityRules, String> {
    if *dates.end() - *dates.start() > TimeDelta::days(366) {
        return Err("choose up to a year of days at once".to_owned());
    }
    let window = *dates.start()..time::next_day(*dates.end());
    let prepared = PreparedRules::prepare(&rules, setting, window);
    let mut edited = rules;
    let mut found = false;
    for date in each(dates) {
        let now = match slot {
            Some(time) => match prepared.slot_capacity(date, time) {
                Some(now) => Some(now),
                None => continue,
            },
            None => prepared.day_capacity(date),
        };
        let new = match (to, now) {
            (Amount::To(capacity), _) => capacity,
            (Amount::By(step), Some(now)) => now.saturating_add_signed(step).min(MAX_CAPACITY),
            (Amount::By(_), None) => continue,
        };
        found = true;
        edited = edited.set_capacity(date, slot, new).map_err(|fault| fault.message)?;
    }
    match (found, slot) {
        (true, _) => Ok(edited),
        (false, Some(time)) => Err(format!("nothing is sold at {} then", words::clock(time))),
        (false, None) => Err("the day has no limit of its own yet".to_owned()),
    }
}

fn usual(
    mut rules: AvailabilityRules,
    date: NaiveDate,
    slot: Option<NaiveTime>,
    capacity: u32,
) -> Result<AvailabilityRules, String> {
    if rules.availability_type != AvailabilityType::Inventory {
        let kind = rules.availability_type.as_str();
        return Err(format!("a {kind} has no capacity; only an inventory has"));
    }
    match slot {
        None => rules.daily_capacity = Some(capacity),
        Some(time) => {
            let mut slots = rules.time_slots.iter_mut();
            let found = slots.find(|slot| slot.time == time && slot.weekdays.fall_on(date));
            let missing = || format!("{} is not sold every week", words::clock(time));
            found.ok_or_else(missing)?.capacity = capacity;
        }
    }
    rules.capacity_overrides.retain(|other| (other.date, other.time) != (date, slot));
    Ok(rules)
}

fn drop_slot(mut rules: AvailabilityRules, time: NaiveTime, scope: &Scope) -> AvailabilityRules {
    match scope {
        Scope::On(dates) => {
            for slot in rules.time_slots.iter_mut().filter(|slot| slot.time == time) {
                slot.except.extend(each(dates).filter(|date| slot.weekdays.fall_on(*date)));
            }
            rules
                .capacity_overrides
                .retain(|other| other.time != Some(time) || !dates.contains(&other.date));
        }
        Scope::Every(days) => {
            for slot in rules.time_slots.iter_mut().filter(|slot| slot.time == time) {
                slot.weekdays = slot.weekdays.iter().filter(|day| !days.contains(*day)).collect();
            }
            rules.time_slots.retain(|slot| !slot.weekdays.is_empty());
        }
        Scope::Always => {
            rules.time_slots.retain(|slot| slot.time != time);
            rules.capacity_overrides.retain(|other| other.time != Some(time));
        }
    }
    rules
}
