//! Reads one line from left to right and knows where it stands.

use std::str::FromStr;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::{line_error::LineError, money::Currency};

/// A line and a column, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Place {
    pub(super) fn fault(self, message: impl Into<String>, hint: Option<&str>) -> LineError {
        LineError {
            line: self.line,
            column: self.column,
            message: message.into(),
            hint: hint.map(str::to_owned),
        }
    }
}

pub(super) struct Cursor<'a> {
    line: usize,
    text: &'a str,
    /// In bytes, on a character's first one.
    at: usize,
    /// What a whole line of this kind looks like; the hint of every fault.
    example: Option<&'static str>,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(line: usize, text: &'a str) -> Self {
        Self { line, text, at: 0, example: None }
    }

    pub(super) const fn expect_like(&mut self, example: &'static str) {
        self.example = Some(example);
    }

    /// Where the next thing on the line begins.
    pub(super) fn place(&mut self) -> Place {
        self.skip_spaces();
        Place { line: self.line, column: self.text[..self.at].chars().count() + 1 }
    }

    /// Whether nothing but a comment is left.
    pub(super) fn is_done(&mut self) -> bool {
        self.skip_spaces();
        self.rest().is_empty() || self.rest().starts_with('#')
    }

    /// Takes `word`, in small letters or capitals, if it comes next.
    pub(super) fn word(&mut self, word: &str) -> bool {
        let (found, next) = self.letters();
        let is_next = found.eq_ignore_ascii_case(word);
        if is_next {
            self.at = next;
        }
        is_next
    }

    pub(super) fn symbol(&mut self, symbols: &[char]) -> bool {
        self.skip_spaces();
        match self.rest().chars().next() {
            Some(c) if symbols.contains(&c) => {
                self.at += c.len_utf8();
                true
            }
            _ => false,
        }
    }

    /// A number without sign, and a currency if one follows.
    pub(super) fn amount(&mut self, what: &str) -> Result<(Decimal, Option<Currency>), LineError> {
        let amount = self.number(what)?;
        let (word, next) = self.letters();
        if word.chars().count() != 3 || word.eq_ignore_ascii_case("per") {
            return Ok((amount, None));
        }
        let place = self.place();
        let currency = Currency::from_str(&word.to_ascii_uppercase())
            .map_err(|error| place.fault(error.to_string(), self.example))?;
        self.at = next;
        Ok((amount, Some(currency)))
    }

    pub(super) fn number(&mut self, what: &str) -> Result<Decimal, LineError> {
        let place = self.place();
        let digits = self.take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
        if digits.is_empty() {
            return Err(self.expected(place, what));
        }
        if digits.contains(',') {
            let hint = "use a point before decimals and nothing between thousands: 1200.50";
            return Err(place.fault(format!("{digits} is not a number"), Some(hint)));
        }
        Decimal::from_str_exact(digits)
            .map_err(|_| place.fault(format!("{digits} is not a number"), self.example))
    }

    pub(super) fn whole<T: FromStr>(&mut self, what: &str) -> Result<T, LineError> {
        let place = self.place();
        let digits = self.take_while(|c| c.is_ascii_digit());
        if digits.is_empty() {
            return Err(self.expected(place, what));
        }
        digits.parse().map_err(|_| place.fault(format!("{digits} is too large"), self.example))
    }

    pub(super) fn percent(&mut self, what: &str) -> Result<Decimal, LineError> {
        let percent = self.number(what)?;
        self.percent_sign()?;
        Ok(percent)
    }

    fn percent_sign(&mut self) -> Result<(), LineError> {
        let place = self.place();
        if self.symbol(&['%']) { Ok(()) } else { Err(self.expected(place, "a %")) }
    }

    pub(super) fn date(&mut self) -> Result<NaiveDate, LineError> {
        let place = self.place();
        let mut length = 0;
        let date = self.take_while(|c| {
            length += 1;
            length <= 10 && (c.is_ascii_digit() || c == '-')
        });
        if date.is_empty() {
            return Err(self.expected(place, "a date such as 2026-12-31"));
        }
        NaiveDate::parse_from_str(date, "%Y-%m-%d").map_err(|_| {
            let hint = "dates are year-month-day: 2026-12-31";
            place.fault(format!("{date} is not a date"), Some(hint))
        })
    }

    /// A name in quotes; a backslash makes a quote or a backslash part of it.
    pub(super) fn name(&mut self) -> Result<String, LineError> {
        let place = self.place();
        if !self.symbol(&['"', '“']) {
            return Err(self.expected(place, "a name in quotes"));
        }
        let mut name = String::new();
        let mut characters = self.rest().char_indices();
        while let Some((offset, c)) = characters.next() {
            match c {
                '"' | '”' => {
                    self.at += offset + c.len_utf8();
                    return Ok(name);
                }
                '\\' => name.extend(characters.next().map(|(_, escaped)| escaped)),
                _ => name.push(c),
            }
        }
        Err(place.fault("the quote is not closed", self.example))
    }

    /// # Errors
    /// [`Self::leftover`], unless the line is done.
    pub(super) fn end(&mut self) -> Result<(), LineError> {
        if self.is_done() { Ok(()) } else { Err(self.leftover()) }
    }

    /// That the next word is not expected by anything.
    pub(super) fn leftover(&mut self) -> LineError {
        let place = self.place();
        place.fault(format!("{:?} does not belong here", excerpt(self.rest())), self.example)
    }

    /// `what` was expected at `place` and something else, or nothing, is there.
    pub(super) fn expected(&mut self, place: Place, what: &str) -> LineError {
        let message = if self.is_done() {
            format!("{what} is missing")
        } else {
            format!("{what} is expected, not {:?}", excerpt(self.rest()))
        };
        place.fault(message, self.example)
    }

    fn letters(&mut self) -> (&'a str, usize) {
        self.skip_spaces();
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        (&rest[..length], self.at + length)
    }

    fn take_while(&mut self, mut wanted: impl FnMut(char) -> bool) -> &'a str {
        self.skip_spaces();
        let rest = self.rest();
        let length = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn skip_spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }
}

/// The first word of `text`, short enough for a message.
fn excerpt(text: &str) -> String {
    text.split_whitespace().next().unwrap_or_default().chars().take(20).collect()
}
