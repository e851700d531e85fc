//! Local dates and times beside their IANA zone, and the instants they stand for.

use chrono::{
    DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

/// The instant of a local date and time in `zone`.
///
/// Where the clock is put forward and the local time does not exist, it moves forward by the gap
/// (02:30 becomes 03:30), as RFC 5545 (3.3.5) reads it. Where the clock is put back and the local
/// time exists twice, the first one is taken. PostgreSQL takes the other, so no instant is ever computed in SQL.
#[must_use]
pub fn instant(date: NaiveDate, time: NaiveTime, zone: Tz) -> DateTime<Utc> {
    let local = date.and_time(time);
    match zone.from_local_datetime(&local) {
        LocalResult::Single(moment) => moment.with_timezone(&Utc),
        LocalResult::Ambiguous(first, _) => first.with_timezone(&Utc),
        LocalResult::None => after_the_gap(local, zone),
    }
}

/// The local date and time that a clock in `zone` shows at `moment`.
#[must_use]
pub fn local(moment: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    moment.with_timezone(&zone).naive_local()
}

/// The date in `zone` at `moment`.
#[must_use]
pub fn today(moment: DateTime<Utc>, zone: Tz) -> NaiveDate {
    local(moment, zone).date()
}

/// The nights of a stay: every date from `from` up to, not including, `until`.
pub fn nights(from: NaiveDate, until: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    from.iter_days().take_while(move |date| *date < until)
}

// The offset in force before the gap, applied to the wanted local time, is the same instant as the
// wanted time moved forward by the length of the gap.
fn after_the_gap(wanted: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let day_before = wanted - TimeDelta::days(1);
    let offset = zone
        .from_local_datetime(&day_before)
        .earliest()
        .map_or(TimeDelta::zero(), |before| before.naive_local() - before.naive_utc());
    (wanted - offset).and_utc()
}

/// The day after `date`, or `date` itself at the end of the calendar.
#[must_use]
pub fn next_day(date: NaiveDate) -> NaiveDate {
    date.checked_add_days(Days::new(1)).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(date: &str, time: &str, zone: Tz) -> String {
        let (date, time) = (date.parse().unwrap(), format!("{time}:00").parse().unwrap());
        instant(date, time, zone).to_rfc3339()
    }

    #[test]
    fn a_time_in_the_gap_moves_forward() {
        assert_eq!(at("2026-03-29", "02:30", Tz::Europe__Lisbon), "2026-03-29T01:30:00+00:00");
        assert_eq!(at("2026-03-29", "01:30", Tz::Europe__Lisbon), "2026-03-29T01:30:00+00:00");
        assert_eq!(at("2026-03-29", "02:30", Tz::Europe__Berlin), "2026-03-29T01:30:00+00:00");
        assert_eq!(at("2026-03-08", "02:15", Tz::America__New_York), "2026-03-08T07:15:00+00:00");
        // Half an hour is all that Lord Howe Island shifts.
        assert_eq!(
            at("2026-10-04", "02:10", Tz::Australia__Lord_Howe),
            "2026-10-03T15:40:00+00:00"
        );
    }

    #[test]
    fn a_time_that_comes_twice_is_the_first() {
        assert_eq!(at("2026-10-25", "02:30", Tz::Europe__Berlin), "2026-10-25T00:30:00+00:00");
        assert_eq!(at("2026-11-01", "01:30", Tz::America__New_York), "2026-11-01T05:30:00+00:00");
    }

    #[test]
    fn a_day_that_never_was_is_the_next() {
        // Samoa crossed the date line and had no 30 December 2011.
        assert_eq!(at("2011-12-30", "10:00", Tz::Pacific__Apia), "2011-12-30T20:00:00+00:00");
    }

    #[test]
    fn nights_are_half_open() {
        let (from, until) = ("2026-07-01".parse().unwrap(), "2026-07-04".parse().unwrap());
        assert_eq!(nights(from, until).count(), 3);
        assert_eq!(nights(from, from).count(), 0);
    }

    proptest! {
        #[test]
        fn a_local_time_that_exists_comes_back(
            zone in prop::sample::select(chrono_tz::TZ_VARIANTS.to_vec()),
            minutes in 0_i64..60 * 24 * 365 * 15,
        ) {
            let start: NaiveDateTime = "2020-01-01T00:00:00".parse().unwrap();
            let wanted = start + TimeDelta::minutes(minutes);
            let moment = instant(wanted.date(), wanted.time(), zone);
            let shown = local(moment, zone);
            if zone.from_local_datetime(&wanted) == LocalResult::None {
                prop_assert!(shown > wanted);
                prop_assert!(shown - wanted <= TimeDelta::hours(24));
            } else {
                prop_assert_eq!(shown, wanted);
            }
        }
    }
}
