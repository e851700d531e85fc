//! What became of each row of a bulk answer.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::{
    Frame,
    layout::{Rect, Size},
    text::{Line, Span},
};

use super::Step;
use crate::tui::{
    app::desk::Desk,
    commands::ListAct,
    keymap::Key,
    widgets::{popup, scroll::Scroll, text},
};

/// One row: whose request, and why it was refused if it was.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub traveler: String,
    pub refused: Option<String>,
}

/// See the module's head.
#[derive(Debug)]
pub struct Results {
    title: String,
    outcomes: Vec<Outcome>,
    scroll: Scroll,
}

impl Results {
    /// Those that were refused come first.
    #[must_use]
    pub fn new(title: String, mut outcomes: Vec<Outcome>) -> Self {
        outcomes.sort_by_key(|outcome| outcome.refused.is_none());
        Self { title, outcomes, scroll: Scroll::default() }
    }

    pub fn key(&mut self, key: KeyEvent) -> Step {
        if key.code == KeyCode::Enter {
            return Step::Close;
        }
        match Key::of(key).to_string().as_str() {
            "j" | "down" => self.scroll.go(ListAct::Down),
            "k" | "up" => self.scroll.go(ListAct::Up),
            "pagedown" | "ctrl-d" | "ctrl-f" => self.scroll.go(ListAct::PageDown),
            "pageup" | "ctrl-u" | "ctrl-b" => self.scroll.go(ListAct::PageUp),
            _ => false,
        };
        Step::Stay
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let width = area.width.min(72);
        let lines = self.lines(width.saturating_sub(4), desk);
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
        let place = popup::place(area, Size::new(width, height));
        let inside = popup::frame(frame, place, &self.title, "enter close", &desk.look);
        self.scroll.draw(frame.buffer_mut(), inside, &lines, &desk.look.theme);
    }

    fn lines(&self, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let theme = &desk.look.theme;
        let symbols = &desk.look.symbols;
        let mut lines = Vec::new();
        for outcome in &self.outcomes {
            let (sign, style) = match outcome.refused {
                Some(_) => (symbols.no, theme.bad),
                None => (symbols.yes, theme.good),
            };
            lines.push(Line::from(vec![
                Span::styled(format!("{sign} "), style),
                text::said(&outcome.traveler, theme.text),
            ]));
            if let Some(reason) = &outcome.refused {
                let reason = text::wrap(reason, width.saturating_sub(2));
                lines.extend(
                    reason.into_iter().map(|line| Line::styled(format!("  {line}"), theme.warn)),
                );
            }
        }
        lines
    }
}
