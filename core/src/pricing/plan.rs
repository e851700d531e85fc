//! An edit of terms as a plan: which dates change their price, before it is applied.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    Ask, Estimate, Priced, PricingTerms, QuoteError,
    calculate::{count, person_date, quote},
    text::to_lines,
};
use crate::{
    money::Money,
    time::{next_day, nights},
};

/// The longest window that is compared, in days: two years.
pub const MAX_WINDOW_DAYS: i64 = 731;

/// Which dates, and which traveler, a plan is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub from: NaiveDate,
    /// The last date, included.
    pub to: NaiveDate,
    /// The number of people whose price is compared.
    pub party: u32,
    /// Today at the service; early and last-minute discounts are counted from it.
    pub booked_on: NaiveDate,
}

/// The total of one date for the window's party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum DateTotal {
    Price(Money),
    Estimate(Estimate),
    /// The terms give this date no price, because there are none yet or the sum is beyond bounds.
    None,
}

/// Neighbouring dates whose price changes from the same old to the same new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PriceChange {
    pub from: NaiveDate,
    /// The last date, included.
    pub to: NaiveDate,
    pub before: DateTotal,
    pub after: DateTotal,
}

impl PriceChange {
    /// How many dates change.
    #[must_use]
    pub fn days(&self) -> u32 {
        u32::try_from((self.to - self.from).num_days() + 1).unwrap_or(0)
    }
}

/// What an edit of terms would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PricePlan {
    /// In order of date, without overlap.
    pub changes: Vec<PriceChange>,
    /// How many dates become dearer for the party.
    pub dearer: u32,
    /// How many dates become cheaper for the party.
    pub cheaper: u32,
    /// The lines of the terms as text that are no more: this names what no date shows, such as a
    /// deposit, or a discount for a larger party.
    pub removed: Vec<String>,
    /// The lines of the terms as text that are new.
    pub added: Vec<String>,
    /// The whole in a few lines, for a person. Names of seasons are not in it.
    pub summary: Vec<String>,
}

impl PricePlan {
    /// Whether the edit changes nothing at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.removed.is_empty() && self.added.is_empty()
    }
}

/// Why no plan could be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error("the window ends on {to}, before it begins on {from}")]
    EndsBeforeItBegins { from: NaiveDate, to: NaiveDate },
    #[error("a window of {days} days is longer than the {max} that can be compared", max = MAX_WINDOW_DAYS)]
    TooLong { days: i64 },
    #[error(transparent)]
    Quote(#[from] QuoteError),
}

/// Compares the price of every single date of `window` under the terms `before` (None for a service
/// that has none yet) and `after`.
///
/// # Errors
/// [`PlanError`] for a window that is empty or longer than [`MAX_WINDOW_DAYS`], and for a party of
/// nobody.
pub fn plan(
    before: Option<&PricingTerms>,
    after: &PricingTerms,
    window: Window,
) -> Result<PricePlan, PlanError> {
    let Window { from, to, party, .. } = window;
    let days = (to - from).num_days() + 1;
    if days < 1 {
        return Err(PlanError::EndsBeforeItBegins { from, to });
    }
    if days > MAX_WINDOW_DAYS {
        return Err(PlanError::TooLong { days });
    }
    if party == 0 {
        return Err(QuoteError::EmptyParty.into());
    }

    let changes = changes(before, after, window);
    let (removed, added) = line_changes(before, after);
    let mut plan = PricePlan {
        dearer: days_where(&changes, |before, after| after > before),
        cheaper: days_where(&changes, |before, after| after < before),
        changes,
        removed,
        added,
        summary: Vec::new(),
    };
    plan.summary = summary(&plan, window);
    Ok(plan)
}

fn changes(
    before: Option<&PricingTerms>,
    after: &PricingTerms,
    window: Window,
) -> Vec<PriceChange> {
    let mut changes: Vec<PriceChange> = Vec::new();
    for date in nights(window.from, next_day(window.to)) {
        let old = before.map_or(DateTotal::None, |terms| total(terms, date, window));
        let new = total(after, date, window);
        if old == new {
            continue;
        }
        match changes.last_mut() {
            Some(last) if next_day(last.to) == date && (last.before, last.after) == (old, new) => {
                last.to = date;
            }
            _ => changes.push(PriceChange { from: date, to: date, before: old, after: new }),
        }
    }
    changes
}

fn total(terms: &PricingTerms, date: NaiveDate, window: Window) -> DateTotal {
    let ask =
        Ask { date, end_date: None, time: None, party: window.party, booked_on: window.booked_on };
    match quote(terms, &ask) {
        Ok(Priced::Quote(quote)) => DateTotal::Price(quote.total),
        Ok(Priced::Estimate(estimate)) => DateTotal::Estimate(estimate),
        Err(_) => DateTotal::None,
    }
}

fn line_changes(before: Option<&PricingTerms>, after: &PricingTerms) -> (Vec<String>, Vec<String>) {
    let old = before.map(to_lines).unwrap_or_default();
    let new = to_lines(after);
    let without = |lines: &[String], others: &[String]| {
        lines.iter().filter(|line| !others.contains(line)).cloned().collect()
    };
    (without(&old, &new), without(&new, &old))
}

/// Dates where two prices of one currency compare as wanted.
fn days_where(
    changes: &[PriceChange],
    wanted: impl Fn(rust_decimal::Decimal, rust_decimal::Decimal) -> bool,
) -> u32 {
    let compares = |change: &&PriceChange| match (change.before, change.after) {
        (DateTotal::Price(old), DateTotal::Price(new)) => {
            old.currency() == new.currency() && wanted(old.amount(), new.amount())
        }
        _ => false,
    };
    changes.iter().filter(compares).map(PriceChange::days).sum()
}

/// Ranges are listed up to this many; the rest are counted.
const SUMMARY_RANGES: usize = 8;

fn summary(plan: &PricePlan, window: Window) -> Vec<String> {
    let Window { from, to, party, .. } = window;
    let who = if party == 1 { "one person".to_owned() } else { format!("{party} people") };
    let days: u32 = plan.changes.iter().map(PriceChange::days).sum();
    let mut lines = vec![match days {
        0 => format!("No price for {who} changes in {}.", range(from, to)),
        _ => format!(
            "{} change for {who}: {} dearer, {} cheaper.",
            count(days, "date"),
            plan.dearer,
            plan.cheaper
        ),
    }];
    lines.extend(plan.changes.iter().take(SUMMARY_RANGES).map(|change| {
        format!(
            "{}: {} -> {}",
            range(change.from, change.to),
            shown(change.before),
            shown(change.after)
        )
    }));
    if let Some(more) = plan.changes.len().checked_sub(SUMMARY_RANGES).filter(|more| *more > 0) {
        lines.push(format!("and {more} more"));
    }
    lines
}

fn range(from: NaiveDate, to: NaiveDate) -> String {
    if from == to {
        person_date(from)
    } else {
        format!("{} - {}", person_date(from), person_date(to))
    }
}

fn shown(total: DateTotal) -> String {
    match total {
        DateTotal::Price(price) => price.to_string(),
        DateTotal::Estimate(Estimate { min, max }) => {
            format!("on request, {} - {max}", min.amount())
        }
        DateTotal::None => "no price".to_owned(),
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
