//! One way to say a thing: the form that documents are kept in.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};

use super::{closure::Closure, rules::AvailabilityRules, validate::MAX_DATES};
use crate::time::next_day;

/// A longer run of closed days is kept as a range, so that the list of blocked dates stays one
/// that people read.
const MAX_LISTED_RUN: i64 = 366;

/// From the first date to the second, both included.
type Run = (NaiveDate, NaiveDate);

impl AvailabilityRules {
    /// The same rules in the form in which they are kept and written as text.
    ///
    /// - Dates closed without a note are `blocked_dates`, except a run of more than a year.
    /// - Dates closed with a note are a range if they are one run, else a list.
    /// - An empty whitelist is none; equal closures are kept once.
    /// - Slots are in order of time and weekdays, capacities of dates in order of date and time.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        self.available_dates = self.available_dates.filter(|dates| !dates.is_empty());
        self.time_slots.sort_by_key(|slot| (slot.time, slot.weekdays));
        self.capacity_overrides.sort_by_key(|other| (other.date, other.time));
        let mut closed: Vec<Run> =
            std::mem::take(&mut self.blocked_dates).into_iter().map(|date| (date, date)).collect();
        for closure in std::mem::take(&mut self.recurring_unavailable) {
            match closure {
                Closure::Dates { dates, note: None } => {
                    closed.extend(dates.into_iter().map(|date| (date, date)));
                }
                Closure::Range { from, to, note: None } => closed.push((from, to)),
                Closure::Dates { dates, note } => self.close_once(noted(dates, note)),
                Closure::Range { from, to, note } if from == to => {
                    self.close_once(Closure::Dates { dates: BTreeSet::from([from]), note });
                }
                other => self.close_once(other),
            }
        }
        self.close_runs(joined(closed));
        self
    }

    /// Closes from `from` to `to`, both included, without a note; to be normalised afterwards.
    pub(super) fn close(&mut self, from: NaiveDate, to: NaiveDate) {
        if from == to {
            self.blocked_dates.insert(from);
        } else {
            self.recurring_unavailable.push(Closure::Range { from, to, note: None });
        }
    }

    // The shortest first, so that as few as possible remain that the list has no room for.
    fn close_runs(&mut self, mut runs: Vec<Run>) {
        runs.sort_by_key(|(from, to)| (*to - *from, *from));
        let mut ranges = Vec::new();
        for (from, to) in runs {
            let days = (to - from).num_days() + 1;
            let room = MAX_DATES - self.blocked_dates.len();
            if days <= MAX_LISTED_RUN && usize::try_from(days).is_ok_and(|days| days <= room) {
                self.blocked_dates.extend(from.iter_days().take_while(|date| *date <= to));
            } else {
                ranges.push((from, to));
            }
        }
        ranges.sort_unstable();
        for (from, to) in ranges {
            self.close_once(Closure::Range { from, to, note: None });
        }
    }

    fn close_once(&mut self, closure: Closure) {
        let is_empty = matches!(&closure, Closure::Dates { dates, .. } if dates.is_empty());
        if !is_empty && !self.recurring_unavailable.contains(&closure) {
            self.recurring_unavailable.push(closure);
        }
    }
}

/// Runs that overlap or touch made one.
fn joined(mut runs: Vec<Run>) -> Vec<Run> {
    runs.sort_unstable();
    let mut joined: Vec<Run> = Vec::new();
    for (from, to) in runs {
        match joined.last_mut() {
            Some((_, last)) if from <= next_day(*last) => *last = to.max(*last),
            _ => joined.push((from, to)),
        }
    }
    joined
}

fn noted(dates: BTreeSet<NaiveDate>, note: Option<String>) -> Closure {
    if let (Some(from), Some(to)) = (dates.first().copied(), dates.last().copied())
        && from != to
        && TimeDelta::try_days(i64::try_from(dates.len()).unwrap_or(i64::MAX) - 1)
            == Some(to - from)
    {
        return Closure::Range { from, to, note };
    }
    Closure::Dates { dates, note }
}

#[cfg(test)]
mod tests {
    use chrono::Days;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_list_that_is_full_leaves_the_longest_as_ranges() {
        let start = date("2026-01-01");
        let mut rules = AvailabilityRules::default();
        // Every third day, so that nothing touches, and long ranges far away.
        for day in 0..3_990 {
            rules.blocked_dates.insert(start + Days::new(day * 3));
        }
        rules.close(date("2100-01-01"), date("2100-01-09"));
        rules.close(date("2101-01-01"), date("2101-03-01"));
        let rules = rules.normalised();
        assert_eq!(rules.blocked_dates.len(), 3_999);
        assert_eq!(rules.validate(), Ok(()));
        let [Closure::Range { from, .. }] = rules.recurring_unavailable.as_slice() else {
            panic!("{:?}", rules.recurring_unavailable);
        };
        assert_eq!(*from, date("2101-01-01"));
    }
}
