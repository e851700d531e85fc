//! A link in memory, for tests: keys go in by hand, frames are shown by an independent terminal
//! emulator.

use std::num::NonZeroU16;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Size;
use tokio::sync::mpsc;

use super::{
    input::Input,
    link::{Capabilities, Closing, Colours, Link, LinkEvent},
};

/// An emulated terminal without scrollback.
pub(crate) fn parser(width: u16, height: u16) -> vt100::Parser {
    let at_least_one = |n| NonZeroU16::new(n).unwrap_or(NonZeroU16::MIN);
    vt100::Parser::new(at_least_one(height), at_least_one(width), 0)
}

/// A link and the far end of it.
pub(crate) fn capture(width: u16, height: u16) -> (CaptureLink, Capture) {
    let state = Arc::new(Mutex::new(State {
        parser: parser(width, height),
        size: Size { width, height },
        frames: Vec::new(),
        stalled: false,
        refused: false,
    }));
    let (sender, receiver) = mpsc::unbounded_channel();
    let link = CaptureLink {
        capabilities: Capabilities {
            name: "capture",
            editor: false,
            files: false,
            keyring: false,
            suspend: false,
            clipboard: false,
            mouse: true,
            colours: Colours::Sixteen,
        },
        state: Arc::clone(&state),
        events: receiver,
    };
    let far = Capture { state, events: sender, input: Input::new() };
    (link, far)
}

#[derive(Debug)]
pub(crate) struct CaptureLink {
    pub(crate) capabilities: Capabilities,
    state: Arc<Mutex<State>>,
    events: mpsc::UnboundedReceiver<LinkEvent>,
}

/// The far end: what the person sees and types. Dropping it hangs up.
#[derive(Debug)]
pub(crate) struct Capture {
    state: Arc<Mutex<State>>,
    events: mpsc::UnboundedSender<LinkEvent>,
    input: Input,
}

struct State {
    parser: vt100::Parser,
    size: Size,
    frames: Vec<Vec<u8>>,
    stalled: bool,
    refused: bool,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.parser.screen().contents())
    }
}

impl Link for CaptureLink {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn size(&self) -> Size {
        self.state.lock().unwrap().size
    }

    async fn next(&mut self) -> LinkEvent {
        let event = self.events.recv().await;
        event.unwrap_or(LinkEvent::Closed(Closing::Hangup))
    }

    fn is_ready(&mut self) -> bool {
        let mut state = self.state.lock().unwrap();
        state.refused |= state.stalled;
        !state.stalled
    }

    fn send(&mut self, frame: Vec<u8>) -> bool {
        let mut state = self.state.lock().unwrap();
        if state.stalled {
            state.refused = true;
            return false;
        }
        state.parser.process(&frame);
        state.frames.push(frame);
        true
    }
}

impl Capture {
    pub(crate) fn event(&self, event: Event) {
        let _ = self.events.send(LinkEvent::Input(event));
    }

    pub(crate) fn press(&self, code: KeyCode) {
        self.event(Event::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    }

    /// Types bytes as they come from a real terminal. An escape at their end is an Esc.
    pub(crate) fn type_bytes(&mut self, bytes: &[u8]) {
        self.input.feed(bytes, Instant::now());
        self.input.expire();
        while let Some(event) = self.input.take() {
            self.event(event);
        }
    }

    pub(crate) fn resize(&self, width: u16, height: u16) {
        let size = Size { width, height };
        let mut state = self.state();
        let at_least_one = |n| NonZeroU16::new(n).unwrap_or(NonZeroU16::MIN);
        state.parser.set_size(at_least_one(height), at_least_one(width));
        state.size = size;
        let _ = self.events.send(LinkEvent::Resize(size));
    }

    /// The terminal stops taking frames.
    pub(crate) fn stall(&self) {
        self.state().stalled = true;
    }

    /// The terminal takes frames again.
    pub(crate) fn resume(&self) {
        let mut state = self.state();
        state.stalled = false;
        if std::mem::take(&mut state.refused) {
            let _ = self.events.send(LinkEvent::Ready);
        }
    }

    pub(crate) fn close(&self) {
        let _ = self.events.send(LinkEvent::Closed(Closing::Hangup));
    }

    /// What can be read on the screen, a string per row, without blanks at the end.
    pub(crate) fn rows(&self) -> Vec<String> {
        let state = self.state();
        let screen = state.parser.screen();
        screen.rows(0, state.size.width).map(|row| row.trim_end().to_owned()).collect()
    }

    /// The emulated screen itself: colours, attributes, cursor.
    pub(crate) fn screen(&self) -> vt100::Screen {
        self.state().parser.screen().clone()
    }

    /// Every frame that was sent, oldest first.
    pub(crate) fn frames(&self) -> Vec<Vec<u8>> {
        self.state().frames.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

#[cfg(test)]
mod tests {
    use ratatui::{style::Stylize, widgets::Paragraph};

    use super::*;
    use crate::terminal::{Drawn, Screen};

    #[tokio::test]
    async fn keys_arrive_and_frames_are_seen() {
        let (link, mut far) = capture(20, 3);
        let mut screen = Screen::new(link);
        far.press(KeyCode::Enter);
        far.type_bytes(b"\x1b[A\x1b");
        for code in [KeyCode::Enter, KeyCode::Up, KeyCode::Esc] {
            assert_eq!(screen.next().await, LinkEvent::Input(Event::Key(code.into())));
        }
        let title = Paragraph::new("Olá".bold());
        let drawn = screen.draw(|frame| frame.render_widget(title, frame.area()));
        assert_eq!(drawn, Drawn::Sent(far.frames()[0].len()));
        assert_eq!(far.rows(), ["Olá", "", ""]);
        assert!(far.screen().cell(0, 2).is_some_and(vt100::Cell::bold));
        far.close();
        assert_eq!(screen.next().await, LinkEvent::Closed(Closing::Hangup));
    }

    #[tokio::test]
    async fn a_slow_terminal_gets_the_newest_state_when_it_is_ready() {
        let (link, far) = capture(20, 3);
        let mut screen = Screen::new(link);
        let show = |text: &'static str| {
            move |frame: &mut ratatui::Frame| {
                frame.render_widget(Paragraph::new(text), frame.area());
            }
        };
        screen.draw(show("one"));
        far.stall();
        assert_eq!(screen.draw(show("two")), Drawn::Waiting);
        assert_eq!(screen.draw(show("three")), Drawn::Waiting);
        far.resume();
        assert_eq!(screen.next().await, LinkEvent::Ready);
        screen.draw(show("four"));
        assert_eq!(far.rows()[0], "four");
        assert_eq!(far.frames().len(), 2);
    }

    #[tokio::test]
    async fn a_resize_repaints_everything() {
        let (link, far) = capture(20, 3);
        let mut screen = Screen::new(link);
        let show =
            |frame: &mut ratatui::Frame| frame.render_widget(Paragraph::new("here"), frame.area());
        screen.draw(show);
        assert_eq!(screen.draw(show), Drawn::Unchanged);
        far.resize(10, 5);
        assert_eq!(screen.next().await, LinkEvent::Resize(Size { width: 10, height: 5 }));
        assert_eq!(screen.size(), Size { width: 10, height: 5 });
        assert!(matches!(screen.draw(show), Drawn::Sent(_)));
        assert_eq!(far.rows().len(), 5);
        drop(far);
        assert_eq!(screen.next().await, LinkEvent::Closed(Closing::Hangup));
    }
}
