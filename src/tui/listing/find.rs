//! Finding rows by words: the list narrows while they are typed; Esc widens it again, and n and N
//! go on between what was found.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{
    Filter, Row,
    rows::{IdOf, Rows},
};
use crate::tui::app::cx::{Cx, Notice};

/// The most letters.
const LIMIT: usize = 80;

/// See the module's head.
#[derive(Debug)]
pub struct Find<F: Filter> {
    /// Letters go into the words.
    pub is_typing: bool,
    pub words: String,
    /// The list as it was before it was narrowed, to go back to at once.
    wide: Option<Box<Rows<F>>>,
}

impl<F: Filter> Default for Find<F> {
    fn default() -> Self {
        Self { is_typing: false, words: String::new(), wide: None }
    }
}

impl<F: Filter> Find<F> {
    /// Begins to type, with no words.
    pub fn begin(&mut self, rows: &mut Rows<F>, cx: &mut Cx) {
        self.is_typing = true;
        if self.wide.is_none() {
            let filter = rows.filter().clone();
            self.wide = Some(Box::new(std::mem::replace(rows, Rows::new(filter))));
            self.words.clear();
            if let Some(wide) = &self.wide {
                rows.copy_from(wide);
            }
        } else if !self.words.is_empty() {
            self.words.clear();
            self.narrow(rows, cx);
        }
    }

    pub fn key(&mut self, key: KeyEvent, rows: &mut Rows<F>, cx: &mut Cx) {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => {
                self.is_typing = false;
                if self.words.trim().is_empty() {
                    self.widen(rows, cx);
                }
                return;
            }
            KeyCode::Backspace => drop(self.words.pop()),
            KeyCode::Char('u') if control => self.words.clear(),
            KeyCode::Char(letter) if !control => self.words.push(letter),
            _ => return,
        }
        self.narrow(rows, cx);
    }

    pub fn paste(&mut self, text: &str, rows: &mut Rows<F>, cx: &mut Cx) {
        self.words.push_str(text.lines().next().unwrap_or_default());
        self.narrow(rows, cx);
    }

    fn narrow(&mut self, rows: &mut Rows<F>, cx: &mut Cx) {
        self.words = self.words.chars().take(LIMIT).collect();
        let filter = rows.filter().with_words(self.words.clone());
        rows.show(filter, cx);
    }

    /// Whether the list shows only what was found.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        self.wide.is_some()
    }

    /// Shows all rows again; the cursor stays on its row if it is among those loaded, else it
    /// goes back to where it was. `false` if nothing was narrowed.
    pub fn widen(&mut self, rows: &mut Rows<F>, cx: &mut Cx) -> bool {
        self.is_typing = false;
        let Some(wide) = self.wide.take() else { return false };
        let current: Option<IdOf<F>> = rows.current().map(Row::id);
        *rows = *wide;
        if let Some(index) = current.and_then(|id| rows.position(id)) {
            rows.select(index);
        }
        // Meanwhile it may have changed.
        rows.refresh(cx);
        true
    }

    /// Forgets the list that was before, because another one is shown.
    pub fn forget(&mut self) {
        self.wide = None;
        self.is_typing = false;
    }

    /// Goes to the next row that was found, or the one before; past the end it begins anew.
    pub fn step(&self, forward: bool, rows: &mut Rows<F>, cx: &mut Cx) {
        let len = rows.len();
        let from = rows.list.cursor();
        let order = (1..=len).map(|step| if forward { from + step } else { from + len - step });
        let found = order
            .map(|index| index % len.max(1))
            .find(|index| rows.items().get(*index).is_some_and(|row| row.has(&self.words)));
        match found {
            Some(index) => {
                rows.select(index);
                rows.moved(cx);
            }
            None => cx.say(Notice::info(format!("No row here has {:?}.", self.words))),
        }
    }
}
