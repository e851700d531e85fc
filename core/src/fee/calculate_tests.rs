use chrono::{DateTime, TimeDelta, Utc};
use proptest::{option, prelude::*, sample::select};

use super::*;
use crate::{fee::DEFAULT_FEES, ids::FeeId};

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn money(text: &str, code: &str) -> Money {
    Money::try_new(dec(text), code.parse().unwrap()).unwrap()
}

fn at(hour: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).unwrap() + TimeDelta::hours(hour)
}

fn id(number: u128) -> FeeId {
    uuid::Uuid::from_u128(number).into()
}

fn provider(number: u128) -> ProviderId {
    uuid::Uuid::from_u128(number).into()
}

fn percentage(number: u128, percent: &str) -> FeeRule {
    FeeRule {
        id: id(number),
        fee_type: FeeType::Global,
        category: None,
        provider_id: None,
        fee_type_method: FeeMethod::Percentage,
        fee_percentage: Some(dec(percent)),
        fee_fixed_amount: None,
        min_fee: None,
        max_fee: None,
        currency: None,
        is_active: true,
        priority: 0,
        created_at: at(0),
    }
}

fn for_category(number: u128, category: Category, percent: &str) -> FeeRule {
    FeeRule { fee_type: FeeType::Category, category: Some(category), ..percentage(number, percent) }
}

fn for_provider(number: u128, of: u128, percent: &str) -> FeeRule {
    FeeRule {
        fee_type: FeeType::Provider,
        provider_id: Some(provider(of)),
        ..percentage(number, percent)
    }
}

fn fixed(number: u128, amount: &str, code: &str) -> FeeRule {
    FeeRule {
        fee_type_method: FeeMethod::Fixed,
        fee_percentage: None,
        fee_fixed_amount: Some(dec(amount)),
        currency: Some(code.parse().unwrap()),
        ..percentage(number, "0")
    }
}

/// The decision on 200 USD for an activity of provider 7.
fn decide(rules: &[FeeRule]) -> FeeDecision {
    for rule in rules {
        rule.validate().unwrap();
    }
    calculate(rules, money("200", "USD"), Category::Activity, provider(7))
}

fn reasons(decision: &FeeDecision) -> Vec<&str> {
    decision.considered.iter().map(|rule| rule.reason.as_str()).collect()
}

#[test]
fn the_narrower_rule_counts_whatever_its_priority() {
    let global = FeeRule { priority: 99, ..percentage(1, "15") };
    let category = FeeRule { priority: 50, ..for_category(2, Category::Activity, "12.50") };
    let own = for_provider(3, 7, "8");
    let rules = [global, category, own];

    let decision = decide(&rules);
    assert_eq!(decision.rule_id, Some(id(3)));
    assert_eq!(decision.platform_fee, money("16", "USD"));
    assert_eq!(decision.provider_payout, money("184", "USD"));
    assert_eq!(
        reasons(&decision),
        [
            "provider rule, 8%: 16.00 USD of 200.00 USD",
            "category rule (activity), 12.5%: a provider rule counts first",
            "global rule, 15%: a provider rule counts first",
        ]
    );
    assert_eq!(decide(&rules[..2]).rule_id, Some(id(2)));
    assert_eq!(decide(&rules[..1]).rule_id, Some(id(1)));
}

#[test]
fn within_a_level_priority_then_the_newest_counts() {
    let old = FeeRule { priority: 5, ..percentage(1, "10") };
    let new = FeeRule { priority: 5, created_at: at(1), ..percentage(2, "11") };
    let low = FeeRule { priority: 4, created_at: at(2), ..percentage(3, "12") };
    let off = FeeRule { priority: 9, is_active: false, ..percentage(4, "13") };
    let mut rules = [old, new, low, off];
    let decision = decide(&rules);
    assert_eq!(
        reasons(&decision),
        [
            "global rule, 11%: 22.00 USD of 200.00 USD",
            "global rule, 10%: a newer rule of the same priority counts first",
            "global rule, 12%: priority 5 counts before 4",
            "global rule, 13%: switched off",
        ]
    );
    rules.reverse();
    assert_eq!(decide(&rules).rule_id, decision.rule_id);
}

#[test]
fn other_categories_are_explained_and_other_providers_kept_to_themselves() {
    let rules =
        [for_category(1, Category::Meal, "5"), for_provider(2, 8, "1"), percentage(3, "15")];
    let decision = decide(&rules);
    assert_eq!(decision.rule_id, Some(id(3)));
    assert_eq!(
        reasons(&decision),
        [
            "global rule, 15%: 30.00 USD of 200.00 USD",
            "category rule (meal), 5%: the booking is for activity",
        ]
    );
}

#[test]
fn amounts_never_meet_another_currency() {
    let euros = FeeRule { priority: 9, ..fixed(1, "20", "EUR") };
    let limited = FeeRule {
        priority: 8,
        min_fee: Some(dec("50")),
        currency: Some(Currency::EUR),
        ..percentage(2, "1")
    };
    let dollars = fixed(3, "12.34", "USD");
    let decision = decide(&[euros.clone(), limited.clone(), dollars]);
    assert_eq!(decision.platform_fee, money("12.34", "USD"));
    assert_eq!(
        reasons(&decision)[1..],
        [
            "global rule, 20 EUR: the booking is in USD",
            "global rule, 1%, at least 50 EUR: the booking is in USD",
        ]
    );
    let decision = calculate(&[euros, limited], money("200", "EUR"), Category::Meal, provider(7));
    assert_eq!(decision.platform_fee, money("20", "EUR"));
}

#[test]
fn limits_hold_and_nothing_exceeds_the_service() {
    let limited = |min: Option<&str>, max: Option<&str>, percent: &str| FeeRule {
        min_fee: min.map(dec),
        max_fee: max.map(dec),
        currency: Some(Currency::USD),
        ..percentage(1, percent)
    };
    let fee = |rule: FeeRule| {
        let decision = decide(&[rule]);
        (decision.platform_fee.amount().to_string(), decision.reason)
    };
    let (amount, reason) = fee(limited(Some("5"), Some("25"), "1"));
    assert_eq!(amount, "5.00");
    assert!(reason.contains("raised to its smallest fee"), "{reason}");
    let (amount, reason) = fee(limited(Some("5"), Some("25"), "20"));
    assert_eq!(amount, "25.00");
    assert!(reason.contains("cut to its largest fee"), "{reason}");
    let (amount, reason) = fee(limited(Some("300"), None, "1"));
    assert_eq!(amount, "200.00");
    assert!(reason.contains("cut to what the service costs"), "{reason}");
    assert_eq!(fee(limited(Some("5"), Some("25"), "10")).0, "20.00");
    assert_eq!(fee(fixed(1, "250", "USD")).0, "200.00");
}

#[test]
fn without_a_rule_the_built_in_defaults_apply() {
    let off = FeeRule { is_active: false, ..percentage(1, "99") };
    for default in &DEFAULT_FEES[1..] {
        let category = default.category.unwrap();
        let decision =
            calculate(std::slice::from_ref(&off), money("200", "USD"), category, provider(7));
        assert_eq!(decision.rule_id, None);
        assert_eq!(decision.platform_fee, money("200", "USD").percent(default.percentage).unwrap());
        assert!(decision.reason.starts_with("no rule fits, built-in "), "{}", decision.reason);
    }
}

#[test]
fn the_defaults_as_rules_decide_as_the_plan_says() {
    let rules: Vec<FeeRule> = DEFAULT_FEES
        .iter()
        .zip(1..)
        .map(|(default, number)| FeeRule {
            fee_type: default.category.map_or(FeeType::Global, |_| FeeType::Category),
            category: default.category,
            priority: default.priority,
            fee_percentage: Some(default.percentage),
            ..percentage(number, "0")
        })
        .collect();
    let fee = |category| {
        let decision = calculate(&rules, money("1000", "USD"), category, provider(1));
        assert_eq!(decision.considered.len(), rules.len());
        decision.platform_fee.amount().to_string()
    };
    assert_eq!(Category::ALL.map(fee), ["75.00", "150.00", "50.00", "100.00"]);
}

#[test]
fn fees_are_rounded_to_the_currency() {
    let fee = |amount: &str, code: &str| {
        calculate(&[percentage(1, "7.5")], money(amount, code), Category::Meal, provider(1))
            .platform_fee
            .to_string()
    };
    assert_eq!(fee("12345", "JPY"), "926 JPY");
    assert_eq!(fee("10.01", "KWD"), "0.751 KWD");
    assert_eq!(fee("10.01", "USD"), "0.75 USD");
}

fn any_rule() -> impl Strategy<Value = FeeRule> {
    let figure = || option::of((-1_000_000_i64..1_000_000_000, 0_u32..5));
    let level = (0..3_u8, option::of(select(Category::ALL.to_vec())), option::of(1_u128..4));
    let figures = (any::<bool>(), figure(), figure(), figure(), figure());
    let rest =
        (option::of(select(vec!["USD", "EUR", "JPY", "KWD"])), any::<bool>(), -2..3, 0..5_i64);
    (1_u128..9, level, figures, rest).prop_map(|(number, level, figures, rest)| {
        let decimal =
            |figure: Option<(i64, u32)>| figure.map(|(digits, scale)| Decimal::new(digits, scale));
        let (is_fixed, percent, amount, min, max) = figures;
        FeeRule {
            id: id(number),
            fee_type: [FeeType::Global, FeeType::Category, FeeType::Provider][usize::from(level.0)],
            category: level.1,
            provider_id: level.2.map(provider),
            fee_type_method: if is_fixed { FeeMethod::Fixed } else { FeeMethod::Percentage },
            fee_percentage: decimal(percent),
            fee_fixed_amount: decimal(amount),
            min_fee: decimal(min),
            max_fee: decimal(max),
            currency: rest.0.map(|code| code.parse().unwrap()),
            is_active: rest.1,
            priority: rest.2,
            created_at: at(rest.3),
        }
    })
}

proptest! {
    // Rules that nobody checked may be nonsense; the money still adds up.
    #[test]
    fn fee_and_payout_are_the_service_amount(
        rules in prop::collection::vec(any_rule(), 0..8),
        minor in 0_i64..100_000_000_000,
        code in select(vec!["USD", "JPY", "KWD"]),
        category in select(Category::ALL.to_vec()),
        of in 1_u128..4,
    ) {
        let currency: Currency = code.parse().unwrap();
        let amount = Money::try_new(Decimal::new(minor, currency.decimals()), currency).unwrap();
        let decision = calculate(&rules, amount, category, provider(of));
        prop_assert_eq!(decision.platform_fee.plus(decision.provider_payout).unwrap(), amount);
        prop_assert!(!decision.platform_fee.is_negative());
        prop_assert!(!decision.provider_payout.is_negative());
        let applied = decision.considered.iter().filter(|rule| rule.outcome == Outcome::Applied);
        if decision.rule_id.is_some() {
            prop_assert!(applied.count() >= 1);
            prop_assert_eq!(Some(decision.considered[0].rule_id), decision.rule_id);
        } else {
            prop_assert_eq!(applied.count(), 0);
        }
    }

    #[test]
    fn the_order_of_the_rules_changes_nothing(
        mut rules in prop::collection::vec(any_rule(), 1..8),
        of in 1_u128..4,
    ) {
        rules.sort_by_key(|rule| rule.id);
        rules.dedup_by_key(|rule| rule.id);
        let first = calculate(&rules, money("200", "USD"), Category::Meal, provider(of));
        rules.reverse();
        let second = calculate(&rules, money("200", "USD"), Category::Meal, provider(of));
        prop_assert_eq!(first.rule_id, second.rule_id);
        prop_assert_eq!(first.platform_fee, second.platform_fee);
    }

    #[test]
    fn a_narrower_rule_that_fits_always_counts(
        rules in prop::collection::vec(any_rule(), 0..8),
        percent in 0_i64..=100,
    ) {
        let mut rules: Vec<FeeRule> =
            rules.into_iter().filter(|rule| rule.fee_type != FeeType::Provider).collect();
        let own = FeeRule { priority: -9, ..for_provider(77, 7, &percent.to_string()) };
        rules.push(own);
        let decision = calculate(&rules, money("200", "USD"), Category::Meal, provider(7));
        prop_assert_eq!(decision.rule_id, Some(id(77)));
        prop_assert_eq!(decision.platform_fee, money(&(percent * 2).to_string(), "USD"));
    }
}
