//! RFC 5545 recurrence by whole days, read with care: the text comes from outside.
//!
//! The `rrule` crate does the counting. What is added here keeps a hostile rule from taking long:
//! only the parts that make sense for whole days, a bounded COUNT, and a start moved close to the
//! window that is asked about. Everything is counted in UTC, where each date has exactly one
//! midnight, so that no change of clocks can drop or double a local date.

use std::ops::Range;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;
use rrule::{Frequency, RRule, RRuleSet, Validated};

const MAX_TEXT: usize = 500;
const MAX_COUNT: u32 = 1_000;
const PARTS: [&str; 11] = [
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "WKST",
    "BYDAY",
    "BYMONTHDAY",
    "BYYEARDAY",
    "BYWEEKNO",
    "BYMONTH",
    "BYSETPOS",
];

/// Why a recurrence was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum RecurrenceError {
    #[error(
        "write the value of an RRULE in up to {MAX_TEXT} plain letters, such as FREQ=WEEKLY;BYDAY=MO"
    )]
    Unreadable,
    #[error("{0} is no part of a closure by whole days; the parts are {list}", list = PARTS.join(", "))]
    UnknownPart(String),
    #[error("{0} is given twice")]
    Twice(String),
    #[error("a closure is by whole days: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY")]
    Frequency,
    #[error("INTERVAL is between 1 and 65535")]
    Interval,
    #[error("COUNT is between 1 and {MAX_COUNT}; for a longer time give UNTIL")]
    Count,
    #[error("UNTIL is a date such as 20261231, or a moment such as 20261231T225959Z")]
    Until,
    #[error("a numbered weekday such as 2MO or -1SU needs FREQ=MONTHLY or FREQ=YEARLY")]
    NumberedWeekday,
    #[error("{0}")]
    Refused(String),
    #[error("no day is ever closed by this")]
    Barren,
}

impl RecurrenceError {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Barren => "never",
            _ => "invalid_rrule",
        }
    }
}

/// The last day of a rule that ends: RFC 5545 allows a date, or a moment in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    Date(NaiveDate),
    Moment(NaiveDateTime),
}

/// A recurrence that can be expanded.
#[derive(Clone, Debug)]
pub(super) struct Recurrence {
    rule: RRule<Validated>,
    dtstart: NaiveDate,
    until: Option<Until>,
}

/// The dates of a recurrence within a window.
pub(super) struct Dates {
    /// Ascending.
    pub(super) dates: Vec<NaiveDate>,
    /// Whether the search gave up before the end of the window.
    pub(super) gave_up: bool,
}

impl Recurrence {
    /// Reads the value of an RRULE.
    ///
    /// # Errors
    /// When it cannot be read or does not go by whole days.
    pub(super) fn parse(text: &str, dtstart: NaiveDate) -> Result<Self, RecurrenceError> {
        let parts = Parts::read(text)?;
        let rule: RRule<rrule::Unvalidated> =
            parts.rest.parse().map_err(|error| refused(&error))?;
        let rule = rule.validate(midnight(dtstart)).map_err(|error| refused(&error))?;
        Ok(Self { rule, dtstart, until: parts.until })
    }

    /// Looks for a first date.
    ///
    /// # Errors
    /// [`RecurrenceError::Barren`] if there is none.
    pub(super) fn check_fruitful(&self) -> Result<(), RecurrenceError> {
        let set = RRuleSet::new(midnight(self.dtstart)).rrule(self.rule.clone()).limit();
        let first = set.into_iter().next().map(|first| first.date_naive());
        let last = self.last_day(Tz::UTC);
        match first {
            Some(first) if last.is_none_or(|last| first <= last) => Ok(()),
            _ => Err(RecurrenceError::Barren),
        }
    }

    /// The same without its UNTIL.
    pub(super) fn without_end(self) -> Self {
        Self { until: None, ..self }
    }

    /// The dates of `window` in `zone`, whose calendar an UNTIL in UTC is read by.
    pub(super) fn dates(&self, window: &Range<NaiveDate>, zone: Tz) -> Dates {
        let end = match self.last_day(zone) {
            Some(last) => window.end.min(crate::time::next_day(last)),
            None => window.end,
        };
        if window.start >= end || self.dtstart >= end {
            return Dates { dates: Vec::new(), gave_up: false };
        }
        let last = midnight(end.pred_opt().unwrap_or(end));
        let start = self.start_near(window.start);
        let found = RRuleSet::new(midnight(start))
            .rrule(self.rule.clone())
            .after(midnight(window.start))
            .before(last)
            .all(u16::MAX);
        Dates {
            dates: found.dates.iter().map(DateTime::date_naive).collect(),
            gave_up: found.limited,
        }
    }

    fn last_day(&self, zone: Tz) -> Option<NaiveDate> {
        self.until.map(|until| match until {
            Until::Date(date) => date,
            Until::Moment(moment) => crate::time::local(moment.and_utc(), zone).date(),
        })
    }

    /// A start from which the same dates follow, as close before `date` as whole intervals allow.
    ///
    /// A rule with a COUNT must be counted from its own start. The others only remember the
    /// start's place within the interval, and its day where the rule names none.
    fn start_near(&self, date: NaiveDate) -> NaiveDate {
        if self.rule.get_count().is_some() || date <= self.dtstart {
            return self.dtstart;
        }
        let interval = u32::from(self.rule.get_interval());
        let moved = match self.rule.get_freq() {
            Frequency::Daily => self.forward_by_days(date, u64::from(interval)),
            Frequency::Weekly => self.forward_by_days(date, u64::from(interval) * 7),
            Frequency::Monthly => self.forward_by_months(date, interval),
            _ => self.forward_by_months(date, interval * 12),
        };
        moved.unwrap_or(self.dtstart)
    }

    fn forward_by_days(&self, date: NaiveDate, interval: u64) -> Option<NaiveDate> {
        let days = u64::try_from((date - self.dtstart).num_days()).ok()?;
        self.dtstart.checked_add_days(Days::new(days - days % interval))
    }

    fn forward_by_months(&self, date: NaiveDate, interval: u32) -> Option<NaiveDate> {
        // The 29th to 31st do not exist in every month, and adding months would change the day.
        if self.dtstart.day() > 28 {
            return None;
        }
        let months = date.year() * 12 + date.month0().cast_signed()
            - (self.dtstart.year() * 12 + self.dtstart.month0().cast_signed());
        // One interval less, for a day later in the month than `date`'s.
        let intervals = (u32::try_from(months).ok()? / interval).saturating_sub(1);
        self.dtstart.checked_add_months(Months::new(intervals * interval))
    }
}

/// The parts of an RRULE that are read here, and the text of the others.
struct Parts {
    rest: String,
    until: Option<Until>,
}

impl Parts {
    fn read(text: &str) -> Result<Self, RecurrenceError> {
        if text.is_empty()
            || text.len() > MAX_TEXT
            || !text.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err(RecurrenceError::Unreadable);
        }
        let mut until = None;
        let mut seen: Vec<String> = Vec::new();
        let mut rest = Vec::new();
        for part in text.split(';') {
            let (name, value) = part.split_once('=').ok_or(RecurrenceError::Unreadable)?;
            let name = name.to_ascii_uppercase();
            if !PARTS.contains(&name.as_str()) {
                return Err(RecurrenceError::UnknownPart(name));
            }
            if seen.contains(&name) {
                return Err(RecurrenceError::Twice(name));
            }
            if name == "UNTIL" {
                until = Some(read_until(value)?);
            } else {
                rest.push(part);
            }
            check_value(&name, &value.to_ascii_uppercase())?;
            seen.push(name);
        }
        let numbered = text.to_ascii_uppercase();
        if numbered_weekday(&numbered)
            && !numbered.contains("FREQ=MONTHLY")
            && !numbered.contains("FREQ=YEARLY")
        {
            return Err(RecurrenceError::NumberedWeekday);
        }
        Ok(Self { rest: rest.join(";"), until })
    }
}

fn check_value(name: &str, value: &str) -> Result<(), RecurrenceError> {
    match name {
        "FREQ" if !["DAILY", "WEEKLY", "MONTHLY", "YEARLY"].contains(&value) => {
            Err(RecurrenceError::Frequency)
        }
        "INTERVAL" if !value.parse::<u16>().is_ok_and(|interval| interval > 0) => {
            Err(RecurrenceError::Interval)
        }
        "COUNT" if !value.parse::<u32>().is_ok_and(|count| (1..=MAX_COUNT).contains(&count)) => {
            Err(RecurrenceError::Count)
        }
        _ => Ok(()),
    }
}

fn numbered_weekday(text: &str) -> bool {
    text.split(';')
        .filter_map(|part| part.strip_prefix("BYDAY="))
        .any(|days| days.bytes().any(|byte| byte.is_ascii_digit()))
}

fn read_until(value: &str) -> Result<Until, RecurrenceError> {
    if let Ok(date) = NaiveDate::parse_from_str(value, "%Y%m%d") {
        return Ok(Until::Date(date));
    }
    if let Ok(moment) = NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%SZ") {
        return Ok(Until::Moment(moment));
    }
    // Without the Z it is a local time, so its date is the local date.
    NaiveDateTime::parse_from_str(value, "%Y%m%dT%H%M%S")
        .map(|local| Until::Date(local.date()))
        .map_err(|_| RecurrenceError::Until)
}

fn refused(error: &rrule::RRuleError) -> RecurrenceError {
    RecurrenceError::Refused(error.to_string())
}

fn midnight(date: NaiveDate) -> DateTime<rrule::Tz> {
    rrule::Tz::UTC.from_utc_datetime(&date.and_time(NaiveTime::MIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn dates(rule: &str, dtstart: &str, window: Range<&str>) -> Vec<String> {
        let recurrence = Recurrence::parse(rule, date(dtstart)).unwrap();
        let window = date(window.start)..date(window.end);
        let found = recurrence.dates(&window, Tz::Europe__Lisbon);
        assert!(!found.gave_up);
        found.dates.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn rules_repeat_as_rfc_5545_says() {
        assert_eq!(
            dates("FREQ=MONTHLY;BYDAY=-1SU", "2026-01-01", "2026-03-01".."2026-05-01"),
            ["2026-03-29", "2026-04-26"]
        );
        assert_eq!(
            dates("FREQ=WEEKLY;INTERVAL=2", "2026-01-07", "2026-02-01".."2026-03-01"),
            ["2026-02-04", "2026-02-18"]
        );
        assert_eq!(
            dates("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", "2020-02-29", "2026-01-01".."2028-01-01"),
            ["2026-12-24", "2027-12-24"]
        );
        // Of months without a 31st there is no last day to fall back on.
        assert_eq!(
            dates("FREQ=MONTHLY", "2026-01-31", "2026-01-01".."2026-06-01"),
            ["2026-01-31", "2026-03-31", "2026-05-31"]
        );
    }

    #[test]
    fn count_counts_from_the_start() {
        assert_eq!(
            dates("FREQ=DAILY;COUNT=10", "2026-01-01", "2026-01-08".."2027-01-01"),
            ["2026-01-08", "2026-01-09", "2026-01-10"]
        );
    }

    #[test]
    fn until_is_the_last_local_day() {
        let window = || "2026-12-28".."2027-02-01";
        let until =
            |until: &str| dates(&format!("FREQ=DAILY;UNTIL={until}"), "2026-01-01", window()).len();
        assert_eq!(until("20261231"), 4);
        assert_eq!(until("20261231T235959"), 4);
        assert_eq!(until("20261231T235959Z"), 4);
        let recurrence =
            Recurrence::parse("FREQ=DAILY;UNTIL=20261231T145959Z", date("2026-01-01")).unwrap();
        let window = date("2026-12-28")..date("2027-02-01");
        assert_eq!(recurrence.dates(&window, Tz::Asia__Tokyo).dates.len(), 4);
        assert_eq!(recurrence.dates(&window, Tz::Pacific__Auckland).dates.len(), 5);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (rule, expected) in [
            ("", "Unreadable"),
            ("RRULE:FREQ=DAILY", "UnknownPart(\"RRULE:FREQ\")"),
            ("FREQ=DAILY\nRDATE=20260101", "Unreadable"),
            ("FREQ=SECONDLY", "Frequency"),
            ("FREQ=DAILY;BYHOUR=3", "UnknownPart(\"BYHOUR\")"),
            ("FREQ=DAILY;COUNT=1000000000", "Count"),
            ("FREQ=DAILY;COUNT=0", "Count"),
            ("FREQ=DAILY;INTERVAL=0", "Interval"),
            ("FREQ=DAILY;FREQ=DAILY", "Twice(\"FREQ\")"),
            ("FREQ=DAILY;UNTIL=soon", "Until"),
            ("FREQ=WEEKLY;BYDAY=2MO", "NumberedWeekday"),
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "Barren"),
            ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "Barren"),
            ("FREQ=DAILY;UNTIL=20250101", "Barren"),
        ] {
            let read = Recurrence::parse(rule, date("2026-01-01"));
            let error = read.and_then(|read| read.check_fruitful()).unwrap_err();
            assert_eq!(format!("{error:?}"), expected, "{rule}");
        }
        for rule in
            ["FREQ=WEEKLY;BYDAY=ä", "BYDAY=MO", "FREQ=DAILY;BYDAY=,", "FREQ=DAILY;BYMONTH=13"]
        {
            assert!(Recurrence::parse(rule, date("2026-01-01")).is_err(), "{rule}");
        }
    }
}
