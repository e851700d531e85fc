//! Words, dates and money as they are shown.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate, NaiveTime};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};
use traveloure_core::{money::Money, text::clean_line};
use unicode_segmentation::UnicodeSegmentation;

use crate::terminal::fit;

/// Puts `text` at the left of `area`'s first row, cut to fit. What other people wrote is cleaned.
/// Returns how many columns it took.
pub fn put(buffer: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    if area.height == 0 || area.width == 0 {
        return 0;
    }
    let clean = clean_line(text);
    let shown = fit::truncate(&clean, area.width.into());
    let (end, _) = buffer.set_stringn(area.x, area.y, &shown, area.width.into(), style);
    end - area.x
}

/// As [`put`], at the right.
pub fn put_end(buffer: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let clean = clean_line(text);
    let width = u16::try_from(fit::width(&clean)).unwrap_or(u16::MAX).min(area.width);
    let right = Rect { x: area.right() - width, width, ..area };
    put(buffer, right, &clean, style)
}

/// As [`put`], in the middle.
pub fn put_middle(buffer: &mut Buffer, area: Rect, text: &str, style: Style) {
    let clean = clean_line(text);
    let width = u16::try_from(fit::width(&clean)).unwrap_or(u16::MAX).min(area.width);
    let left = (area.width - width) / 2;
    put(buffer, Rect { x: area.x + left, width: area.width - left, ..area }, &clean, style);
}

/// The row `index` rows below the top of `area`; empty when that is outside.
#[must_use]
pub fn row(area: Rect, index: u16) -> Rect {
    if index < area.height {
        Rect { y: area.y + index, height: 1, ..area }
    } else {
        Rect { height: 0, ..area }
    }
}

/// `text` in lines of at most `width` columns, broken between words where there are words. Lines of
/// the text stay lines.
#[must_use]
pub fn wrap(text: &str, width: u16) -> Vec<String> {
    let width = usize::from(width.max(1));
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let clean = clean_line(paragraph);
        let mut line = String::new();
        for word in clean.split_inclusive(' ') {
            if joined_width(&line, word.trim_end()) <= width {
                line.push_str(word);
                continue;
            }
            // Scripts that write without blanks break anywhere; other words begin a new line.
            let breaks_anywhere = fit::width(word) > word.chars().count();
            if !line.is_empty() && !breaks_anywhere {
                lines.push(line.trim_end().to_owned());
                line = String::new();
            }
            break_word(word, width, &mut line, &mut lines);
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Columns of the two together: not always those of the one and of the other.
fn joined_width(line: &str, more: &str) -> usize {
    fit::width(&format!("{line}{more}"))
}

fn break_word(word: &str, width: usize, line: &mut String, lines: &mut Vec<String>) {
    for cluster in word.graphemes(true) {
        // One letter that is wider than the column cannot be shown in it.
        let cluster = if fit::width(cluster) > width { fit::ELLIPSIS } else { cluster };
        if joined_width(line, cluster) > width && !line.is_empty() {
            lines.push(std::mem::take(line).trim_end().to_owned());
        }
        if !(line.is_empty() && cluster == " ") {
            line.push_str(cluster);
        }
    }
}

/// Wrapped text as lines to draw.
#[must_use]
pub fn wrapped(text: &str, width: u16, style: Style) -> Vec<Line<'static>> {
    wrap(text, width).into_iter().map(|line| Line::styled(line, style)).collect()
}

/// One line of text that someone else wrote, cleaned.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    clean_line(text)
}

/// Text that someone else wrote, as a span.
#[must_use]
pub fn said(text: &str, style: Style) -> Span<'static> {
    Span::styled(clean_line(text).into_owned(), style)
}

/// `Tue 14 Jul`, with the year when it is not `today`'s.
#[must_use]
pub fn day(date: NaiveDate, today: NaiveDate) -> String {
    if date.year() == today.year() {
        date.format("%a %-d %b").to_string()
    } else {
        date.format("%a %-d %b %Y").to_string()
    }
}

/// How long something takes: `45 min`, `3 h`, `2 h 30 min`.
#[must_use]
pub fn hours(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// `09:00`
#[must_use]
pub fn clock(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// A day, a day and a time, or a stay: `Tue 14 Jul 09:00`, `Tue 14 Jul, 3 nights`.
#[must_use]
pub fn when(
    date: NaiveDate,
    end_date: Option<NaiveDate>,
    time: Option<NaiveTime>,
    today: NaiveDate,
) -> String {
    let mut text = day(date, today);
    if let Some(time) = time {
        text.push(' ');
        text.push_str(&clock(time));
    }
    if let Some(end) = end_date {
        let nights = (end - date).num_days();
        text.push_str(", ");
        text.push_str(&counted(u64::try_from(nights).unwrap_or(0), "night", "nights"));
    }
    text
}

/// Up to so many days ahead a weekday and a month say which year it is.
const PLAIN_AHEAD: i64 = 300;
/// `Thu 24 Dec 09:00`
const WITH_WEEKDAY: u16 = 16;

/// As [`when`] if it fits `width`, else with less of it: without a year that is plain anyhow, without
/// the weekday (`14 Jul, 3 nights`), and at last `14 Jul 28 09:00`, `14 Jul 3n`.
#[must_use]
pub fn fitting_when(
    date: NaiveDate,
    end_date: Option<NaiveDate>,
    time: Option<NaiveTime>,
    today: NaiveDate,
    width: u16,
) -> String {
    // All rows of a narrow column are alike: none says its weekday where others could not.
    let fits = |words: &String| words.len() <= usize::from(width) && width >= WITH_WEEKDAY;
    let full = when(date, end_date, time, today);
    if fits(&full) {
        return full;
    }
    let is_plain =
        date.year() == today.year() || (0..PLAIN_AHEAD).contains(&(date - today).num_days());
    if is_plain {
        let without_year = when(date, end_date, time, date);
        let without_weekday = without_year.split_once(' ').map(|(_, rest)| rest.to_owned());
        let shorter = [Some(without_year), without_weekday].into_iter().flatten().find(fits);
        if let Some(shorter) = shorter {
            return shorter;
        }
    }
    let day = date.format(if is_plain { "%-d %b" } else { "%-d %b %y" });
    match (end_date, time) {
        (Some(end), _) => format!("{day} {}n", (end - date).num_days()),
        (None, Some(time)) => format!("{day} {}", clock(time)),
        (None, None) => day.to_string(),
    }
}

/// `1 night`, `3 nights`
#[must_use]
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A number with its thousands set apart: `100,000`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An amount, or the words for none yet.
#[must_use]
pub fn price(amount: Option<Money>) -> Cow<'static, str> {
    amount.map_or(Cow::Borrowed("your offer"), |amount| Cow::Owned(amount.to_string()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_length_of_time_reads_in_hours() {
        let words = [45, 180, 150, 540].map(hours);
        assert_eq!(words, ["45 min", "3 h", "2 h 30 min", "9 h"]);
    }

    #[test]
    fn text_breaks_between_words() {
        assert_eq!(wrap("a walk by the river", 9), ["a walk by", "the river"]);
        assert_eq!(wrap("one\n\ntwo", 9), ["one", "", "two"]);
        assert_eq!(wrap("incomprehensible", 6), ["incomp", "rehens", "ible"]);
        assert_eq!(wrap("東京タワー", 4), ["東京", "タワ", "ー"]);
        assert_eq!(wrap("a 東京タワー b", 6), ["a 東京", "タワー", "b"]);
        assert_eq!(wrap("as they are (now)", 14), ["as they are", "(now)"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn dates_are_short_and_say_the_year_when_it_matters() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = date("2026-11-20");
        assert_eq!(day(date("2026-12-24"), today), "Thu 24 Dec");
        assert_eq!(day(date("2027-01-02"), today), "Sat 2 Jan 2027");
        let stay = when(date("2026-12-24"), Some(date("2026-12-27")), None, today);
        assert_eq!(stay, "Thu 24 Dec, 3 nights");
        let fitting = |day: &str, nights: Option<u64>, width| {
            let end = nights.map(|nights| date(day) + chrono::Days::new(nights));
            let time = nights.is_none().then(|| "09:00".parse().unwrap());
            fitting_when(date(day), end, time, today, width)
        };
        assert_eq!(fitting("2026-12-24", None, 16), "Thu 24 Dec 09:00");
        assert_eq!(fitting("2026-12-03", None, 15), "3 Dec 09:00");
        assert_eq!(fitting("2027-01-02", None, 20), "Sat 2 Jan 2027 09:00");
        assert_eq!(fitting("2027-01-02", None, 16), "Sat 2 Jan 09:00");
        assert_eq!(fitting("2028-01-02", None, 16), "2 Jan 28 09:00");
        assert_eq!(fitting("2027-01-02", Some(3), 16), "2 Jan, 3 nights");
        assert_eq!(fitting("2027-01-02", Some(30), 14), "2 Jan 30n");
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([0, 999, 1000, 100_000].map(grouped), ["0", "999", "1,000", "100,000"]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked(text: String, width in 2_u16..60) {
            for line in wrap(&text, width) {
                prop_assert!(fit::width(&line) <= usize::from(width), "{line:?}");
            }
        }
    }
}
