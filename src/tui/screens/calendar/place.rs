//! Where the keys are on a calendar: the day, the range, and the row of the day's table.

use std::{cmp::Ordering, ops::RangeInclusive};

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta};
use traveloure_core::availability::{AvailabilityRules, AvailabilityType};

use super::{edit::Dates, months, paint::Painted};
use crate::tui::commands::ListAct;

/// Years that rules may speak of.
const YEARS: RangeInclusive<i32> = 2000..=2199;
/// The longest range.
const LONGEST: i64 = 365;

/// Which part of the screen the keys move in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    #[default]
    Month,
    /// The day's slots.
    Table,
}

/// A row of a day's table: a slot, or the day as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    Slot(NaiveTime),
    Day,
}

impl Row {
    /// The slot's time; none for the day.
    #[must_use]
    pub const fn slot(self) -> Option<NaiveTime> {
        match self {
            Self::Slot(time) => Some(time),
            Self::Day => None,
        }
    }
}

/// See the module's head.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    date: NaiveDate,
    anchor: Option<NaiveDate>,
    /// The row that was chosen last; a day that has no such row shows its first.
    wanted: Option<Row>,
    pub pane: Pane,
}

impl Place {
    #[must_use]
    pub fn new(date: NaiveDate) -> Self {
        Self { date, anchor: None, wanted: None, pane: Pane::Month }
    }

    #[must_use]
    pub fn date(&self) -> NaiveDate {
        self.date
    }

    /// The days that an edit is about, in order: the range, else the day alone.
    #[must_use]
    pub fn dates(&self) -> Dates {
        let anchor = self.anchor.unwrap_or(self.date);
        anchor.min(self.date)..=anchor.max(self.date)
    }

    /// The range, where one is marked.
    #[must_use]
    pub fn range(&self) -> Option<(NaiveDate, NaiveDate)> {
        self.anchor?;
        let dates = self.dates();
        Some((*dates.start(), *dates.end()))
    }

    /// Begins a range at the day, or ends the one there is.
    pub fn turn_range(&mut self) {
        self.anchor = if self.anchor.is_some() { None } else { Some(self.date) };
    }

    /// Ends the range; `false` when there is none.
    pub fn end_range(&mut self) -> bool {
        self.anchor.take().is_some()
    }

    /// Marks from `from` to the day.
    pub fn mark_from(&mut self, from: NaiveDate) {
        self.anchor = Some(from);
        self.go(self.date);
    }

    /// Goes to a day, as far as there are calendars.
    pub fn go(&mut self, date: NaiveDate) {
        let year = date.year().clamp(*YEARS.start(), *YEARS.end());
        let wanted = match year.cmp(&date.year()) {
            Ordering::Equal => Some(date),
            Ordering::Less => NaiveDate::from_ymd_opt(year, 12, 31),
            Ordering::Greater => NaiveDate::from_ymd_opt(year, 1, 1),
        };
        let Some(wanted) = wanted else { return };
        self.date = match self.anchor {
            None => wanted,
            Some(anchor) => {
                let most = TimeDelta::days(LONGEST);
                wanted.clamp(anchor - most, anchor + most)
            }
        };
    }

    /// Goes so many days ahead, or back.
    pub fn step(&mut self, days: i64) {
        if let Some(date) = self.date.checked_add_signed(TimeDelta::days(days)) {
            self.go(date);
        }
    }

    /// Goes to the same day of another month, or that month's last one.
    pub fn step_months(&mut self, step: i32) {
        let first = months::step(self.date, step);
        let last = months::step(first, 1).checked_sub_days(Days::new(1)).unwrap_or(first);
        self.go(first.with_day(self.date.day()).unwrap_or(last));
    }

    /// Moves in the month as `act` says; `false` when it is no move.
    pub fn move_in_month(&mut self, act: ListAct) -> bool {
        let first = months::first_of(self.date);
        match act {
            ListAct::Left => self.step(-1),
            ListAct::Right => self.step(1),
            ListAct::Up => self.step(-7),
            ListAct::Down => self.step(7),
            ListAct::HalfUp => self.step(-14),
            ListAct::HalfDown => self.step(14),
            ListAct::PageUp => self.step_months(-1),
            ListAct::PageDown => self.step_months(1),
            ListAct::Top => self.go(first),
            ListAct::Bottom => {
                self.go(months::step(first, 1).checked_sub_days(Days::new(1)).unwrap_or(first));
            }
            _ => return false,
        }
        true
    }

    /// Moves in the table of a day with these rows; `false` when `act` is no move in it.
    pub fn move_in_table(&mut self, act: ListAct, rows: &[Row]) -> bool {
        let Some(at) = self.row(rows).and_then(|row| rows.iter().position(|one| *one == row))
        else {
            return false;
        };
        let last = rows.len() - 1;
        let to = match act {
            ListAct::Down => (at + 1).min(last),
            ListAct::Up => at.saturating_sub(1),
            ListAct::Top => 0,
            ListAct::Bottom => last,
            _ => return false,
        };
        self.wanted = Some(rows[to]);
        true
    }

    pub fn choose(&mut self, row: Row) {
        self.wanted = Some(row);
    }

    /// The chosen row of a day with these rows; none without rows.
    #[must_use]
    pub fn row(&self, rows: &[Row]) -> Option<Row> {
        self.wanted.filter(|wanted| rows.contains(wanted)).or(rows.first().copied())
    }
}

/// The rows of a day's table: its slots by time and the day as a whole. What does not count has
/// none.
#[must_use]
pub fn rows(rules: &AvailabilityRules, painted: &Painted) -> Vec<Row> {
    if rules.availability_type != AvailabilityType::Inventory {
        return Vec::new();
    }
    let slots = painted.day.slots.iter().map(|slot| Row::Slot(slot.time));
    slots.chain([Row::Day]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn months_keep_the_day_where_they_have_it() {
        let mut place = Place::new(date("2028-01-31"));
        place.step_months(1);
        assert_eq!(place.date(), date("2028-02-29"));
        place.step_months(12);
        assert_eq!(place.date(), date("2029-02-28"));
        place.step_months(-1);
        assert_eq!(place.date(), date("2029-01-28"));
    }

    #[test]
    fn the_calendar_ends_somewhere() {
        let mut place = Place::new(date("2199-12-20"));
        place.step(30);
        assert_eq!(place.date(), date("2199-12-31"));
        place.step_months(-3_000);
        assert_eq!(place.date(), date("2000-01-01"));
    }

    #[test]
    fn a_range_has_two_ends_and_a_longest_length() {
        let mut place = Place::new(date("2026-11-20"));
        place.turn_range();
        place.step(-3);
        assert_eq!(place.dates(), date("2026-11-17")..=date("2026-11-20"));
        place.step_months(30);
        assert_eq!(place.date(), date("2027-11-20"));
        assert!(place.end_range() && !place.end_range());
        assert_eq!(place.dates(), date("2027-11-20")..=date("2027-11-20"));
    }
}
