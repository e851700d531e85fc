//! Random terms and asks for the property tests: every valid form, in currencies of 0, 2 and 3 decimals.

use chrono::{Days, NaiveDate};
use proptest::{collection::vec, option, prelude::*, sample::select};
use rust_decimal::Decimal;

use super::{
    Ask, DateOverride, DepositType, GroupDiscount, LeadTime, LeadTimeDiscount, PricingTerms,
    PricingType, Season,
};
use crate::money::Currency;

const NAMES: [&str; 6] =
    ["Peak", "High summer", "Carnaval", "été \"doux\"", "back\\slash", "京都の秋"];

fn epoch() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

pub fn currency() -> impl Strategy<Value = Currency> {
    select(vec!["USD", "EUR", "JPY", "KWD"]).prop_map(|code| code.parse().unwrap())
}

/// Any date of three years.
pub fn date() -> impl Strategy<Value = NaiveDate> {
    (0_u64..1095).prop_map(|day| epoch() + Days::new(day))
}

pub fn ask() -> impl Strategy<Value = Ask> {
    (date(), option::of(1_u64..40), 1_u32..200, date()).prop_map(
        |(date, nights, party, booked_on)| Ask {
            date,
            end_date: nights.map(|nights| date + Days::new(nights)),
            time: None,
            party,
            booked_on,
        },
    )
}

fn amount(currency: Currency) -> impl Strategy<Value = Decimal> {
    // At a hundredfold multiplier, forty nights and 250 people this stays below a trillion yen.
    (0_i64..900_000).prop_map(move |minor| Decimal::new(minor, currency.decimals()))
}

fn percent() -> impl Strategy<Value = Decimal> {
    (0_i64..=10_000).prop_map(|hundredths| Decimal::new(hundredths, 2).normalize())
}

/// Seasons that follow each other with gaps of 0 and more days.
fn seasons() -> impl Strategy<Value = Vec<Season>> {
    let season = (0_u64..100, 0_u64..120, select(NAMES.to_vec()), 1_i64..=1_000_000);
    vec(season, 0..6).prop_map(|parts| {
        let mut next = epoch();
        parts
            .into_iter()
            .map(|(gap, length, name, multiplier)| {
                let from = next + Days::new(gap);
                let to = from + Days::new(length);
                next = to + Days::new(1);
                let multiplier = Decimal::new(multiplier, 4).max(Decimal::new(1, 2)).normalize();
                Season { season: name.to_owned(), from, to, multiplier }
            })
            .collect()
    })
}

fn overrides(currency: Currency) -> impl Strategy<Value = Vec<DateOverride>> {
    vec((date(), amount(currency)), 0..6).prop_map(|mut parts| {
        parts.sort();
        parts.dedup_by_key(|(date, _)| *date);
        parts.into_iter().map(|(date, price)| DateOverride { date, price }).collect()
    })
}

/// As many steps as there are percentages, both rising.
fn rising<T: Ord + Copy>(mut steps: Vec<T>, mut percents: Vec<Decimal>) -> Vec<(T, Decimal)> {
    steps.sort_unstable();
    steps.dedup();
    percents.sort_unstable();
    steps.into_iter().zip(percents).collect()
}

fn group_discounts() -> impl Strategy<Value = Vec<GroupDiscount>> {
    (vec(2_u32..100, 0..4), vec(percent(), 4)).prop_map(|(people, percents)| {
        rising(people, percents)
            .into_iter()
            .map(|(min_people, discount_percent)| GroupDiscount { min_people, discount_percent })
            .collect()
    })
}

fn lead_time_discounts() -> impl Strategy<Value = Vec<LeadTimeDiscount>> {
    let tiers = |days: std::ops::Range<u16>| (vec(days, 0..3), vec(percent(), 3));
    (tiers(20..400), tiers(0..20)).prop_map(|(early, late)| {
        let tier = |kind| {
            move |(days_before, discount_percent)| LeadTimeDiscount {
                kind,
                days_before,
                discount_percent,
            }
        };
        // The later the more: rising percentages meet falling days.
        let mut late = rising(late.0, late.1);
        let days: Vec<u16> = late.iter().rev().map(|(days, _)| *days).collect();
        late.iter_mut().zip(days).for_each(|(tier, days)| tier.0 = days);
        let early = rising(early.0, early.1).into_iter().map(tier(LeadTime::Early));
        early.chain(late.into_iter().map(tier(LeadTime::LastMinute))).collect()
    })
}

fn deposit(
    currency: Currency,
) -> impl Strategy<Value = (Option<DepositType>, Option<Decimal>, Option<Decimal>)> {
    let least = Decimal::new(1, currency.decimals());
    prop_oneof![
        Just((None, None, None)),
        percent().prop_map(|percent| {
            (Some(DepositType::Percentage), Some(percent.max(Decimal::ONE)), None)
        }),
        amount(currency).prop_map(move |amount| (
            Some(DepositType::Fixed),
            None,
            Some(amount.max(least))
        )),
    ]
}

/// Valid, normalised terms that have a price: fixed or dynamic.
pub fn priced_terms() -> impl Strategy<Value = PricingTerms> {
    currency().prop_flat_map(|currency| {
        let by_date = option::of((seasons(), overrides(currency)));
        let discounts = (group_discounts(), lead_time_discounts());
        (amount(currency), any::<bool>(), by_date, discounts, deposit(currency)).prop_map(
            move |(base, per_person, by_date, discounts, deposit)| {
                let mut terms = PricingTerms::fixed(base, currency);
                if let Some((seasons, overrides)) = by_date {
                    terms.pricing_type = PricingType::Dynamic;
                    terms.seasonal_pricing = seasons;
                    terms.date_overrides = overrides;
                }
                terms.per_person = per_person;
                (terms.group_discounts, terms.lead_time_discounts) = discounts;
                terms.requires_deposit = deposit.0.is_some();
                (terms.deposit_type, terms.deposit_percentage, terms.deposit_amount) = deposit;
                terms.normalised()
            },
        )
    })
}

/// Valid, normalised terms of all three types.
pub fn terms() -> impl Strategy<Value = PricingTerms> {
    let quote_based =
        (priced_terms(), 0_u32..1_000_000, 0_u32..1_000_000).prop_map(|(mut terms, low, above)| {
            terms.pricing_type = PricingType::QuoteBased;
            terms.base_price = None;
            terms.seasonal_pricing.clear();
            terms.date_overrides.clear();
            terms.group_discounts.clear();
            terms.lead_time_discounts.clear();
            let decimals = terms.currency.decimals();
            terms.estimated_range_min = Some(Decimal::new(low.into(), decimals));
            terms.estimated_range_max =
                Some(Decimal::new(i64::from(low) + i64::from(above), decimals));
            terms.normalised()
        });
    prop_oneof![4 => priced_terms(), 1 => quote_based]
}

proptest! {
    #[test]
    fn what_the_other_tests_use_is_valid(terms in terms()) {
        prop_assert_eq!(terms.validate(), Ok(()));
        prop_assert_eq!(terms.clone().normalised(), terms);
    }
}
