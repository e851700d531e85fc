//! Many dates said in few words: runs of days, and weekdays over a number of weeks.

use std::{collections::BTreeMap, fmt};

use chrono::{Datelike, Days, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::{
    hour_minute,
    reason::{Clock, Day},
    weekdays::Weekdays,
};

/// Runs of a week and more are runs; shorter ones may be a pattern of weekdays.
const WEEK: usize = 7;
/// How often a weekday must come in a row to be a pattern.
const PATTERN: usize = 3;

/// Dates that belong together: those from `from` to `to`, both included, that fall on `weekdays`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DateRun {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub weekdays: Weekdays,
    /// How many dates these are.
    pub days: u32,
    /// The slot of those days; absent for the whole day.
    #[serde(default, with = "hour_minute::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "09:00"))]
    pub slot: Option<NaiveTime>,
}

impl DateRun {
    /// The dates, ascending.
    pub fn dates(&self) -> impl Iterator<Item = NaiveDate> {
        let (to, weekdays) = (self.to, self.weekdays);
        self.from
            .iter_days()
            .take_while(move |date| *date <= to)
            .filter(move |date| weekdays.fall_on(*date))
    }
}

impl fmt::Display for DateRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.weekdays.is_every_day() {
            write!(f, "every {}", self.weekdays)?;
            self.slot.map_or(Ok(()), |slot| write!(f, " {}", Clock(slot)))?;
            return write!(f, ", {} – {} ({} days)", Day(self.from), Day(self.to), self.days);
        }
        Day(self.from).fmt(f)?;
        if self.from != self.to {
            write!(f, " – {}", Day(self.to))?;
        }
        self.slot.map_or(Ok(()), |slot| write!(f, " {}", Clock(slot)))?;
        if self.days > 1 { write!(f, " ({} days)", self.days) } else { Ok(()) }
    }
}

/// The runs of `dates`, which ascend, by their first date.
pub(super) fn runs(dates: &[NaiveDate], slot: Option<NaiveTime>) -> Vec<DateRun> {
    let (mut found, mut short) = (Vec::new(), Vec::new());
    for run in consecutive(dates) {
        if run.len() >= WEEK {
            found.extend(every_day(run, slot));
        } else {
            short.extend_from_slice(run);
        }
    }
    let (patterns, rest) = patterns(&short, slot);
    found.extend(patterns);
    found.extend(consecutive(&rest).filter_map(|run| every_day(run, slot)));
    found.sort_by_key(|run| (run.from, run.to));
    found
}

fn consecutive(dates: &[NaiveDate]) -> impl Iterator<Item = &[NaiveDate]> {
    dates.chunk_by(|date, next| date.checked_add_days(Days::new(1)) == Some(*next))
}

fn every_day(run: &[NaiveDate], slot: Option<NaiveTime>) -> Option<DateRun> {
    let (from, to) = (*run.first()?, *run.last()?);
    Some(DateRun { from, to, weekdays: Weekdays::EVERY_DAY, days: count(run.len()), slot })
}

/// Weekdays that come week after week, those over the same weeks together; and the dates left.
fn patterns(dates: &[NaiveDate], slot: Option<NaiveTime>) -> (Vec<DateRun>, Vec<NaiveDate>) {
    let mut by_weekday: BTreeMap<u32, Vec<NaiveDate>> = BTreeMap::new();
    for date in dates {
        by_weekday.entry(date.weekday().num_days_from_monday()).or_default().push(*date);
    }
    let mut by_weeks: BTreeMap<_, Vec<NaiveDate>> = BTreeMap::new();
    let mut rest = Vec::new();
    for dates in by_weekday.values() {
        for chain in dates.chunk_by(|date, next| date.checked_add_days(Days::new(7)) == Some(*next))
        {
            match (chain.first(), chain.last()) {
                (Some(first), Some(last)) if chain.len() >= PATTERN => {
                    let weeks = (first.iso_week(), last.iso_week());
                    by_weeks.entry(weeks).or_default().extend_from_slice(chain);
                }
                _ => rest.extend_from_slice(chain),
            }
        }
    }
    rest.sort_unstable();
    let pattern = |dates: &Vec<NaiveDate>| {
        let (from, to) = (*dates.iter().min()?, *dates.iter().max()?);
        let weekdays = dates.iter().map(Datelike::weekday).collect();
        Some(DateRun { from, to, weekdays, days: count(dates.len()), slot })
    };
    (by_weeks.values().filter_map(pattern).collect(), rest)
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn shown(dates: &[NaiveDate]) -> Vec<String> {
        runs(dates, None).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_belongs_together_is_said_together() {
        let year: Vec<NaiveDate> = date("2026-01-01").iter_days().take(365).collect();
        let on = |days: &[u32]| -> Vec<NaiveDate> {
            let falls = |date: &&NaiveDate| days.contains(&date.weekday().num_days_from_monday());
            year.iter().filter(falls).copied().collect()
        };
        assert_eq!(shown(&year), ["Thu 1 Jan 2026 – Thu 31 Dec 2026 (365 days)"]);
        assert_eq!(shown(&on(&[0])), ["every mon, Mon 5 Jan 2026 – Mon 28 Dec 2026 (52 days)"]);
        let working = date("2026-01-05")
            .iter_days()
            .take(70)
            .filter(|day| day.weekday().num_days_from_monday() < 5);
        assert_eq!(
            shown(&working.collect::<Vec<_>>()),
            ["every mon,tue,wed,thu,fri, Mon 5 Jan 2026 – Fri 13 Mar 2026 (50 days)"]
        );
        assert_eq!(
            shown(&[date("2026-12-24"), date("2026-12-25"), date("2026-12-31")]),
            ["Thu 24 Dec 2026 – Fri 25 Dec 2026 (2 days)", "Thu 31 Dec 2026"]
        );
    }

    proptest! {
        #[test]
        fn runs_are_the_dates(offsets in prop::collection::btree_set(0_u64..120, 0..90)) {
            let start = date("2026-01-01");
            let dates: Vec<NaiveDate> =
                offsets.iter().map(|offset| start + Days::new(*offset)).collect();
            let runs = runs(&dates, None);
            let mut back: Vec<NaiveDate> = runs.iter().flat_map(DateRun::dates).collect();
            back.sort_unstable();
            prop_assert_eq!(back, dates);
            for run in &runs {
                prop_assert_eq!(run.dates().count(), run.days as usize);
            }
        }
    }
}
