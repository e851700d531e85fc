//! A choice of a few.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::{
    Frame,
    layout::{Rect, Size},
};

use crate::tui::{
    app::desk::Desk,
    commands::ListAct,
    widgets::{list::ListState, popup, text},
};

/// One thing to choose.
#[derive(Clone, Debug)]
pub struct Choice<T> {
    pub value: T,
    pub label: String,
    /// Why it cannot be chosen.
    pub why_not: Option<String>,
}

/// See the module's head.
#[derive(Clone, Debug)]
pub struct Choose<T> {
    title: &'static str,
    choices: Vec<Choice<T>>,
    list: ListState,
}

impl<T: Copy + PartialEq> Choose<T> {
    /// `now` is what is chosen already.
    #[must_use]
    pub fn new(title: &'static str, choices: Vec<Choice<T>>, now: T) -> Self {
        let mut list = ListState::default();
        let at = choices.iter().position(|choice| choice.value == now);
        list.select(at.unwrap_or(0), choices.len());
        Self { title, choices, list }
    }

    /// What Enter, Space or the choice's number chose; a choice that cannot be made is none.
    pub fn key(&mut self, key: KeyEvent) -> Option<T> {
        let act = match key.code {
            KeyCode::Down | KeyCode::Char('j') => ListAct::Down,
            KeyCode::Up | KeyCode::Char('k') => ListAct::Up,
            KeyCode::Enter | KeyCode::Char(' ') => return self.chosen(self.list.cursor()),
            KeyCode::Char(digit) => {
                let number = usize::try_from(digit.to_digit(10)?).ok()?;
                return self.chosen(number.checked_sub(1)?);
            }
            _ => return None,
        };
        self.list.go(act, self.choices.len());
        None
    }

    fn chosen(&self, index: usize) -> Option<T> {
        let choice = self.choices.get(index)?;
        choice.why_not.is_none().then_some(choice.value)
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let rows = u16::try_from(self.choices.len()).unwrap_or(u16::MAX);
        let place = popup::place(area, Size::new(56, rows.saturating_add(2)));
        let inside =
            popup::frame(frame, place, self.title, "enter choose  esc go back", &desk.look);
        let theme = &desk.look.theme;
        let visible = self.list.visible(inside, self.choices.len());
        for (index, at) in visible.zip(0..) {
            let choice = &self.choices[index];
            let row = text::row(inside, at);
            let style = match (&choice.why_not, index == self.list.cursor()) {
                (_, true) => theme.cursor,
                (Some(_), false) => theme.dim,
                (None, false) => theme.text,
            };
            frame.buffer_mut().set_style(row, style);
            let why = choice.why_not.as_ref().map(|why| format!("  {why}")).unwrap_or_default();
            let is_cursor = index == self.list.cursor();
            let sign = if is_cursor { desk.look.symbols.cursor } else { " " };
            let line = format!("{sign} {} {}{why}", index + 1, choice.label);
            text::put(frame.buffer_mut(), row, &line, style);
        }
    }
}
