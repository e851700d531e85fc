//! From terms to a price, one line for each step.
//!
//! Amounts are rounded here and nowhere else, once per line and half up as
//! [`crate::money::round`] says: the price of a date when a season multiplies it, a discount when it is
//! taken, a deposit when it is a percentage. Nights and people multiply what is already rounded, so
//! that a stay is exactly the sum of its nights and a party the sum of its people.

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;

use super::{
    quote::{Ask, Estimate, Line, LineKind, Priced, Quote, QuoteError},
    terms::{
        DateOverride, DepositType, GroupDiscount, LeadTime, LeadTimeDiscount, PricingTerms,
        PricingType, Season,
    },
};
use crate::money::{Money, MoneyError};

/// The longest stay that is priced, in nights.
pub const MAX_NIGHTS: i64 = 366;

/// What one date (one night of a stay) costs before people and discounts, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayPrice<'a> {
    pub price: Money,
    pub reason: DayReason<'a>,
}

/// Which of the terms sets the price of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayReason<'a> {
    Base,
    Season(&'a Season),
    DateOverride(&'a DateOverride),
}

/// What `ask` costs: a quote with its lines, or the estimated range of a quote-based service.
///
/// The steps, each a line with its reason: the base price of all dates; on a date with a price of its
/// own the difference to that, else the season's; everyone but the first person, if prices are per
/// person; the group discount; the early or last-minute discount, off what is left. Then the deposit.
/// The date before which a booking is early is counted from the first date of a stay.
///
/// # Errors
/// [`QuoteError`] for a party of nobody, a stay that ends before it begins or is longer than
/// [`MAX_NIGHTS`], a sum too large to be meant, and terms that [`PricingTerms::validate`] refuses
/// because they lack a price.
pub fn quote(terms: &PricingTerms, ask: &Ask) -> Result<Priced, QuoteError> {
    if ask.party == 0 {
        return Err(QuoteError::EmptyParty);
    }
    let nights = nights(ask)?;
    if terms.pricing_type == PricingType::QuoteBased {
        return Ok(Priced::Estimate(estimate(terms, ask.party)?));
    }

    let mut steps = Steps { lines: Vec::with_capacity(6), subtotal: Money::zero(terms.currency) };
    steps.dates(terms, ask, nights)?;
    if terms.per_person && ask.party > 1 {
        steps.people(ask.party)?;
    }
    if let Some(tier) = group_discount(terms, ask.party) {
        let label = format!(
            "Group of {} or more, {}% off",
            tier.min_people,
            tier.discount_percent.normalize()
        );
        steps.discount(LineKind::GroupDiscount, label, tier.discount_percent)?;
    }
    if let Some(tier) = lead_time_discount(terms, ask) {
        let (kind, label) = lead_time_line(tier);
        steps.discount(kind, label, tier.discount_percent)?;
    }
    Ok(Priced::Quote(steps.finish(terms)?))
}

/// A quote at a price that the provider named: what a quote-based service is booked at, and any
/// service after a counter-offer. The terms still say which deposit is due.
///
/// # Errors
/// [`QuoteError::Money`] if the price is not in the currency of the terms,
/// [`QuoteError::NegativeOffer`] if it is below zero.
pub fn offer(terms: &PricingTerms, price: Money) -> Result<Quote, QuoteError> {
    if price.is_negative() {
        return Err(QuoteError::NegativeOffer(price));
    }
    let mut steps = Steps { lines: Vec::new(), subtotal: Money::zero(terms.currency) };
    steps.add(LineKind::Offer, "Price offered by the provider".to_owned(), price, None)?;
    steps.finish(terms)
}

/// What `date` costs by the calendar alone: its own price, else its season's, else the base price.
/// Per person if the terms are; a calendar of prices shows this.
///
/// # Errors
/// [`QuoteError::NoPrice`] for quote-based terms and for terms without a base price.
pub fn day_price(terms: &PricingTerms, date: NaiveDate) -> Result<DayPrice<'_>, QuoteError> {
    let base = base_price(terms)?;
    if terms.pricing_type == PricingType::Fixed {
        return Ok(DayPrice { price: base, reason: DayReason::Base });
    }
    if let Some(change) = terms.date_overrides.iter().find(|change| change.date == date) {
        let price = Money::try_new(change.price, terms.currency)?;
        return Ok(DayPrice { price, reason: DayReason::DateOverride(change) });
    }
    let season =
        terms.seasonal_pricing.iter().find(|season| season.from <= date && date <= season.to);
    Ok(match season {
        None => DayPrice { price: base, reason: DayReason::Base },
        Some(season) => {
            DayPrice { price: base.times(season.multiplier)?, reason: DayReason::Season(season) }
        }
    })
}

fn base_price(terms: &PricingTerms) -> Result<Money, QuoteError> {
    match (terms.pricing_type, terms.base_price) {
        (PricingType::QuoteBased, _) | (_, None) => Err(QuoteError::NoPrice),
        (_, Some(base)) => Ok(Money::try_new(base, terms.currency)?),
    }
}

/// How many dates are asked for: 1 unless it is a stay.
fn nights(ask: &Ask) -> Result<u32, QuoteError> {
    let Some(end_date) = ask.end_date else { return Ok(1) };
    let nights = (end_date - ask.date).num_days();
    if nights < 1 {
        return Err(QuoteError::EndsBeforeItBegins { date: ask.date, end_date });
    }
    u32::try_from(nights)
        .ok()
        .filter(|_| nights <= MAX_NIGHTS)
        .ok_or(QuoteError::StayTooLong { nights, max: MAX_NIGHTS })
}

fn estimate(terms: &PricingTerms, party: u32) -> Result<Estimate, QuoteError> {
    let people = if terms.per_person { Decimal::from(party) } else { Decimal::ONE };
    let bound = |amount: Option<Decimal>| {
        let amount = amount.ok_or(QuoteError::NoPrice)?;
        Ok::<_, QuoteError>(Money::try_new(amount, terms.currency)?.times(people)?)
    };
    Ok(Estimate { min: bound(terms.estimated_range_min)?, max: bound(terms.estimated_range_max)? })
}

fn group_discount(terms: &PricingTerms, party: u32) -> Option<&GroupDiscount> {
    let fitting = terms.group_discounts.iter().filter(|tier| tier.min_people <= party);
    fitting.max_by_key(|tier| tier.min_people)
}

/// A booking for a date that has passed gets neither discount.
fn lead_time_discount<'a>(terms: &'a PricingTerms, ask: &Ask) -> Option<&'a LeadTimeDiscount> {
    let ahead = (ask.date - ask.booked_on).num_days();
    if ahead < 0 {
        return None;
    }
    let fitting = |kind: LeadTime| {
        terms.lead_time_discounts.iter().filter(move |tier| {
            let days = i64::from(tier.days_before);
            tier.kind == kind
                && match kind {
                    LeadTime::Early => ahead >= days,
                    LeadTime::LastMinute => ahead <= days,
                }
        })
    };
    let early = fitting(LeadTime::Early).max_by_key(|tier| tier.days_before);
    early.or_else(|| fitting(LeadTime::LastMinute).min_by_key(|tier| tier.days_before))
}

fn lead_time_line(tier: &LeadTimeDiscount) -> (LineKind, String) {
    let percent = tier.discount_percent.normalize();
    match (tier.kind, tier.days_before) {
        (LeadTime::Early, days) => (
            LineKind::EarlyDiscount,
            format!("Booked {} ahead or earlier, {percent}% off", count(days.into(), "day")),
        ),
        (LeadTime::LastMinute, 0) => {
            (LineKind::LastMinuteDiscount, format!("Booked on the day, {percent}% off"))
        }
        (LeadTime::LastMinute, days) => (
            LineKind::LastMinuteDiscount,
            format!("Booked {} ahead or later, {percent}% off", count(days.into(), "day")),
        ),
    }
}

/// What sets several dates of one stay apart from the base price, and by how much.
struct Difference<'a> {
    reason: DayReason<'a>,
    first: NaiveDate,
    nights: u32,
    added: Money,
}

/// The dates whose price is not the base price; those of one season together, in order of date.
fn differences<'a>(
    terms: &'a PricingTerms,
    base: Money,
    ask: &Ask,
    nights: u32,
) -> Result<Vec<Difference<'a>>, QuoteError> {
    let mut differences: Vec<Difference<'a>> = Vec::new();
    for date in (0..nights).map_while(|night| ask.date.checked_add_days(Days::new(night.into()))) {
        let day = day_price(terms, date)?;
        if day.reason == DayReason::Base {
            continue;
        }
        let added = day.price.minus(base)?;
        match differences.iter_mut().find(|known| same_season(known.reason, day.reason)) {
            Some(known) => {
                known.nights += 1;
                known.added = known.added.plus(added)?;
            }
            None => {
                differences.push(Difference { reason: day.reason, first: date, nights: 1, added });
            }
        }
    }
    Ok(differences)
}

/// A season may be written as several stretches of dates.
fn same_season(left: DayReason<'_>, right: DayReason<'_>) -> bool {
    match (left, right) {
        (DayReason::Season(left), DayReason::Season(right)) => {
            left.season == right.season && left.multiplier == right.multiplier
        }
        _ => false,
    }
}

struct Steps {
    lines: Vec<Line>,
    subtotal: Money,
}

impl Steps {
    fn add(
        &mut self,
        kind: LineKind,
        label: String,
        amount: Money,
        date: Option<NaiveDate>,
    ) -> Result<(), MoneyError> {
        self.subtotal = self.subtotal.plus(amount)?;
        self.lines.push(Line { kind, label, amount, date });
        Ok(())
    }

    fn dates(&mut self, terms: &PricingTerms, ask: &Ask, nights: u32) -> Result<(), QuoteError> {
        let base = base_price(terms)?;
        let is_stay = ask.end_date.is_some();
        let label = if is_stay {
            format!("{} at {}", count(nights, "night"), base.amount())
        } else {
            "Base price".to_owned()
        };
        self.add(LineKind::Base, label, base.times(nights.into())?, None)?;

        for Difference { reason, first, nights, added } in differences(terms, base, ask, nights)? {
            match reason {
                DayReason::Base => {}
                DayReason::DateOverride(change) => {
                    let price = Money::try_new(change.price, terms.currency)?;
                    let label = format!("{} costs {}", person_date(first), price.amount());
                    self.add(LineKind::DateOverride, label, added, Some(first))?;
                }
                DayReason::Season(season) => {
                    let mut label = format!("{}, {}", season.season, change(season.multiplier));
                    if is_stay {
                        label = format!("{label}, {}", count(nights, "night"));
                    }
                    self.add(LineKind::Season, label, added, Some(first))?;
                }
            }
        }
        Ok(())
    }

    fn people(&mut self, party: u32) -> Result<(), MoneyError> {
        let each = self.subtotal;
        let label = match party - 1 {
            1 => format!("1 more person at {}", each.amount()),
            others => format!("{others} more people at {} each", each.amount()),
        };
        self.add(LineKind::PerPerson, label, each.times((party - 1).into())?, None)
    }

    fn discount(
        &mut self,
        kind: LineKind,
        label: String,
        percent: Decimal,
    ) -> Result<(), MoneyError> {
        let off = self.subtotal.percent(percent)?;
        let taken = Money::zero(off.currency()).minus(off)?;
        self.add(kind, label, taken, None)
    }

    fn finish(self, terms: &PricingTerms) -> Result<Quote, QuoteError> {
        let total = self.subtotal;
        let deposit = deposit(terms, total)?;
        let balance = match deposit {
            Some(deposit) => total.minus(deposit)?,
            None => total,
        };
        Ok(Quote { lines: self.lines, total, deposit, balance })
    }
}

/// A fixed deposit is never more than the total.
fn deposit(terms: &PricingTerms, total: Money) -> Result<Option<Money>, MoneyError> {
    if !terms.requires_deposit {
        return Ok(None);
    }
    match (terms.deposit_type, terms.deposit_percentage, terms.deposit_amount) {
        (Some(DepositType::Percentage), Some(percent), _) => total.percent(percent).map(Some),
        (Some(DepositType::Fixed), _, Some(amount)) => {
            let fixed = Money::try_new(amount, terms.currency)?;
            Ok(Some(if fixed.amount() > total.amount() { total } else { fixed }))
        }
        _ => Ok(None),
    }
}

/// 1.4 as "40% more".
fn change(multiplier: Decimal) -> String {
    let percent = (multiplier - Decimal::ONE) * Decimal::ONE_HUNDRED;
    let size = percent.abs().normalize();
    if percent.is_zero() {
        "the usual price".to_owned()
    } else if percent > Decimal::ZERO {
        format!("{size}% more")
    } else {
        format!("{size}% less")
    }
}

pub(super) fn count(number: u32, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

pub(super) fn person_date(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

#[cfg(test)]
#[path = "calculate_tests.rs"]
mod tests;
