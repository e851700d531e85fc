//! The triage list: who, what, when, how many, how much, and how long an answer can wait.

use std::ops::RangeInclusive;

use ratatui::{Frame, buffer::Buffer, layout::Rect, style::Style};
use traveloure_core::{api::request::RequestRow, request::Status, time::today};

use super::{Inbox, Pane, filter::View};
use crate::tui::{
    app::{desk::Desk, unsent::Answer},
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
    Column { title: "Service", min: 12, max: 36, align: Align::Start, importance: 4 },
    Column { title: "When", min: 16, max: 16, align: Align::Start, importance: 8 },
    Column { title: "For", min: 3, max: 3, align: Align::End, importance: 5 },
    Column { title: "Price", min: 11, max: 13, align: Align::End, importance: 6 },
    Column { title: "Answer", min: 9, max: 9, align: Align::End, importance: 10 },
];

/// Columns left of the first: the cursor, a sign, a blank.
const SIGNS: u16 = 3;

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
        let range = self.marks.range(&self.rows);
        let visible = self.rows.list.visible(body, len);
        let cursor = self.rows.list.cursor();
        for (index, at) in visible.zip(0..) {
            if index == cursor && desk.look.plain && self.asking.is_none() {
                // A screen reader reads where the terminal's own cursor is.
                let row = text::row(body, at);
                frame.set_cursor_position((row.x, row.y));
            }
            let buffer = frame.buffer_mut();
            self.draw_row(buffer, text::row(body, at), index, &places, range.as_ref(), desk);
        }
    }

    fn heading(&self) -> String {
        let filter = self.rows.filter();
        let mut heading = filter.view.title().to_owned();
        if self.find.is_typing {
            heading = format!("{heading} /{}_", self.find.words);
        } else if !filter.words.is_empty() {
            heading = format!("{heading} /{}", filter.words);
        }
        if self.rows.items().is_empty() {
            return heading;
        }
        let at = u64::try_from(self.rows.list.cursor() + 1).unwrap_or(0);
        let loaded = u64::try_from(self.rows.len()).unwrap_or(0);
        let total =
            self.rows.total().map_or_else(|| format!("{}+", text::grouped(loaded)), text::grouped);
        let going = if self.rows.is_going_to_the_end() { ", going to the end" } else { "" };
        let marked = match self.marks.count(&self.rows) {
            0 => String::new(),
            count => format!(", {count} marked"),
        };
        format!("{heading}  {} of {total}{marked}{going}", text::grouped(at))
    }

    fn blank(&self, desk: &Desk) -> Blank<'_> {
        let filter = self.rows.filter();
        if self.rows.load().get().is_none() {
            return Blank::of(self.rows.load(), desk.now);
        }
        if !filter.words.is_empty() {
            let next = "Esc shows everything again.";
            return Blank::NothingMatches { filter: filter.words.trim(), next };
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
        range: Option<&RangeInclusive<usize>>,
        desk: &Desk,
    ) {
        let row = &self.rows.items()[index];
        let theme = &desk.look.theme;
        let is_cursor = index == self.rows.list.cursor();
        let is_marked =
            self.marks.contains(row.id) || range.is_some_and(|range| range.contains(&index));
        let cursor_style = if self.pane == Pane::List { theme.cursor } else { theme.cursor_idle };
        if is_cursor {
            buffer.set_style(area, cursor_style);
            text::put(buffer, area, desk.look.symbols.cursor, cursor_style);
        }
        let (sign, style) = self.sign(row, is_marked, desk);
        let style = if is_cursor { cursor_style } else { style };
        let place = Rect { x: area.x + 1, width: area.width.saturating_sub(1).min(1), ..area };
        text::put(buffer, place, sign, style);
        let cells = Rect { x: area.x + SIGNS, width: area.width.saturating_sub(SIGNS), ..area };
        for (column, (title, place)) in COLUMNS.iter().zip(places).enumerate() {
            let Some(place) = place else { continue };
            let cell = columns::cell(cells, *place);
            let (words, style) = self.content(column, row, place.1, desk);
            let style = if is_cursor { cursor_style } else { style };
            match title.align {
                Align::Start => text::put(buffer, cell, &words, style),
                Align::End => text::put_end(buffer, cell, &words, style),
            };
        }
    }

    /// The sign before a row: marked, new, or with a message that was not read.
    fn sign(&self, row: &RequestRow, is_marked: bool, desk: &Desk) -> (&'static str, Style) {
        let theme = &desk.look.theme;
        if is_marked {
            (desk.look.symbols.mark, theme.marked)
        } else if self.fresh.contains(&row.id) {
            (desk.look.symbols.new, theme.good)
        } else if row.has_message {
            (desk.look.symbols.message, theme.info)
        } else {
            (" ", theme.text)
        }
    }

    fn content(&self, column: usize, row: &RequestRow, width: u16, desk: &Desk) -> (String, Style) {
        let theme = &desk.look.theme;
        let here = today(desk.now, row.zone);
        let waits = self.why_not_answer(row, desk.now).is_none();
        let style = if waits { theme.text } else { theme.dim };
        match column {
            0 => (row.traveler_name.clone(), style),
            1 => (row.service_name.clone(), theme.dim),
            2 => (text::fitting_when(row.date, row.end_date, row.time, here, width), style),
            3 => (row.travelers.to_string(), style),
            4 => (text::price(row.price).into_owned(), style),
            _ => self.answer_of(row, desk),
        }
    }

    /// How long an answer can wait, or what was answered.
    fn answer_of(&self, row: &RequestRow, desk: &Desk) -> (String, Style) {
        let theme = &desk.look.theme;
        if let Some(given) = self.answers.of(row.id) {
            let word = match given.answer {
                Answer::Accept(_) => "accept",
                Answer::Decline(_) => "decline",
                Answer::Counter(_) => "offer",
                Answer::Message(_) => "message",
            };
            return if given.has_failed() {
                ("unsent".to_owned(), theme.bad)
            } else {
                (word.to_owned(), theme.info)
            };
        }
        match row.status {
            Status::PendingProvider => (
                countdown::left(row.expires_at, desk.now),
                countdown::style(row.expires_at, desk.now, theme),
            ),
            Status::CounterOffered => ("offered".to_owned(), theme.dim),
            status => (status.as_str().to_owned(), theme.dim),
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
