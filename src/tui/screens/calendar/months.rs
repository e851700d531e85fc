//! Which months of something have been fetched: those around the cursor are asked for before they
//! are looked at, one question at a time.

use std::{collections::BTreeSet, ops::Range};

use chrono::{DateTime, Datelike, Months as Span, NaiveDate, Utc};

use crate::tui::app::{
    call::{ApiError, Ticket},
    cx::Cx,
    load::Load,
};

/// See the module's head. Months are named by their first day.
#[derive(Clone, Debug, Default)]
pub struct Months {
    load: Load<()>,
    fetched: BTreeSet<NaiveDate>,
    asked: BTreeSet<NaiveDate>,
    /// The months of a question that failed; they are not asked for again by themselves.
    failed: BTreeSet<NaiveDate>,
}

/// The first day of the month of `date`.
#[must_use]
pub fn first_of(date: NaiveDate) -> NaiveDate {
    date.with_day(1).unwrap_or(date)
}

/// The first day of the month `months` after (or before) that of `date`.
#[must_use]
pub fn step(date: NaiveDate, months: i32) -> NaiveDate {
    let first = first_of(date);
    let span = Span::new(months.unsigned_abs());
    let moved =
        if months < 0 { first.checked_sub_months(span) } else { first.checked_add_months(span) };
    moved.unwrap_or(first)
}

impl Months {
    #[must_use]
    pub fn load(&self) -> &Load<()> {
        &self.load
    }

    /// The days to ask for so that the month of `date` and its neighbours are there; none when they
    /// are, or when an answer is awaited.
    #[must_use]
    pub fn missing(&self, date: NaiveDate) -> Option<Range<NaiveDate>> {
        if self.load.is_loading() {
            return None;
        }
        let near = [step(date, -1), step(date, 0), step(date, 1)];
        let mut missing = near
            .iter()
            .filter(|month| !self.fetched.contains(month) && !self.failed.contains(month));
        let first = *missing.next()?;
        let last = missing.next_back().copied().unwrap_or(first);
        Some(first..step(last, 1))
    }

    /// Notes that `ticket` will bring the days of `range`.
    pub fn asked(&mut self, ticket: Ticket, range: &Range<NaiveDate>, cx: &Cx) {
        self.load.asked(ticket, cx);
        self.asked.clear();
        let mut month = first_of(range.start);
        while month < range.end {
            self.asked.insert(month);
            let next = step(month, 1);
            if next <= month {
                break;
            }
            month = next;
        }
    }

    /// A further page of the same question.
    pub fn asked_on(&mut self, ticket: Ticket, cx: &Cx) {
        self.load.asked(ticket, cx);
    }

    #[must_use]
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.load.waits_for(ticket)
    }

    /// What was asked for has come, or failed.
    pub fn came(&mut self, result: Result<(), ApiError>, now: DateTime<Utc>) {
        let asked = std::mem::take(&mut self.asked);
        match &result {
            Ok(()) => {
                self.failed.clear();
                self.fetched.extend(asked);
            }
            Err(_) => self.failed.extend(asked),
        }
        self.load.came(result, now);
    }

    /// Everything may have changed: what is there is shown until it has come anew.
    pub fn outdated(&mut self) {
        self.fetched.clear();
        self.failed.clear();
        // An answer that is on its way may be older than the change.
        self.asked.clear();
    }

    /// What failed may be asked for again.
    pub fn try_again(&mut self) {
        self.failed.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn months_step_over_years_and_short_months() {
        assert_eq!(step(date("2026-01-31"), 1), date("2026-02-01"));
        assert_eq!(step(date("2026-01-31"), -1), date("2025-12-01"));
        assert_eq!(step(date("2028-02-29"), 12), date("2029-02-01"));
        assert_eq!(step(NaiveDate::MAX, 1), first_of(NaiveDate::MAX));
    }

    #[test]
    fn only_what_is_missing_is_asked_for() {
        let mut months = Months::default();
        let (start, end) = (date("2026-10-01"), date("2027-01-01"));
        assert_eq!(months.missing(date("2026-11-20")), Some(start..end));
        months.fetched.extend([start, date("2026-11-01"), date("2026-12-01")]);
        assert_eq!(months.missing(date("2026-11-20")), None);
        assert_eq!(months.missing(date("2026-12-24")), Some(end..date("2027-02-01")));
        months.outdated();
        assert_eq!(months.missing(date("2026-11-20")), Some(start..end));
    }
}
