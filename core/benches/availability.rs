//! How long an answer takes. The budgets are 5 µs for the check of one date and 200 µs for a month
//! with explanations.
//!
//! After the table, ratios: the same month as a bare loop over arrays of capacities and bookings,
//! without zones, rules, reasons or texts, is the least that it could cost.

use std::{hint::black_box, ops::Range, time::Instant};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use divan::Bencher;
use traveloure_core::availability::{
    Ask, AvailabilityRules, AvailabilityType, Closure, Occupancy, PreparedRules, Setting, Used,
    check, days, diff, explain, text::parse,
};

fn main() {
    divan::main();
    // Cargo says so when it benchmarks, and not when it only checks that this still runs.
    if std::env::args().any(|argument| argument == "--bench") {
        print_ratios();
    }
}

/// A walking tour with everything that a provider may write.
const RULES: &str = "\
daily cap 30
every day 09:00 cap 8
every mon-fri 11:00 cap 8 except 24 dec
every day 14:00 cap 12
every sat,sun 16:30 cap 6
2026-07-14 09:00 cap 12
2026-07-15 cap 20
counts per person
closed 2026-07-06, 2026-07-20 - 2026-07-22
closed every mon except 2026-07-13
closed 2026-12-24 - 2027-01-02 \"Christmas\"
closed RRULE:FREQ=MONTHLY;BYDAY=-1SU from 2026-01-01 except 2026-08-30
closed RRULE:FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1 from 2020-01-01
notice 12h
horizon 365d
party 1-8
buffer 30m before 30m after
";

const SLOTS: [(u32, u32); 4] = [(9, 0), (11, 0), (14, 0), (16, 30)];

#[allow(clippy::expect_used)]
fn rules() -> AvailabilityRules {
    parse(RULES, AvailabilityType::Inventory, first()).expect("the rules above are valid")
}

fn first() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 7, 1).unwrap_or_default()
}

fn july() -> Range<NaiveDate> {
    first()..first() + Days::new(31)
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).unwrap_or_default()
}

fn prepared() -> PreparedRules {
    let setting =
        Setting { zone: Tz::Europe__Lisbon, duration_minutes: Some(120), by_night: false };
    PreparedRules::prepare(&rules(), &setting, first()..first() + Days::new(365))
}

fn slot(index: usize) -> NaiveTime {
    let (hour, minute) = SLOTS[index];
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default()
}

/// Something is booked in most slots of a year.
fn occupancy() -> Occupancy {
    let mut occupancy = Occupancy::new();
    for (number, date) in first().iter_days().take(365).enumerate() {
        for index in 0..SLOTS.len() {
            let booked = u32::try_from((number + index) % 5).unwrap_or_default();
            occupancy.add(date, Some(slot(index)), Used { booked, held: 1 });
            occupancy.add(date, None, Used { booked, held: 1 });
        }
    }
    occupancy
}

fn open() -> Ask {
    Ask::on(first() + Days::new(8), 2).at(slot(2))
}

fn closed() -> Ask {
    Ask::on(first() + Days::new(19), 2).at(slot(2))
}

#[divan::bench]
fn check_of_an_open_date(bencher: Bencher) {
    let (prepared, occupancy, ask, now) = (prepared(), occupancy(), open(), now());
    assert!(check(&prepared, &occupancy, &ask, now).is_open());
    bencher.bench_local(|| check(black_box(&prepared), black_box(&occupancy), &ask, now));
}

#[divan::bench]
fn check_of_a_closed_date(bencher: Bencher) {
    let (prepared, occupancy, ask, now) = (prepared(), occupancy(), closed(), now());
    assert!(!check(&prepared, &occupancy, &ask, now).is_open());
    bencher.bench_local(|| check(black_box(&prepared), black_box(&occupancy), &ask, now));
}

#[divan::bench]
fn explanation_of_an_open_date(bencher: Bencher) {
    let (prepared, occupancy, ask, now) = (prepared(), occupancy(), open(), now());
    bencher.bench_local(|| explain(black_box(&prepared), black_box(&occupancy), &ask, now));
}

#[divan::bench]
fn month_painted(bencher: Bencher) {
    let (prepared, occupancy, now) = (prepared(), occupancy(), now());
    bencher.bench_local(|| days(black_box(&prepared), black_box(&occupancy), july(), Some(now)));
}

#[divan::bench]
fn month_with_explanations(bencher: Bencher) {
    let (prepared, occupancy, now) = (prepared(), occupancy(), now());
    bencher.bench_local(|| month_explained(black_box(&prepared), black_box(&occupancy), now));
}

#[divan::bench]
fn rules_prepared_for_a_year(bencher: Bencher) {
    bencher.with_inputs(rules).bench_local_refs(|rules| {
        let setting = Setting::in_zone(Tz::Europe__Lisbon);
        PreparedRules::prepare(rules, &setting, first()..first() + Days::new(365))
    });
}

#[divan::bench]
fn plan_of_an_edit_over_a_year(bencher: Bencher) {
    let (before, occupancy) = (prepared(), occupancy());
    let edited = rules().block(&(first()..=first() + Days::new(9)));
    let after = PreparedRules::prepare(&edited, before.setting(), before.window().clone());
    bencher.bench_local(|| {
        diff(black_box(&before), black_box(&after), &occupancy, before.window().clone())
    });
}

/// What the worst document costs the server: as many RRULEs as are accepted, each hard to follow.
fn hostile(rrule: &str) -> AvailabilityRules {
    let closure = Closure::Rrule {
        rrule: rrule.to_owned(),
        dtstart: NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default(),
        exdates: std::collections::BTreeSet::new(),
        note: None,
    };
    AvailabilityRules { recurring_unavailable: vec![closure; 50], ..AvailabilityRules::default() }
}

const HOSTILE: [&str; 4] = [
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU",
    "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU",
    "FREQ=DAILY;COUNT=1000",
];

#[divan::bench(args = HOSTILE, sample_count = 5)]
fn hostile_rules_validated(bencher: Bencher, rrule: &str) {
    let rules = hostile(rrule);
    bencher.bench_local(|| black_box(&rules).validate());
}

#[divan::bench(args = HOSTILE, sample_count = 5)]
fn hostile_rules_prepared_for_a_year(bencher: Bencher, rrule: &str) {
    let rules = hostile(rrule);
    bencher.bench_local(|| {
        let setting = Setting::in_zone(Tz::Europe__Lisbon);
        PreparedRules::prepare(black_box(&rules), &setting, first()..first() + Days::new(365))
    });
}

#[divan::bench]
fn text_read(bencher: Bencher) {
    bencher.bench_local(|| parse(black_box(RULES), AvailabilityType::Inventory, first()));
}

/// What a calendar with its explanations needs: every day painted, and one question of each day
/// explained rule by rule.
fn month_explained(prepared: &PreparedRules, occupancy: &Occupancy, now: DateTime<Utc>) -> usize {
    let painted = days(prepared, occupancy, july(), Some(now));
    painted
        .iter()
        .map(|day| explain(prepared, occupancy, &Ask::on(day.date, 2).at(slot(0)), now))
        .map(|explanation| explanation.steps.len())
        .sum()
}

/// The bare month: 31 days of slots as capacity and bookings, added up.
fn bare_month(capacity: &[[u32; 4]; 31], booked: &[[u32; 4]; 31]) -> u32 {
    let mut open = 0;
    for (capacity, booked) in capacity.iter().zip(booked) {
        let left: u32 =
            capacity.iter().zip(booked).map(|(all, gone)| all.saturating_sub(*gone)).sum();
        open += u32::from(left > 0);
    }
    open
}

#[allow(clippy::print_stdout, clippy::float_arithmetic, reason = "a benchmark prints its ratio")]
fn print_ratios() {
    let (prepared, occupancy, now) = (prepared(), occupancy(), now());
    let capacity = [[8, 8, 12, 6]; 31];
    let booked = [[1, 2, 3, 4]; 31];
    let bare = nanoseconds(|| {
        black_box(bare_month(black_box(&capacity), black_box(&booked)));
    });
    let painted = nanoseconds(|| {
        black_box(days(black_box(&prepared), black_box(&occupancy), july(), Some(now)));
    });
    let explained = nanoseconds(|| {
        black_box(month_explained(black_box(&prepared), black_box(&occupancy), now));
    });
    let ask = open();
    let one = nanoseconds(|| {
        black_box(check(black_box(&prepared), black_box(&occupancy), &ask, now));
    });
    println!(
        "check of one date            {one:>9.0} ns   {:>6.1}x under its budget of 5 µs",
        5_000.0 / one
    );
    println!(
        "month with explanations      {explained:>9.0} ns   {:>6.1}x under its budget of 200 µs",
        200_000.0 / explained
    );
    println!(
        "month painted                {painted:>9.0} ns   {:>6.0}x a bare loop over arrays ({bare:.0} ns)",
        painted / bare
    );
}

/// The best of several rounds, so that another program's turn does not count.
#[allow(clippy::cast_precision_loss, clippy::float_arithmetic, reason = "a benchmark divides")]
fn nanoseconds(mut work: impl FnMut()) -> f64 {
    const TURNS: u32 = 2_000;
    let mut best = f64::INFINITY;
    for _ in 0..10 {
        let start = Instant::now();
        for _ in 0..TURNS {
            work();
        }
        best = best.min(start.elapsed().as_nanos() as f64 / f64::from(TURNS));
    }
    best
}
