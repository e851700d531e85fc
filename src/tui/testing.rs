//! An app under test: keys go in by hand, the clock stands until it is moved, and a small server in
//! memory answers what is asked.

pub(crate) mod availability;
pub(crate) mod booking_list;
pub(crate) mod job_list;
pub(crate) mod platform;
pub(crate) mod price_list;
pub(crate) mod purse;
pub(crate) mod render;
pub(crate) mod sample;
pub(crate) mod server;
pub(crate) mod travel;

use std::{collections::BTreeMap, path::PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use crossterm::event::{Event, KeyEvent};
use ratatui::{Terminal, backend::TestBackend, layout::Size};

use super::{
    app::{
        App,
        call::{ApiError, Call, Dispatch, News, Reply},
        desk::{Settings, Start},
        message::{Effect, Message, Startup, ToFile},
        unsent::Unsent,
    },
    keymap::{Key, Keymap},
    theme::Tone,
};
use crate::{
    terminal::{Capabilities, Colours},
    to_file::NotWritten,
};
use server::Server;
use traveloure_core::actor::Role;

/// The app, its terminal, its server and its clock.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) now: DateTime<Utc>,
    pub(crate) server: Server,
    /// Calls that have not been answered.
    pub(crate) calls: Vec<Dispatch>,
    /// Every call there was.
    pub(crate) asked: Vec<Call>,
    /// The newest list that was to be kept.
    pub(crate) kept: Vec<Unsent>,
    pub(crate) editing: Option<String>,
    /// What is on the clipboard.
    pub(crate) copied: Option<String>,
    /// What stands in files, by the path that was typed.
    pub(crate) files: BTreeMap<String, String>,
    writing: Vec<ToFile>,
    pub(crate) has_left: bool,
    pub(crate) last_words: Option<String>,
    pub(crate) starts: usize,
    pub(crate) is_listening: bool,
    terminal: Terminal<TestBackend>,
}

/// A Friday noon in Lisbon.
pub(crate) fn noon() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

pub(crate) fn settings() -> Settings {
    Settings {
        start: Start::Server("https://traveloure.example".to_owned()),
        tone: Tone::Dark,
        plain: false,
        keymap: Keymap::standard(),
        undo: TimeDelta::seconds(5),
        accounts: None,
        zone: Tz::Europe__Lisbon,
        capabilities: Capabilities {
            name: "test",
            editor: true,
            files: true,
            keyring: true,
            suspend: true,
            clipboard: true,
            mouse: true,
            colours: Colours::Sixteen,
        },
        seed: 42,
    }
}

impl Stage {
    /// A session that has begun, its first call not answered yet.
    pub(crate) fn begun(settings: Settings, width: u16, height: u16) -> Self {
        Self::with_kept(settings, width, height, Vec::new())
    }

    pub(crate) fn with_kept(
        settings: Settings,
        width: u16,
        height: u16,
        unsent: Vec<Unsent>,
    ) -> Self {
        let size = Size { width, height };
        let mut stage = Self {
            app: App::new(settings, size, noon()),
            now: noon(),
            server: Server::new(noon()),
            calls: Vec::new(),
            asked: Vec::new(),
            kept: Vec::new(),
            editing: None,
            copied: None,
            files: BTreeMap::new(),
            writing: Vec::new(),
            has_left: false,
            last_words: None,
            starts: 0,
            is_listening: false,
            terminal: Terminal::new(TestBackend::new(width, height)).unwrap(),
        };
        stage.message(Message::Begin { unsent });
        stage
    }

    /// A signed-in provider before a list of requests.
    pub(crate) fn at_work(width: u16, height: u16) -> Self {
        Self::at_work_with(settings(), width, height)
    }

    pub(crate) fn at_work_with(settings: Settings, width: u16, height: u16) -> Self {
        let mut stage = Self::begun(settings, width, height);
        stage.server.is_signed_in = true;
        stage.server.requests = sample::requests(noon());
        stage.server.bookings = booking_list::bookings(noon());
        stage.serve();
        stage.news(News::Online);
        stage
    }

    /// A signed-in administrator before the fees.
    pub(crate) fn at_the_platform_with(settings: Settings, width: u16, height: u16) -> Self {
        let mut stage = Self::begun(settings, width, height);
        stage.server.is_signed_in = true;
        stage.server.user.provider_id = None;
        let roles = [traveloure_core::actor::Role::Traveler, traveloure_core::actor::Role::Admin];
        stage.server.user.roles = roles.to_vec();
        stage.serve();
        stage.news(News::Online);
        stage
    }

    /// A signed-in traveler before what can be booked.
    pub(crate) fn on_a_trip(width: u16, height: u16) -> Self {
        Self::on_a_trip_with(settings(), width, height)
    }

    pub(crate) fn on_a_trip_with(settings: Settings, width: u16, height: u16) -> Self {
        let mut stage = Self::begun(settings, width, height);
        stage.server.is_signed_in = true;
        stage.server.user.provider_id = None;
        stage.server.user.roles = vec![traveloure_core::actor::Role::Traveler];
        stage.server.bookings = booking_list::bookings(noon());
        stage.server.bookings.iter_mut().for_each(travel::as_traveler);
        stage.server.travel.comes_back = 50;
        for service in stage.server.services.clone() {
            let text = "every day 09:30 cap 6\ncounts per person";
            stage.server.calendars.write(&service, text, noon());
        }
        stage.serve();
        stage.news(News::Online);
        stage
    }

    /// A signed-in administrator before the tabs of their role.
    pub(crate) fn in_charge(width: u16, height: u16) -> Self {
        let mut stage = Self::begun(settings(), width, height);
        stage.server.is_signed_in = true;
        stage.server.user.provider_id = None;
        stage.server.user.roles = vec![Role::Traveler, Role::Admin];
        stage.server.jobs = job_list::some(noon());
        stage.serve();
        stage.news(News::Online);
        stage
    }

    pub(crate) fn message(&mut self, message: Message) {
        for effect in self.app.update(message, self.now) {
            match effect {
                Effect::Call(dispatch) => {
                    self.asked.push(dispatch.call.clone());
                    self.calls.push(*dispatch);
                }
                Effect::Listen(on) => self.is_listening = on,
                Effect::Edit(text) => self.editing = Some(text),
                Effect::Copy(text) => self.copied = Some(text),
                Effect::Write(file) => self.writing.push(*file),
                Effect::Keep(list) => self.kept = list,
                Effect::Repaint | Effect::Suspend => {}
                Effect::StartAgain => self.starts += 1,
                Effect::Quit { last_words } => {
                    self.has_left = true;
                    self.last_words = last_words;
                }
            }
        }
    }

    /// Presses keys as the keymap writes them, with blanks between: `j j ctrl-d space`.
    pub(crate) fn press(&mut self, keys: &str) {
        for key in keys.split_whitespace() {
            let key = Key::parse(key).unwrap();
            self.event(Event::Key(KeyEvent::new(key.code, key.modifiers)));
        }
    }

    /// Types `text` letter by letter.
    pub(crate) fn type_text(&mut self, text: &str) {
        for letter in text.chars() {
            let code = crossterm::event::KeyCode::Char(letter);
            self.event(Event::Key(KeyEvent::from(code)));
        }
    }

    pub(crate) fn event(&mut self, event: Event) {
        self.message(Message::Input(event));
        // Where things stand is known to the app from its last frame.
        self.draw();
    }

    pub(crate) fn news(&mut self, news: News) {
        self.message(Message::News(news));
    }

    pub(crate) fn startup(&mut self, step: Startup) {
        self.message(Message::Startup(step));
    }

    pub(crate) fn resize(&mut self, width: u16, height: u16) {
        self.terminal.backend_mut().resize(width, height);
        self.message(Message::Resize(Size { width, height }));
        self.draw();
    }

    /// Lets the server answer everything that was asked, and what is asked because of it.
    pub(crate) fn serve(&mut self) {
        for _ in 0..100 {
            if self.calls.is_empty() && self.writing.is_empty() {
                break;
            }
            for file in std::mem::take(&mut self.writing) {
                let result = self.write(&file);
                self.message(Message::Written { ticket: file.ticket, result });
            }
            for dispatch in std::mem::take(&mut self.calls) {
                let result = self.server.answer(&dispatch);
                self.message(Message::Reply { ticket: dispatch.ticket, result });
            }
        }
        self.draw();
    }

    /// As the disk does: below `/full` there is no room.
    fn write(&mut self, file: &ToFile) -> Result<PathBuf, NotWritten> {
        let path = PathBuf::from(&file.path);
        if file.path.starts_with("/full") {
            return Err(NotWritten::Failed { path, why: "no space left".to_owned() });
        }
        if self.files.contains_key(&file.path) && !file.overwrite {
            return Err(NotWritten::Exists(path));
        }
        self.files.insert(file.path.clone(), file.text.clone());
        Ok(path)
    }

    /// Answers the oldest open call with `result`.
    pub(crate) fn reply(&mut self, result: Result<Reply, ApiError>) {
        let dispatch = self.calls.remove(0);
        self.message(Message::Reply { ticket: dispatch.ticket, result });
        self.draw();
    }

    /// Moves the clock, waking the app whenever it asked for it. Nobody answers meanwhile.
    pub(crate) fn wait(&mut self, time: TimeDelta) {
        let until = self.now + time;
        while let Some(wake) = self.app.next_wake().filter(|wake| *wake <= until) {
            assert!(wake > self.now, "a wake that moves no time would never end");
            self.now = wake;
            self.message(Message::Wake);
        }
        self.now = until;
        self.message(Message::Wake);
        self.server.now = self.now;
        self.draw();
    }

    /// What can be read, a line per row, without blanks at the end.
    pub(crate) fn screen(&mut self) -> String {
        self.draw();
        render::plain(self.terminal.backend().buffer())
    }

    /// The row that contains `words`.
    pub(crate) fn row_with(&mut self, words: &str) -> String {
        let screen = self.screen();
        let row = screen.lines().find(|line| line.contains(words));
        row.unwrap_or_else(|| panic!("no {words:?} on the screen:\n{screen}")).to_owned()
    }

    /// What can be read, and below it how it is styled.
    pub(crate) fn styled(&mut self) -> String {
        self.draw();
        render::styled(self.terminal.backend().buffer())
    }

    fn draw(&mut self) {
        // A backend without a terminal keeps what stood below the second half of a wide character.
        self.terminal.clear().unwrap();
        let app = &mut self.app;
        self.terminal.draw(|frame| app.view(frame)).unwrap();
    }
}
