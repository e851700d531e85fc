use chrono::Days;
use proptest::prelude::*;

use super::*;
use crate::{
    money::Currency,
    pricing::{
        day_price,
        strategies::{date, terms},
        text::parse,
    },
};

fn read(text: &str) -> PricingTerms {
    parse(text, Currency::USD).unwrap()
}

fn window(from: &str, to: &str, party: u32) -> Window {
    Window {
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        party,
        booked_on: "2026-06-01".parse().unwrap(),
    }
}

#[test]
fn a_season_changes_its_dates_and_no_others() {
    let before = read("base 120\non 2026-07-04 price 300");
    let after = read(
        "base 120\non 2026-07-04 price 300\nseason \"High summer\" 2026-07-01 - 2026-08-31 x1.4\n\
         season \"Autumn\" 2026-11-01 - 2026-11-02 x0.5",
    );
    let plan = plan(Some(&before), &after, window("2026-06-15", "2026-12-31", 1)).unwrap();
    assert_eq!((plan.dearer, plan.cheaper), (61, 2));
    assert_eq!(
        plan.summary,
        [
            "63 dates change for one person: 61 dearer, 2 cheaper.",
            "1 Jul 2026 - 3 Jul 2026: 120.00 USD -> 168.00 USD",
            "5 Jul 2026 - 31 Aug 2026: 120.00 USD -> 168.00 USD",
            "1 Nov 2026 - 2 Nov 2026: 120.00 USD -> 60.00 USD",
        ]
    );
    assert_eq!(
        plan.added,
        [
            "season \"High summer\" 2026-07-01 - 2026-08-31 x1.4",
            "season \"Autumn\" 2026-11-01 - 2026-11-02 x0.5",
        ]
    );
    assert!(plan.removed.is_empty());
}

#[test]
fn the_partys_size_decides_what_changes() {
    let before = read("base 100 per person");
    let after = read("base 100 per person\ngroup 5+ 10%\ndeposit 30%");
    let for_two = plan(Some(&before), &after, window("2026-07-01", "2026-07-31", 2)).unwrap();
    assert!(for_two.changes.is_empty());
    assert_eq!(for_two.summary, ["No price for 2 people changes in 1 Jul 2026 - 31 Jul 2026."]);
    assert_eq!(for_two.added, ["group 5+ 10%", "deposit 30%"]);
    assert!(!for_two.is_empty());
    let for_five = plan(Some(&before), &after, window("2026-07-01", "2026-07-31", 5)).unwrap();
    assert_eq!(for_five.cheaper, 31);
    assert_eq!(for_five.changes.len(), 1);
}

#[test]
fn first_terms_and_other_currencies_and_quotes_are_shown_as_such() {
    let window = window("2026-07-01", "2026-07-02", 1);
    let dollars = read("base 120");
    let first = plan(None, &dollars, window).unwrap();
    assert_eq!(first.summary[1], "1 Jul 2026 - 2 Jul 2026: no price -> 120.00 USD");
    let euros = plan(Some(&dollars), &read("base 110 EUR"), window).unwrap();
    assert_eq!((euros.dearer, euros.cheaper), (0, 0));
    assert_eq!(euros.summary[0], "2 dates change for one person: 0 dearer, 0 cheaper.");
    assert_eq!(
        (euros.removed, euros.added),
        (vec!["base 120 USD".to_owned()], vec!["base 110 EUR".to_owned()])
    );
    let request = plan(Some(&dollars), &read("quote 800 - 1500"), window).unwrap();
    assert_eq!(
        request.summary[1],
        "1 Jul 2026 - 2 Jul 2026: 120.00 USD -> on request, 800.00 - 1500.00 USD"
    );
    let json = serde_json::to_value(&request).unwrap();
    assert_eq!(json["changes"][0]["before"]["value"]["amount"], "120.00");
    assert_eq!(json["changes"][0]["after"]["kind"], "estimate");
    assert_eq!(serde_json::from_value::<PricePlan>(json).unwrap(), request);
}

#[test]
fn a_long_list_is_counted() {
    let before = read("base 120");
    let lines: Vec<String> =
        (1..=20).step_by(2).map(|day| format!("on 2026-07-{day:02} price 1{day}")).collect();
    let after = read(&format!("base 120\n{}", lines.join("\n")));
    let plan = plan(Some(&before), &after, window("2026-07-01", "2026-07-31", 1)).unwrap();
    assert_eq!(plan.changes.len(), 10);
    assert_eq!(plan.summary.len(), 10);
    assert_eq!(plan.summary[9], "and 2 more");
}

#[test]
fn windows_have_bounds() {
    let terms = read("base 120");
    let error =
        |from, to, party| plan(None, &terms, window(from, to, party)).unwrap_err().to_string();
    assert!(error("2026-07-02", "2026-07-01", 1).contains("before it begins"));
    assert!(error("2026-01-01", "2028-01-02", 1).contains("732 days"));
    assert_eq!(error("2026-01-01", "2026-01-01", 0), "a party needs at least one person");
    assert!(plan(None, &terms, window("2026-01-01", "2028-01-01", 1)).is_ok());
}

proptest! {
    #[test]
    fn every_date_is_told_as_it_is(
        before in terms(),
        after in terms(),
        from in date(),
        length in 0_u64..200,
        party in 1_u32..30,
        booked_on in date(),
    ) {
        let window = Window { from, to: from + Days::new(length), party, booked_on };
        let plan = plan(Some(&before), &after, window).unwrap();
        for date in nights(from, next_day(window.to)) {
            let told: Vec<_> =
                plan.changes.iter().filter(|change| change.from <= date && date <= change.to).collect();
            let (old, new) = (total(&before, date, window), total(&after, date, window));
            if old == new {
                prop_assert!(told.is_empty());
            } else {
                prop_assert_eq!(told.len(), 1);
                prop_assert_eq!((told[0].before, told[0].after), (old, new));
            }
        }
        for pair in plan.changes.windows(2) {
            let joined = next_day(pair[0].to) == pair[1].from;
            let same = (pair[0].before, pair[0].after) == (pair[1].before, pair[1].after);
            prop_assert!(pair[0].to < pair[1].from && !(joined && same));
        }
    }

    #[test]
    fn no_edit_is_no_plan(terms in terms(), from in date(), party in 1_u32..30) {
        let window = Window { from, to: from + Days::new(60), party, booked_on: from };
        let plan = plan(Some(&terms), &terms, window).unwrap();
        prop_assert!(plan.is_empty());
        prop_assert_eq!(plan.summary.len(), 1);
    }

    #[test]
    fn alone_and_without_discounts_it_is_the_calendar(terms in terms(), on in date()) {
        let mut plain = terms;
        plain.group_discounts.clear();
        plain.lead_time_discounts.clear();
        let window = Window { from: on, to: on, party: 1, booked_on: on };
        if let DateTotal::Price(price) = total(&plain, on, window) {
            prop_assert_eq!(price, day_price(&plain, on).unwrap().price);
        }
    }
}
