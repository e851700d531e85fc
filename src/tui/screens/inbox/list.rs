//! The triage list: who, what, when, how many, how much, and how long an answer can wait.

use ratatui::{Frame, buffer::Buffer, layout::Rect, style::Style};
use traveloure_core::{api::request::RequestRow, time::today};

use super::{Inbox, filter::View};
use crate::tui::{
    app::desk::Desk,
    theme::Theme,
    widgets::{
        columns::{self, Align, Column},
        countdown,
        pane::{self, Blank},
        text,
    },
};

const COLUMNS: [Column; 6] = [
    Column { title: "Traveler", min: 10, max: 24, align: Align::Start, importance: 9 },
    Column { title: "Service", min: 12, max: 36, align: Align::Start, importance: 5 },
    Column { title: "When", min: 12, max: 23, align: Align::Start, importance: 8 },
    Column { title: "Party", min: 5, max: 5, align: Align::End, importance: 4 },
    Column { title: "Price", min: 11, max: 14, align: Align::End, importance: 6 },
    Column { title: "Answer", min: 7, max: 9, align: Align::End, importance: 10 },
];

/// Columns left of the first: cursor and mark.
const SIGNS: u16 = 2;

impl Inbox {
    pub(super) fn draw_list(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let buffer = frame.buffer_mut();
        let beside = pane::freshness(self.rows.load(), desk);
        pane::heading(buffer, area, &self.heading(), beside, desk);
        let titles = text::row(area, 1);
        let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
        if self.rows.items().is_empty() {
            self.blank(desk).draw(buffer, body, desk);
            return;
        }
        let places = columns::fit(&COLUMNS, area.width.saturating_sub(SIGNS));
        draw_titles(buffer, titles, &places, &desk.look.theme);
        let len = self.rows.len();
        for (index, at) in self.rows.list.visible(body, len).zip(0..) {
            self.draw_row(buffer, text::row(body, at), index, &places, desk);
        }
    }

    fn heading(&self) -> String {
        let filter = self.rows.filter();
        let mut heading = filter.view.title().to_owned();
        if !filter.words.is_empty() {
            heading = format!("{heading}, \"{}\"", filter.words);
        }
        if self.rows.items().is_empty() {
            return heading;
        }
        let at = u64::try_from(self.rows.list.cursor() + 1).unwrap_or(0);
        let loaded = u64::try_from(self.rows.len()).unwrap_or(0);
        let total =
            self.rows.total().map_or_else(|| format!("{}+", text::grouped(loaded)), text::grouped);
        let going = if self.rows.is_going_to_the_end() { ", going to the end" } else { "" };
        format!("{heading}  {} of {total}{going}", text::grouped(at))
    }

    fn blank(&self, desk: &Desk) -> Blank<'_> {
        let filter = self.rows.filter();
        if self.rows.load().get().is_none() {
            return Blank::of(self.rows.load(), desk.now);
        }
        if !filter.words.is_empty() {
            let next = "Esc shows everything again.";
            return Blank::NothingMatches { filter: &filter.words, next };
        }
        let next = match filter.view {
            View::ToAnswer => "New requests appear here by themselves.",
            _ => "f o shows what waits for your answer.",
        };
        Blank::Empty { what: filter.view.none_words(), next }
    }

    fn draw_row(
        &self,
        buffer: &mut Buffer,
        area: Rect,
        index: usize,
        places: &[Option<(u16, u16)>],
        desk: &Desk,
    ) {
        let row = &self.rows.items()[index];
        let theme = &desk.look.theme;
        let is_cursor = index == self.rows.list.cursor();
        if is_cursor {
            buffer.set_style(area, theme.cursor);
            text::put(buffer, area, desk.look.symbols.cursor, theme.cursor);
        }
        let cells = Rect { x: area.x + SIGNS, width: area.width.saturating_sub(SIGNS), ..area };
        for (column, (title, place)) in COLUMNS.iter().zip(places).enumerate() {
            let Some(place) = place else { continue };
            let cell = columns::cell(cells, *place);
            let (words, style) = content(column, row, place.1, desk);
            let style = if is_cursor { theme.cursor } else { style };
            match title.align {
                Align::Start => text::put(buffer, cell, &words, style),
                Align::End => text::put_end(buffer, cell, &words, style),
            };
        }
    }
}

fn draw_titles(buffer: &mut Buffer, area: Rect, places: &[Option<(u16, u16)>], theme: &Theme) {
    let cells = Rect { x: area.x + SIGNS, width: area.width.saturating_sub(SIGNS), ..area };
    for (column, place) in COLUMNS.iter().zip(places) {
        let Some(place) = place else { continue };
        let cell = columns::cell(cells, *place);
        match column.align {
            Align::Start => text::put(buffer, cell, column.title, theme.dim),
            Align::End => text::put_end(buffer, cell, column.title, theme.dim),
        };
    }
}

fn content(column: usize, row: &RequestRow, width: u16, desk: &Desk) -> (String, Style) {
    let theme = &desk.look.theme;
    let here = today(desk.now, row.zone);
    match column {
        0 => (row.traveler_name.clone(), theme.text),
        1 => (row.service_name.clone(), theme.dim),
        2 if width >= 20 => (text::when(row.date, row.end_date, row.time, here), theme.text),
        2 => (text::short_when(row.date, row.end_date, row.time, here), theme.text),
        3 => (row.travelers.to_string(), theme.text),
        4 => (text::price(row.price).into_owned(), theme.text),
        _ if row.status.is_open() => (
            countdown::left(row.expires_at, desk.now),
            countdown::style(row.expires_at, desk.now, theme),
        ),
        _ => (row.status.as_str().replace('_', " "), theme.dim),
    }
}
