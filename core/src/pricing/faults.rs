//! The faults found in terms so far, and the checks that several fields share.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use crate::{
    field::FieldError,
    money::{Currency, Money},
    text::clean_line,
};

const PERCENT_DECIMALS: u32 = 2;
/// Prices are for dates of these years; any other is a slip.
const YEARS: RangeInclusive<i32> = 2000..=2199;
const MAX_NAME: usize = 60;

pub(super) struct Faults(pub(super) Vec<FieldError>);

impl Faults {
    pub(super) fn add(&mut self, field: impl Into<String>, code: &str, message: impl Into<String>) {
        self.0.push(FieldError::new(field, code, message));
    }

    pub(super) fn amount(&mut self, field: impl Into<String>, amount: Decimal, currency: Currency) {
        if amount < Decimal::ZERO {
            self.add(field, "out_of_range", format!("{amount} is below zero"));
        } else if let Err(error) = Money::try_new(amount, currency) {
            self.add(field, "invalid", error.to_string());
        }
    }

    pub(super) fn percent(&mut self, field: impl Into<String>, percent: Decimal) {
        if percent < Decimal::ZERO || percent > Decimal::ONE_HUNDRED {
            self.add(field, "out_of_range", format!("{percent} is not between 0 and 100"));
        } else if percent.normalize().scale() > PERCENT_DECIMALS {
            self.add(
                field,
                "too_precise",
                format!("{percent} has more than {PERCENT_DECIMALS} decimals"),
            );
        }
    }

    pub(super) fn year(&mut self, field: impl Into<String>, date: NaiveDate) {
        if !YEARS.contains(&date.year()) {
            self.add(field, "out_of_range", format!("{date} is not a date one can book for"));
        }
    }

    /// Whether a list is short enough to be looked at entry by entry.
    pub(super) fn fits(&mut self, field: &str, length: usize, max: usize) -> bool {
        if length > max {
            self.add(field, "too_long", format!("{length} entries; at most {max} are kept"));
        }
        length <= max
    }
}

/// What is wrong with the name of a season, which strangers will read.
pub(super) fn name_fault(name: &str) -> Option<String> {
    if name.trim().is_empty() {
        return Some("a season needs a name; travelers read it in the price".to_owned());
    }
    if name.trim() != name {
        return Some("the name begins or ends with a space".to_owned());
    }
    if name.chars().count() > MAX_NAME {
        return Some(format!("the name is longer than {MAX_NAME} characters"));
    }
    (clean_line(name) != name)
        .then(|| "the name contains characters that cannot be shown".to_owned())
}
