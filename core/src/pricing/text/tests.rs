use proptest::{collection::vec, prelude::*, sample::select};

use super::*;
use crate::{
    money::Currency,
    pricing::{PricingType, strategies},
};

const EXAMPLE: &str = "\
base 120 USD per person
season \"High summer\" 2026-07-01 - 2026-08-31 x1.4
on 2026-12-31 price 500
group 5+ 10%
early 60d 5%
last minute 3d 10%
deposit 30%
";

/// `line:column message (hint)` of each fault.
fn faults(text: &str) -> Vec<String> {
    let faults = parse(text, Currency::USD).err().unwrap_or_default();
    faults
        .into_iter()
        .map(|fault| {
            let hint = fault.hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
            format!("{}:{} {}{hint}", fault.line, fault.column, fault.message)
        })
        .collect()
}

#[test]
fn the_example_is_read_and_written_as_it_is() {
    let terms = parse(EXAMPLE, Currency::EUR).unwrap();
    assert_eq!(terms.pricing_type, PricingType::Dynamic);
    assert_eq!(terms.currency, Currency::USD);
    assert!(terms.per_person && terms.requires_deposit);
    assert_eq!(terms.seasonal_pricing[0].season, "High summer");
    assert_eq!(terms.lead_time_discounts.len(), 2);
    assert_eq!(to_text(&terms), EXAMPLE);
}

#[test]
fn what_people_write_is_read_too() {
    let text = "  # our prices\r\n\r\nBASE 120.50 eur PER PERSON # all in\r\n\
        Season \u{201c}A \"\u{20}2026-07-01 to 2026-07-02 × 2\nseason \"B\" 2026-08-01 X0.5\n\
        GROUP 5 10 %\nEarly 60 days 5%\ndeposit 50 EUR";
    let terms = parse(&text.replace("A \"", "A\u{201d}"), Currency::USD).unwrap();
    assert_eq!(
        to_lines(&terms),
        [
            "base 120.50 EUR per person",
            "season \"A\" 2026-07-01 - 2026-07-02 x2",
            "season \"B\" 2026-08-01 - 2026-08-01 x0.5",
            "group 5+ 10%",
            "early 60d 5%",
            "deposit 50",
        ]
    );
}

#[test]
fn a_quote_has_a_range_in_the_currency_of_the_editor() {
    let terms = parse("quote 800 - 1500\ndeposit 25%", "GBP".parse().unwrap()).unwrap();
    assert_eq!(terms.pricing_type, PricingType::QuoteBased);
    assert!(terms.requires_quote);
    assert_eq!(to_lines(&terms), ["quote 800 - 1500 GBP", "deposit 25%"]);
    let terms = parse("quote 800 to 1500 EUR per person", Currency::USD).unwrap();
    assert_eq!(to_lines(&terms), ["quote 800 - 1500 EUR per person"]);
}

#[test]
fn dynamic_pricing_may_wait_for_its_first_season() {
    let terms = parse("base 120\ndynamic", Currency::USD).unwrap();
    assert_eq!(terms.pricing_type, PricingType::Dynamic);
    assert_eq!(to_lines(&terms), ["base 120 USD", "dynamic"]);
}

#[test]
fn faults_say_where_and_what_instead() {
    assert_eq!(
        faults("base 1,200\nseson \"x\"\nseason High summer\non 31.12.2026 price 5\ngroup 5+ 10"),
        [
            "1:6 1,200 is not a number (use a point before decimals and nothing between \
             thousands: 1200.50)",
            "2:1 \"seson\" does not belong here (lines begin with base, quote, dynamic, season, \
             on, group, early, last minute or deposit)",
            "3:8 a name in quotes is expected, not \"High\" (season \"High summer\" 2026-07-01 - \
             2026-08-31 x1.4)",
            "4:4 31 is not a date (dates are year-month-day: 2026-12-31)",
            "5:12 a % is missing (group 5+ 10%)",
        ]
    );
    assert_eq!(
        faults("base\nbase 120 per night\nlast 3d 5%\nearly 60 5%\ndeposit 30% now\nseason \"x"),
        [
            "1:5 a price is missing (base 120 USD per person)",
            "2:14 \"person\" is expected, not \"night\" (base 120 USD per person)",
            "3:6 \"minute\" is expected, not \"3d\" (last minute 3d 10%)",
            "4:10 a \"d\" for days is expected, not \"5%\" (early 60d 5%)",
            "5:13 \"now\" does not belong here (deposit 30%)",
            "6:8 the quote is not closed (season \"High summer\" 2026-07-01 - 2026-08-31 x1.4)",
        ]
    );
    assert_eq!(
        faults("base 120 XAU\ngroup 99999999999+ 5%\nquote 800\nseason \"é\" 2026-02-30 x1\n"),
        [
            "1:10 \"XAU\" is not a currency; use an ISO 4217 code such as USD or EUR (base 120 USD \
             per person)",
            "2:7 99999999999 is too large (group 5+ 10%)",
            "3:10 a - and the upper end of the range is missing (quote 800 - 1500 USD)",
            "4:12 2026-02-30 is not a date (dates are year-month-day: 2026-12-31)",
        ]
    );
}

#[test]
fn what_is_refused_when_saved_is_refused_where_it_stands() {
    assert_eq!(faults(""), ["1:1 say what one date costs (base 120 USD)"]);
    assert_eq!(faults("\ndeposit 30%\n"), ["2:1 say what one date costs (base 120 USD)"]);
    assert_eq!(
        faults(
            "base 120.505\nseason \"A\" 2026-07-01 - 2026-07-31 x1.2\n  season \"B\" 2026-07-31 \
             x200\ngroup 5+ 10%\ngroup 9+ 5%\ndeposit 0"
        ),
        [
            "1:6 120.505 USD has too many decimals; USD has 2",
            "3:25 200 is not between 0.01 and 100; 1.4 adds 40%",
            "3:14 B (2026-07-31 - 2026-07-31) overlaps A (2026-07-01 - 2026-07-31); a date can be \
             in one season only",
            "5:10 9+ people would get 5%, less than 5+ people with 10%",
            "6:9 a deposit is more than nothing",
        ]
    );
    assert_eq!(
        faults("base 120\nquote 800 - 1500\ngroup 5+ 10%"),
        [
            "1:6 a quote-based service costs what you offer; leave this out",
            "3:7 a quote-based service costs what you offer; leave this out",
        ]
    );
}

#[test]
fn a_thing_is_said_once_and_in_one_currency() {
    assert_eq!(
        faults("base 120\nbase 130\ndeposit 5%\ndeposit 6%"),
        [
            "2:6 line 1 says this already (keep one of the two lines)",
            "4:9 line 3 says this already (keep one of the two lines)",
        ]
    );
    assert_eq!(
        faults("on 2026-12-31 price 500 EUR\nbase 120 USD\ndeposit 10 GBP"),
        [
            "1:21 prices here are in USD, this one is in EUR (say the currency once, after base or \
             quote)",
            "3:9 prices here are in USD, this one is in GBP (say the currency once, after base or \
             quote)",
        ]
    );
    assert_eq!(
        faults("quote 800 EUR - 1500 USD"),
        ["1:17 prices here are in EUR, this one is in USD (say the currency once, after base or \
          quote)"]
    );
}

#[test]
fn a_flood_of_faults_is_cut() {
    assert_eq!(faults(&"x\n".repeat(1000)).len(), 20);
    let long = |line: &str| faults(&format!("base 120\n{}", line.repeat(20_000)));
    assert_eq!(long("group 5+ 10%\n"), ["2:7 20000 entries; at most 20 are kept"]);
    assert_eq!(
        long("on 2026-12-31 price 5 EUR\n").len(),
        20,
        "a fault in each of very many lines is no more than in a few"
    );
}

proptest! {
    #[test]
    fn terms_come_back_from_their_text(terms in strategies::terms(), other in strategies::currency()) {
        prop_assert_eq!(parse(&to_text(&terms), other), Ok(terms));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(?s).{0,200}") {
        if let Err(faults) = parse(&text, Currency::USD) {
            prop_assert!(!faults.is_empty());
        }
    }

    // Words of the language in any order reach further than random characters.
    #[test]
    fn any_words_are_read_or_refused_at_a_place_in_the_text(
        words in vec(select(vec![
            "base", "quote", "season", "on", "group", "early", "last", "minute", "deposit", "price",
            "per", "person", "dynamic", "120", "1.5", "5+", "10%", "60d", "x1.4", "-", "to", "USD",
            "JPY", "2026-07-01", "2026-07-31", "\"été\"", "\"", "\\", "#", "\n", "京",
        ]), 0..40),
    ) {
        let text = words.join(" ");
        for fault in parse(&text, Currency::USD).err().unwrap_or_default() {
            let lines = text.lines().count().max(1);
            prop_assert!((1..=lines).contains(&fault.line), "{}", fault);
            let length = text.lines().nth(fault.line - 1).unwrap_or("").chars().count();
            prop_assert!((1..=length + 1).contains(&fault.column), "{}", fault);
        }
    }

    #[test]
    fn what_was_read_is_valid(terms in strategies::terms()) {
        let read = parse(&to_text(&terms), Currency::USD).unwrap();
        prop_assert_eq!(read.validate(), Ok(()));
    }
}
