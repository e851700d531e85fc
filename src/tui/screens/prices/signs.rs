//! The sign and the colour of a date's price: a letter for each season, a mark for a date of its own.

use chrono::NaiveDate;
use ratatui::style::Style;
use rust_decimal::Decimal;
use traveloure_core::pricing::{DayReason, PricingTerms, Season, day_price};

use crate::tui::theme::Look;

const LETTERS: [&str; 26] = [
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s",
    "t", "u", "v", "w", "x", "y", "z",
];
/// For a season beyond the alphabet.
const ANOTHER: &str = "#";

/// The letter of a season among those of `terms`; stretches of one season share it.
#[must_use]
pub fn letter(terms: &PricingTerms, season: &Season) -> &'static str {
    let same =
        |other: &Season| (&other.season, other.multiplier) == (&season.season, season.multiplier);
    let mut before: Vec<(&str, Decimal)> = Vec::new();
    for other in terms.seasonal_pricing.iter().take_while(|other| !same(other)) {
        let known = (other.season.as_str(), other.multiplier);
        if !before.contains(&known) {
            before.push(known);
        }
    }
    LETTERS.get(before.len()).copied().unwrap_or(ANOTHER)
}

/// The colour of a price beside the base price.
#[must_use]
pub fn style(multiplier: Decimal, look: &Look) -> Style {
    match multiplier.cmp(&Decimal::ONE) {
        std::cmp::Ordering::Greater => look.theme.partly,
        std::cmp::Ordering::Less => look.theme.held,
        std::cmp::Ordering::Equal => look.theme.text,
    }
}

/// The sign of `date` and its colour; a blank where the base price holds, or none is known.
#[must_use]
pub fn of(terms: &PricingTerms, date: NaiveDate, look: &Look) -> (&'static str, Style) {
    match day_price(terms, date).map(|day| day.reason) {
        Ok(DayReason::Season(season)) => (letter(terms, season), style(season.multiplier, look)),
        Ok(DayReason::DateOverride(_)) => (look.symbols.mark, look.theme.marked),
        Ok(DayReason::Base) | Err(_) => (" ", look.theme.text),
    }
}
