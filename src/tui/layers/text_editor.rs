//! Rules or prices as lines of text: a small editor that shows what cannot be read, and where.
//!
//! The screen that holds it reads the text after each key and hands the faults back
//! ([`TextEditor::judge`]); below the text it shows what the lines would change.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::{Frame, layout::Rect, style::Style, text::Line, widgets::Widget};
use traveloure_core::{line_error::LineError, text::clean_text};
use tui_textarea::{CursorMove, TextArea};

use crate::{
    terminal::fit,
    tui::{
        app::desk::Desk,
        keymap::Key,
        widgets::{editing, popup, text},
    },
};

/// The most characters: more than the longest rules, less than what a slip of the hand pastes.
const LIMIT: usize = 60_000;
/// Columns of the line number and its sign.
const GUTTER: u16 = 5;

/// See the module's head.
#[derive(Clone, Debug)]
pub struct TextEditor {
    title: &'static str,
    area: TextArea<'static>,
    faults: Vec<LineError>,
    /// The first visible line, and the first visible character of the cursor's line.
    top: usize,
    left: usize,
}

impl TextEditor {
    #[must_use]
    pub fn new(title: &'static str, text: &str) -> Self {
        let lines = clean_text(text).lines().map(ToOwned::to_owned).collect();
        Self { title, area: TextArea::new(lines), faults: Vec::new(), top: 0, left: 0 }
    }

    #[must_use]
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Puts another text in, the cursor at its beginning.
    pub fn set(&mut self, text: &str) {
        self.area.select_all();
        self.area.cut();
        self.insert(text);
        self.area.move_cursor(CursorMove::Top);
    }

    /// What is wrong with the text as it is now; nothing when it can be read.
    pub fn judge(&mut self, faults: Vec<LineError>) {
        self.faults = faults;
    }

    #[must_use]
    pub fn is_readable(&self) -> bool {
        self.faults.is_empty()
    }

    /// Puts the cursor where the first fault is.
    pub fn go_to_fault(&mut self) {
        if let Some(fault) = self.faults.first() {
            let at = |number: usize| u16::try_from(number.saturating_sub(1)).unwrap_or(u16::MAX);
            self.area.move_cursor(CursorMove::Jump(at(fault.line), at(fault.column)));
        }
    }

    /// A key that is no command.
    pub fn key(&mut self, key: KeyEvent) {
        let typed = Key::of(key);
        match (typed.typed(), typed.code) {
            (Some(letter), _) => self.insert(&letter.to_string()),
            (None, KeyCode::Enter) => self.insert("\n"),
            (None, KeyCode::Tab) => {}
            (None, KeyCode::Home) if !typed.modifiers.is_empty() => {
                self.area.move_cursor(CursorMove::Top);
            }
            (None, KeyCode::End) if !typed.modifiers.is_empty() => {
                self.area.move_cursor(CursorMove::Bottom);
                self.area.move_cursor(CursorMove::End);
            }
            (None, _) => {
                editing::edit(&mut self.area, typed);
            }
        }
    }

    /// Puts text in at the cursor, cleaned, as far as the limit goes.
    pub fn insert(&mut self, text: &str) {
        let length: usize = self.area.lines().iter().map(|line| line.chars().count() + 1).sum();
        let room = LIMIT.saturating_sub(length);
        let clean: String = clean_text(text).chars().take(room).collect();
        self.area.insert_str(clean);
    }

    /// Draws it in a box that fills `place`: the text, what is wrong with it, and `preview` below.
    pub fn draw(&mut self, frame: &mut Frame, place: Rect, preview: &[Line], desk: &Desk) {
        let inside = popup::frame(frame, place, self.title, "", &desk.look);
        let mut below = self.fault_lines(inside.width, desk);
        below.extend(preview.iter().cloned());
        // What the text does not need is for what is below it; a third of the room is in any case.
        let needed = u16::try_from(self.area.lines().len()).unwrap_or(u16::MAX);
        let most = inside.height.saturating_sub(needed).max(inside.height / 3);
        let height = u16::try_from(below.len()).unwrap_or(u16::MAX).min(most);
        let room = Rect { height: inside.height - height, ..inside };
        self.draw_text(frame, room, desk);
        for (line, at) in below.into_iter().zip(room.height..inside.height) {
            line.render(text::row(inside, at), frame.buffer_mut());
        }
    }

    fn draw_text(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let theme = &desk.look.theme;
        let gutter = GUTTER.min(area.width);
        let room = area.width - gutter;
        self.follow(area.height, room);
        let cursor = self.area.cursor();
        for (index, y) in (self.top..self.area.lines().len()).zip(0..area.height) {
            let row = text::row(area, y);
            let fault = self.faults.iter().find(|fault| fault.line == index + 1);
            let (sign, style) = match fault {
                Some(_) => (desk.look.symbols.no, theme.bad),
                None => (" ", theme.dim),
            };
            let number = Rect { width: gutter, ..row };
            let label = format!("{:>3}{}", index + 1, fit::truncate(sign, 1));
            text::put(frame.buffer_mut(), number, &label, style);
            let value = Rect { x: row.x + gutter, width: room, ..row };
            let line = &self.area.lines()[index];
            let left = if index == cursor.0 { self.left } else { 0 };
            let shown: String = line.chars().skip(left).collect();
            text::put(frame.buffer_mut(), value, &shown, theme.text);
            if let Some(fault) = fault {
                mark(frame, value, &shown, fault.column.saturating_sub(left + 1), theme.found);
            }
            if index == cursor.0 {
                let at = mark(frame, value, &shown, cursor.1 - left, theme.caret);
                if desk.look.plain && at.width > 0 {
                    frame.set_cursor_position((at.x, at.y));
                }
            }
        }
    }

    /// Scrolls so that the cursor is in the room for the text.
    fn follow(&mut self, height: u16, width: u16) {
        let cursor = self.area.cursor();
        let height = usize::from(height.max(1));
        self.top = self.top.clamp((cursor.0 + 1).saturating_sub(height), cursor.0);
        self.left = self.left.min(cursor.1);
        let line = &self.area.lines()[cursor.0];
        let before: Vec<char> = line.chars().take(cursor.1).collect();
        let columns = |from: usize| fit::width(&before[from..].iter().collect::<String>());
        while self.left < cursor.1 && columns(self.left) + 1 >= usize::from(width.max(2)) {
            self.left += 1;
        }
    }

    /// The fault on the cursor's line, else the first one, and how many more there are.
    fn fault_lines(&self, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let here = self.area.cursor().0 + 1;
        let on_line = self.faults.iter().find(|fault| fault.line == here);
        let Some(fault) = on_line.or(self.faults.first()) else { return Vec::new() };
        let theme = &desk.look.theme;
        let said = format!(
            "{} line {}, column {}: {}",
            desk.look.symbols.no, fault.line, fault.column, fault.message
        );
        let mut lines = text::wrapped(&said, width, theme.bad);
        if let Some(hint) = &fault.hint {
            lines.extend(text::wrapped(&format!("  {hint}"), width, theme.dim));
        }
        if self.faults.len() > 1 {
            let more = format!("  and {} more", self.faults.len() - 1);
            lines.push(Line::styled(more, theme.dim));
        }
        lines
    }
}

/// Styles the character of `line` at `index`, or the blank behind its end; returns where it is.
fn mark(frame: &mut Frame, area: Rect, line: &str, index: usize, style: Style) -> Rect {
    let before: String = line.chars().take(index).collect();
    let offset = u16::try_from(fit::width(&before)).unwrap_or(u16::MAX);
    if offset >= area.width {
        return Rect { width: 0, ..area };
    }
    let at = Rect { x: area.x + offset, width: 1, ..area };
    frame.buffer_mut().set_style(at, style);
    at
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyModifiers;

    use super::*;

    fn key(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::NONE)
    }

    #[test]
    fn it_takes_lines_and_cleans_them() {
        let mut editor = TextEditor::new("Prices", "base 120 EUR\n");
        editor.key(key(KeyCode::Down));
        editor.key(key(KeyCode::End));
        editor.key(key(KeyCode::Enter));
        editor.insert("deposit\t30%\u{1b}[2J");
        assert_eq!(editor.text(), "base 120 EUR\ndeposit 30%\u{fffd}[2J");
        editor.set("one\ntwo");
        assert_eq!(editor.text(), "one\ntwo");
    }

    #[test]
    fn it_goes_where_the_fault_is() {
        let mut editor = TextEditor::new("Prices", "base 120\nsaison");
        let fault =
            LineError { line: 2, column: 3, message: "what is this".to_owned(), hint: None };
        editor.judge(vec![fault]);
        editor.go_to_fault();
        let cursor = editor.area.cursor();
        assert_eq!((cursor.0, cursor.1, editor.is_readable()), (1, 2, false));
    }

    #[test]
    fn what_is_pasted_stays_within_the_limit() {
        let mut editor = TextEditor::new("Prices", "");
        editor.insert(&"x\n".repeat(LIMIT));
        assert!(editor.text().chars().count() <= LIMIT);
    }
}
