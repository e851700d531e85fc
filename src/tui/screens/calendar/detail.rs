//! The day under the cursor: what it is and why, its slots, and who is booked.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};
use traveloure_core::{
    api::booking::BookingRow,
    availability::{DayState, Reason, State},
    booking::Status,
};

use super::{
    Calendar,
    edit::span,
    paint::Painted,
    place::{self, Pane, Row},
    sheet::Sheet,
    signs,
};
use crate::{
    terminal::fit,
    tui::{
        app::desk::Desk,
        widgets::{
            columns::{self, Align, Column},
            pane, spinner, text,
        },
    },
};

const COLUMNS: [Column; 5] = [
    Column { title: "Time", min: 5, max: 7, align: Align::Start, importance: 9 },
    Column { title: "Booked", min: 6, max: 6, align: Align::End, importance: 6 },
    Column { title: "Held", min: 4, max: 5, align: Align::End, importance: 4 },
    Column { title: "Left", min: 4, max: 5, align: Align::End, importance: 8 },
    Column { title: "Of", min: 3, max: 8, align: Align::End, importance: 7 },
];
/// From this height on the table stands above what is said about the day.
const CALM: u16 = 10;
/// Columns left of the first: the cursor.
const SIGNS: u16 = 2;

/// A drawing that goes down line by line and stops at the end of its room.
struct Down<'a> {
    buffer: &'a mut Buffer,
    area: Rect,
    at: u16,
    /// A blank row is due before the next one.
    gap: bool,
}

impl Down<'_> {
    /// What follows stands apart, if anything does.
    fn apart(&mut self) {
        self.gap = true;
    }

    fn next(&mut self) -> Rect {
        self.at += u16::from(std::mem::take(&mut self.gap));
        let row = text::row(self.area, self.at);
        self.at = self.at.saturating_add(1);
        row
    }

    fn line(&mut self, words: &str, style: Style) {
        let row = self.next();
        text::put(self.buffer, row, words, style);
    }

    fn wrapped(&mut self, words: &str, style: Style) {
        for line in text::wrapped(words, self.area.width, style) {
            let row = self.next();
            line.render(row, self.buffer);
        }
    }

    fn left(&self) -> u16 {
        self.area.height.saturating_sub(self.at + u16::from(self.gap))
    }
}

impl Calendar {
    /// Draws the day of the cursor and remembers where its table stands.
    pub(super) fn draw_detail(&mut self, buffer: &mut Buffer, area: Rect, desk: &Desk) {
        self.table = Rect::ZERO;
        let Some(place) = self.place else { return };
        let Some(sheet) = self.sheet() else { return };
        let today = sheet.today(desk.now);
        let Some(painted) = sheet.paint().and_then(|paint| paint.get(place.date())) else { return };
        let Some(rules) = sheet.rules() else { return };
        let rows = place::rows(rules, painted);
        let mut down = Down { buffer, area, at: 0, gap: false };
        title(&mut down, &place.dates(), painted, today, desk);
        let has_keys = place.pane == Pane::Table;
        let chosen = place.row(&rows);
        let table = |down: &mut Down| {
            if rows.is_empty() {
                return Rect::ZERO;
            }
            draw_table(down, &rows, chosen, painted, has_keys, desk)
        };
        // The table keeps its place from day to day, so that nothing jumps; where there is little
        // room, why comes first.
        let is_calm = area.height >= CALM;
        let above = is_calm.then(|| table(&mut down));
        if is_calm {
            down.apart();
        }
        if place.range().is_some() {
            summary(&mut down, sheet, &place.dates(), desk);
        }
        said(&mut down, painted, rules.is_available, desk);
        let table = above.unwrap_or_else(|| table(&mut down));
        bookings(&mut down, sheet, painted, desk);
        self.table = table;
    }
}

fn title(
    down: &mut Down,
    dates: &super::edit::Dates,
    painted: &Painted,
    today: chrono::NaiveDate,
    desk: &Desk,
) {
    let day = &painted.day;
    let mut words = span(dates, today);
    if dates.start() == dates.end() && day.date == today {
        words.push_str(", today");
    }
    let theme = &desk.look.theme;
    let is_known = painted.is_counted || day.state == State::Closed;
    let state = if is_known { signs::style(day.state, theme) } else { theme.dim };
    let sign = if desk.look.plain || !is_known { "" } else { signs::sign(day.state) };
    let row = down.next();
    let fits = |word: &str| {
        fit::width(&words) + 2 + fit::width(sign) + 1 + fit::width(word) <= row.width.into()
    };
    let long = signs::word_of(painted);
    let word = if is_known && !fits(long) { signs::short_word(day.state) } else { long };
    let beside = format!("{sign} {word}").trim_start().to_owned();
    pane::heading(down.buffer, row, &words, Some((beside, state)), desk);
}

/// How many days of a range are in which state.
fn summary(down: &mut Down, sheet: &Sheet, dates: &super::edit::Dates, desk: &Desk) {
    let Some(paint) = sheet.paint() else { return };
    let days: Vec<&Painted> =
        paint.days().filter(|painted| dates.contains(&painted.day.date)).collect();
    let count = |state: State| days.iter().filter(|painted| painted.day.state == state).count();
    let parts = signs::STATES.iter().filter_map(|state| {
        let count = count(*state);
        (count > 0).then(|| format!("{count} {}", signs::short_word(*state)))
    });
    let all = (*dates.end() - *dates.start()).num_days() + 1;
    let all = text::counted(u64::try_from(all).unwrap_or(0), "day", "days");
    let parts: Vec<String> = parts.collect();
    down.wrapped(&format!("{all}: {}", parts.join(", ")), desk.look.theme.text);
}

/// Why it is closed, what the edits make of it, and what travelers meet.
fn said(down: &mut Down, painted: &Painted, is_on: bool, desk: &Desk) {
    let theme = &desk.look.theme;
    let day = &painted.day;
    // What is taken of the day itself stands in its table.
    let is_in_table = |reason: &&Reason| {
        matches!(day.state, State::Full | State::Held)
            && matches!(reason, Reason::Full { .. } | Reason::Held { .. })
    };
    for reason in day.reasons.iter().filter(|reason| !is_in_table(reason)).take(3) {
        down.wrapped(&capital(&reason.to_string()), theme.text);
    }
    if painted.is_conflict {
        let words =
            if is_on { "More is booked than is offered." } else { "Booked, and switched off." };
        down.wrapped(&format!("{} {words}", signs::CONFLICT), theme.bad);
    }
    if let Some(before) = painted.before {
        let words = if before == day.state {
            format!("{} edited, not applied", signs::EDITED)
        } else {
            format!("{} was {}, not applied", signs::EDITED, signs::word(before))
        };
        down.wrapped(&words, theme.strong);
    }
    let is_over = |reason: &&Reason| matches!(reason, Reason::Past { .. });
    if let Some(reason) = painted.not_now.as_ref().filter(|reason| !is_over(reason)) {
        down.wrapped(&format!("Travelers cannot book it now: {reason}"), theme.dim);
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// Draws the rows of capacity and returns where they stand.
fn draw_table(
    down: &mut Down,
    rows: &[Row],
    chosen: Option<Row>,
    painted: &Painted,
    has_keys: bool,
    desk: &Desk,
) -> Rect {
    if down.left() > 3 {
        down.apart();
    }
    let theme = &desk.look.theme;
    let places = columns::fit(&COLUMNS, down.area.width.saturating_sub(SIGNS));
    let has_held = places[2].is_some();
    let cells =
        |row: Rect| Rect { x: row.x + SIGNS, width: row.width.saturating_sub(SIGNS), ..row };
    if down.left() > 2 {
        let row = cells(down.next());
        for (column, place) in COLUMNS.iter().zip(&places) {
            let Some(place) = place else { continue };
            put(down.buffer, columns::cell(row, *place), column, column.title, theme.dim);
        }
    }
    let first = text::row(down.area, down.at + u16::from(down.gap));
    // With little room the chosen row is among those that are shown.
    let room = usize::from(down.left()).max(1);
    let at = chosen.and_then(|chosen| rows.iter().position(|row| *row == chosen)).unwrap_or(0);
    let top = (at + 1).saturating_sub(room);
    let mut height = 0;
    for row in rows.iter().skip(top).take(room) {
        let line = down.next();
        let is_chosen = chosen == Some(*row);
        let style = match (is_chosen, has_keys) {
            (true, true) => theme.cursor,
            (true, false) => theme.cursor_idle,
            (false, _) => theme.text,
        };
        if is_chosen {
            if has_keys {
                down.buffer.set_style(line, style);
            }
            text::put(down.buffer, line, desk.look.symbols.cursor, style);
        }
        let contents = contents(*row, &painted.day, has_held);
        for ((column, place), words) in COLUMNS.iter().zip(&places).zip(&contents) {
            let Some(place) = place else { continue };
            put(down.buffer, columns::cell(cells(line), *place), column, words, style);
        }
        height += 1;
    }
    Rect { height, ..first }
}

fn put(buffer: &mut Buffer, cell: Rect, column: &Column, words: &str, style: Style) {
    match column.align {
        Align::Start => text::put(buffer, cell, words, style),
        Align::End => text::put_end(buffer, cell, words, style),
    };
}

/// Time, booked, held, left, capacity. Without a column of its own, what is held stands beside
/// what is booked.
fn contents(row: Row, day: &DayState, has_held: bool) -> [String; 5] {
    let (name, booked, held, left, capacity) = match row {
        Row::Slot(time) => {
            let slot = day.slots.iter().find(|slot| slot.time == time);
            let (booked, held) = slot.map_or((0, 0), |slot| (slot.booked, slot.held));
            let left = slot.map(|slot| slot.left);
            (text::clock(time), booked, held, left, slot.map(|slot| slot.capacity))
        }
        Row::Day => ("day".to_owned(), day.booked, day.held, day.left, day.capacity),
    };
    let booked =
        if has_held || held == 0 { booked.to_string() } else { format!("{booked}+{held}") };
    let number = |number: Option<u32>| number.map_or(String::new(), |number| number.to_string());
    [name, booked, held.to_string(), number(left), number(capacity)]
}

/// Who is booked.
fn bookings(down: &mut Down, sheet: &Sheet, painted: &Painted, desk: &Desk) {
    let theme = &desk.look.theme;
    if down.left() < 2 {
        return;
    }
    let rows: Vec<&BookingRow> = sheet.booked.on(painted.day.date).collect();
    let load = sheet.booked.months().load();
    if rows.is_empty() {
        let words = match (load.error(), load.loading_since()) {
            (Some(_), None) => Some("Bookings could not be fetched.".to_owned()),
            (_, Some(since)) if load.get().is_none() => {
                let sign = spinner::frame(since, desk.now, &desk.look.symbols);
                sign.map(|sign| format!("Fetching bookings {sign}"))
            }
            _ => None,
        };
        if let Some(words) = words {
            down.apart();
            down.line(&words, theme.dim);
        }
        return;
    }
    down.apart();
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    down.line(&text::counted(count, "booking", "bookings"), theme.title);
    let hidden = rows.len().saturating_sub(usize::from(down.left()));
    // The last line says how many more there are.
    let shown = if hidden > 0 { usize::from(down.left()).saturating_sub(1) } else { rows.len() };
    let width = down.area.width;
    for row in rows.iter().take(shown) {
        let line = down.next();
        booking(row, width, desk).render(line, down.buffer);
    }
    if shown < rows.len() {
        down.line(&format!("and {} more", rows.len() - shown), theme.dim);
    }
}

fn booking(row: &BookingRow, width: u16, desk: &Desk) -> Line<'static> {
    let theme = &desk.look.theme;
    let when = row.time.map_or(String::new(), |time| format!("{} ", text::clock(time)));
    let party = text::counted(row.travelers.into(), "person", "people");
    let status = match row.status {
        Status::PendingPayment | Status::Pending => ", not paid",
        Status::Completed => ", completed",
        _ => "",
    };
    let behind = format!("  {party}{status}");
    let room = usize::from(width).saturating_sub(when.len() + behind.len()).max(6);
    let who = traveloure_core::text::clean_line(&row.traveler_name);
    Line::from(vec![
        Span::styled(when, theme.dim),
        Span::styled(fit::truncate(&who, room).into_owned(), theme.text),
        Span::styled(behind, theme.dim),
    ])
}
