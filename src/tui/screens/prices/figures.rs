//! Percentages and multipliers as people write them, and amounts as the screen shows them.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use traveloure_core::money::{self, Currency};

/// `x1.4`, `1.4`, `+40%` and `-10%` as a multiplier of the base price.
///
/// # Errors
/// What would be right. A percentage without a sign could mean two things and is refused.
pub fn read_multiplier(text: &str) -> Result<Decimal, String> {
    let wrong = || "write +40%, -10% or x1.4".to_owned();
    let text = text.trim();
    if let Some(percent) = text.strip_suffix('%') {
        let (sign, figure) = match (percent.strip_prefix('+'), percent.strip_prefix(['-', '−'])) {
            (Some(figure), _) => (Decimal::ONE, figure),
            (_, Some(figure)) => (Decimal::NEGATIVE_ONE, figure),
            _ => return Err(wrong()),
        };
        let share = number(figure).ok_or_else(wrong)? / Decimal::ONE_HUNDRED;
        return Ok(Decimal::ONE + sign * share);
    }
    number(text.trim_start_matches(['x', 'X', '×'])).ok_or_else(wrong)
}

/// `10%` and `10` as a percentage.
///
/// # Errors
/// What would be right.
pub fn read_percent(text: &str) -> Result<Decimal, String> {
    let text = text.trim();
    number(text.strip_suffix('%').unwrap_or(text))
        .ok_or_else(|| "write a percentage: 10%".to_owned())
}

/// A plain decimal number, neither signed nor longer than a figure of prices can be.
fn number(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let plain = text.len() <= 12 && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    if plain { Decimal::from_str_exact(text).ok() } else { None }
}

/// A multiplier as it changes the price: `+40%`, `-10%`, `+0%`.
#[must_use]
pub fn percent_change(multiplier: Decimal) -> String {
    let percent = (multiplier - Decimal::ONE) * Decimal::ONE_HUNDRED;
    let sign = if percent < Decimal::ZERO { "-" } else { "+" };
    format!("{sign}{}%", percent.abs().normalize())
}

/// An amount with the currency's decimals, without its code.
#[must_use]
pub fn plain(amount: Decimal, currency: Currency) -> String {
    money::round(amount, currency).to_string()
}

/// `1 Jul - 31 Aug`, with the years where they are not `today`'s; a single day is said once.
#[must_use]
pub fn range(from: NaiveDate, to: NaiveDate, today: NaiveDate) -> String {
    let day = |date: NaiveDate, with_year: bool| {
        date.format(if with_year { "%-d %b %y" } else { "%-d %b" }).to_string()
    };
    let is_near = from.year() == today.year() && to.year() == today.year();
    if from == to {
        return day(from, !is_near);
    }
    let needs_both = from.year() != to.year() && from.year() != today.year();
    format!("{} - {}", day(from, needs_both), day(to, !is_near))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multipliers_as_people_write_them() {
        let read = |text: &str| read_multiplier(text).map(|m| m.normalize().to_string());
        for (text, multiplier) in [
            ("x1.4", "1.4"),
            ("1.4", "1.4"),
            ("× 1.4", "1.4"),
            ("+40%", "1.4"),
            (" +12.5 %", "1.125"),
            ("-10%", "0.9"),
            ("−10%", "0.9"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(multiplier), "{text}");
        }
        for wrong in ["", "%", "+%", "40%", "x", "+x1.4", "1e3", "--10%", "1.4.1", "1,4"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_change_reads_back() {
        for text in ["1.4", "0.9", "1", "0.01", "100", "1.1234"] {
            let multiplier: Decimal = text.parse().unwrap();
            assert_eq!(read_multiplier(&percent_change(multiplier)), Ok(multiplier), "{text}");
        }
    }

    #[test]
    fn percentages_need_no_sign() {
        assert_eq!(read_percent("12.5 %"), Ok(Decimal::new(125, 1)));
        assert_eq!(read_percent("10"), Ok(Decimal::TEN));
        for wrong in ["", "%", "-5", "ten", "99999999999999999999"] {
            assert!(read_percent(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn ranges_say_the_year_when_it_matters() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let shown = |from, to| range(date(from), date(to), date("2026-11-20"));
        assert_eq!(shown("2026-12-01", "2026-12-24"), "1 Dec - 24 Dec");
        assert_eq!(shown("2026-12-20", "2027-01-02"), "20 Dec - 2 Jan 27");
        assert_eq!(shown("2027-07-01", "2027-08-31"), "1 Jul - 31 Aug 27");
        assert_eq!(shown("2027-12-20", "2028-01-02"), "20 Dec 27 - 2 Jan 28");
        assert_eq!(shown("2026-12-31", "2026-12-31"), "31 Dec");
    }
}
