//! Which rule sets the fee of a booking, how much that is, and why.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::{
    defaults::default_percentage,
    rule::{Considered, FeeDecision, FeeMethod, FeeRule, FeeType, Outcome},
};
use crate::{
    category::Category,
    ids::ProviderId,
    money::{Currency, Money},
};

/// Divides `service_amount` between platform and provider.
///
/// A rule for the provider counts before one for the category, that before a global one; within a
/// level the higher priority, then the newer rule. A rule fits that is active, is for this
/// provider or category, has the figure its method needs, and either has no currency or the
/// booking's. The fee is raised to `min_fee`, then cut to `max_fee`, and is between nothing and the
/// service amount. If no rule fits, the built-in default of the category applies; to charge
/// nothing, keep a rule of 0 percent.
///
/// The decision explains every rule of `rules` but those for other providers, which are nobody
/// else's business.
#[must_use]
pub fn calculate(
    rules: &[FeeRule],
    service_amount: Money,
    category: Category,
    provider: ProviderId,
) -> FeeDecision {
    let mut fitting = Vec::new();
    let mut unfit = Vec::new();
    for rule in rules {
        if rule.fee_type == FeeType::Provider && rule.provider_id != Some(provider) {
            continue;
        }
        match misfit(rule, service_amount.currency(), category) {
            None => fitting.push(rule),
            Some(reason) => unfit.push(Considered {
                rule_id: rule.id,
                outcome: Outcome::NotApplicable,
                reason: format!("{}: {reason}", describe(rule)),
            }),
        }
    }
    fitting.sort_by(|left, right| precedence(right, left));

    let winner = fitting.first().copied();
    let (fee, reason) = match winner {
        Some(rule) => fee_by(rule, service_amount),
        None => fee_by_default(service_amount, category),
    };
    let mut considered: Vec<Considered> =
        fitting.iter().map(|rule| outcome(rule, fitting[0], &reason)).collect();
    considered.append(&mut unfit);
    FeeDecision {
        rule_id: winner.map(|rule| rule.id),
        service_amount,
        platform_fee: fee,
        provider_payout: difference(service_amount, fee),
        reason,
        considered,
    }
}

/// Why `rule` is not for this booking; None if it is.
fn misfit(rule: &FeeRule, currency: Currency, category: Category) -> Option<String> {
    if !rule.is_active {
        return Some("switched off".to_owned());
    }
    if rule.fee_type == FeeType::Category && rule.category != Some(category) {
        return Some(format!("the booking is for {category}"));
    }
    match rule.currency {
        Some(own) if own != currency => return Some(format!("the booking is in {currency}")),
        None if rule.has_amounts() => {
            return Some("it has amounts but not their currency".to_owned());
        }
        _ => {}
    }
    let figure = match rule.fee_type_method {
        FeeMethod::Percentage => rule.fee_percentage,
        FeeMethod::Fixed => rule.fee_fixed_amount,
    };
    figure.is_none().then(|| "it does not say how much".to_owned())
}

/// Greater counts first. Ids decide at last, so that equal rules do not take turns.
fn precedence(left: &FeeRule, right: &FeeRule) -> Ordering {
    let rank = |rule: &FeeRule| (rule.fee_type, rule.priority, rule.created_at, rule.id);
    rank(left).cmp(&rank(right))
}

fn outcome(rule: &FeeRule, winner: &FeeRule, reason: &str) -> Considered {
    if rule.id == winner.id {
        return Considered {
            rule_id: rule.id,
            outcome: Outcome::Applied,
            reason: reason.to_owned(),
        };
    }
    let why = if rule.fee_type != winner.fee_type {
        format!("a {} counts first", level(winner.fee_type))
    } else if rule.priority != winner.priority {
        format!("priority {} counts before {}", winner.priority, rule.priority)
    } else {
        "a newer rule of the same priority counts first".to_owned()
    };
    Considered {
        rule_id: rule.id,
        outcome: Outcome::Outranked,
        reason: format!("{}: {why}", describe(rule)),
    }
}

fn fee_by(rule: &FeeRule, service_amount: Money) -> (Money, String) {
    let currency = service_amount.currency();
    let wanted = match rule.fee_type_method {
        FeeMethod::Percentage => percent_of(service_amount, rule.fee_percentage),
        FeeMethod::Fixed => money(rule.fee_fixed_amount, currency),
    }
    .unwrap_or(service_amount);

    let mut reason = describe(rule);
    let mut fee = wanted;
    if let Some(min) = money(rule.min_fee, currency).filter(|min| min.amount() > fee.amount()) {
        fee = min;
        reason.push_str(", raised to its smallest fee");
    }
    if let Some(max) = money(rule.max_fee, currency).filter(|max| max.amount() < fee.amount()) {
        fee = max;
        reason.push_str(", cut to its largest fee");
    }
    let (fee, was_cut) = within(fee, service_amount);
    if was_cut {
        reason.push_str(", cut to what the service costs");
    }
    (fee, format!("{reason}: {fee} of {service_amount}"))
}

fn fee_by_default(service_amount: Money, category: Category) -> (Money, String) {
    let percentage = default_percentage(category);
    let fee = percent_of(service_amount, Some(percentage)).unwrap_or(service_amount);
    let (fee, _) = within(fee, service_amount);
    let reason = format!(
        "no rule fits, built-in {}% for {category}: {fee} of {service_amount}",
        percentage.normalize()
    );
    (fee, reason)
}

/// The fee between nothing and the service amount, and whether it was above that.
fn within(fee: Money, service_amount: Money) -> (Money, bool) {
    if fee.is_negative() || service_amount.is_negative() {
        (Money::zero(service_amount.currency()), false)
    } else if fee.amount() > service_amount.amount() {
        (service_amount, true)
    } else {
        (fee, false)
    }
}

/// None as well where an unchecked percentage leads to an amount beyond all bounds.
fn percent_of(service_amount: Money, percent: Option<Decimal>) -> Option<Money> {
    service_amount.percent(percent?).ok()
}

fn money(amount: Option<Decimal>, currency: Currency) -> Option<Money> {
    Money::rounded(amount?, currency).ok()
}

/// The fee is within the service amount and of its currency, so that nothing is refused here.
fn difference(service_amount: Money, fee: Money) -> Money {
    service_amount.minus(fee).unwrap_or(service_amount)
}

/// "category rule (meal), 5%, at least 2.00 EUR".
fn describe(rule: &FeeRule) -> String {
    let level = level(rule.fee_type);
    let unit = rule.currency.map_or("", Currency::code);
    let mut parts = vec![match rule.category {
        Some(category) => format!("{level} ({category})"),
        None => level.to_owned(),
    }];
    match (rule.fee_type_method, rule.fee_percentage, rule.fee_fixed_amount) {
        (FeeMethod::Percentage, Some(percent), _) => {
            parts.push(format!("{}%", percent.normalize()));
        }
        (FeeMethod::Fixed, _, Some(amount)) => parts.push(format!("{amount} {unit}")),
        _ => {}
    }
    parts.extend(rule.min_fee.map(|min| format!("at least {min} {unit}")));
    parts.extend(rule.max_fee.map(|max| format!("at most {max} {unit}")));
    parts.join(", ")
}

const fn level(fee_type: FeeType) -> &'static str {
    match fee_type {
        FeeType::Global => "global rule",
        FeeType::Category => "category rule",
        FeeType::Provider => "provider rule",
    }
}

#[cfg(test)]
#[path = "calculate_tests.rs"]
mod tests;
