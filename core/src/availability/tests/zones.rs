use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::{
    super::{
        Ask, AvailabilityRules, AvailabilityType, Occupancy, PreparedRules, Setting, Span,
        bucket_of, check, pool_buckets,
    },
    date, moment, rules, strategies, time,
};
use crate::time::{instant, next_day, today};

fn prepared(lines: &str, zone: Tz, duration_minutes: Option<u32>) -> PreparedRules {
    let rules = rules(AvailabilityType::Toggle, lines);
    let setting = Setting { zone, duration_minutes, by_night: false };
    PreparedRules::prepare(&rules, &setting, date("2026-01-01")..date("2027-12-31"))
}

fn is_open(prepared: &PreparedRules, ask: &Ask, now: DateTime<Utc>) -> bool {
    check(prepared, &Occupancy::new(), ask, now).is_open()
}

#[test]
fn a_slot_in_the_gap_starts_an_hour_later() {
    let prepared = prepared("on", Tz::Europe__Berlin, Some(60));
    let ask = Ask::on(date("2026-03-29"), 1).at(time("02:30"));
    let span = Span { start: moment("2026-03-29T01:30:00Z"), end: moment("2026-03-29T02:30:00Z") };
    assert_eq!(prepared.span(&ask), span);
}

#[test]
fn a_slot_that_comes_twice_is_the_first() {
    let prepared = prepared("notice 1h", Tz::America__New_York, Some(60));
    let ask = Ask::on(date("2026-11-01"), 1).at(time("01:30"));
    assert_eq!(prepared.cutoff(&ask), moment("2026-11-01T04:30:00Z"));
}

#[test]
fn a_day_of_a_change_of_clocks_is_as_long_as_it_is() {
    let hours = |day: &str, zone| {
        let span = prepared("on", zone, None).span(&Ask::on(date(day), 1));
        (span.end - span.start).num_minutes()
    };
    assert_eq!(hours("2026-03-29", Tz::Europe__Lisbon), 23 * 60);
    assert_eq!(hours("2026-10-25", Tz::Europe__Lisbon), 25 * 60);
    assert_eq!(hours("2026-10-04", Tz::Australia__Lord_Howe), 23 * 60 + 30);
    assert_eq!(hours("2026-03-29", Tz::Asia__Tokyo), 24 * 60);
}

#[test]
fn the_horizon_goes_by_the_date_in_the_zone() {
    // Noon in Greenwich on 1 May is the 2nd in Kiritimati, and the 1st in Honolulu.
    let now = moment("2026-05-01T12:00:00Z");
    let ask = |day: &str| Ask::on(date(day), 1).at(time("23:00"));
    let (east, west) = (Tz::Pacific__Kiritimati, Tz::Pacific__Honolulu);
    assert!(is_open(&prepared("horizon 1d", east, None), &ask("2026-05-03"), now));
    assert!(!is_open(&prepared("horizon 1d", east, None), &ask("2026-05-04"), now));
    assert!(is_open(&prepared("horizon 1d", west, None), &ask("2026-05-02"), now));
    assert!(!is_open(&prepared("horizon 1d", west, None), &ask("2026-05-03"), now));
}

#[test]
fn buckets_are_quarters_of_an_hour_in_utc() {
    let span = Span { start: moment("2026-03-10T09:05:00Z"), end: moment("2026-03-10T10:00:00Z") };
    let buckets = |before, after| -> Vec<String> {
        let buckets = pool_buckets(span, before, after);
        buckets.iter().map(|bucket| bucket.format("%H:%M").to_string()).collect()
    };
    assert_eq!(buckets(0, 0), ["09:00", "09:15", "09:30", "09:45"]);
    assert_eq!(buckets(5, 1), ["09:00", "09:15", "09:30", "09:45", "10:00"]);
    assert_eq!(buckets(6, 0), ["08:45", "09:00", "09:15", "09:30", "09:45"]);
    let nothing = Span { start: span.end, end: span.end };
    assert!(pool_buckets(nothing, 0, 0).is_empty());
}

proptest! {
    #[test]
    fn notice_is_time_that_passes(
        zone in proptest::sample::select(chrono_tz::TZ_VARIANTS.to_vec()),
        day in 1_u64..700,
        minute in 0_u32..1440,
        notice in 0_u32..3_000,
    ) {
        let date = date("2026-01-01") + chrono::Days::new(day);
        let at = NaiveTime::from_num_seconds_from_midnight_opt(minute * 60, 0).unwrap();
        let rules = AvailabilityRules { min_notice_minutes: notice, ..AvailabilityRules::default() };
        let window = date..next_day(date);
        let prepared = PreparedRules::prepare(&rules, &Setting::in_zone(zone), window);
        let ask = Ask::on(date, 1).at(at);
        let cutoff = instant(date, at, zone) - TimeDelta::minutes(notice.into());
        prop_assert_eq!(prepared.cutoff(&ask), cutoff);
        prop_assert!(is_open(&prepared, &ask, cutoff - TimeDelta::seconds(1)));
        prop_assert!(!is_open(&prepared, &ask, cutoff));
        // Without a time, and without notice, until the day is over where the service is.
        let whole = Ask::on(date, 1);
        if notice == 0 {
            let end = prepared.cutoff(&whole);
            prop_assert!(today(end - TimeDelta::seconds(1), zone) <= date);
            prop_assert!(today(end, zone) > date);
        }
    }

    #[test]
    fn buckets_cover_the_span_and_nothing_more(
        start in strategies::now(),
        seconds in 0_i64..60,
        minutes in 0_i64..3_000,
        before in 0_u32..200,
        after in 0_u32..200,
    ) {
        let start = start + TimeDelta::seconds(seconds);
        let span = Span { start, end: start + TimeDelta::minutes(minutes) };
        let wide = span.with_buffers(before, after);
        let buckets = pool_buckets(span, before, after);
        let quarter = TimeDelta::minutes(15);
        prop_assert!(buckets.iter().all(|bucket| *bucket == bucket_of(*bucket)));
        prop_assert!(buckets.windows(2).all(|pair| pair[1] - pair[0] == quarter));
        if wide.start < wide.end {
            prop_assert_eq!(buckets.first(), Some(&bucket_of(wide.start)));
            prop_assert!(buckets.last().is_some_and(|last| *last < wide.end && *last + quarter >= wide.end));
        } else {
            prop_assert!(buckets.len() <= 1);
        }
    }
}
