//! The lines that begin with `closed`.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::{
    dates,
    read::{self, Draft, EXCEPT},
    values,
    words::{Fault, Words},
};
use crate::availability::{closure::Closure, validate::MAX_CLOSURES};

const HINT: &str = "closed every mon, closed 24 dec - 2 jan, closed 2026-12-25 \"Christmas\"";

/// Reads on after `closed`.
pub(super) fn read(draft: &mut Draft, words: &mut Words, column: usize) -> Result<(), Fault> {
    words.take(&["on"]);
    let every = words.take(&["every", "each"]);
    let closures = if every && words.take(&["year"]) {
        every_year(draft, words)?
    } else if every || values::names_weekday(words) {
        weekly(draft, words)?
    } else if let Some(rrule) = words.take_as(rrule) {
        vec![repeating(draft, words, rrule)?]
    } else if dates::begins(words) {
        on_dates(draft, words, column)?
    } else {
        return Err(words.expected("every, a date or RRULE:").hint(HINT));
    };
    let length = draft.rules.recurring_unavailable.len() + closures.len();
    Draft::room(length, MAX_CLOSURES, column)?;
    for closure in closures {
        let index = draft.rules.recurring_unavailable.len();
        draft.wrote(format!("recurring_unavailable[{index}]"), column);
        draft.rules.recurring_unavailable.push(closure);
    }
    Ok(())
}

fn weekly(draft: &Draft, words: &mut Words) -> Result<Vec<Closure>, Fault> {
    let days = values::weekdays(words)?;
    let exdates = except(draft, words)?;
    let note = note(words);
    let closure = |day| Closure::Day { day, exdates: exdates.clone(), note: note.clone() };
    Ok(days.iter().map(closure).collect())
}

// A yearly rule for each month that the dates touch.
fn every_year(draft: &Draft, words: &mut Words) -> Result<Vec<Closure>, Fault> {
    if !dates::begins(words) {
        return Err(words.expected("a date").hint("closed every year 24 dec - 26 dec"));
    }
    let mut months: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for date in dates::list(words, draft.today)? {
        months.entry(date.month()).or_default().insert(date.day());
    }
    let note = note(words);
    let closure = |(month, days): (u32, BTreeSet<u32>)| {
        let days: Vec<String> = days.iter().map(ToString::to_string).collect();
        Closure::Rrule {
            rrule: format!("FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={}", days.join(",")),
            dtstart: read::first_of_year(draft.today),
            exdates: BTreeSet::new(),
            note: note.clone(),
        }
    };
    Ok(months.into_iter().map(closure).collect())
}

fn repeating(draft: &Draft, words: &mut Words, rrule: String) -> Result<Closure, Fault> {
    let dtstart = if words.take(&["from"]) {
        let column = words.column();
        let (first, last) = dates::range(words, draft.today)?;
        if first != last {
            return Err(Fault::new(column, "an RRULE is counted from one date"));
        }
        first
    } else {
        draft.today
    };
    let exdates = except(draft, words)?;
    Ok(Closure::Rrule { rrule, dtstart, exdates, note: note(words) })
}

fn on_dates(draft: &mut Draft, words: &mut Words, column: usize) -> Result<Vec<Closure>, Fault> {
    let from = words.column();
    let ranges = dates::ranges(words, draft.today)?;
    if words.peek().is_some_and(|word| dates::time(word.text).is_some()) {
        return Err(words
            .expected("the end of the line")
            .hint("a closure is for whole days; to close one slot: 2026-12-24 09:00 cap 0"));
    }
    match (ranges.as_slice(), note(words)) {
        (ranges, None) => {
            draft.wrote("blocked_dates", column);
            draft.wrote("recurring_unavailable", column);
            for (from, to) in ranges {
                draft.rules.close(*from, *to);
            }
            Ok(Vec::new())
        }
        ([(from, to)], note) if from != to => {
            Ok(vec![Closure::Range { from: *from, to: *to, note }])
        }
        (_, note) => {
            let dates = dates::expand(ranges, from)?.into_iter().collect();
            Ok(vec![Closure::Dates { dates, note }])
        }
    }
}

fn except(draft: &Draft, words: &mut Words) -> Result<BTreeSet<NaiveDate>, Fault> {
    if !words.take(&EXCEPT) {
        return Ok(BTreeSet::new());
    }
    Ok(dates::list(words, draft.today)?.into_iter().collect())
}

fn note(words: &mut Words) -> Option<String> {
    words.take_quoted().map(|word| word.text.to_owned())
}

fn rrule(text: &str) -> Option<String> {
    let (name, value) = text.split_once(':')?;
    name.eq_ignore_ascii_case("rrule").then(|| value.to_owned())
}
