//! Painted days as cells of a month, or as lines for ears and for a month without a grid.

use std::fmt::Write;

use chrono::{Datelike, NaiveDate};
use ratatui::{buffer::Buffer, layout::Rect, style::Style};
use traveloure_core::availability::{Reason, State};

use super::{
    months,
    paint::{Paint, Painted},
    signs,
};
use crate::{
    terminal::fit,
    tui::{
        app::desk::Desk,
        widgets::{month::Cell, text},
    },
};

/// From this width on a cell has room for a slot or a name.
const WORDS: u16 = 9;

/// The cell of a day; `who` has it where it is one party's alone.
#[must_use]
pub fn cell(painted: Option<&Painted>, who: Option<&str>, size: (u16, u16), desk: &Desk) -> Cell {
    let theme = &desk.look.theme;
    let Some(painted) = painted else { return Cell { sign: " ", ..Cell::default() } };
    let day = &painted.day;
    if !painted.is_counted && day.state != State::Closed {
        // Open or full: nobody knows yet.
        let flag = signs::flag(painted, theme);
        return Cell { sign: signs::UNKNOWN, style: theme.dim, flag, lines: Vec::new() };
    }
    let style = if painted.not_now.is_some() { theme.dim } else { signs::style(day.state, theme) };
    let columns = size.0 - 1;
    let mut lines: Vec<(String, Style)> = Vec::new();
    let is_over = matches!(painted.not_now, Some(Reason::Past { .. }));
    let nothing_to_say = is_over || day.state == State::Closed;
    if nothing_to_say && day.booked + day.held == 0 {
        return Cell {
            sign: signs::sign(day.state),
            style,
            flag: signs::flag(painted, theme),
            lines,
        };
    }
    match who.filter(|_| size.0 >= WORDS) {
        Some(who) => lines.push((who.to_owned(), theme.text)),
        None => lines.push((signs::taken(day, columns), theme.dim)),
    }
    // One party's day is full or it is not: that needs no bar.
    let counts = day.capacity.is_some_and(|capacity| capacity > 1 || !day.slots.is_empty());
    if size.1 > 2 && counts && day.state != State::Closed {
        lines.push((signs::bar(day, columns), style));
    }
    if size.0 >= WORDS {
        for slot in &day.slots {
            let count = format!("{}/{}", slot.booked + slot.held, slot.capacity);
            let mut words = format!("{} {count}", text::clock(slot.time));
            if words.len() > usize::from(columns) {
                words = format!("{} {count}", slot.time.format("%H"));
            }
            lines.push((words, theme.dim));
        }
    }
    Cell { sign: signs::sign(day.state), style, flag: signs::flag(painted, theme), lines }
}

/// The month of `of` as a list, a line a day, the cursor's among them.
pub fn draw_list(
    buffer: &mut Buffer,
    area: Rect,
    paint: &Paint,
    of: NaiveDate,
    selected: Option<(NaiveDate, Option<(NaiveDate, NaiveDate)>)>,
    today: NaiveDate,
    desk: &Desk,
) {
    let theme = &desk.look.theme;
    let first = months::first_of(of);
    let end = months::step(of, 1);
    let days = usize::try_from((end - first).num_days()).unwrap_or(31);
    let height = usize::from(area.height);
    let cursor = selected.map_or(0, |(cursor, _)| usize::try_from(cursor.day0()).unwrap_or(0));
    let top = cursor.saturating_sub(height / 2).min(days.saturating_sub(height));
    for (date, at) in first.iter_days().take(days).skip(top).zip(0..area.height) {
        let Some(painted) = paint.get(date) else { continue };
        let row = text::row(area, at);
        let is_cursor = selected.is_some_and(|(cursor, _)| cursor == date);
        let in_range = selected
            .and_then(|(_, range)| range)
            .is_some_and(|(from, to)| (from..=to).contains(&date));
        let sign = match (is_cursor, in_range) {
            (true, _) => desk.look.symbols.cursor,
            (false, true) => desk.look.symbols.mark,
            (false, false) => " ",
        };
        let style = if is_cursor { theme.cursor } else { theme.text };
        let words = format!("{sign} {}", words(painted, today));
        if is_cursor {
            buffer.set_style(row, style);
        }
        text::put(buffer, row, &words, style);
    }
}

/// A day in words: `Tue 24 partly booked, 5 of 8, edited`.
#[must_use]
pub fn words(painted: &Painted, today: NaiveDate) -> String {
    let day = &painted.day;
    let mut words = format!("{} {}", day.date.format("%a %e"), signs::word_of(painted));
    let counts = painted.is_counted && (day.capacity > Some(1) || !day.slots.is_empty());
    if let Some(capacity) = day.capacity.filter(|_| counts) {
        let _ = write!(words, ", {} of {capacity}", day.booked + day.held);
        if day.held > 0 {
            let _ = write!(words, ", {} of them held", day.held);
        }
    }
    for (is, word) in [
        (day.date == today, "today"),
        (painted.is_conflict, "more is booked than offered"),
        (painted.before.is_some(), "edited"),
    ] {
        if is {
            words.push_str(", ");
            words.push_str(word);
        }
    }
    words
}

/// What is taken of the month of `of`: a sum, and a column a day. Nothing where nothing counts.
pub fn draw_occupancy(buffer: &mut Buffer, area: Rect, paint: &Paint, of: NaiveDate, desk: &Desk) {
    let theme = &desk.look.theme;
    let is_of = |painted: &&Painted| months::first_of(painted.day.date) == months::first_of(of);
    let days: Vec<&Painted> = paint.days().filter(is_of).collect();
    let counted = days.iter().filter(|painted| painted.is_counted);
    let open = counted.filter(|painted| painted.day.state != State::Closed);
    let (mut taken, mut elsewhere, mut offered) = (0_u64, 0_u64, 0_u64);
    for painted in open {
        let day = &painted.day;
        taken += u64::from(day.booked + day.held) + u64::from(painted.elsewhere);
        elsewhere += u64::from(painted.elsewhere);
        offered += u64::from(day.capacity.unwrap_or(0));
    }
    if offered == 0 {
        return;
    }
    let percent = (taken * 100).div_ceil(offered);
    let sum = |of_them: &str| format!("{taken} of {offered} taken{of_them}, {percent}%");
    let (long, short) = (of.format("%B"), of.format("%b"));
    let mut ways = vec![format!("{long}: {}", sum(""))];
    if elsewhere > 0 {
        let of_them = format!(" ({elsewhere} elsewhere)");
        let with_others = |month| format!("{month}: {}", sum(&of_them));
        ways.splice(0..0, [with_others(long), with_others(short)]);
    }
    let fits = |words: &&String| fit::width(words) <= usize::from(area.width);
    let words = ways.iter().find(fits).unwrap_or(&ways[ways.len() - 1]);
    text::put(buffer, text::row(area, 0), words, theme.dim);
    if !desk.look.plain {
        let plot: String = days.iter().map(|painted| signs::column(painted)).collect();
        text::put(buffer, text::row(area, 1), &plot, theme.info);
    }
}

/// What the signs mean, on as many lines as there are.
pub fn draw_legend(buffer: &mut Buffer, area: Rect, desk: &Desk) {
    let theme = &desk.look.theme;
    let states = signs::STATES
        .map(|state| (signs::sign(state), signs::short_word(state), signs::style(state, theme)));
    let flags = [(signs::CONFLICT, "conflict", theme.bad), (signs::EDITED, "edited", theme.strong)];
    let (mut x, mut line) = (0, 0);
    for (sign, word, style) in states.into_iter().chain(flags) {
        let width = u16::try_from(fit::width(word)).unwrap_or(0) + 2;
        if x > 0 && x + width > area.width {
            (x, line) = (0, line + 1);
        }
        let row = text::row(area, line);
        let place = Rect { x: row.x + x, width: row.width.saturating_sub(x), ..row };
        text::put(buffer, place, sign, style);
        let place = Rect { x: place.x + 2, width: place.width.saturating_sub(2), ..place };
        text::put(buffer, place, word, theme.dim);
        x += width + 2;
    }
}
