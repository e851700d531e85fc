//! Weekdays, numbers and lengths of time as people write them.

use chrono::Weekday;

use super::words::{Fault, Words, nearest};
use crate::availability::weekdays::{self, Weekdays};

/// `tue,thu`, `mon-fri`, `weekends`, `day`
pub(super) fn weekdays(words: &mut Words) -> Result<Weekdays, Fault> {
    let expected = |words: &Words| {
        let near = words.peek().and_then(|word| nearest(word.text, &WEEKDAYS));
        let hint = near.map(|near| format!("did you mean {near}?"));
        words
            .expected("a day of the week")
            .hint(hint.unwrap_or_else(|| "mon,wed or mon-fri or day".to_owned()))
    };
    let one = |words: &mut Words| {
        let days = words.take_as(days_named).ok_or_else(|| expected(words))?;
        match days.single() {
            Some(first) if words.take(&["-", "–", "to"]) => {
                let last = words.take_as(weekday_named).ok_or_else(|| expected(words))?;
                Ok(between(first, last))
            }
            _ => Ok(days),
        }
    };
    let mut days = one(words)?;
    while words.take(&[",", "and", "&"]) || names_weekday(words) {
        days = days.union(one(words)?);
    }
    Ok(days)
}

/// Whether the next word is a day of the week, or several.
pub(super) fn names_weekday(words: &Words) -> bool {
    words.peek().is_some_and(|word| days_named(word.text).is_some())
}

const WEEKDAYS: [&str; 17] = [
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "day",
    "weekdays",
    "weekends",
];

fn days_named(word: &str) -> Option<Weekdays> {
    let word = word.to_ascii_lowercase();
    match word.as_str() {
        "day" | "days" => return Some(Weekdays::EVERY_DAY),
        "weekday" | "weekdays" => return Some(between(Weekday::Mon, Weekday::Fri)),
        "weekend" | "weekends" => return Some(between(Weekday::Sat, Weekday::Sun)),
        _ => {}
    }
    match word.split_once(['-', '–']) {
        Some((first, last)) => Some(between(weekday(first)?, weekday(last)?)),
        None => weekday(&word).map(|day| Weekdays::NONE.with(day)),
    }
}

fn weekday_named(word: &str) -> Option<Weekday> {
    weekday(&word.to_ascii_lowercase())
}

fn weekday(word: &str) -> Option<Weekday> {
    let singular = word.strip_suffix('s').unwrap_or(word);
    Weekdays::EVERY_DAY.iter().find(|day| {
        let name = weekdays::full_name(*day);
        word.len() >= 3 && (name.starts_with(word) || name == singular)
    })
}

fn between(first: Weekday, last: Weekday) -> Weekdays {
    let days = std::iter::successors(Some(first), |day| Some(day.succ())).take(7);
    let mut passed = false;
    days.take_while(|day| !std::mem::replace(&mut passed, *day == last)).collect()
}

pub(super) fn number(words: &mut Words) -> Option<u32> {
    words.take_as(digits)
}

fn digits(text: &str) -> Option<u32> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

// `1-8`, `2+`
pub(super) fn bounds(text: &str) -> Option<(Option<u32>, Option<u32>)> {
    if let Some(min) = text.strip_suffix('+') {
        return Some((Some(digits(min)?), None));
    }
    let (min, max) = text.split_once(['-', '–'])?;
    Some((Some(digits(min)?), Some(digits(max)?)))
}

pub(super) fn minutes(words: &mut Words, example: &str) -> Result<u32, Fault> {
    let expected = |words: &Words| words.expected("a time such as 30m, 24h or 2d").hint(example);
    if let Some(minutes) = words.take_as(duration) {
        return Ok(minutes);
    }
    let column = words.column();
    let number = number(words).ok_or_else(|| expected(words))?;
    let unit = words.take_as(unit).ok_or_else(|| expected(words))?;
    number.checked_mul(unit).ok_or_else(|| Fault::new(column, "this is far too long"))
}

pub(super) fn days(words: &mut Words) -> Result<u32, Fault> {
    const DAY: u32 = 24 * 60;
    let column = words.column();
    let minutes = minutes(words, "horizon 365d")?;
    if minutes.is_multiple_of(DAY) {
        Ok(minutes / DAY)
    } else {
        Err(Fault::new(column, "a horizon is in whole days").hint("horizon 365d"))
    }
}

// `90m`, `1h30m`
fn duration(text: &str) -> Option<u32> {
    let mut rest = text;
    let mut total: u32 = 0;
    while !rest.is_empty() {
        let number = &rest[..rest.find(|c: char| !c.is_ascii_digit())?];
        rest = &rest[number.len()..];
        let name = &rest[..rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len())];
        rest = &rest[name.len()..];
        total = total.checked_add(digits(number)?.checked_mul(unit(name)?)?)?;
    }
    Some(total).filter(|_| !text.is_empty())
}

fn unit(name: &str) -> Option<u32> {
    match name.to_ascii_lowercase().as_str() {
        "m" | "min" | "mins" | "minute" | "minutes" => Some(1),
        "h" | "hr" | "hrs" | "hour" | "hours" => Some(60),
        "d" | "day" | "days" => Some(24 * 60),
        "w" | "week" | "weeks" => Some(7 * 24 * 60),
        _ => None,
    }
}
