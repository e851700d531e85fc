use chrono::Days;
use proptest::prelude::*;

use super::*;
use crate::{
    money::Currency,
    pricing::strategies::{ask, priced_terms, terms},
};

fn on(date: &str) -> Ask {
    Ask {
        date: date.parse().unwrap(),
        end_date: None,
        time: None,
        party: 1,
        booked_on: "2026-06-01".parse().unwrap(),
    }
}

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn usd(text: &str) -> Money {
    Money::try_new(dec(text), Currency::USD).unwrap()
}

fn summer() -> PricingTerms {
    let mut terms = PricingTerms::fixed(dec("120"), Currency::USD);
    terms.pricing_type = PricingType::Dynamic;
    terms.seasonal_pricing = vec![Season {
        season: "High summer".to_owned(),
        from: "2026-07-01".parse().unwrap(),
        to: "2026-08-31".parse().unwrap(),
        multiplier: dec("1.4"),
    }];
    terms.date_overrides =
        vec![DateOverride { date: "2026-07-04".parse().unwrap(), price: dec("500") }];
    terms
}

fn quoted(terms: &PricingTerms, ask: &Ask) -> Quote {
    terms.validate().unwrap();
    match quote(terms, ask).unwrap() {
        Priced::Quote(quote) => quote,
        Priced::Estimate(estimate) => panic!("{estimate:?}"),
    }
}

fn lines(quote: &Quote) -> Vec<String> {
    quote.lines.iter().map(|line| format!("{}: {}", line.label, line.amount.amount())).collect()
}

#[test]
fn every_step_says_why() {
    let mut terms = summer();
    terms.per_person = true;
    terms.group_discounts = vec![
        GroupDiscount { min_people: 5, discount_percent: dec("10") },
        GroupDiscount { min_people: 3, discount_percent: dec("5") },
    ];
    terms.lead_time_discounts = vec![LeadTimeDiscount {
        kind: LeadTime::Early,
        days_before: 30,
        discount_percent: dec("2.5"),
    }];
    terms.requires_deposit = true;
    terms.deposit_type = Some(DepositType::Percentage);
    terms.deposit_percentage = Some(dec("30"));
    let quote = quoted(&terms, &Ask { party: 4, ..on("2026-07-01") });
    assert_eq!(
        lines(&quote),
        [
            "Base price: 120.00",
            "High summer, 40% more: 48.00",
            "3 more people at 168.00 each: 504.00",
            "Group of 3 or more, 5% off: -33.60",
            "Booked 30 days ahead or earlier, 2.5% off: -15.96",
        ]
    );
    assert_eq!(quote.total, usd("622.44"));
    assert_eq!(quote.deposit, Some(usd("186.73")));
    assert_eq!(quote.balance, usd("435.71"));
}

#[test]
fn a_date_with_its_own_price_is_in_no_season() {
    let quote = quoted(&summer(), &on("2026-07-04"));
    assert_eq!(lines(&quote), ["Base price: 120.00", "4 Jul 2026 costs 500.00: 380.00"]);
    assert_eq!(quote.lines[1].date, Some("2026-07-04".parse().unwrap()));
    assert_eq!(quote.deposit, None);
    assert_eq!(quote.balance, usd("500.00"));
}

#[test]
fn a_stay_is_the_sum_of_its_nights() {
    let ask = Ask { end_date: Some("2026-07-06".parse().unwrap()), ..on("2026-06-29") };
    let quote = quoted(&summer(), &ask);
    assert_eq!(
        lines(&quote),
        [
            "7 nights at 120.00: 840.00",
            "High summer, 40% more, 4 nights: 192.00",
            "4 Jul 2026 costs 500.00: 380.00",
        ]
    );
    assert_eq!(quote.total, usd("1412.00"));
}

#[test]
fn seasons_begin_and_end_with_their_days() {
    let totals: Vec<_> = ["2026-06-30", "2026-07-01", "2026-08-31", "2026-09-01"]
        .iter()
        .map(|date| quoted(&summer(), &on(date)).total.amount().to_string())
        .collect();
    assert_eq!(totals, ["120.00", "168.00", "168.00", "120.00"]);
}

#[test]
fn a_cheap_season_takes_off() {
    let mut terms = summer();
    terms.seasonal_pricing[0].multiplier = dec("0.825");
    let quote = quoted(&terms, &on("2026-07-01"));
    assert_eq!(lines(&quote)[1], "High summer, 17.5% less: -21.00");
}

#[test]
fn currencies_keep_their_decimals() {
    let price = |code: &str, base: &str, multiplier: &str| {
        let mut terms = summer();
        terms.currency = code.parse().unwrap();
        terms.base_price = Some(dec(base));
        terms.seasonal_pricing[0].multiplier = dec(multiplier);
        quoted(&terms, &on("2026-07-01")).total.to_string()
    };
    assert_eq!(price("JPY", "12345", "1.1"), "13580 JPY");
    assert_eq!(price("JPY", "5", "1.1"), "6 JPY");
    assert_eq!(price("KWD", "10.005", "1.1"), "11.006 KWD");
    assert_eq!(price("USD", "10.05", "1.1"), "11.06 USD");
}

#[test]
fn early_and_last_minute_are_counted_in_days() {
    let tier = |kind, days_before, percent: &str| LeadTimeDiscount {
        kind,
        days_before,
        discount_percent: dec(percent),
    };
    let mut terms = PricingTerms::fixed(dec("100"), Currency::USD);
    terms.lead_time_discounts = vec![
        tier(LeadTime::Early, 60, "10"),
        tier(LeadTime::Early, 30, "5"),
        tier(LeadTime::LastMinute, 3, "20"),
        tier(LeadTime::LastMinute, 0, "50"),
    ];
    let total = |date: &str| quoted(&terms, &on(date)).total.amount().to_string();
    assert_eq!(total("2026-05-31"), "100.00", "already over");
    assert_eq!(total("2026-06-01"), "50.00", "on the day");
    assert_eq!(total("2026-06-04"), "80.00", "three days ahead");
    assert_eq!(total("2026-06-05"), "100.00", "neither");
    assert_eq!(total("2026-07-01"), "95.00", "thirty days ahead");
    assert_eq!(total("2026-07-31"), "90.00", "sixty days ahead");
    let quote = quoted(&terms, &on("2026-06-01"));
    assert_eq!(quote.lines[1].label, "Booked on the day, 50% off");
}

#[test]
fn a_fixed_deposit_is_at_most_the_total() {
    let mut terms = PricingTerms::fixed(dec("40"), Currency::USD);
    terms.requires_deposit = true;
    terms.deposit_type = Some(DepositType::Fixed);
    terms.deposit_amount = Some(dec("50"));
    let quote = quoted(&terms, &on("2026-07-01"));
    assert_eq!(quote.deposit, Some(usd("40.00")));
    assert!(quote.balance.is_zero());
}

#[test]
fn a_quote_based_service_shows_its_range_and_is_priced_by_the_offer() {
    let mut terms = PricingTerms::fixed(dec("0"), Currency::EUR);
    terms.pricing_type = PricingType::QuoteBased;
    terms.base_price = None;
    terms.estimated_range_min = Some(dec("800"));
    terms.estimated_range_max = Some(dec("1500"));
    terms.requires_deposit = true;
    terms.deposit_type = Some(DepositType::Percentage);
    terms.deposit_percentage = Some(dec("25"));
    let eur = |text: &str| Money::try_new(dec(text), Currency::EUR).unwrap();
    let ask = Ask { party: 3, ..on("2026-07-01") };
    let estimate = Estimate { min: eur("800"), max: eur("1500") };
    assert_eq!(quote(&terms, &ask), Ok(Priced::Estimate(estimate)));
    terms.per_person = true;
    let estimate = Estimate { min: eur("2400"), max: eur("4500") };
    assert_eq!(quote(&terms, &ask), Ok(Priced::Estimate(estimate)));

    let offered = offer(&terms, eur("1000")).unwrap();
    assert_eq!(lines(&offered), ["Price offered by the provider: 1000.00"]);
    assert_eq!((offered.deposit, offered.balance), (Some(eur("250")), eur("750")));
    assert!(matches!(offer(&terms, usd("1000")), Err(QuoteError::Money(_))));
    assert!(matches!(offer(&terms, eur("-1")), Err(QuoteError::NegativeOffer(_))));
    assert_eq!(day_price(&terms, ask.date), Err(QuoteError::NoPrice));
}

#[test]
fn what_cannot_be_priced_is_refused() {
    let terms = summer();
    let error = |ask: Ask| quote(&terms, &ask).unwrap_err().to_string();
    assert_eq!(error(Ask { party: 0, ..on("2026-07-01") }), "a party needs at least one person");
    let until = |date: &str| Ask { end_date: Some(date.parse().unwrap()), ..on("2026-07-01") };
    assert!(error(until("2026-07-01")).contains("not after it begins"));
    assert!(error(until("2027-07-03")).contains("367 nights"));
    assert!(quote(&terms, &until("2027-07-02")).is_ok());
    let mut crowd = PricingTerms::fixed(dec("999999999"), Currency::USD);
    crowd.per_person = true;
    let ask = Ask { party: u32::MAX, ..on("2026-07-01") };
    assert!(quote(&crowd, &ask).unwrap_err().to_string().contains("too large"));
}

#[test]
fn a_quote_can_be_frozen_and_read_again() {
    let quote = quote(&summer(), &on("2026-07-01")).unwrap();
    let json = serde_json::to_value(&quote).unwrap();
    assert_eq!(json["kind"], "quote");
    assert_eq!(json["lines"][1]["kind"], "season");
    assert_eq!(json["lines"][1]["amount"]["amount"], "48.00");
    assert_eq!(serde_json::from_value::<Priced>(json).unwrap(), quote);
}

fn sum(lines: &[Line], currency: Currency) -> Money {
    lines.iter().fold(Money::zero(currency), |sum, line| sum.plus(line.amount).unwrap())
}

fn total(terms: &PricingTerms, ask: &Ask) -> Decimal {
    quoted(terms, ask).total.amount()
}

proptest! {
    #[test]
    fn lines_sum_to_the_total_and_parts_to_the_whole(terms in priced_terms(), ask in ask()) {
        let quote = quoted(&terms, &ask);
        prop_assert_eq!(sum(&quote.lines, terms.currency), quote.total);
        prop_assert!(!quote.total.is_negative());
        let deposit = quote.deposit.unwrap_or(Money::zero(terms.currency));
        prop_assert_eq!(deposit.plus(quote.balance).unwrap(), quote.total);
        prop_assert!(!deposit.is_negative() && !quote.balance.is_negative());
        prop_assert_eq!(quote.deposit.is_some(), terms.requires_deposit);
    }

    #[test]
    fn any_ask_is_answered_or_refused(
        terms in terms(),
        days in 0_i32..3_000_000,
        length in prop::option::of(-3_i64..500),
        party in any::<u32>(),
        ahead in -1000_i64..1000,
    ) {
        let date = NaiveDate::MIN + Days::new(days.unsigned_abs().into());
        let shifted = |by: i64| date.checked_add_signed(chrono::TimeDelta::days(by)).unwrap_or(date);
        let ask = Ask {
            date,
            end_date: length.map(shifted),
            time: None,
            party,
            booked_on: shifted(-ahead),
        };
        match quote(&terms, &ask) {
            Ok(Priced::Quote(quote)) => prop_assert_eq!(sum(&quote.lines, terms.currency), quote.total),
            Ok(Priced::Estimate(estimate)) => {
                prop_assert!(estimate.min.amount() <= estimate.max.amount());
            }
            Err(error) => prop_assert!(error != QuoteError::NoPrice),
        }
    }

    #[test]
    fn a_stay_costs_the_sum_of_its_day_prices(mut terms in priced_terms(), ask in ask()) {
        terms.group_discounts.clear();
        terms.lead_time_discounts.clear();
        terms.per_person = false;
        let until = ask.end_date.unwrap_or(ask.date + Days::new(1));
        let by_day: Decimal = crate::time::nights(ask.date, until)
            .map(|date| day_price(&terms, date).unwrap().price.amount())
            .sum();
        prop_assert_eq!(total(&terms, &ask), by_day);
    }

    #[test]
    fn one_night_more_never_costs_less(terms in priced_terms(), ask in ask()) {
        let until = ask.end_date.unwrap_or(ask.date + Days::new(1));
        let stay = Ask { end_date: Some(until), ..ask };
        let longer = Ask { end_date: Some(until + Days::new(1)), ..ask };
        prop_assert!(total(&terms, &longer) >= total(&terms, &stay));
    }

    #[test]
    fn one_more_person_costs_no_less_without_group_discounts(
        mut terms in priced_terms(),
        ask in ask(),
    ) {
        terms.group_discounts.clear();
        let more = Ask { party: ask.party + 1, ..ask };
        prop_assert!(total(&terms, &more) >= total(&terms, &ask));
    }

    // Two roundings of half a minor unit each, divided among the party, are all that can be gained.
    #[test]
    fn in_a_larger_party_each_pays_no_more(terms in priced_terms(), ask in ask(), more in 1_u32..50) {
        let larger = Ask { party: ask.party + more, ..ask };
        let each = |ask: &Ask| total(&terms, ask) / Decimal::from(ask.party);
        let tolerance = Decimal::new(2, terms.currency.decimals());
        prop_assert!(each(&larger) <= each(&ask) + tolerance);
    }

    #[test]
    fn a_discount_never_adds(terms in priced_terms(), ask in ask()) {
        let mut without = terms.clone();
        without.group_discounts.clear();
        without.lead_time_discounts.clear();
        prop_assert!(total(&terms, &ask) <= total(&without, &ask));
    }

    #[test]
    fn a_dearer_season_never_costs_less(
        mut terms in priced_terms(),
        ask in ask(),
        times in 1_i64..50,
    ) {
        let before = total(&terms, &ask);
        for season in &mut terms.seasonal_pricing {
            let dearer = season.multiplier * (Decimal::ONE + Decimal::new(times, 2));
            season.multiplier = dearer.round_dp(4).clamp(season.multiplier, Decimal::ONE_HUNDRED);
        }
        prop_assert!(total(&terms, &ask) >= before);
    }

    #[test]
    fn the_order_of_lists_changes_nothing(terms in priced_terms(), ask in ask()) {
        let mut reversed = terms.clone();
        reversed.seasonal_pricing.reverse();
        reversed.date_overrides.reverse();
        reversed.group_discounts.reverse();
        reversed.lead_time_discounts.reverse();
        prop_assert_eq!(quoted(&reversed, &ask), quoted(&terms, &ask));
    }
}
