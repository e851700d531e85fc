//! The question before leaving what would be lost with the session.

use crossterm::event::KeyEvent;
use ratatui::{Frame, layout::Rect};

use super::confirm::{Answer, Confirm};
use crate::tui::{app::desk::Desk, commands::AppAct, widgets::text};

/// See the module's head.
#[derive(Clone, Debug)]
pub struct Losing {
    /// What was asked for, and is done after a yes.
    pub act: AppAct,
    lost: Vec<String>,
    confirm: Confirm,
}

impl Losing {
    /// `lost` says what would be lost; `asked_with` are the keys of `act`.
    #[must_use]
    pub fn new(act: AppAct, lost: Vec<String>, asked_with: &[String]) -> Self {
        let (title, does) = match act {
            AppAct::SignOut => ("Sign out all the same?", "sign out"),
            AppAct::Role => ("Act in another role all the same?", "go on"),
            _ => ("Leave all the same?", "leave"),
        };
        Self { act, lost, confirm: Confirm::new(title, does, asked_with) }
    }

    pub fn key(&mut self, key: KeyEvent) -> Answer {
        self.confirm.key(key)
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let width = Confirm::body_width(area);
        let theme = &desk.look.theme;
        let lost = self.lost.iter().map(|what| format!("{what}."));
        let mut body: Vec<_> =
            lost.flat_map(|what| text::wrapped(&what, width, theme.warn)).collect();
        body.extend(text::wrapped("That would be lost.", width, theme.text));
        self.confirm.draw(frame, area, &body, true, desk);
    }
}
