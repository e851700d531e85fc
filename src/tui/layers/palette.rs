//! Every command by its name.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{
    Frame,
    layout::{Rect, Size},
};

use crate::tui::{
    app::desk::Desk,
    commands::{self, Action, Command, Context, ListAct},
    fuzzy,
    screens::{Screen, Tab},
    widgets::{list::ListState, popup, text},
};

/// What can be chosen.
#[derive(Clone, Copy, Debug)]
pub enum Entry {
    Command(&'static Command),
    Tab(Tab),
}

impl Entry {
    fn words(&self) -> String {
        match self {
            Self::Command(command) => format!("{}: {}", command.label, command.help),
            Self::Tab(tab) => format!("go to {}", tab.title()),
        }
    }
}

/// What a key did.
#[derive(Clone, Copy, Debug)]
pub enum Outcome {
    Stay,
    Run(Action),
    Go(Tab),
}

/// See the module's head.
#[derive(Debug)]
pub struct Palette {
    typed: String,
    entries: Vec<(Entry, String)>,
    found: Vec<usize>,
    list: ListState,
}

impl Palette {
    /// All commands of `contexts`, and the way to `tabs`.
    #[must_use]
    pub fn new(contexts: &[Context], tabs: &[Tab]) -> Self {
        let commands = contexts.iter().flat_map(|context| {
            commands::all().filter(|command| command.context == *context).map(Entry::Command)
        });
        let entries: Vec<(Entry, String)> = commands
            .chain(tabs.iter().copied().map(Entry::Tab))
            .map(|entry| (entry, entry.words()))
            .collect();
        let mut palette =
            Self { typed: String::new(), entries, found: Vec::new(), list: ListState::default() };
        palette.search();
        palette
    }

    pub fn key(&mut self, key: KeyEvent) -> Outcome {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => return self.chosen(),
            KeyCode::Down => self.go(ListAct::Down),
            KeyCode::Up => self.go(ListAct::Up),
            KeyCode::Char('n') if control => self.go(ListAct::Down),
            KeyCode::Char('p') if control => self.go(ListAct::Up),
            KeyCode::PageDown => self.go(ListAct::PageDown),
            KeyCode::PageUp => self.go(ListAct::PageUp),
            KeyCode::Char('u') if control => {
                self.typed.clear();
                self.search();
            }
            KeyCode::Backspace => {
                self.typed.pop();
                self.search();
            }
            KeyCode::Char(letter) if !control => {
                self.typed.push(letter);
                self.search();
            }
            _ => {}
        }
        Outcome::Stay
    }

    pub fn paste(&mut self, text: &str) {
        self.typed.push_str(text.lines().next().unwrap_or_default());
        self.search();
    }

    fn go(&mut self, act: ListAct) {
        self.list.go(act, self.found.len());
    }

    fn chosen(&self) -> Outcome {
        let entry = self.found.get(self.list.cursor()).map(|index| self.entries[*index].0);
        match entry {
            Some(Entry::Command(command)) => Outcome::Run(command.action),
            Some(Entry::Tab(tab)) => Outcome::Go(tab),
            None => Outcome::Stay,
        }
    }

    fn search(&mut self) {
        let words = self.entries.iter().map(|(_, words)| words.as_str());
        self.found = fuzzy::best(&self.typed, words, self.entries.len());
        self.list = ListState::default();
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, screen: &dyn Screen, desk: &Desk) {
        let rows = u16::try_from(self.found.len()).unwrap_or(u16::MAX).clamp(1, 16);
        let place = popup::place(area, Size::new(72, rows + 3));
        let inside = popup::frame(frame, place, "Commands", "enter run  esc go back", &desk.look);
        let theme = &desk.look.theme;
        let input = text::row(inside, 0);
        let used = text::put(frame.buffer_mut(), input, &self.typed, theme.input_focus);
        if used < input.width {
            let caret = Rect { x: input.x + used, width: 1, ..input };
            text::put(frame.buffer_mut(), caret, " ", theme.caret);
        }
        let room = Rect {
            y: inside.y + 1.min(inside.height),
            height: inside.height.saturating_sub(1),
            ..inside
        };
        if self.found.is_empty() {
            text::put(frame.buffer_mut(), room, "No command is called that.", theme.dim);
        }
        let visible = self.list.visible(room, self.found.len());
        for (index, at) in visible.zip(0..) {
            let row = text::row(room, at);
            self.draw_entry(frame, row, index, screen, desk);
        }
    }

    fn draw_entry(
        &self,
        frame: &mut Frame,
        row: Rect,
        index: usize,
        screen: &dyn Screen,
        desk: &Desk,
    ) {
        let theme = &desk.look.theme;
        let (entry, words) = &self.entries[self.found[index]];
        let is_cursor = index == self.list.cursor();
        let (key, why) = match entry {
            Entry::Command(command) => (
                desk.settings.keymap.key_of(command.action).unwrap_or_default(),
                screen.why_not(command.action, desk),
            ),
            Entry::Tab(_) => (String::new(), None),
        };
        let style = match (is_cursor, why.is_some()) {
            (true, _) => theme.cursor,
            (false, true) => theme.dim,
            (false, false) => theme.text,
        };
        let buffer = frame.buffer_mut();
        buffer.set_style(row, style);
        let key_style = if is_cursor { style } else { theme.key };
        let used = text::put_end(buffer, row, &key, key_style);
        let left = Rect { width: row.width.saturating_sub(used + 1), ..row };
        let sign = if is_cursor { desk.look.symbols.cursor } else { " " };
        let words = why.map_or_else(|| words.clone(), |why| format!("{words} (not now: {why})"));
        text::put(buffer, left, &format!("{sign} {words}"), style);
    }
}
