//! How long a price takes. The budget is 5 µs for the quote of one date.
//!
//! After the table, a ratio: the same sum as a bare loop of decimal operations, without lines, reasons,
//! currencies or checks, is the least that it could cost.

use std::{hint::black_box, time::Instant};

use chrono::NaiveDate;
use divan::Bencher;
use rust_decimal::{Decimal, RoundingStrategy};
use traveloure_core::{
    money::Currency,
    pricing::{Ask, PricingTerms, Window, plan, quote, text::parse},
};

fn main() {
    divan::main();
    // Cargo says so when it benchmarks, and not when it only checks that this still runs.
    if std::env::args().any(|argument| argument == "--bench") {
        print_ratio();
    }
}

/// Every step of a price at once, among a year of seasons and single dates.
const TERMS: &str = "\
base 120 USD per person
season \"Winter\" 2026-01-01 - 2026-02-28 x0.8
season \"Easter\" 2026-03-28 - 2026-04-12 x1.2
season \"Early summer\" 2026-06-01 - 2026-06-30 x1.15
season \"High summer\" 2026-07-01 - 2026-08-31 x1.4
season \"Autumn\" 2026-10-01 - 2026-11-15 x0.9
season \"Christmas\" 2026-12-19 - 2027-01-06 x1.5
on 2026-02-14 price 180
on 2026-05-01 price 150
on 2026-12-24 price 300
on 2026-12-31 price 500
group 5+ 10%
group 10+ 15%
early 60d 5%
early 120d 8%
last minute 3d 10%
deposit 30%
";

#[allow(clippy::expect_used)]
fn terms() -> PricingTerms {
    parse(TERMS, Currency::USD).expect("the terms above are valid")
}

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap_or_default()
}

fn one_date() -> Ask {
    Ask { date: day(7, 15), end_date: None, time: None, party: 6, booked_on: day(3, 1) }
}

fn week() -> Ask {
    Ask { end_date: Some(day(7, 22)), ..one_date() }
}

#[divan::bench]
fn quote_of_one_date(bencher: Bencher) {
    let (terms, ask) = (terms(), one_date());
    bencher.bench_local(|| quote(black_box(&terms), black_box(&ask)));
}

#[divan::bench]
fn quote_of_a_week(bencher: Bencher) {
    let (terms, ask) = (terms(), week());
    bencher.bench_local(|| quote(black_box(&terms), black_box(&ask)));
}

#[divan::bench]
fn plan_of_a_year(bencher: Bencher) {
    let before = terms();
    let mut after = terms();
    after.seasonal_pricing[3].multiplier = Decimal::new(16, 1);
    let window = Window { from: day(1, 1), to: day(12, 31), party: 2, booked_on: day(1, 1) };
    bencher.bench_local(|| plan(black_box(Some(&before)), black_box(&after), window));
}

#[divan::bench]
fn text_read(bencher: Bencher) {
    bencher.bench_local(|| parse(black_box(TERMS), Currency::USD));
}

#[divan::bench]
fn raw_decimals(bencher: Bencher) {
    let figures = figures();
    bencher.bench_local(|| raw(black_box(&figures)));
}

/// Base, multiplier, people, group discount, early discount, deposit.
fn figures() -> [Decimal; 6] {
    [(120, 0), (14, 1), (6, 0), (10, 0), (8, 0), (30, 0)]
        .map(|(digits, scale)| Decimal::new(digits, scale))
}

/// The same total and deposit as [`one_date`] under [`terms`].
fn raw([base, multiplier, people, group, early, deposit]: &[Decimal; 6]) -> (Decimal, Decimal) {
    let cents =
        |amount: Decimal| amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    let mut total = cents(base * multiplier) * people;
    for percent in [group, early] {
        total -= cents(total * percent / Decimal::ONE_HUNDRED);
    }
    (total, cents(total * deposit / Decimal::ONE_HUNDRED))
}

#[allow(clippy::print_stdout)]
fn print_ratio() {
    let (terms, ask, figures) = (terms(), one_date(), figures());
    let quoted = nanoseconds(|| quote(black_box(&terms), black_box(&ask)));
    let bare = nanoseconds(|| raw(black_box(&figures)));
    println!(
        "quote of one date: {quoted} ns of 5000 ns allowed; raw decimals: {bare} ns; ratio {}",
        (Decimal::from(quoted) / Decimal::from(bare.max(1))).round_dp(1)
    );
}

/// The median of rounds of calls, per call.
fn nanoseconds<T>(mut call: impl FnMut() -> T) -> u64 {
    const CALLS: u64 = 1000;
    let mut rounds: Vec<u64> = (0..101)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..CALLS {
                black_box(call());
            }
            u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX) / CALLS
        })
        .collect();
    rounds.sort_unstable();
    rounds[rounds.len() / 2]
}
