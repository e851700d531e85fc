//! Dates and times as people type them.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Weekday};

/// The ways to write a date that are worth a hint where one is typed; [`date`] takes more.
pub const WAYS_OF_A_DATE: &str = "today, tomorrow, fri, 24 dec, +20";

/// A date: `2026-12-24`, `24 dec`, `24 dec 2027`, `dec 24`, `fri` (the next one), `today`,
/// `tomorrow`, `+3` (days from today). A day and month without a year is the next such date.
///
/// # Errors
/// What would be right.
pub fn date(text: &str, today: NaiveDate) -> Result<NaiveDate, String> {
    let text = text.trim().to_lowercase();
    let read = iso(&text)
        .or_else(|| by_name(&text, today))
        .or_else(|| ahead(&text, today))
        .or_else(|| day_and_month(&text, today));
    read.ok_or_else(|| "write a date as 2026-12-24, 24 dec, fri or +3".to_owned())
}

fn iso(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

fn by_name(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    match text {
        "today" => return Some(today),
        "tomorrow" => return today.succ_opt(),
        _ => {}
    }
    let wanted: Weekday = text.parse().ok()?;
    let next = today.iter_days().skip(1).take(7).find(|date| date.weekday() == wanted);
    next.filter(|_| text.len() >= 3)
}

fn ahead(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let days: u64 = text.strip_prefix('+')?.trim().parse().ok()?;
    today.checked_add_days(Days::new(days)).filter(|_| days <= 3_660)
}

fn day_and_month(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let words: Vec<&str> = text.split([' ', ',', '.']).filter(|word| !word.is_empty()).collect();
    let (first, second, year) = match words[..] {
        [first, second] => (first, second, None),
        [first, second, year] => (first, second, Some(year.parse::<i32>().ok()?)),
        _ => return None,
    };
    let (day, month) = match (first.parse::<u32>(), second.parse::<u32>()) {
        (Ok(day), Err(_)) => (day, month(second)?),
        (Err(_), Ok(day)) => (day, month(first)?),
        _ => return None,
    };
    match year {
        Some(year) => NaiveDate::from_ymd_opt(year, month, day),
        // The 29th of February can be four years away.
        None => (0..=8)
            .filter_map(|years| NaiveDate::from_ymd_opt(today.year() + years, month, day))
            .find(|date| *date >= today),
    }
}

fn month(word: &str) -> Option<u32> {
    let month: chrono::Month = word.parse().ok()?;
    (word.len() >= 3).then(|| month.number_from_month())
}

/// A month: `2026-06`.
///
/// # Errors
/// What would be right.
pub fn year_and_month(text: &str) -> Result<String, String> {
    let first = format!("{}-01", text.trim());
    NaiveDate::parse_from_str(&first, "%Y-%m-%d")
        .map(|first| first.format("%Y-%m").to_string())
        .map_err(|_| "write a month as 2026-06".to_owned())
}

/// A time of day: `9`, `9:30`, `0930`, `21h`, `9.30`, `9am`, `9:30pm`.
///
/// # Errors
/// What would be right.
pub fn time(text: &str) -> Result<NaiveTime, String> {
    read_time(text.trim()).ok_or_else(|| "write a time as 9:30, 0930 or 9pm".to_owned())
}

fn read_time(text: &str) -> Option<NaiveTime> {
    let text = text.to_lowercase();
    let (text, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(rest), _) => (rest.trim().to_owned(), Some(0)),
        (_, Some(rest)) => (rest.trim().to_owned(), Some(12)),
        _ => (text, None),
    };
    let (hour, minute) = match text.split_once([':', '.', 'h']) {
        Some((hour, "")) => (hour.to_owned(), "0".to_owned()),
        Some((hour, minute)) if minute.len() == 2 => (hour.to_owned(), minute.to_owned()),
        Some(_) => return None,
        None if text.len() == 4 && text.is_ascii() => (text[..2].to_owned(), text[2..].to_owned()),
        None => (text, "0".to_owned()),
    };
    let (mut hour, minute): (u32, u32) = (number(&hour)?, number(&minute)?);
    if let Some(half) = half {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + half;
    }
    NaiveTime::from_hms_opt(hour, minute, 0)
}

fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// How long something lasts: `45m`, `24h`, `2d`, `1d 12h`; a bare number is hours.
///
/// # Errors
/// What would be right.
pub fn span(text: &str) -> Result<TimeDelta, String> {
    let wrong = || "write a time span as 45m, 24h or 2d".to_owned();
    let mut minutes: i64 = 0;
    for word in text.split_whitespace() {
        let (digits, unit) =
            word.split_at(word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len()));
        let count: i64 = digits.parse().ok().filter(|count| *count <= 100_000).ok_or_else(wrong)?;
        minutes += match unit {
            "m" | "min" => count,
            "" | "h" => count * 60,
            "d" => count * 60 * 24,
            _ => return Err(wrong()),
        };
    }
    if minutes > 0 { Ok(TimeDelta::minutes(minutes)) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn today() -> NaiveDate {
        // A Friday.
        NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
    }

    #[test]
    fn dates_as_people_type_them() {
        let read = |text: &str| date(text, today()).unwrap().to_string();
        assert_eq!(read("2026-12-24"), "2026-12-24");
        assert_eq!(read("24 dec"), "2026-12-24");
        assert_eq!(read("Dec 24"), "2026-12-24");
        assert_eq!(read("3 november"), "2027-11-03");
        assert_eq!(read("29 feb"), "2028-02-29");
        assert_eq!(read("24. dec, 2028"), "2028-12-24");
        assert_eq!(read("fri"), "2026-11-27");
        assert_eq!(read("saturday"), "2026-11-21");
        assert_eq!(read("today"), "2026-11-20");
        assert_eq!(read("+3"), "2026-11-23");
        for wrong in ["", "24", "31 nov", "2026-13-01", "someday", "+99999", "24 12"] {
            assert!(date(wrong, today()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_the_hint_names_is_taken() {
        for way in WAYS_OF_A_DATE.split(", ") {
            assert!(date(way, today()).is_ok(), "{way}");
        }
    }

    #[test]
    fn months_as_they_are_typed() {
        assert_eq!(year_and_month(" 2026-06 "), Ok("2026-06".to_owned()));
        assert_eq!(year_and_month("2026-6"), Ok("2026-06".to_owned()));
        for wrong in ["", "June", "2026-13", "2026-06-01", "06-2026x"] {
            assert!(year_and_month(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_as_people_type_them() {
        let read = |text: &str| time(text).unwrap().format("%H:%M").to_string();
        assert_eq!(read("9"), "09:00");
        assert_eq!(read("9:30"), "09:30");
        assert_eq!(read("0930"), "09:30");
        assert_eq!(read("21h"), "21:00");
        assert_eq!(read("21h15"), "21:15");
        assert_eq!(read("9pm"), "21:00");
        assert_eq!(read("12 am"), "00:00");
        for wrong in ["", "25", "9:3", "9:60", "13pm", "nine", "é930", "00pm"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn spans_as_people_type_them() {
        assert_eq!(span("24").unwrap(), TimeDelta::hours(24));
        assert_eq!(span("1d 12h").unwrap(), TimeDelta::hours(36));
        assert_eq!(span("45m").unwrap(), TimeDelta::minutes(45));
        for wrong in ["", "0", "2w", "soon", "99999999999999999999h", "1h30é"] {
            assert!(span(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn nothing_typed_panics(text in "\\PC{0,12}") {
            let _ = (date(&text, today()), time(&text), span(&text));
        }

        #[test]
        fn what_is_shown_reads_back(days in 0_u64..3_000, minutes in 0_u32..1_440) {
            let shown = today() + Days::new(days);
            prop_assert_eq!(date(&shown.to_string(), today()), Ok(shown));
            let at = NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0).unwrap();
            prop_assert_eq!(time(&at.format("%H:%M").to_string()), Ok(at));
        }
    }
}
