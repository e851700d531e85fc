//! The input of one link: bytes and the passing of time in, events out.

use std::collections::VecDeque;
use std::time::Instant;

use crossterm::event::{Event, KeyEventKind};
use traveloure_core::text::clean_text;

use super::decode::Decoder;

/// A decoder with what it needs to know about time.
#[derive(Debug, Default)]
pub struct Input {
    decoder: Decoder,
    events: VecDeque<Event>,
    deadline: Option<Instant>,
}

impl Input {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes bytes that came at `now`.
    pub fn feed(&mut self, bytes: &[u8], now: Instant) {
        let mut events = Vec::new();
        self.decoder.feed(bytes, &mut events);
        self.deadline = self.decoder.patience().map(|patience| now + patience);
        self.keep(events);
    }

    /// When to call [`expire`](Self::expire), if nothing more comes until then.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Takes note that the deadline has passed: an Esc was the key, after all.
    pub fn expire(&mut self) {
        let mut events = Vec::new();
        self.decoder.flush(&mut events);
        self.deadline = None;
        self.keep(events);
    }

    /// The next event, in the order typed.
    pub fn take(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    fn keep(&mut self, events: Vec<Event>) {
        self.events.extend(events.into_iter().filter_map(settle));
    }
}

/// Gives events the same meaning on every terminal: the release of a key is none, and a paste is as
/// little to be trusted as any other text.
fn settle(event: Event) -> Option<Event> {
    match event {
        Event::Key(key) if key.kind == KeyEventKind::Release => None,
        Event::Paste(text) => Some(Event::Paste(clean_text(&text).into_owned())),
        event => Some(event),
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyCode;

    use super::*;
    use crate::terminal::decode::ESCAPE_PATIENCE;

    #[test]
    fn an_escape_is_a_key_when_nothing_follows() {
        let start = Instant::now();
        let mut input = Input::new();
        input.feed(b"\x1b", start);
        assert_eq!(input.take(), None);
        assert_eq!(input.deadline(), Some(start + ESCAPE_PATIENCE));
        input.expire();
        assert_eq!(input.take(), Some(Event::Key(KeyCode::Esc.into())));
        assert_eq!(input.deadline(), None);
    }

    #[test]
    fn an_escape_begins_what_follows_in_time() {
        let start = Instant::now();
        let mut input = Input::new();
        input.feed(b"\x1b", start);
        input.feed(b"[B", start + ESCAPE_PATIENCE / 2);
        assert_eq!(input.take(), Some(Event::Key(KeyCode::Down.into())));
        assert_eq!((input.take(), input.deadline()), (None, None));
    }

    #[test]
    fn a_paste_is_cleaned_and_a_release_is_nothing() {
        let mut input = Input::new();
        input.feed(b"\x1b[200~a\r\nb\x1b[31m\x1b[201~\x1b[97;1:3u", Instant::now());
        assert_eq!(input.take(), Some(Event::Paste("a\nb\u{FFFD}[31m".into())));
        assert_eq!(input.take(), None);
    }
}
