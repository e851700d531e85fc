//! From terms to lines of text.

use rust_decimal::Decimal;

use crate::pricing::{DepositType, LeadTime, PricingTerms, PricingType};

/// The terms as [`super::parse`] reads them, one line for each thing they say, in a fixed order.
/// Reading the lines of valid terms gives the same terms, normalised; what makes terms invalid (a
/// season of fixed pricing, say) may be lost.
#[must_use]
pub fn to_lines(terms: &PricingTerms) -> Vec<String> {
    let terms = terms.clone().normalised();
    let mut lines = Vec::new();
    lines.extend(price(&terms));
    let says_dates = !terms.seasonal_pricing.is_empty() || !terms.date_overrides.is_empty();
    if terms.pricing_type == PricingType::Dynamic && !says_dates {
        lines.push("dynamic".to_owned());
    }
    lines.extend(terms.seasonal_pricing.iter().map(|season| {
        let name = quoted(&season.season);
        format!("season {name} {} - {} x{}", season.from, season.to, season.multiplier)
    }));
    lines.extend(
        terms
            .date_overrides
            .iter()
            .map(|change| format!("on {} price {}", change.date, amount(change.price))),
    );
    lines.extend(
        terms
            .group_discounts
            .iter()
            .map(|tier| format!("group {}+ {}%", tier.min_people, tier.discount_percent)),
    );
    lines.extend(terms.lead_time_discounts.iter().map(|tier| {
        let kind = match tier.kind {
            LeadTime::Early => "early",
            LeadTime::LastMinute => "last minute",
        };
        format!("{kind} {}d {}%", tier.days_before, tier.discount_percent)
    }));
    lines.extend(deposit(&terms));
    lines
}

/// [`to_lines`] as one text, each line ended.
#[must_use]
pub fn to_text(terms: &PricingTerms) -> String {
    to_lines(terms).into_iter().map(|line| line + "\n").collect()
}

fn price(terms: &PricingTerms) -> Option<String> {
    let currency = terms.currency;
    let price = match (terms.pricing_type, terms.estimated_range_min, terms.estimated_range_max) {
        (PricingType::QuoteBased, Some(min), Some(max)) => {
            format!("quote {} - {} {currency}", amount(min), amount(max))
        }
        (PricingType::QuoteBased, ..) => return None,
        _ => format!("base {} {currency}", amount(terms.base_price?)),
    };
    Some(if terms.per_person { price + " per person" } else { price })
}

fn deposit(terms: &PricingTerms) -> Option<String> {
    match terms.deposit_type? {
        DepositType::Percentage => Some(format!("deposit {}%", terms.deposit_percentage?)),
        DepositType::Fixed => Some(format!("deposit {}", amount(terms.deposit_amount?))),
    }
}

/// 120.00 as "120", 120.50 as "120.50".
fn amount(amount: Decimal) -> String {
    if amount.fract().is_zero() { amount.trunc().to_string() } else { amount.to_string() }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}
