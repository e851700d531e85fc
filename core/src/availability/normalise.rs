//! One way to say a thing: the form that documents are kept in.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};

use super::{closure::Closure, rules::AvailabilityRules, validate::MAX_DATES};

/// A longer closure stays a range, so that the list of blocked dates stays one that people read.
const MAX_LISTED_RANGE: i64 = 366;

impl AvailabilityRules {
    /// The same rules in the form in which they are kept and written as text.
    ///
    /// - Dates closed without a note are `blocked_dates`, except a closure of more than a year.
    /// - Dates closed with a note are a range if they are one run, else a list.
    /// - An empty whitelist is none; equal closures are kept once.
    /// - Slots are in order of time and weekdays, capacities of dates in order of date and time.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        self.available_dates = self.available_dates.filter(|dates| !dates.is_empty());
        self.time_slots.sort_by_key(|slot| (slot.time, slot.weekdays));
        self.capacity_overrides.sort_by_key(|other| (other.date, other.time));
        // A range may fit into the list once what it shares with later ones is there.
        loop {
            let before = self.blocked_dates.len();
            self.gather_closures();
            if self.blocked_dates.len() == before {
                return self;
            }
        }
    }

    fn gather_closures(&mut self) {
        for closure in std::mem::take(&mut self.recurring_unavailable) {
            match closure {
                Closure::Dates { dates, note: None } => {
                    for date in dates {
                        self.close(date, date);
                    }
                }
                Closure::Range { from, to, note: None } => self.close(from, to),
                Closure::Dates { dates, note } => self.close_once(noted(dates, note)),
                Closure::Range { from, to, note } if from == to => {
                    self.close_once(Closure::Dates { dates: BTreeSet::from([from]), note });
                }
                other => self.close_once(other),
            }
        }
    }

    /// Closes from `from` to `to`, both included, without a note.
    pub(super) fn close(&mut self, from: NaiveDate, to: NaiveDate) {
        let each = || from.iter_days().take_while(move |date| *date <= to);
        let listed = from == to
            || (to - from < TimeDelta::days(MAX_LISTED_RANGE) && {
                let new = each().filter(|date| !self.blocked_dates.contains(date)).count();
                self.blocked_dates.len() + new <= MAX_DATES
            });
        if listed {
            self.blocked_dates.extend(each());
        } else {
            self.close_once(Closure::Range { from, to, note: None });
        }
    }

    fn close_once(&mut self, closure: Closure) {
        let empty = matches!(&closure, Closure::Dates { dates, .. } if dates.is_empty());
        if !empty && !self.recurring_unavailable.contains(&closure) {
            self.recurring_unavailable.push(closure);
        }
    }
}

fn noted(dates: BTreeSet<NaiveDate>, note: Option<String>) -> Closure {
    if let (Some(from), Some(to)) = (dates.first().copied(), dates.last().copied())
        && from != to
        && usize::try_from((to - from).num_days()).is_ok_and(|days| days + 1 == dates.len())
    {
        return Closure::Range { from, to, note };
    }
    Closure::Dates { dates, note }
}
