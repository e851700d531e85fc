//! What a person typed into the fields of a form: cleaned, measured, and complained about all at once.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};
use traveloure_core::{field::FieldError, line_error::LineError, text};

use crate::error::{AppError, AppResult};

/// Nobody books for any other.
const YEARS: RangeInclusive<i32> = 2000..=2199;

/// The complaints so far.
#[derive(Debug, Default)]
pub struct Words(Vec<FieldError>);

impl Words {
    /// A line of so many characters.
    pub fn line(&mut self, field: &str, typed: &str, length: RangeInclusive<usize>) -> String {
        self.measured(field, text::clean_line(typed.trim()).trim().to_owned(), length)
    }

    /// A text of several lines and so many characters.
    pub fn text(&mut self, field: &str, typed: &str, length: RangeInclusive<usize>) -> String {
        self.measured(field, text::clean_text(typed.trim()).trim().to_owned(), length)
    }

    /// A country's code, ISO 3166-1 alpha-2.
    pub fn country(&mut self, field: &str, typed: &str) -> String {
        let code = typed.trim().to_ascii_uppercase();
        if code.len() != 2 || !code.bytes().all(|letter| letter.is_ascii_uppercase()) {
            self.refuse(field, "invalid", "a country is two letters (ISO 3166-1), such as PT");
        }
        code
    }

    /// A number within bounds.
    pub fn number(&mut self, field: &str, number: u32, bounds: RangeInclusive<u32>) {
        if !bounds.contains(&number) {
            let message = format!("between {} and {}", bounds.start(), bounds.end());
            self.refuse(field, "out_of_range", message);
        }
    }

    /// Dates that somebody could mean: calculations with others may leave the calendar.
    pub fn dates<const N: usize>(&mut self, dates: [(&str, Option<NaiveDate>); N]) {
        for (field, date) in dates {
            if date.is_some_and(|date| !YEARS.contains(&date.year())) {
                self.refuse(field, "out_of_range", "a date between the years 2000 and 2199");
            }
        }
    }

    pub fn refuse(&mut self, field: impl Into<String>, code: &str, message: impl Into<String>) {
        self.0.push(FieldError::new(field, code, message));
    }

    /// Adds the complaints of somebody else about the same form.
    pub fn add(&mut self, complaints: Vec<FieldError>) {
        self.0.extend(complaints);
    }

    /// # Errors
    /// All complaints, if there are any.
    pub fn finish(self) -> AppResult<()> {
        if self.0.is_empty() { Ok(()) } else { Err(AppError::invalid(self.0)) }
    }

    fn measured(&mut self, field: &str, clean: String, length: RangeInclusive<usize>) -> String {
        let found = clean.chars().count();
        if found == 0 && *length.start() > 0 {
            self.refuse(field, "required", "write something here");
        } else if !length.contains(&found) {
            let message = format!("{found} characters; at most {}", length.end());
            self.refuse(field, "too_long", message);
        }
        clean
    }
}

/// The faults of a text as faults of a form: the field says line and column, such as `text:3:12`.
pub fn line_faults(faults: Vec<LineError>) -> Vec<FieldError> {
    faults
        .into_iter()
        .map(|fault| {
            let field = format!("text:{}:{}", fault.line, fault.column);
            FieldError::new(field, "unreadable", fault.to_string())
        })
        .collect()
}
