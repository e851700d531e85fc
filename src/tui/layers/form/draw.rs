//! A form on the screen: label, value, and below it what is wrong or what may be typed.

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::{Rect, Size},
    style::Style,
    text::Line,
    widgets::Widget,
};

use super::{Field, Form, Kind, read};
use crate::{
    terminal::fit,
    tui::{
        app::desk::Desk,
        commands::{Action, FormAct},
        widgets::{popup, spinner, text},
    },
};

/// The widest form.
const WIDTH: u16 = 76;
/// Rows of a field of several lines.
const LINES: u16 = 4;

/// One piece of a form from top to bottom.
enum Piece {
    Words(String, Style),
    Line(Line<'static>),
    Field(usize, u16),
}

impl Piece {
    fn height(&self) -> u16 {
        match self {
            Self::Words(..) | Self::Line(_) => 1,
            Self::Field(_, height) => *height,
        }
    }
}

impl Form {
    /// How many rows it wants, with its border, at `width` columns.
    #[must_use]
    pub fn height(&self, width: u16, desk: &Desk) -> u16 {
        let pieces = self.pieces(width.min(WIDTH).saturating_sub(4), desk);
        pieces.iter().map(Piece::height).sum::<u16>() + 2
    }

    /// Draws it in a box in the middle of `area`.
    pub fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let wanted = Size::new(WIDTH, self.height(area.width, desk));
        self.draw_at(frame, popup::place(area, wanted), desk);
    }

    /// Draws it in a box that fills `place`.
    pub fn draw_at(&mut self, frame: &mut Frame, place: Rect, desk: &Desk) {
        let submit = desk.key(Action::Form(FormAct::Submit));
        let back = if self.has_way_back { "  esc go back" } else { "" };
        let keys = format!("{submit} {}{back}", self.does);
        let inside = popup::frame(frame, place, &self.title, &keys, &desk.look);
        let pieces = self.pieces(inside.width, desk);
        self.scroll_to_focus(&pieces, inside.height);
        let mut top: u16 = 0;
        for piece in &pieces {
            let height = piece.height();
            if top >= self.offset && top - self.offset < inside.height {
                let y = inside.y + top - self.offset;
                let room = Rect { y, height: height.min(inside.bottom() - y), ..inside };
                match piece {
                    Piece::Words(words, style) => {
                        text::put(frame.buffer_mut(), room, words, *style);
                    }
                    Piece::Line(line) => {
                        frame.buffer_mut().set_line(room.x, room.y, line, room.width);
                    }
                    Piece::Field(index, _) => self.draw_field(*index, frame, room, desk),
                }
            }
            top += height;
        }
    }

    fn scroll_to_focus(&mut self, pieces: &[Piece], height: u16) {
        let mut top = 0;
        for piece in pieces {
            if let Piece::Field(index, own) = piece
                && *index == self.focus
            {
                // The row below belongs to it: hint or fault.
                let bottom = top + own + 1;
                self.offset = self.offset.max(bottom.saturating_sub(height)).min(top);
            }
            top += piece.height();
        }
        self.offset = self.offset.min(top.saturating_sub(height));
    }

    fn pieces(&self, width: u16, desk: &Desk) -> Vec<Piece> {
        let theme = &desk.look.theme;
        let mut pieces = Vec::new();
        let words = |pieces: &mut Vec<Piece>, words: &str, style: Style| {
            pieces
                .extend(text::wrap(words, width).into_iter().map(|line| Piece::Words(line, style)));
        };
        if let Some(reason) = &self.reason {
            words(&mut pieces, reason, theme.warn);
            pieces.push(Piece::Words(String::new(), theme.text));
        }
        if !self.intro.is_empty() {
            words(&mut pieces, &self.intro, theme.dim);
            pieces.push(Piece::Words(String::new(), theme.text));
        }
        // What is said about a field stands below its value, where there is room.
        let indent = if width < 50 { 0 } else { usize::from(self.label_width(width)) + 1 };
        for (index, field) in self.fields.iter().enumerate() {
            let height = if matches!(field.kind, Kind::Lines) { LINES } else { 1 };
            pieces.push(Piece::Field(index, height));
            let room = width.saturating_sub(u16::try_from(indent).unwrap_or(0));
            let said = match &field.error {
                Some(error) => Some((format!("{} {error}", desk.look.symbols.no), theme.bad)),
                None if index == self.focus => field.said(room).map(|said| (said, theme.dim)),
                None => None,
            };
            if let Some((said, style)) = said {
                pieces.extend(
                    text::wrap(&said, room)
                        .into_iter()
                        .map(|line| Piece::Words(format!("{:indent$}{line}", ""), style)),
                );
            }
        }
        if !self.below.is_empty() {
            pieces.push(Piece::Words(String::new(), theme.text));
            pieces.extend(self.below.iter().cloned().map(Piece::Line));
        }
        if let Some(error) = &self.error {
            pieces.push(Piece::Words(String::new(), theme.text));
            words(&mut pieces, error, theme.bad);
        }
        if let Some(since) = self.busy_since {
            let sign = spinner::frame(since, desk.now, &desk.look.symbols).unwrap_or_default();
            words(&mut pieces, &format!("Sending {sign}"), theme.dim);
        }
        pieces
    }

    /// Columns of the labels, with the sign before them.
    fn label_width(&self, width: u16) -> u16 {
        let longest = self.fields.iter().map(|field| field.label.chars().count()).max();
        u16::try_from(longest.unwrap_or(0)).unwrap_or(u16::MAX).min(width / 2) + 2
    }

    fn draw_field(&mut self, index: usize, frame: &mut Frame, area: Rect, desk: &Desk) {
        let theme = &desk.look.theme;
        let is_focus = index == self.focus;
        let label_width = self.label_width(area.width);
        let field = &mut self.fields[index];
        let sign = if is_focus { desk.look.symbols.cursor } else { " " };
        let label = Rect { width: label_width, height: 1.min(area.height), ..area };
        let style = if is_focus { theme.strong } else { theme.text };
        text::put(frame.buffer_mut(), label, &format!("{sign} {}", field.label), style);
        let left = label_width + 1;
        if left >= area.width {
            return;
        }
        let value = Rect { x: area.x + left, width: area.width - left, ..area };
        field.draw(frame, value, is_focus, desk);
    }
}

impl Field {
    /// What is said below it while it has the focus. How a date may be written is said where it fits into the line.
    fn said(&self, room: u16) -> Option<String> {
        let hint = Some(self.hint.clone()).filter(|hint| !hint.is_empty());
        if !matches!(self.kind, Kind::Date { .. }) {
            return hint;
        }
        let ways = read::WAYS_OF_A_DATE;
        let own = hint.as_ref().map_or_else(String::new, |hint| format!("; {hint}"));
        let wordy = [format!("{ways}; + and - step{own}"), format!("{ways}{own}")];
        let fits = |words: &String| fit::width(words) <= usize::from(room);
        wordy.into_iter().find(fits).or(hint)
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, is_focus: bool, desk: &Desk) {
        let theme = &desk.look.theme;
        let style = if is_focus { theme.input_focus } else { theme.input };
        match &self.kind {
            Kind::Choice { options, chosen } => {
                let label = options.get(*chosen).map_or("", |(_, label)| label.as_str());
                let words = if is_focus { format!("< {label} >") } else { label.to_owned() };
                text::put(frame.buffer_mut(), area, &words, style);
                return;
            }
            Kind::Switch(on) => {
                let words = if *on { "[x] yes" } else { "[ ] no" };
                text::put(frame.buffer_mut(), area, words, style);
                return;
            }
            _ => {}
        }
        let is_always_said = matches!(self.kind, Kind::Date { .. } | Kind::Money { .. });
        let beside = self.completion().filter(|_| is_focus || is_always_said);
        let input =
            beside.map_or(area, |words| put_beside(frame.buffer_mut(), area, &words, theme.dim));
        self.editor.set_style(style);
        let is_typed_into = is_focus && !self.is_offered();
        self.editor.set_cursor_style(if is_typed_into { theme.caret } else { style });
        self.editor.set_selection_style(if is_focus { theme.selected } else { style });
        frame.buffer_mut().set_style(input, style);
        (&self.editor).render(input, frame.buffer_mut());
        if is_focus && desk.look.plain {
            let at = self.editor.screen_cursor();
            let row = u16::try_from(at.row).unwrap_or(0);
            let column = u16::try_from(at.col).unwrap_or(0);
            let (y, x) = (input.y.saturating_add(row), input.x.saturating_add(column));
            if y < input.bottom() && x < input.right() {
                frame.set_cursor_position((x, y));
            }
        }
    }
}

/// Puts `words` at the right end and returns what is left for the value.
fn put_beside(buffer: &mut Buffer, area: Rect, words: &str, style: Style) -> Rect {
    let half = Rect { x: area.x + area.width / 2, width: area.width - area.width / 2, ..area };
    let used = text::put_end(buffer, text::row(half, 0), words, style);
    Rect { width: area.width.saturating_sub(used + 1), ..area }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_a_date_may_be_written_is_said_where_there_is_room() {
        let kind = Kind::Date { today: chrono::NaiveDate::MIN };
        let bare = Field::new("date", "Date", kind.clone());
        let all = "today, tomorrow, fri, 24 dec, +20; + and - step";
        assert_eq!(bare.said(60).as_deref(), Some(all));
        assert_eq!(bare.said(40).as_deref(), Some("today, tomorrow, fri, 24 dec, +20"));
        assert_eq!(bare.said(20), None);
        let hinted = Field::new("date", "Date", kind).hint("empty is any");
        assert_eq!(hinted.said(70).unwrap(), format!("{all}; empty is any"));
        assert_eq!(hinted.said(50).unwrap(), "today, tomorrow, fri, 24 dec, +20; empty is any");
        assert_eq!(hinted.said(40).unwrap(), "empty is any", "its own words come first");
    }
}
