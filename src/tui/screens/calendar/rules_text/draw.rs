//! The text with what is wrong in it, and the month it makes.

use ratatui::{Frame, buffer::Buffer, layout::Rect, widgets::Widget};
use traveloure_core::line_error::LineError;
use unicode_segmentation::UnicodeSegmentation;

use super::RulesText;
use crate::{
    terminal::fit,
    tui::{
        app::desk::Desk,
        screens::calendar::{cells, sheet::Sheet},
        widgets::{
            month::{self, Month},
            pane, text,
        },
    },
};

/// Columns left of the text: line number, sign.
const GUTTER: u16 = 5;
/// From this width on the month stands beside the text.
const WIDE: u16 = 76;
/// Rows for what is wrong.
const FAULTS: u16 = 3;
/// Columns and rows of a month of small cells, and of one with a line of its own for counts.
const SMALL: (u16, u16) = (5, 1);
const LARGE: (u16, u16) = (6, 2);

struct Places {
    text: Rect,
    faults: Rect,
    month: Rect,
    cell: (u16, u16),
}

impl RulesText {
    pub fn draw(&mut self, frame: &mut Frame, area: Rect, sheet: &Sheet, desk: &Desk) {
        let buffer = frame.buffer_mut();
        let count = self.editor.lines().len();
        let beside =
            (format!("line {} of {count}", self.editor.cursor().0 + 1), desk.look.theme.dim);
        let places = places(area, desk.look.plain);
        let own = if places.month.y == area.y && places.month.height > 0 {
            // The month has a heading beside this one.
            Rect { width: places.month.x.saturating_sub(area.x + 1), ..area }
        } else {
            area
        };
        pane::heading(buffer, own, "Rules as text", Some(beside), desk);
        self.draw_text(buffer, places.text, desk);
        self.draw_faults(buffer, places.faults, desk);
        self.draw_month(buffer, &places, sheet, desk);
    }

    fn draw_text(&mut self, buffer: &mut Buffer, area: Rect, desk: &Desk) {
        let room = Rect {
            x: area.x + GUTTER.min(area.width),
            width: area.width.saturating_sub(GUTTER),
            ..area
        };
        self.scroll_to(room);
        let cursor = self.editor.cursor();
        let selection = self.editor.selection_range();
        let lines = self.editor.lines().iter().enumerate().skip(self.top);
        for ((index, line), at) in lines.zip(0..area.height) {
            let faults: Vec<&LineError> =
                self.faults.iter().filter(|fault| fault.line == index + 1).collect();
            gutter(buffer, text::row(area, at), index, !faults.is_empty(), desk);
            let shown = Shown { line, left: self.left, room: text::row(room, at) };
            shown.draw(buffer, desk);
            for fault in faults {
                shown.mark_fault(buffer, fault.column - 1, desk);
            }
            if let Some((from, to)) = selection {
                let start = if from.0 == index { from.1 } else { 0 };
                let end = if to.0 == index { to.1 } else { usize::MAX };
                if (from.0..=to.0).contains(&index) {
                    shown.style(buffer, start, end, desk.look.theme.caret);
                }
            }
            if index == cursor.0 {
                shown.draw_caret(buffer, cursor.1, desk);
            }
        }
    }

    fn scroll_to(&mut self, room: Rect) {
        let cursor = self.editor.cursor();
        let (height, width) = (usize::from(room.height.max(1)), usize::from(room.width.max(1)));
        self.top = self.top.clamp((cursor.0 + 1).saturating_sub(height), cursor.0);
        let line = self.editor.lines().get(cursor.0).map_or("", String::as_str);
        let at = fit::width(&line.chars().take(cursor.1).collect::<String>());
        self.left = self.left.clamp((at + 1).saturating_sub(width), at);
    }

    fn draw_faults(&self, buffer: &mut Buffer, area: Rect, desk: &Desk) {
        let theme = &desk.look.theme;
        if self.faults.is_empty() {
            let said = format!("{} {}", desk.look.symbols.yes, self.headline);
            for (line, at) in text::wrapped(&said, area.width, theme.good).iter().zip(0..) {
                line.render(text::row(area, at), buffer);
            }
            return;
        }
        // The fault of the line that is being typed first: that is where the eyes are.
        let row = self.editor.cursor().0 + 1;
        let here = self.faults.iter().find(|fault| fault.line == row);
        let Some(fault) = here.or(self.faults.first()) else { return };
        let others = self.faults.len() - 1;
        let more = if others > 0 { format!(", and {others} more") } else { String::new() };
        let said = format!("{} {fault}{more}", desk.look.symbols.no);
        for (line, at) in text::wrapped(&said, area.width, theme.bad).iter().zip(0..) {
            line.render(text::row(area, at), buffer);
        }
    }

    fn draw_month(&self, buffer: &mut Buffer, places: &Places, sheet: &Sheet, desk: &Desk) {
        let area = places.month;
        let Some(paint) = self.paint.as_ref().filter(|_| area.height > 1) else { return };
        let title = self.month.format("%B %Y").to_string();
        let old =
            (!self.faults.is_empty()).then(|| ("as last read".to_owned(), desk.look.theme.warn));
        pane::heading(buffer, area, &title, old, desk);
        let room = Rect { y: area.y + 1, height: area.height - 1, ..area };
        if desk.look.plain {
            cells::draw_list(buffer, room, paint, self.month, None, sheet.today(desk.now), desk);
            return;
        }
        let month = Month {
            of: self.month,
            cursor: None,
            range: None,
            today: sheet.today(desk.now),
            has_keys: false,
        };
        let cell = |date| cells::cell(paint.get(date), None, places.cell, desk);
        month.draw(buffer, room, places.cell, cell, &desk.look);
    }
}

fn places(area: Rect, plain: bool) -> Places {
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    if area.width >= WIDE {
        let cell =
            month::cell_size(LARGE.0 * 7, body.height.saturating_sub(1).min(1 + 6 * LARGE.1));
        let width = cell.0 * 7;
        let left = Rect { width: body.width - width - 1, ..body };
        let faults = FAULTS.min(left.height / 2);
        return Places {
            text: Rect { height: left.height - faults, ..left },
            faults: Rect { y: left.bottom() - faults, height: faults, ..left },
            month: Rect { x: left.right() + 1, y: area.y, width, height: area.height },
            cell,
        };
    }
    let month = if plain { 6 } else { 1 + 1 + 6 * SMALL.1 };
    let month = if body.height >= month + 8 { month } else { 0 };
    let faults = if month > 0 { 2 } else { FAULTS }.min(body.height / 3);
    let rows = body.height - month - faults;
    Places {
        text: Rect { height: rows, ..body },
        faults: Rect { y: body.y + rows, height: faults, ..body },
        month: Rect { y: body.bottom() - month, height: month, ..body },
        cell: SMALL,
    }
}

fn gutter(buffer: &mut Buffer, row: Rect, index: usize, is_faulty: bool, desk: &Desk) {
    let theme = &desk.look.theme;
    let number = Rect { width: (GUTTER - 2).min(row.width), ..row };
    text::put_end(buffer, number, &(index + 1).to_string(), theme.dim);
    if is_faulty && row.width > GUTTER - 2 {
        let sign = Rect { x: row.x + GUTTER - 2, width: 1, ..row };
        text::put(buffer, sign, "!", theme.bad);
    }
}

/// One line of the text as far as it can be seen.
struct Shown<'a> {
    line: &'a str,
    left: usize,
    room: Rect,
}

impl Shown<'_> {
    fn draw(&self, buffer: &mut Buffer, desk: &Desk) {
        let mut column = 0;
        let mut from = self.line.len();
        for (index, cluster) in self.line.grapheme_indices(true) {
            if column >= self.left {
                from = index;
                break;
            }
            column += fit::width(cluster);
        }
        let style = if self.line.trim_start().starts_with('#') {
            desk.look.theme.dim
        } else {
            desk.look.theme.text
        };
        text::put(buffer, self.room, &self.line[from..], style);
    }

    /// The columns on the screen of the characters from `start` to before `end`.
    fn place(&self, start: usize, end: usize) -> Rect {
        let columns = |until: usize| fit::width(&self.line.chars().take(until).collect::<String>());
        let (from, to) = (columns(start), columns(end));
        let clip = |column: usize| {
            u16::try_from(column.saturating_sub(self.left)).unwrap_or(u16::MAX).min(self.room.width)
        };
        let (from, to) = (clip(from), clip(to));
        Rect { x: self.room.x + from, width: to.saturating_sub(from), ..self.room }
    }

    fn style(&self, buffer: &mut Buffer, start: usize, end: usize, style: ratatui::style::Style) {
        let length = self.line.chars().count();
        buffer.set_style(self.place(start.min(length), end.min(length)), style);
    }

    /// Underlines the word at `column`; at the end of the line, the column behind it.
    fn mark_fault(&self, buffer: &mut Buffer, column: usize, desk: &Desk) {
        let style = desk.look.theme.bad.add_modifier(ratatui::style::Modifier::UNDERLINED);
        let word = self.line.chars().skip(column).take_while(|c| !c.is_whitespace()).count();
        if word == 0 {
            let behind = self.behind();
            text::put(buffer, behind, " ", style);
        } else {
            self.style(buffer, column, column + word, style);
        }
    }

    fn draw_caret(&self, buffer: &mut Buffer, column: usize, desk: &Desk) {
        let style = desk.look.theme.caret;
        if column < self.line.chars().count() {
            self.style(buffer, column, column + 1, style);
        } else {
            text::put(buffer, self.behind(), " ", style);
        }
    }

    /// The column behind the line's last character.
    fn behind(&self) -> Rect {
        let all = self.place(0, usize::MAX);
        let x = all.right();
        Rect { x, width: u16::from(x < self.room.right()), ..self.room }
    }
}
