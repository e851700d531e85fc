//! From lines of text to rules.

use chrono::{Datelike, NaiveDate};

use super::{
    closed, dates,
    values::{bounds, days, minutes, number, weekdays},
    words::{Fault, Words, nearest},
};
use crate::{
    availability::{
        rules::{AvailabilityRules, AvailabilityType, CapacityOverride, Counts, TimeSlot},
        validate::{MAX_DATES, MAX_SLOTS},
        weekdays::Weekdays,
    },
    field::FieldError,
    line_error::LineError,
};

/// Texts longer than this are no rules that a person wrote.
pub(super) const MAX_LINES: usize = 1_000;
const STARTS: [&str; 16] = [
    "every", "daily", "closed", "open", "on", "off", "notice", "horizon", "party", "buffer",
    "counts", "cap", "blocked", "block", "close", "each",
];
pub(super) const CAP: [&str; 6] = ["cap", "capacity", "max", "seats", "places", "spots"];
pub(super) const EXCEPT: [&str; 3] = ["except", "but", "not"];
pub(super) const CLOSED: [&str; 5] = ["closed", "close", "blocked", "block", "unavailable"];

pub(super) fn read(
    text: &str,
    kind: AvailabilityType,
    today: NaiveDate,
) -> Result<AvailabilityRules, Vec<LineError>> {
    let mut draft =
        Draft { rules: AvailabilityRules::new(kind), today, line: 0, origins: Vec::new() };
    let mut errors = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if index == MAX_LINES {
            let message = format!("more than {MAX_LINES} lines");
            errors.push(Fault::new(1, message).on_line(index + 1));
            break;
        }
        draft.line = index + 1;
        if let Err(fault) = draft.line(line) {
            errors.push(fault.on_line(draft.line));
        }
    }
    if errors.is_empty() {
        let found = draft.rules.validate().err().unwrap_or_default();
        errors = found.iter().map(|error| draft.locate(error)).collect();
    }
    if errors.is_empty() { Ok(draft.rules.normalised()) } else { Err(errors) }
}

/// The rules as far as they have been read, and which line said what.
pub(super) struct Draft {
    pub(super) rules: AvailabilityRules,
    pub(super) today: NaiveDate,
    line: usize,
    /// The field's path, the line and the column.
    origins: Vec<(String, usize, usize)>,
}

impl Draft {
    fn line(&mut self, line: &str) -> Result<(), Fault> {
        if line.trim_start().starts_with('#') {
            return Ok(());
        }
        let mut words = Words::split(line)?;
        if words.is_at_end() {
            return Ok(());
        }
        self.sentence(&mut words)?;
        if words.is_at_end() {
            return Ok(());
        }
        Err(words.expected("the end of the line").hint("one rule a line"))
    }

    fn sentence(&mut self, words: &mut Words) -> Result<(), Fault> {
        let column = words.column();
        if words.take(&["on"]) {
            return self.switch(true, column);
        }
        if words.take(&["off"]) {
            return self.switch(false, column);
        }
        if words.take(&["open"]) {
            return self.open(words, column);
        }
        if words.take(&CLOSED) {
            return closed::read(self, words, column);
        }
        if words.take(&["every", "each"]) {
            let days = weekdays(words)?;
            return self.slots(words, days, column);
        }
        if words.take(&["daily"]) {
            return self.slots(words, Weekdays::EVERY_DAY, column);
        }
        if words.take(&["notice"]) {
            self.once("min_notice_minutes", column)?;
            self.rules.min_notice_minutes = minutes(words, "notice 24h")?;
            return Ok(());
        }
        if words.take(&["horizon"]) {
            self.once("horizon_days", column)?;
            self.rules.horizon_days = Some(days(words)?);
            return Ok(());
        }
        if words.take(&["party"]) {
            return self.party(words, column);
        }
        if words.take(&["buffer", "buffers"]) {
            return self.buffer(words, column);
        }
        if words.take(&["counts", "count"]) {
            return self.counts(words, column);
        }
        self.capacity(words, column)
    }

    /// Notes where a field was written.
    pub(super) fn wrote(&mut self, field: impl Into<String>, column: usize) {
        self.origins.push((field.into(), self.line, column));
    }

    /// The same for a field that is written once.
    fn once(&mut self, field: &str, column: usize) -> Result<(), Fault> {
        if let Some((_, line, _)) = self.origins.iter().find(|(other, ..)| other == field) {
            return Err(Fault::new(column, format!("line {line} says this already"))
                .hint("keep one of the two lines"));
        }
        self.wrote(field, column);
        Ok(())
    }

    /// Points at the line that wrote the field; at the beginning if it is missing everywhere.
    fn locate(&self, error: &FieldError) -> LineError {
        let origin = self
            .origins
            .iter()
            .filter(|(field, ..)| error.field.starts_with(field.as_str()))
            .max_by_key(|(field, line, _)| (field.len(), *line));
        let (line, column) = origin.map_or((1, 1), |(_, line, column)| (*line, *column));
        let missing = error.code == "missing" && error.field == "daily_capacity";
        let hint = missing.then(|| "daily cap 12, or: every day 09:00 cap 8".to_owned());
        LineError { line, column, message: error.message.clone(), hint }
    }

    /// Refuses a line that makes a list longer than any that is accepted, before it is made.
    pub(super) fn room(length: usize, most: usize, column: usize) -> Result<(), Fault> {
        if length <= most {
            return Ok(());
        }
        Err(Fault::new(column, format!("this makes {length} entries; at most {most} are kept")))
    }

    fn switch(&mut self, on: bool, column: usize) -> Result<(), Fault> {
        self.once("is_available", column)?;
        self.rules.is_available = on;
        Ok(())
    }

    fn open(&mut self, words: &mut Words, column: usize) -> Result<(), Fault> {
        if words.is_at_end() {
            return self.switch(true, column);
        }
        if !words.take(&["only"]) {
            return Err(words.expected("only").hint("open only 2026-07-01 - 2026-07-31"));
        }
        self.wrote("available_dates", column);
        let dates = dates::list(words, self.today)?;
        self.rules.available_dates.get_or_insert_default().extend(dates);
        Ok(())
    }

    // After `every DAYS` or `daily`.
    fn slots(&mut self, words: &mut Words, days: Weekdays, column: usize) -> Result<(), Fault> {
        let times = times(words);
        if times.is_empty()
            && !days.is_every_day()
            && CAP.iter().any(|cap| words.peek().is_some_and(|word| word.is(cap)))
        {
            return Err(words
                .expected("a time such as 09:00")
                .hint("a capacity for the whole day is the same every day: daily cap 12"));
        }
        let capacity = capacity(words)?;
        if times.is_empty() {
            self.once("daily_capacity", column)?;
            self.rules.daily_capacity = Some(capacity);
            return Ok(());
        }
        let available = !words.take(&["off"]);
        let except = if words.take(&EXCEPT) { dates::list(words, self.today)? } else { Vec::new() };
        Self::room(self.rules.time_slots.len() + times.len(), MAX_SLOTS, column)?;
        for time in times {
            self.wrote(format!("time_slots[{}]", self.rules.time_slots.len()), column);
            self.rules.time_slots.push(TimeSlot {
                available,
                weekdays: days,
                except: except.iter().copied().collect(),
                ..TimeSlot::new(time, capacity)
            });
        }
        Ok(())
    }

    // `cap 12`, `09:00 cap 8`, `2026-12-24 09:00 cap 12`
    fn capacity(&mut self, words: &mut Words, column: usize) -> Result<(), Fault> {
        if !dates::begins(words) {
            let known = words.peek().is_some_and(|word| {
                dates::time(word.text).is_some() || CAP.iter().any(|cap| word.is(cap))
            });
            return if known {
                self.slots(words, Weekdays::EVERY_DAY, column)
            } else {
                Err(unknown_start(words))
            };
        }
        let dates = dates::list(words, self.today)?;
        let times: Vec<_> = match times(words) {
            times if times.is_empty() => vec![None],
            times => times.into_iter().map(Some).collect(),
        };
        if words.take(&CLOSED) || words.take(&["off"]) {
            return Err(Fault::new(column, "a date is closed the other way round")
                .hint(format!("closed {}", dates::show_all(&dates::runs(dates)))));
        }
        let capacity = capacity(words)?;
        let length = self.rules.capacity_overrides.len() + dates.len() * times.len();
        Self::room(length, MAX_DATES, column)?;
        for date in dates {
            for time in &times {
                let index = self.rules.capacity_overrides.len();
                self.wrote(format!("capacity_overrides[{index}]"), column);
                let other = CapacityOverride { date, time: *time, capacity };
                self.rules.capacity_overrides.push(other);
            }
        }
        Ok(())
    }

    fn party(&mut self, words: &mut Words, column: usize) -> Result<(), Fault> {
        self.once("party", column)?;
        self.wrote("party_min", column);
        self.wrote("party_max", column);
        let hint = "party 1-8, party 2+, or party up to 8";
        let refuse = |words: &Words| words.expected("a size of party").hint(hint);
        let (min, max) = if words.take(&["up"]) {
            if !words.take(&["to"]) {
                return Err(words.expected("to").hint(hint));
            }
            (None, Some(number(words).ok_or_else(|| refuse(words))?))
        } else if words.take(&["max", "most"]) {
            (None, Some(number(words).ok_or_else(|| refuse(words))?))
        } else if words.take(&["min", "from"]) {
            (Some(number(words).ok_or_else(|| refuse(words))?), None)
        } else if let Some(bounds) = words.take_as(bounds) {
            bounds
        } else {
            let min = number(words).ok_or_else(|| refuse(words))?;
            let max = if words.take(&["-", "–", "to"]) {
                number(words).ok_or_else(|| refuse(words))?
            } else {
                min
            };
            (Some(min), Some(max))
        };
        (self.rules.party_min, self.rules.party_max) = (min, max);
        Ok(())
    }

    fn buffer(&mut self, words: &mut Words, column: usize) -> Result<(), Fault> {
        self.once("buffer", column)?;
        let (mut before, mut after) = (None, None);
        while !words.is_at_end() {
            let minutes = minutes(words, "buffer 30m before 15m after")?;
            self.wrote("buffer_before_minutes", column);
            self.wrote("buffer_after_minutes", column);
            let side = words.column();
            let twice = || Fault::new(side, "this side is given twice");
            if words.take(&["before"]) {
                before.replace(minutes).map_or(Ok(()), |_| Err(twice()))?;
            } else if words.take(&["after"]) {
                after.replace(minutes).map_or(Ok(()), |_| Err(twice()))?;
            } else if words.is_at_end() && before.is_none() && after.is_none() {
                (before, after) = (Some(minutes), Some(minutes));
            } else {
                return Err(words.expected("before or after").hint("buffer 30m before 15m after"));
            }
            words.take(&[",", "and"]);
        }
        if before.is_none() && after.is_none() {
            return Err(words.expected("a time such as 30m").hint("buffer 30m before 15m after"));
        }
        self.rules.buffer_before_minutes = before.unwrap_or(0);
        self.rules.buffer_after_minutes = after.unwrap_or(0);
        Ok(())
    }

    fn counts(&mut self, words: &mut Words, column: usize) -> Result<(), Fault> {
        self.once("counts", column)?;
        words.take(&["per"]);
        self.rules.counts = if words.take(&["person", "persons", "people"]) {
            Counts::PerPerson
        } else if words.take(&["booking", "bookings"]) {
            Counts::PerBooking
        } else {
            return Err(words.expected("person or booking").hint("counts per person"));
        };
        Ok(())
    }
}

fn unknown_start(words: &Words) -> Fault {
    let Some(word) = words.peek() else { return words.expected("a rule") };
    let fault = Fault::new(word.column, format!("{} starts no rule", word.shown()));
    match nearest(word.text, &STARTS) {
        Some(near) => fault.hint(format!("did you mean {near}?")),
        None => fault.hint(
            "start with every, daily, closed, open only, on, off, a date, notice, horizon, party, \
             buffer or counts",
        ),
    }
}

fn times(words: &mut Words) -> Vec<chrono::NaiveTime> {
    let mut times = Vec::new();
    while let Some(time) = words.take_as(dates::time) {
        times.push(time);
        if words.peek_second().is_some_and(|word| dates::time(word.text).is_some()) {
            words.take(&[",", "and", "&"]);
        }
    }
    times
}

fn capacity(words: &mut Words) -> Result<u32, Fault> {
    let hint = "every tue,thu 09:00 cap 8";
    if !words.take(&CAP) {
        let fault = words.expected("cap and a number");
        let near = words.peek().and_then(|word| nearest(word.text, &CAP));
        return Err(match near {
            Some(near) => fault.hint(format!("did you mean {near}?")),
            None => fault.hint(hint),
        });
    }
    number(words).ok_or_else(|| words.expected("a number").hint(hint))
}

/// The year that yearly closures start in.
pub(super) fn first_of_year(today: NaiveDate) -> NaiveDate {
    NaiveDate::from_ymd_opt(today.year(), 1, 1).unwrap_or(today)
}
