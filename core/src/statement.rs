//! A provider's statement as CSV (RFC 4180), safe to open in a spreadsheet.

use std::{borrow::Cow, fmt::Write as _};

use chrono::NaiveDateTime;

use crate::money::Money;

/// One line of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Local to the provider.
    pub at: NaiveDateTime,
    pub what: String,
    pub booking: String,
    pub title: String,
    /// Positive: to the provider.
    pub amount: Money,
    /// What the provider was to be paid behind this line; negative where they owed.
    pub balance: Money,
}

const HEAD: &str = "date,time,what,booking,title,amount,currency,balance\r\n";

/// The whole document. Words that a spreadsheet would take for a formula begin with an apostrophe; amounts are plain
/// numbers with a point.
#[must_use]
pub fn csv(lines: &[Line]) -> String {
    let mut out = HEAD.to_owned();
    for line in lines {
        let words = [&line.what, &line.booking, &line.title].map(|words| cell(words).into_owned());
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "{},{},{},{},{},{},{},{}\r\n",
            line.at.format("%Y-%m-%d"),
            line.at.format("%H:%M"),
            words[0],
            words[1],
            words[2],
            line.amount.amount(),
            line.amount.currency(),
            line.balance.amount(),
        );
    }
    out
}

/// Words as one cell: what begins like a formula is made text, and quoted where it has to be.
fn cell(words: &str) -> Cow<'_, str> {
    let is_formula = words.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let words = if is_formula { Cow::Owned(format!("'{words}")) } else { Cow::Borrowed(words) };
    if words.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", words.replace('"', "\"\"")))
    } else {
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_each_is_one_cell() {
        for (words, expected) in [
            ("Walk", "Walk"),
            ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@sum", "'@sum"),
            ("a,b", "\"a,b\""),
            ("a\nb", "\"a\nb\""),
        ] {
            assert_eq!(cell(words), expected);
        }
    }

    #[test]
    fn amounts_stay_numbers() {
        let eur =
            |text: &str| Money::try_new(text.parse().unwrap(), "EUR".parse().unwrap()).unwrap();
        let line = Line {
            at: "2026-06-11T00:00:00".parse().unwrap(),
            what: "refund".to_owned(),
            booking: "TRV-1".to_owned(),
            title: "Walk".to_owned(),
            amount: eur("-34"),
            balance: eur("68"),
        };
        let expected = "2026-06-11,00:00,refund,TRV-1,Walk,-34.00,EUR,68.00\r\n";
        assert_eq!(csv(&[line]), format!("{HEAD}{expected}"));
    }
}
