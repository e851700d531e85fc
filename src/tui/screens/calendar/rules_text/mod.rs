//! The rules as text: every line is read while it is typed, what is wrong is pointed at, and beside
//! it stands the month that the text makes.

mod draw;

use chrono::{DateTime, NaiveDate, Utc};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::Style;
use traveloure_core::{
    availability::{AvailabilityRules, text},
    line_error::LineError,
    text::clean_text,
};
use tui_textarea::{CursorMove, TextArea};

use super::{draft, edit::Edit, months, paint::Paint, sheet::Sheet};
use crate::tui::{
    keymap::Key,
    widgets::{editing, month},
};

/// Longer texts are no rules that a person wrote.
const LONGEST: usize = 60_000;

/// See the module's head.
#[derive(Debug)]
pub struct RulesText {
    editor: TextArea<'static>,
    /// The text as it was opened, and the rules it was written from.
    opened: String,
    before: AvailabilityRules,
    faults: Vec<LineError>,
    /// The rules of the newest text that could be read.
    read: Option<AvailabilityRules>,
    month: NaiveDate,
    paint: Option<Paint>,
    /// What the text changes.
    headline: String,
    /// The first visible line and column.
    top: usize,
    left: usize,
}

impl RulesText {
    /// Opens the rules as they are with the edits made; none before they have come.
    #[must_use]
    pub fn new(sheet: &Sheet, month: NaiveDate, now: DateTime<Utc>) -> Option<Self> {
        let before = sheet.rules()?.clone();
        let opened = before.to_text();
        let mut opened_now = Self {
            editor: editor_with(&opened),
            opened,
            before,
            faults: Vec::new(),
            read: None,
            month: months::first_of(month),
            paint: None,
            headline: String::new(),
            top: 0,
            left: 0,
        };
        opened_now.read_again(sheet, now);
        Some(opened_now)
    }

    /// Whether something was written that would be lost.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.text().trim_end() != self.opened.trim_end()
    }

    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.editor.lines().join("\n");
        text.push('\n');
        text
    }

    #[must_use]
    pub fn faults(&self) -> &[LineError] {
        &self.faults
    }

    /// Opened again, perhaps with other edits made meanwhile: the preview is made anew.
    pub fn opened_again(&mut self, sheet: &Sheet, now: DateTime<Utc>) {
        if !self.is_changed()
            && let Some(rules) = sheet.rules()
        {
            self.before = rules.clone();
            self.opened = self.before.to_text();
            self.editor = editor_with(&self.opened);
        }
        self.read_again(sheet, now);
    }

    /// A key that types or moves.
    pub fn key(&mut self, event: KeyEvent, sheet: &Sheet, now: DateTime<Utc>) {
        let key = Key::of(event);
        let changed = match key.typed() {
            Some(letter) => {
                self.insert(&letter.to_string());
                true
            }
            None if key.code == KeyCode::Tab => false,
            None if key.modifiers == KeyModifiers::CONTROL && key.code == KeyCode::End => {
                self.editor.cancel_selection();
                self.editor.move_cursor(CursorMove::Bottom);
                self.editor.move_cursor(CursorMove::End);
                false
            }
            None if key.modifiers == KeyModifiers::CONTROL && key.code == KeyCode::Home => {
                self.editor.cancel_selection();
                self.editor.move_cursor(CursorMove::Jump(0, 0));
                false
            }
            None => editing::edit(&mut self.editor, key),
        };
        if changed {
            self.read_again(sheet, now);
        }
    }

    pub fn paste(&mut self, text: &str, sheet: &Sheet, now: DateTime<Utc>) {
        self.insert(text);
        self.read_again(sheet, now);
    }

    /// What came back from the person's own editor.
    pub fn edited(&mut self, text: &str, sheet: &Sheet, now: DateTime<Utc>) {
        self.editor.select_all();
        self.editor.cut();
        self.insert(text.trim_end());
        self.read_again(sheet, now);
    }

    fn insert(&mut self, text: &str) {
        let length: usize = self.editor.lines().iter().map(|line| line.len() + 1).sum();
        let clean = clean_text(text);
        let room = LONGEST.saturating_sub(length);
        let fitting: String = clean.chars().take(room).collect();
        self.editor.insert_str(fitting);
    }

    pub fn step_month(&mut self, months: i32, sheet: &Sheet, now: DateTime<Utc>) {
        self.month = months::step(self.month, months);
        self.repaint(sheet, now);
    }

    #[must_use]
    pub fn month(&self) -> NaiveDate {
        self.month
    }

    /// The text as an edit; with faults there is none, and the cursor goes to the first.
    pub fn done(&mut self) -> Option<Edit> {
        if let Some(fault) = self.faults.first() {
            let row = u16::try_from(fault.line - 1).unwrap_or(u16::MAX);
            let column = u16::try_from(fault.column - 1).unwrap_or(u16::MAX);
            self.editor.cancel_selection();
            self.editor.move_cursor(CursorMove::Jump(row, column));
            return None;
        }
        let after = Box::new(self.read.clone()?);
        Some(Edit::Write { before: Box::new(self.before.clone()), after })
    }

    fn read_again(&mut self, sheet: &Sheet, now: DateTime<Utc>) {
        let today = sheet.today(now);
        match text::parse(&self.text(), self.before.availability_type, today) {
            Ok(rules) => {
                self.read = Some(rules);
                self.faults.clear();
                self.repaint(sheet, now);
            }
            Err(faults) => self.faults = faults,
        }
    }

    /// Paints the month anew, and counts what changes. A text with faults leaves the last one that
    /// could be read.
    pub fn repaint(&mut self, sheet: &Sheet, now: DateTime<Utc>) {
        let (Some(read), Some(current)) = (&self.read, sheet.rules()) else { return };
        let edit =
            Edit::Write { before: Box::new(self.before.clone()), after: Box::new(read.clone()) };
        let Ok(after) = edit.apply(current, &sheet.setting) else { return };
        let window = draft::window(sheet.today(now), None);
        let plan = draft::plan(current, &after, &sheet.setting, sheet.taken(), window);
        self.headline = if after == *current { "as it is".to_owned() } else { plan.headline() };
        self.paint = Some(sheet.paint_of(current, &after, month::window(self.month), now));
    }
}

fn editor_with(text: &str) -> TextArea<'static> {
    let mut editor = TextArea::new(text.trim_end().lines().map(ToOwned::to_owned).collect());
    editor.set_cursor_line_style(Style::new());
    editor
}
