use chrono::NaiveDate;

use super::super::terms::{DateOverride, GroupDiscount};
use super::*;
use crate::money::Currency;

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn fixed() -> PricingTerms {
    PricingTerms::fixed(dec("120"), Currency::USD)
}

fn dynamic() -> PricingTerms {
    PricingTerms { pricing_type: PricingType::Dynamic, ..fixed() }
}

fn season(name: &str, from: &str, to: &str, multiplier: &str) -> Season {
    Season { season: name.to_owned(), from: date(from), to: date(to), multiplier: dec(multiplier) }
}

/// `field code` of each fault.
fn faults(terms: &PricingTerms) -> Vec<String> {
    let faults = terms.validate().err().unwrap_or_default();
    faults.into_iter().map(|fault| format!("{} {}", fault.field, fault.code)).collect()
}

#[test]
fn seasons_that_overlap_are_both_named() {
    let mut terms = dynamic();
    terms.seasonal_pricing = vec![
        season("Christmas", "2026-12-20", "2027-01-06", "2"),
        season("Winter", "2026-11-01", "2027-02-28", "0.8"),
        season("Spring", "2027-03-01", "2027-05-31", "1"),
    ];
    let faults = terms.validate().unwrap_err();
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].field, "seasonal_pricing[0].from");
    assert_eq!(faults[0].code, "overlap");
    assert_eq!(
        faults[0].message,
        "Christmas (2026-12-20 - 2027-01-06) overlaps Winter (2026-11-01 - 2027-02-28); a date can \
         be in one season only"
    );
}

#[test]
fn a_season_inside_a_long_one_is_found_after_a_short_one() {
    let mut terms = dynamic();
    terms.seasonal_pricing = vec![
        season("Year", "2026-01-01", "2026-12-31", "1.1"),
        season("May Day", "2026-05-01", "2026-05-01", "2"),
        season("August", "2026-08-01", "2026-08-31", "2"),
    ];
    assert_eq!(
        faults(&terms),
        ["seasonal_pricing[1].from overlap", "seasonal_pricing[2].from overlap"]
    );
}

#[test]
fn a_slip_in_the_year_is_caught() {
    let mut terms = dynamic();
    terms.seasonal_pricing = vec![season("a", "0206-01-01", "2026-01-31", "1.1")];
    terms.date_overrides = vec![DateOverride { date: NaiveDate::MAX, price: dec("5") }];
    assert_eq!(
        faults(&terms),
        ["seasonal_pricing[0].from out_of_range", "date_overrides[0].date out_of_range"]
    );
}

#[test]
fn seasons_share_no_day_but_may_touch() {
    let mut terms = dynamic();
    terms.seasonal_pricing = vec![
        season("a", "2026-01-01", "2026-01-31", "1.1"),
        season("b", "2026-02-01", "2026-02-28", "1.2"),
    ];
    assert_eq!(terms.validate(), Ok(()));
    terms.seasonal_pricing[1].from = date("2026-01-31");
    assert_eq!(faults(&terms), ["seasonal_pricing[1].from overlap"]);
}

#[test]
fn a_season_has_a_name_an_order_and_a_likely_multiplier() {
    let mut terms = dynamic();
    terms.seasonal_pricing = vec![season("  ", "2026-02-01", "2026-01-01", "140")];
    assert_eq!(
        faults(&terms),
        [
            "seasonal_pricing[0].season invalid",
            "seasonal_pricing[0].to out_of_range",
            "seasonal_pricing[0].multiplier out_of_range",
        ]
    );
    for (name, multiplier, fault) in [
        ("ok", "0", "seasonal_pricing[0].multiplier out_of_range"),
        ("ok", "-1", "seasonal_pricing[0].multiplier out_of_range"),
        ("ok", "1.23456", "seasonal_pricing[0].multiplier too_precise"),
        ("red\u{1b}[31m", "1", "seasonal_pricing[0].season invalid"),
        ("flip\u{202e}", "1", "seasonal_pricing[0].season invalid"),
        ("two\nlines", "1", "seasonal_pricing[0].season invalid"),
        (&"x".repeat(61), "1", "seasonal_pricing[0].season invalid"),
    ] {
        terms.seasonal_pricing = vec![season(name, "2026-01-01", "2026-01-02", multiplier)];
        assert_eq!(faults(&terms), [fault], "{name:?} {multiplier}");
    }
}

#[test]
fn amounts_follow_their_currency() {
    let with =
        |base: &str, code: &str| faults(&PricingTerms::fixed(dec(base), code.parse().unwrap()));
    assert_eq!(with("120.00", "JPY"), [""; 0]);
    assert_eq!(with("120.5", "JPY"), ["base_price invalid"]);
    assert_eq!(with("120.505", "KWD"), [""; 0]);
    assert_eq!(with("120.505", "USD"), ["base_price invalid"]);
    assert_eq!(with("-1", "USD"), ["base_price out_of_range"]);
    assert_eq!(with("0", "USD"), [""; 0], "a free walk through the old town");
    assert_eq!(with("1000000000000", "USD"), ["base_price invalid"]);

    let mut terms = dynamic();
    terms.date_overrides = vec![
        DateOverride { date: date("2026-12-31"), price: dec("500") },
        DateOverride { date: date("2026-12-24"), price: dec("0.005") },
        DateOverride { date: date("2026-12-31"), price: dec("400") },
    ];
    assert_eq!(
        faults(&terms),
        ["date_overrides[1].price invalid", "date_overrides[2].date duplicate"]
    );
}

#[test]
fn each_type_needs_its_own_figures_and_no_others() {
    let mut terms = fixed();
    terms.seasonal_pricing = vec![season("a", "2026-01-01", "2026-01-31", "1.1")];
    terms.requires_quote = true;
    assert_eq!(faults(&terms), ["requires_quote not_allowed", "seasonal_pricing not_allowed"]);

    let mut terms = dynamic();
    terms.base_price = None;
    terms.estimated_range_max = Some(dec("1"));
    assert_eq!(faults(&terms), ["base_price required", "estimated_range_max not_allowed"]);

    let mut terms = fixed();
    terms.pricing_type = PricingType::QuoteBased;
    terms.estimated_range_max = Some(dec("800"));
    terms.group_discounts =
        vec![GroupDiscount { min_people: 5, discount_percent: Decimal::from(10) }];
    assert_eq!(
        faults(&terms),
        ["estimated_range_min required", "base_price not_allowed", "group_discounts not_allowed"]
    );
    terms.base_price = None;
    terms.group_discounts.clear();
    terms.estimated_range_min = Some(dec("900"));
    assert_eq!(faults(&terms), ["estimated_range_min out_of_range"]);
    terms.estimated_range_min = Some(dec("800"));
    assert_eq!(terms.validate(), Ok(()));
}

#[test]
fn larger_groups_get_at_least_as_much() {
    let tiers = |tiers: &[(u32, &str)]| {
        let mut terms = fixed();
        terms.group_discounts = tiers
            .iter()
            .map(|(min_people, percent)| GroupDiscount {
                min_people: *min_people,
                discount_percent: dec(percent),
            })
            .collect();
        faults(&terms)
    };
    assert_eq!(tiers(&[(10, "15"), (5, "10")]), [""; 0]);
    assert_eq!(
        tiers(&[(5, "10"), (10, "5")]),
        ["group_discounts[1].discount_percent out_of_range"]
    );
    assert_eq!(tiers(&[(5, "10"), (5, "10")]), ["group_discounts[1].min_people duplicate"]);
    assert_eq!(tiers(&[(1, "10")]), ["group_discounts[0].min_people out_of_range"]);
    assert_eq!(tiers(&[(5, "101")]), ["group_discounts[0].discount_percent out_of_range"]);
    assert_eq!(tiers(&[(5, "-1")]), ["group_discounts[0].discount_percent out_of_range"]);
    assert_eq!(tiers(&[(5, "1.234")]), ["group_discounts[0].discount_percent too_precise"]);
    let many: Vec<_> = (2..30).map(|people| (people, "5")).collect();
    assert_eq!(tiers(&many), ["group_discounts too_long"]);
}

#[test]
fn no_day_is_both_early_and_last_minute() {
    let tiers = |tiers: &[(LeadTime, u16, &str)]| {
        let mut terms = fixed();
        terms.lead_time_discounts = tiers
            .iter()
            .map(|(kind, days_before, percent)| LeadTimeDiscount {
                kind: *kind,
                days_before: *days_before,
                discount_percent: dec(percent),
            })
            .collect();
        faults(&terms)
    };
    let (early, late) = (LeadTime::Early, LeadTime::LastMinute);
    assert_eq!(
        tiers(&[(early, 60, "5"), (early, 90, "8"), (late, 3, "10"), (late, 0, "20")]),
        [""; 0]
    );
    assert_eq!(
        tiers(&[(early, 3, "5"), (late, 3, "5")]),
        ["lead_time_discounts[1].days_before overlap"]
    );
    assert_eq!(tiers(&[(early, 0, "5")]), ["lead_time_discounts[0].days_before out_of_range"]);
    assert_eq!(tiers(&[(early, 731, "5")]), ["lead_time_discounts[0].days_before out_of_range"]);
    assert_eq!(
        tiers(&[(late, 3, "5"), (late, 3, "6")]),
        ["lead_time_discounts[1].days_before duplicate"]
    );
    assert_eq!(
        tiers(&[(early, 90, "5"), (early, 60, "6")]),
        ["lead_time_discounts[0].days_before out_of_range"]
    );
    assert_eq!(
        tiers(&[(late, 1, "5"), (late, 3, "6")]),
        ["lead_time_discounts[0].days_before out_of_range"]
    );
}

#[test]
fn a_deposit_has_the_figure_of_its_type() {
    let with = |required, kind, percent: Option<&str>, amount: Option<&str>| {
        let mut terms = fixed();
        terms.requires_deposit = required;
        terms.deposit_type = kind;
        terms.deposit_percentage = percent.map(dec);
        terms.deposit_amount = amount.map(dec);
        faults(&terms)
    };
    let (percentage, fixed) = (Some(DepositType::Percentage), Some(DepositType::Fixed));
    assert_eq!(with(true, percentage, Some("30"), None), [""; 0]);
    assert_eq!(with(true, fixed, None, Some("50")), [""; 0]);
    assert_eq!(with(true, None, None, None), ["deposit_type required"]);
    assert_eq!(with(true, percentage, None, None), ["deposit_percentage required"]);
    assert_eq!(with(true, fixed, None, None), ["deposit_amount required"]);
    assert_eq!(with(true, fixed, Some("30"), Some("50")), ["deposit_percentage not_allowed"]);
    assert_eq!(with(false, fixed, None, None), ["deposit_type not_allowed"]);
    assert_eq!(with(false, None, Some("30"), None), ["deposit_percentage not_allowed"]);
    assert_eq!(with(true, percentage, Some("0"), None), ["deposit_percentage out_of_range"]);
    assert_eq!(with(true, percentage, Some("101"), None), ["deposit_percentage out_of_range"]);
    assert_eq!(with(true, fixed, None, Some("0")), ["deposit_amount out_of_range"]);
    assert_eq!(with(true, fixed, None, Some("0.001")), ["deposit_amount invalid"]);
}
