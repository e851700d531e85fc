//! The year at a glance: twelve months, a few columns each, with the letters of their seasons.

use chrono::{Datelike, Months, NaiveDate};
use ratatui::{
    style::Style,
    text::{Line, Span},
};
use rust_decimal::Decimal;
use traveloure_core::{
    pricing::{DayReason, PricingTerms, PricingType, Season, day_price},
    time::nights,
};

use super::signs;
use crate::{terminal::fit, tui::theme::Look};

const MONTHS: u16 = 12;
/// The narrowest that still tells a season from the one beside it.
const NARROWEST: u16 = 2;
const WIDEST: u16 = 5;

/// The strip in `width` columns from `today`'s month on: the months, their seasons, and, if there
/// are any, the dates with a price of their own. Empty where prices do not go by date or the room
/// is too small.
#[must_use]
pub fn lines(
    terms: &PricingTerms,
    today: NaiveDate,
    width: u16,
    look: &Look,
) -> Vec<Line<'static>> {
    let columns = (width / MONTHS).min(WIDEST);
    let goes_by_date = terms.pricing_type == PricingType::Dynamic
        && !(terms.seasonal_pricing.is_empty() && terms.date_overrides.is_empty());
    if columns < NARROWEST || !goes_by_date || look.plain {
        return Vec::new();
    }
    let (mut names, mut seasons, mut own) = (Vec::new(), Vec::new(), Vec::new());
    let mut has_own = false;
    let first = today.with_day(1).unwrap_or(today);
    for month in (0..u32::from(MONTHS)).filter_map(|n| first.checked_add_months(Months::new(n))) {
        let letters = if columns > 3 { 3 } else { 1 };
        let name: String = month.format("%b").to_string().chars().take(letters).collect();
        names.push(Span::styled(fit::pad_end(&name, columns.into()), look.theme.dim));
        for column in 0..columns {
            let (from, until) = part(month, column, columns);
            seasons.push(prevailing(terms, from, until, look));
            let is_own = terms.date_overrides.iter().any(|o| (from..until).contains(&o.date));
            has_own |= is_own;
            let sign = if is_own { look.symbols.mark } else { " " };
            own.push(Span::styled(sign, look.theme.marked));
        }
    }
    let mut lines = vec![Line::from(names), Line::from(seasons)];
    if has_own {
        lines.push(Line::from(own));
    }
    lines
}

/// The days of a month that one column stands for.
fn part(month: NaiveDate, column: u16, columns: u16) -> (NaiveDate, NaiveDate) {
    let next = month.checked_add_months(Months::new(1)).unwrap_or(month);
    let days = (next - month).num_days();
    let day = |column: u16| {
        let offset = days * i64::from(column) / i64::from(columns);
        let day = u32::try_from(offset + 1).unwrap_or(1);
        month.with_day(day).filter(|_| offset < days).unwrap_or(next)
    };
    (day(column), day(column + 1))
}

/// What most of the days cost; a season before the base price where both have as many.
fn prevailing(
    terms: &PricingTerms,
    from: NaiveDate,
    until: NaiveDate,
    look: &Look,
) -> Span<'static> {
    let mut counts: Vec<(Option<&Season>, usize)> = Vec::new();
    for date in nights(from, until) {
        let season = match day_price(terms, date).map(|day| day.reason) {
            Ok(DayReason::Season(season)) => Some(season),
            _ => None,
        };
        match counts.iter_mut().find(|(known, _)| *known == season) {
            Some((_, count)) => *count += 1,
            None => counts.push((season, 1)),
        }
    }
    let most = counts.into_iter().max_by_key(|(season, count)| (*count, season.is_some()));
    match most {
        Some((Some(season), _)) => {
            Span::styled(signs::letter(terms, season), signs::style(season.multiplier, look))
        }
        _ => Span::styled(look.symbols.dot, base_style(look)),
    }
}

fn base_style(look: &Look) -> Style {
    signs::style(Decimal::ONE, look).patch(look.theme.dim)
}

#[cfg(test)]
mod tests {
    use traveloure_core::{money::Currency, pricing::text};

    use super::*;
    use crate::tui::theme::Tone;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn terms() -> PricingTerms {
        text::parse(
            "base 120 EUR\n\
             season \"Christmas\" 2026-12-20 - 2027-01-02 x1.4\n\
             season \"Snow\" 2027-01-10 - 2027-02-28 x0.8\n\
             on 2026-12-31 price 500\n",
            Currency::EUR,
        )
        .unwrap()
    }

    #[test]
    fn each_month_shows_its_seasons() {
        let look = Look::new(Tone::Dark, false);
        let lines = lines(&terms(), date("2026-11-20"), 50, &look);
        let words: Vec<String> = lines.iter().map(ToString::to_string).collect();
        assert!(words[0].starts_with("Nov Dec Jan Feb "), "{words:?}");
        assert!(words[1].starts_with("······aa·bbbbbbb·"), "{words:?}");
        assert_eq!(words[2].find('●'), Some(7), "{words:?}");
    }

    #[test]
    fn columns_share_out_every_day_of_a_month() {
        for columns in NARROWEST..=WIDEST {
            for month in ["2027-02-01", "2028-02-01", "2026-12-01", "2026-11-01"].map(date) {
                let mut next = month;
                for column in 0..columns {
                    let (from, until) = part(month, column, columns);
                    assert_eq!(from, next);
                    assert!(until > from);
                    next = until;
                }
                assert_eq!(next, month.checked_add_months(Months::new(1)).unwrap());
            }
        }
    }
}
