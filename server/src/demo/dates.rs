//! Dates in the demo's rules and prices: what is written once has to suit any day it is opened on.

use chrono::{Datelike, NaiveDate, TimeDelta};

/// Fills in the dates of lines of text: `{+12}` is the date in twelve days, and a line with `{year}` is
/// repeated for last year, this year and the next.
pub fn fill(text: &str, today: NaiveDate) -> String {
    let mut lines = Vec::new();
    for line in text.lines().map(str::trim) {
        let line = with_dates(line, today);
        if line.contains("{year}") {
            let years = today.year() - 1..=today.year() + 1;
            lines.extend(years.map(|year| line.replace("{year}", &year.to_string())));
        } else {
            lines.push(line);
        }
    }
    lines.join("\n")
}

fn with_dates(line: &str, today: NaiveDate) -> String {
    let mut parts = line.split("{+");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (days, rest) = part.split_once('}').unwrap_or((part, ""));
        let date = today + TimeDelta::days(days.parse().unwrap_or(0));
        filled.push_str(&date.to_string());
        filled.push_str(rest);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_follow_the_day_of_opening() {
        let today = "2026-12-28".parse().unwrap();
        let text = fill("closed {+3} - {+5} \"x\"\n   notice 3h", today);
        assert_eq!(text, "closed 2026-12-31 - 2027-01-02 \"x\"\nnotice 3h");
        let seasons = fill("season \"A\" {year}-06-01 - {year}-08-31 x1.2", today);
        assert_eq!(seasons.lines().count(), 3);
        assert!(seasons.contains("season \"A\" 2027-06-01 - 2027-08-31 x1.2"));
    }
}
