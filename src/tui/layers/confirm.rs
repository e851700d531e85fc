//! A question before something that cannot simply be undone. The key that says yes is neither the
//! one that asked nor Enter, so that no key held too long answers it.

use crossterm::event::KeyEvent;
use ratatui::{
    Frame,
    layout::{Rect, Size},
    text::{Line, Span},
};

use crate::tui::{
    app::desk::Desk,
    commands::ListAct,
    keymap::Key,
    widgets::{popup, scroll::Scroll, text},
};

/// A question with what has to be known to answer it.
#[derive(Clone, Debug)]
pub struct Confirm {
    title: String,
    yes: char,
    /// Says yes to what goes further than what was asked for.
    beyond: char,
    goes_beyond: bool,
    /// What the key does: `accept`.
    does: &'static str,
    scroll: Scroll,
}

/// What came of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes,
    /// Nothing was decided; the question stays.
    Open,
}

/// The widest question.
const WIDTH: u16 = 72;

impl Confirm {
    /// Asks with keys that did not ask themselves; `asked_with` are the keys of the command.
    #[must_use]
    pub fn new(title: impl Into<String>, does: &'static str, asked_with: &[String]) -> Self {
        let free = |key: &char| asked_with.iter().all(|asked| *asked != key.to_string());
        let mut keys = ['y', 'o', 's', 'x'].into_iter().filter(free);
        let yes = keys.next().unwrap_or('y');
        let beyond = keys.next().unwrap_or('o');
        let scroll = Scroll::default();
        Self { title: title.into(), yes, beyond, goes_beyond: false, does, scroll }
    }

    /// Whether yes means more than was asked for, such as accepting against one's own rules: then
    /// another key says it, so that a hand used to the first one stops to read.
    pub fn ask_for(&mut self, goes_beyond: bool) {
        self.goes_beyond = goes_beyond;
    }

    /// The key that says yes.
    #[must_use]
    pub fn yes(&self) -> char {
        if self.goes_beyond { self.beyond } else { self.yes }
    }

    /// Esc is not for here: it goes back everywhere.
    pub fn key(&mut self, key: KeyEvent) -> Answer {
        let key = Key::of(key);
        if key.typed() == Some(self.yes()) {
            return Answer::Yes;
        }
        match key.to_string().as_str() {
            "j" | "down" => self.scroll.go(ListAct::Down),
            "k" | "up" => self.scroll.go(ListAct::Up),
            "pagedown" | "ctrl-d" | "ctrl-f" => self.scroll.go(ListAct::PageDown),
            "pageup" | "ctrl-u" | "ctrl-b" => self.scroll.go(ListAct::PageUp),
            _ => false,
        };
        Answer::Open
    }

    /// How many columns the body has in `area`.
    #[must_use]
    pub fn body_width(area: Rect) -> u16 {
        area.width.min(WIDTH).saturating_sub(4)
    }

    /// Draws the question; `body` is what has to be known, wrapped to [`Self::body_width`], and
    /// `may` whether yes can be said at all.
    pub fn draw(&mut self, frame: &mut Frame, area: Rect, body: &[Line], may: bool, desk: &Desk) {
        let lines = u16::try_from(body.len()).unwrap_or(u16::MAX);
        // Border, a blank line, the line of keys.
        let place = popup::place(area, Size::new(WIDTH, lines.saturating_add(4)));
        let inside = popup::frame(frame, place, &self.title, "", &desk.look);
        let keys_at = inside.height.saturating_sub(1);
        let room = Rect { height: inside.height.saturating_sub(2), ..inside };
        self.scroll.draw(frame.buffer_mut(), room, body, &desk.look.theme);
        let theme = &desk.look.theme;
        let mut keys = Vec::new();
        if may {
            let more = if self.goes_beyond { " all the same" } else { "" };
            keys.push(Span::styled(self.yes().to_string(), theme.key));
            keys.push(Span::styled(format!(" {}{more}   ", self.does), theme.strong));
        }
        keys.push(Span::styled("esc", theme.key));
        keys.push(Span::raw(" go back"));
        let at = text::row(inside, keys_at);
        if at.height > 0 {
            frame.buffer_mut().set_line(at.x, at.y, &Line::from(keys), at.width);
        }
    }
}
