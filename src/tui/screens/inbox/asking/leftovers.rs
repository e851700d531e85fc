//! Answers that an earlier session decided and could not send.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::{
    Frame,
    layout::{Rect, Size},
    style::Style,
};
use traveloure_core::time::local;

use super::Step;
use crate::tui::{
    app::{desk::Desk, unsent::Unsent},
    commands::ListAct,
    widgets::{list::ListState, popup, text},
};

/// See the module's head. The answers themselves are the inbox's.
#[derive(Debug)]
pub struct Leftovers {
    list: ListState,
    shown: Vec<Unsent>,
}

const WORDS: &str = "These were decided, but the session ended before they were sent. They may \
                     have arrived; sent again, each counts once.";

impl Leftovers {
    #[must_use]
    pub fn new(kept: &[Unsent]) -> Self {
        Self { list: ListState::default(), shown: kept.to_vec() }
    }

    pub fn key(&mut self, key: KeyEvent) -> Step {
        let act = match key.code {
            KeyCode::Down | KeyCode::Char('j') => ListAct::Down,
            KeyCode::Up | KeyCode::Char('k') => ListAct::Up,
            KeyCode::Char('s') => return self.take().map_or(Step::Close, Step::SendLeftover),
            KeyCode::Char('x') => return self.take().map_or(Step::Close, Step::DropLeftover),
            _ => return Step::Stay,
        };
        self.list.go(act, self.shown.len());
        Step::Stay
    }

    fn take(&mut self) -> Option<Unsent> {
        let index = self.list.cursor();
        let taken = (index < self.shown.len()).then(|| self.shown.remove(index));
        self.list.select(index, self.shown.len());
        taken
    }

    /// Whether nothing is left to decide.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.shown.is_empty()
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let theme = &desk.look.theme;
        let width = area.width.min(72);
        let intro = text::wrap(WORDS, width.saturating_sub(4));
        let rows = intro.len() + 1 + self.shown.len();
        let height = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(2);
        let place = popup::place(area, Size::new(width, height));
        let keys = "s send now  x drop  esc later";
        let inside = popup::frame(frame, place, "Not sent", keys, &desk.look);
        let buffer = frame.buffer_mut();
        for (index, line) in (0..).zip(&intro) {
            text::put(buffer, text::row(inside, index), line, theme.dim);
        }
        let top = u16::try_from(intro.len() + 1).unwrap_or(0).min(inside.height);
        let room = Rect { y: inside.y + top, height: inside.height - top, ..inside };
        let visible = self.list.visible(room, self.shown.len());
        for (index, at) in visible.zip(0..) {
            let row = text::row(room, at);
            let (sign, style) = if index == self.list.cursor() {
                (desk.look.symbols.cursor, theme.cursor)
            } else {
                (" ", Style::new())
            };
            buffer.set_style(row, style);
            let words = words(&self.shown[index], desk);
            text::put(buffer, row, &format!("{sign} {words}"), style);
        }
    }
}

fn words(unsent: &Unsent, desk: &Desk) -> String {
    let at = local(unsent.decided_at, desk.settings.zone).format("%a %-d %b %H:%M");
    format!("{} {}, decided {at}", unsent.answer.doing(), unsent.traveler)
}
