//! From rules to lines of text.

use std::collections::BTreeSet;

use chrono::{NaiveDate, Weekday};

use super::dates::{self, DateRange};
use crate::availability::{
    closure::Closure,
    reason::{Clock, Minutes},
    rules::{AvailabilityRules, AvailabilityType, CapacityOverride, Counts, TimeSlot},
    weekdays::Weekdays,
};

/// How many dates and ranges stand on one line.
const PER_LINE: usize = 5;

pub(super) fn write(rules: &AvailabilityRules) -> String {
    let rules = rules.clone().normalised();
    let mut lines = Vec::new();
    if rules.availability_type == AvailabilityType::Toggle || !rules.is_available {
        lines.push(if rules.is_available { "on" } else { "off" }.to_owned());
    }
    lines.extend(rules.daily_capacity.map(|capacity| format!("daily cap {capacity}")));
    lines.extend(rules.time_slots.iter().map(slot));
    lines.extend(rules.capacity_overrides.iter().map(capacity));
    if rules.counts != Counts::default() {
        lines.push("counts per person".to_owned());
    }
    if let Some(open) = rules.whitelist() {
        lines.extend(wrapped("open only", open));
    }
    lines.extend(wrapped("closed", &rules.blocked_dates));
    lines.extend(closures(&rules.recurring_unavailable));
    lines.extend(limits(&rules));
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

fn slot(slot: &TimeSlot) -> String {
    let TimeSlot { time, capacity, available, weekdays, except } = slot;
    let off = if *available { "" } else { " off" };
    format!("every {weekdays} {} cap {capacity}{off}{}", Clock(*time), list_after("except", except))
}

fn capacity(other: &CapacityOverride) -> String {
    let time = other.time.map(|time| format!(" {}", Clock(time))).unwrap_or_default();
    format!("{}{time} cap {}", other.date, other.capacity)
}

fn wrapped(word: &str, dates: &BTreeSet<NaiveDate>) -> Vec<String> {
    let runs = dates::runs(dates.iter().copied());
    let line = |runs: &[DateRange]| format!("{word} {}", dates::show_all(runs));
    runs.chunks(PER_LINE).map(line).collect()
}

fn list_after(word: &str, dates: &BTreeSet<NaiveDate>) -> String {
    if dates.is_empty() {
        return String::new();
    }
    format!(" {word} {}", dates::show_all(&dates::runs(dates.iter().copied())))
}

// Neighbours that differ only in their weekday share a line.
fn closures(closures: &[Closure]) -> Vec<String> {
    let alike = |a: &Closure, b: &Closure| match (a, b) {
        (
            Closure::Day { day, exdates, note },
            Closure::Day { day: next, exdates: same, note: too },
        ) => follows(*day, *next) && exdates == same && note == too,
        _ => false,
    };
    closures.chunk_by(alike).map(line_of_alike).collect()
}

// Weekdays are read back Monday first.
fn follows(day: Weekday, next: Weekday) -> bool {
    day.num_days_from_monday() < next.num_days_from_monday()
}

fn line_of_alike(alike: &[Closure]) -> String {
    let days: Weekdays = alike
        .iter()
        .filter_map(|closure| match closure {
            Closure::Day { day, .. } => Some(*day),
            _ => None,
        })
        .collect();
    match alike {
        [Closure::Day { exdates, note, .. }, ..] => {
            format!("closed every {days}{}{}", list_after("except", exdates), quoted(note.as_ref()))
        }
        [closure, ..] => closure_line(closure),
        [] => String::new(),
    }
}

pub(super) fn closure_line(closure: &Closure) -> String {
    let note = quoted(closure.note().map(str::to_owned).as_ref());
    match closure {
        Closure::Day { .. } => line_of_alike(std::slice::from_ref(closure)),
        Closure::Dates { dates, .. } => {
            let runs = dates::runs(dates.iter().copied());
            format!("closed {}{note}", dates::show_all(&runs))
        }
        Closure::Range { from, to, .. } => format!("closed {}{note}", dates::show((*from, *to))),
        Closure::Rrule { rrule, dtstart, exdates, .. } => {
            let except = list_after("except", exdates);
            format!("closed RRULE:{rrule} from {dtstart}{except}{note}")
        }
    }
}

fn quoted(note: Option<&String>) -> String {
    note.map(|note| format!(" \"{note}\"")).unwrap_or_default()
}

fn limits(rules: &AvailabilityRules) -> Vec<String> {
    let mut lines = Vec::new();
    if rules.min_notice_minutes > 0 {
        lines.push(format!("notice {}", Minutes(rules.min_notice_minutes)));
    }
    lines.extend(rules.horizon_days.map(|days| format!("horizon {days}d")));
    lines.extend(match (rules.party_min, rules.party_max) {
        (None, None) => None,
        (Some(min), None) => Some(format!("party {min}+")),
        (None, Some(max)) => Some(format!("party up to {max}")),
        (Some(min), Some(max)) if min == max => Some(format!("party {min}")),
        (Some(min), Some(max)) => Some(format!("party {min}-{max}")),
    });
    lines.extend(match (rules.buffer_before_minutes, rules.buffer_after_minutes) {
        (0, 0) => None,
        (before, 0) => Some(format!("buffer {} before", Minutes(before))),
        (0, after) => Some(format!("buffer {} after", Minutes(after))),
        (before, after) => {
            Some(format!("buffer {} before {} after", Minutes(before), Minutes(after)))
        }
    });
    lines
}
