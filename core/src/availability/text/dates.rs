//! Dates as a provider writes them.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta};

use super::words::{Fault, Word, Words};

/// Lists of dates are written out in the document, so a range within one has an end.
const MAX_LISTED_DAYS: i64 = 1_100;
const HOW: &str = "write 2026-12-24, or 24 dec";
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// From the first date to the second, both included.
pub(super) type DateRange = (NaiveDate, NaiveDate);

/// A date as it was written, perhaps without its year.
#[derive(Clone, Copy)]
struct Written {
    day: u32,
    month: u32,
    year: Option<i32>,
    column: usize,
}

impl Written {
    fn of(date: NaiveDate, column: usize) -> Self {
        Self { day: date.day(), month: date.month(), year: Some(date.year()), column }
    }

    fn in_year(self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.month, self.day)
    }

    // 29 February is up to eight years away.
    fn on_or_after(self, date: NaiveDate) -> Option<NaiveDate> {
        let mut years = date.year()..=date.year() + 8;
        years.find_map(|year| self.in_year(year).filter(|found| *found >= date))
    }

    fn on_or_before(self, date: NaiveDate) -> Option<NaiveDate> {
        let mut years = (date.year() - 8..=date.year()).rev();
        years.find_map(|year| self.in_year(year).filter(|found| *found <= date))
    }

    fn no_such_date(self) -> Fault {
        let month = MONTHS[self.month as usize - 1];
        let year = self.year.map(|year| format!(" {year}")).unwrap_or_default();
        Fault::new(self.column, format!("there is no {} {month}{year}", self.day)).hint(HOW)
    }
}

/// Whether a date may begin at the next word.
pub(super) fn begins(words: &Words) -> bool {
    let Some(word) = words.peek() else { return false };
    let second = words.peek_second();
    iso(word.text).is_some()
        || word.is("today")
        || word.is("tomorrow")
        || month(word.text).is_some() && second.is_some_and(|word| day(word.text).is_some())
        || (day(word.text).is_some() || two_days(word.text).is_some())
            && second.is_some_and(|word| month(word.text).is_some())
        || looks_like_a_date(word.text)
}

/// One date or a range; without a year the next one from `today` that is not over.
///
/// # Errors
/// The [`Fault`] at the word that is no date, or no date of that month.
pub(super) fn range(words: &mut Words, today: NaiveDate) -> Result<DateRange, Fault> {
    if let Some((from, to)) = days_of_one_month(words)? {
        return resolve(from, to, today);
    }
    let from = written(words, today)?;
    if words.take(&["-", "–", "—", "to", "until", "till", ".."]) {
        let to = written(words, today)?;
        return resolve(from, to, today);
    }
    let date = match from.year {
        Some(year) => from.in_year(year),
        None => from.on_or_after(today),
    };
    date.map(|date| (date, date)).ok_or_else(|| from.no_such_date())
}

fn resolve(from: Written, to: Written, today: NaiveDate) -> Result<DateRange, Fault> {
    let (first, last) = match (from.year, to.year) {
        (Some(year), _) => {
            let first = from.in_year(year).ok_or_else(|| from.no_such_date())?;
            let last = match to.year {
                Some(year) => to.in_year(year),
                None => to.on_or_after(first),
            };
            (Some(first), last)
        }
        (None, year) => {
            let last = match year {
                Some(year) => to.in_year(year),
                None => to.on_or_after(today),
            };
            (last.and_then(|last| from.on_or_before(last)), last)
        }
    };
    let last = last.ok_or_else(|| to.no_such_date())?;
    let first = first.ok_or_else(|| from.no_such_date())?;
    if last < first {
        return Err(Fault::new(to.column, format!("{last} is before {first}"))
            .hint("write the earlier date first"));
    }
    // 24 dec - 2 jan goes over New Year; 26 dec - 24 dec is a slip, not a year.
    let guessed = from.year.is_none() || to.year.is_none();
    if guessed && first.year() != last.year() && last - first > TimeDelta::days(183) {
        return Err(Fault::new(to.column, format!("this would be {first} to {last}"))
            .hint("write both years if you mean it"));
    }
    Ok((first, last))
}

/// Dates and ranges with commas between them, at least one.
///
/// # Errors
/// As [`range`].
pub(super) fn ranges(words: &mut Words, today: NaiveDate) -> Result<Vec<DateRange>, Fault> {
    let mut ranges = vec![range(words, today)?];
    while words.take(&[",", "and", "&"]) {
        ranges.push(range(words, today)?);
    }
    Ok(ranges)
}

/// The dates of a list, one by one.
///
/// # Errors
/// As [`range`]; and a range too long to be written out.
pub(super) fn list(words: &mut Words, today: NaiveDate) -> Result<Vec<NaiveDate>, Fault> {
    let column = words.column();
    expand(ranges(words, today)?, column)
}

/// The dates of these ranges, which were read at `column`, one by one.
///
/// # Errors
/// More days than anyone lists.
pub(super) fn expand(ranges: Vec<DateRange>, column: usize) -> Result<Vec<NaiveDate>, Fault> {
    let days: i64 = ranges.iter().map(|(from, to)| (*to - *from).num_days()).sum();
    if days > MAX_LISTED_DAYS {
        let message = format!("more than {MAX_LISTED_DAYS} days cannot be listed");
        return Err(Fault::new(column, message).hint("list the next three years at most"));
    }
    Ok(ranges.into_iter().flat_map(each).collect())
}

/// Every date of a range.
pub(super) fn each((from, to): DateRange) -> impl Iterator<Item = NaiveDate> {
    from.iter_days().take_while(move |date| *date <= to)
}

// `24-26 dec`
fn days_of_one_month(words: &mut Words) -> Result<Option<(Written, Written)>, Fault> {
    let column = words.column();
    let Some((first, last)) = words.take_as(two_days) else { return Ok(None) };
    let Some(month) = words.take_as(month) else {
        return Err(words.expected("a month").hint("write 24-26 dec"));
    };
    let year = words.take_as(year);
    let written = |day| Written { day, month, year, column };
    Ok(Some((written(first), written(last))))
}

fn written(words: &mut Words, today: NaiveDate) -> Result<Written, Fault> {
    let column = words.column();
    if let Some(date) = words.take_as(iso) {
        return Ok(Written::of(date, column));
    }
    if words.take(&["today"]) {
        return Ok(Written::of(today, column));
    }
    if words.take(&["tomorrow"]) {
        return Ok(Written::of(crate::time::next_day(today), column));
    }
    if let Some(month) = words.take_as(month) {
        let day = words.take_as(day).ok_or_else(|| words.expected("a day").hint(HOW))?;
        return Ok(Written { day, month, year: words.take_as(year), column });
    }
    if words.peek_second().is_some_and(|word| month(word.text).is_some())
        && let Some(day) = words.take_as(day)
        && let Some(month) = words.take_as(month)
    {
        return Ok(Written { day, month, year: words.take_as(year), column });
    }
    Err(not_a_date(words.peek(), words))
}

fn not_a_date(word: Option<Word>, words: &Words) -> Fault {
    match word {
        Some(word) if looks_like_a_date(word.text) => {
            Fault::new(word.column, format!("{} is not a date", word.shown())).hint(HOW)
        }
        _ => words.expected("a date").hint(HOW),
    }
}

fn iso(text: &str) -> Option<NaiveDate> {
    let well_formed = text.len() == 10 && text.bytes().filter(|byte| *byte == b'-').count() == 2;
    text.parse().ok().filter(|_| well_formed)
}

// Two separators between digits: 2026-13-40, 24/12/2026, 24.12.
fn looks_like_a_date(text: &str) -> bool {
    let separators = text.bytes().filter(|byte| b"-/.".contains(byte)).count();
    text.starts_with(|c: char| c.is_ascii_digit())
        && (separators == 2 || text.contains('/'))
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"-/.".contains(&byte))
}

fn day(text: &str) -> Option<u32> {
    let text = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|ending| text.strip_suffix(ending))
        .unwrap_or(text);
    let digits = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|day| digits && (1..=31).contains(day))
}

fn two_days(text: &str) -> Option<(u32, u32)> {
    let (first, last) = text.split_once(['-', '–'])?;
    Some((day(first)?, day(last)?)).filter(|(first, last)| first <= last)
}

fn month(text: &str) -> Option<u32> {
    let text = text.trim_end_matches('.').to_ascii_lowercase();
    let at = MONTHS.iter().position(|month| text.len() >= 3 && month.starts_with(&text))?;
    u32::try_from(at + 1).ok()
}

fn year(text: &str) -> Option<i32> {
    let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// `09:00`, `9:30`, `9am`, `2:30pm`
pub(super) fn time(text: &str) -> Option<NaiveTime> {
    let lower = text.to_ascii_lowercase();
    let (clock, shift) = match (lower.strip_suffix("am"), lower.strip_suffix("pm")) {
        (Some(clock), _) => (clock, Some(0)),
        (_, Some(clock)) => (clock, Some(12)),
        _ => (lower.as_str(), None),
    };
    let (hour, minute) = match (clock.split_once(':'), shift) {
        (Some((hour, minute)), _) if minute.len() == 2 => (hour, minute),
        (None, Some(_)) => (clock, "00"),
        _ => return None,
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if hour.len() > 2 || !digits(hour) || !digits(minute) {
        return None;
    }
    let hour: u32 = hour.parse().ok()?;
    let hour = match shift {
        Some(shift) if (1..=12).contains(&hour) => hour % 12 + shift,
        Some(_) => return None,
        None => hour,
    };
    NaiveTime::from_hms_opt(hour, minute.parse().ok()?, 0)
}

/// Dates as few words as possible: `2026-12-24`, or `2026-12-24 - 2027-01-02` for a run of them.
pub(super) fn runs(dates: impl IntoIterator<Item = NaiveDate>) -> Vec<DateRange> {
    let mut runs: Vec<DateRange> = Vec::new();
    for date in dates {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add_days(Days::new(1)) == Some(date) => *last = date,
            _ => runs.push((date, date)),
        }
    }
    runs
}

pub(super) fn show(range: DateRange) -> String {
    let (from, to) = range;
    if from == to { from.to_string() } else { format!("{from} - {to}") }
}

pub(super) fn show_all<'r>(ranges: impl IntoIterator<Item = &'r DateRange>) -> String {
    ranges.into_iter().copied().map(show).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: &str = "2026-07-10";

    fn read(line: &str) -> Result<String, String> {
        let mut words = Words::split(line).unwrap();
        let ranges = ranges(&mut words, TODAY.parse().unwrap());
        let shown = |fault: Fault| fault.on_line(1).to_string();
        ranges.map(|ranges| show_all(&ranges)).map_err(shown)
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        for (line, expected) in [
            ("2026-12-24", "2026-12-24"),
            ("24 dec", "2026-12-24"),
            ("Dec 24", "2026-12-24"),
            ("24th December 2027", "2027-12-24"),
            ("10 jul", "2026-07-10"),
            ("9 jul", "2027-07-09"),
            ("29 feb", "2028-02-29"),
            ("today, tomorrow", "2026-07-10, 2026-07-11"),
            ("24 dec - 2 jan", "2026-12-24 - 2027-01-02"),
            ("24-26 dec", "2026-12-24 - 2026-12-26"),
            ("24 dec to 2 jan 2030", "2029-12-24 - 2030-01-02"),
            ("1 jul - 31 jul", "2026-07-01 - 2026-07-31"),
            ("1 jul - 9 jul", "2027-07-01 - 2027-07-09"),
            ("2026-07-01 - 5 jul and 7 aug", "2026-07-01 - 2026-07-05, 2026-08-07"),
        ] {
            assert_eq!(read(line).as_deref(), Ok(expected), "{line}");
        }
    }

    #[test]
    fn what_is_no_date_is_pointed_at() {
        for (line, column, part) in [
            ("24/12/2026", 1, "is not a date"),
            ("2026-13-01", 1, "is not a date"),
            ("1 jul, 31 feb", 8, "there is no 31 february"),
            ("24 dec - soon", 10, "expected a date"),
            ("2026-07-05 - 2026-07-01", 14, "is before"),
            ("26 dec - 24 dec", 10, "this would be 2025-12-26 to 2026-12-24"),
            ("24 dec -", 9, "the line ends here"),
            ("30 feb", 1, "there is no 30 february"),
        ] {
            let error = read(line).unwrap_err();
            assert!(error.contains(part), "{line}: {error}");
            assert!(error.contains(&format!("column {column}:")), "{line}: {error}");
        }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, expected) in [
            ("09:00", Some("09:00:00")),
            ("9:30", Some("09:30:00")),
            ("9am", Some("09:00:00")),
            ("12am", Some("00:00:00")),
            ("2:30PM", Some("14:30:00")),
            ("25:00", None),
            ("9:5", None),
            ("13pm", None),
            ("9", None),
            ("+9:00", None),
        ] {
            assert_eq!(time(text).map(|time| time.to_string()).as_deref(), expected, "{text}");
        }
    }
}
