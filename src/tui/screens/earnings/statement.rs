//! The statement of a month, to a file.

use chrono::{Datelike, Months, NaiveDate};

use crate::tui::layers::{
    form::{Field, Kind},
    saving::Saving,
};

/// The field of the month.
pub const MONTH: &str = "month";

/// Asks for a month and a file; the month before the one of `today` is over and so comes first.
#[must_use]
pub fn asking(today: NaiveDate) -> Saving {
    let month = today
        .with_day(1)
        .and_then(|first| first.checked_sub_months(Months::new(1)))
        .unwrap_or(today)
        .format("%Y-%m")
        .to_string();
    let fields = vec![
        Field::new(MONTH, "Month", Kind::Line)
            .limit(7)
            .with(&month)
            .hint("as 2026-06; the file has every movement and the balance behind it"),
    ];
    Saving::new("Statement", fields, &file(&month))
}

/// What the file is called unless somebody says otherwise.
#[must_use]
pub fn file(month: &str) -> String {
    format!("statement-{month}.csv")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_month_that_is_over_comes_first() {
        let asked = asking("2027-01-15".parse().unwrap());
        assert_eq!(asked.text(MONTH), "2026-12");
        assert_eq!(asked.text("file"), "statement-2026-12.csv");
    }
}
