//! Dates, times and stretches of dates as they are typed.

use std::{ops::RangeInclusive, str::FromStr};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use traveloure_core::time::today;

/// A date as it is typed: `2026-07-14`, `today`, `tomorrow` or `+3` (days from today). Which day
/// today is depends on where the service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateArg {
    On(NaiveDate),
    FromToday(u32),
}

impl DateArg {
    /// The date at a service in `zone`.
    #[must_use]
    pub fn at(self, zone: Tz, now: DateTime<Utc>) -> NaiveDate {
        match self {
            Self::On(date) => date,
            Self::FromToday(days) => {
                let today = today(now, zone);
                today.checked_add_days(Days::new(days.into())).unwrap_or(today)
            }
        }
    }
}

impl FromStr for DateArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(days) = text.strip_prefix('+') {
            return days
                .parse::<u16>()
                .map(|days| Self::FromToday(days.into()))
                .map_err(|_| hint(text));
        }
        match text {
            "today" => Ok(Self::FromToday(0)),
            "tomorrow" => Ok(Self::FromToday(1)),
            _ => text.parse().map(Self::On).map_err(|_| hint(text)),
        }
    }
}

fn hint(text: &str) -> String {
    format!("{text:?} is no date; write 2026-07-14, today, tomorrow or +3")
}

/// One date, or a stretch with both ends: `2026-07-14..2026-07-18`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatesArg {
    from: DateArg,
    to: DateArg,
}

impl DatesArg {
    /// The dates at a service in `zone`, both included.
    ///
    /// # Errors
    /// The stretch ends before it begins.
    pub fn at(self, zone: Tz, now: DateTime<Utc>) -> Result<RangeInclusive<NaiveDate>, String> {
        let (from, to) = (self.from.at(zone, now), self.to.at(zone, now));
        if to < from {
            return Err(format!(
                "{from}..{to} ends before it begins; write the earlier date first"
            ));
        }
        Ok(from..=to)
    }
}

impl FromStr for DatesArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        Ok(Self { from: from.parse()?, to: to.parse()? })
    }
}

/// A time of day, `09:00`.
///
/// # Errors
/// Anything else.
pub fn time(text: &str) -> Result<NaiveTime, String> {
    NaiveTime::parse_from_str(text, "%H:%M")
        .map_err(|_| format!("{text:?} is no time; write 09:00"))
}

/// How long something is valid: `90m`, `24h` or `3d`.
///
/// # Errors
/// Anything else, and more than a year.
pub fn length(text: &str) -> Result<TimeDelta, String> {
    let hint = || format!("{text:?} is no length of time; write 90m, 24h or 3d");
    let (digits, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(hint)?;
    let number: i64 = digits.parse::<u32>().map_err(|_| hint())?.into();
    let length = match unit {
        "m" => TimeDelta::minutes(number),
        "h" => TimeDelta::hours(number),
        "d" => TimeDelta::days(number),
        _ => return Err(hint()),
    };
    if length > TimeDelta::days(366) {
        return Err(format!("{text} is longer than a year"));
    }
    Ok(length)
}

/// A date and time of a service, as people read it: `Tue 14 Jul 2026 09:00`, or the two ends of a stay.
#[must_use]
pub fn when(date: NaiveDate, end_date: Option<NaiveDate>, time: Option<NaiveTime>) -> String {
    let day = date.format("%a %-d %b %Y");
    match (end_date, time) {
        (Some(end), _) => format!("{} – {}", date.format("%a %-d %b"), end.format("%a %-d %b %Y")),
        (None, Some(time)) => format!("{day} {}", time.format("%H:%M")),
        (None, None) => day.to_string(),
    }
}

/// How long it is until `until`: `2d 3h`, `3h 5m`, `12m`, or `over`.
#[must_use]
pub fn left(until: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let minutes = (until - now).num_minutes();
    match minutes {
        _ if until <= now => "over".to_owned(),
        0 => "<1m".to_owned(),
        1..60 => format!("{minutes}m"),
        60..1440 => format!("{}h {}m", minutes / 60, minutes % 60),
        _ => format!("{}d {}h", minutes / 1440, minutes % 1440 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-07-14T23:30:00Z".parse().unwrap()
    }

    fn on(text: &str) -> NaiveDate {
        text.parse::<DateArg>().unwrap().at(Tz::Asia__Tokyo, now())
    }

    #[test]
    fn today_is_where_the_service_is() {
        assert_eq!(on("today").to_string(), "2026-07-15");
        assert_eq!(on("tomorrow").to_string(), "2026-07-16");
        assert_eq!(on("+10").to_string(), "2026-07-25");
        assert_eq!(on("2026-01-01").to_string(), "2026-01-01");
        for wrong in ["", "+", "+x", "14/07/2026", "2026-02-30", "yesterday"] {
            assert!(wrong.parse::<DateArg>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_stretch_has_both_its_ends() {
        let dates = |text: &str| text.parse::<DatesArg>().unwrap().at(Tz::UTC, now());
        let (from, to) = dates("today..+2").unwrap().into_inner();
        assert_eq!((from.to_string(), to.to_string()), ("2026-07-14".into(), "2026-07-16".into()));
        let one = dates("tomorrow").unwrap();
        assert_eq!(one.start(), one.end());
        assert!(dates("2026-07-02..2026-07-01").unwrap_err().contains("earlier date first"));
    }

    #[test]
    fn lengths_have_a_unit() {
        assert_eq!(length("90m"), Ok(TimeDelta::minutes(90)));
        assert_eq!(length("3d"), Ok(TimeDelta::days(3)));
        for wrong in ["", "d", "3", "3w", "-3d", "400d", "3é"] {
            assert!(length(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_left_is_short() {
        let in_minutes = |minutes| left(now() + TimeDelta::minutes(minutes), now());
        assert_eq!(
            [-1, 1, 59, 60, 1439, 1440, 3000].map(in_minutes),
            ["over", "1m", "59m", "1h 0m", "23h 59m", "1d 0h", "2d 2h"]
        );
        assert_eq!(left(now() + TimeDelta::seconds(20), now()), "<1m");
    }
}
