//! The app: a state machine without I/O, clock or statics. One value per terminal, local or SSH.
//!
//! [`App::update`] takes what happened and the time, and returns what is to be done about it;
//! [`App::view`] draws. [`App::next_wake`] says when something changes by itself. Whoever runs it
//! (`runtime.rs`) brings messages and carries out effects; in a test, that is the test.

pub mod call;
pub mod cx;
pub mod desk;
mod input;
pub mod load;
pub mod message;
mod session;
pub mod unsent;
mod view;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use ratatui::layout::{Rect, Size};

use call::{ApiError, News, Reply, Ticket};
use cx::{Cx, Go, Notice, Out, Owner, Weight};
use desk::{Connection, Desk, Settings};
use message::{Effect, Message};
use traveloure_core::api::event::{Event, Kind};
use unsent::Unsent;

use super::{
    keymap::Key,
    layers::Layer,
    screens::{Screen, Tab, startup::StartupScreen},
};
use crate::to_file::NotWritten;

/// How long leaving waits for answers that are on their way.
const LEAVING: TimeDelta = TimeDelta::seconds(8);

/// See the module's head.
#[derive(Debug)]
pub struct App {
    desk: Desk,
    out: Out,
    screens: Vec<Box<dyn Screen>>,
    front: usize,
    /// Lies over every screen: help, palette, a choice of roles.
    layer: Option<Layer>,
    /// A chord that has begun.
    pressed: Vec<Key>,
    notices: Vec<(Notice, DateTime<Utc>)>,
    /// Until when leaving waits; none while nobody leaves.
    leaving: Option<DateTime<Utc>>,
    has_left: bool,
    services: Option<Ticket>,
    /// Signing out waits for what is unsent; then the ticket of the call.
    signing_out: SigningOut,
    /// The server has no account yet.
    is_new: bool,
    /// Answers of a session before this one that were not sent.
    kept: Vec<Unsent>,
    /// What was last handed out to be kept.
    journal: Vec<Unsent>,
    /// Where the tabs were drawn, for the mouse.
    tabs: Vec<Rect>,
}

/// How far signing out has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SigningOut {
    No,
    /// Until when it waits for answers that are on their way.
    Waits(DateTime<Utc>),
    Asked(Ticket),
}

impl App {
    /// A session on a terminal of `size`.
    #[must_use]
    pub fn new(settings: Settings, size: Size, now: DateTime<Utc>) -> Self {
        let out = Out::new(settings.seed);
        let startup = StartupScreen::new(&settings.start, now);
        Self {
            desk: Desk::new(settings, size, now),
            out,
            screens: vec![Box::new(startup)],
            front: 0,
            layer: None,
            pressed: Vec::new(),
            notices: Vec::new(),
            leaving: None,
            has_left: false,
            services: None,
            signing_out: SigningOut::No,
            is_new: false,
            kept: Vec::new(),
            journal: Vec::new(),
            tabs: Vec::new(),
        }
    }

    /// Takes what happened and returns what is to be done. `now` never goes back: an earlier one
    /// counts as the latest so far.
    pub fn update(&mut self, message: Message, now: DateTime<Utc>) -> Vec<Effect> {
        self.desk.now = self.desk.now.max(now);
        match message {
            Message::Begin { unsent } => self.begin(unsent),
            Message::Input(event) => self.input(event),
            Message::Resize(size) => self.desk.size = size,
            Message::Reply { ticket, result } => self.reply(ticket, result),
            Message::News(news) => self.news(news),
            Message::Startup(step) => self.startup(step),
            Message::Wake => {}
            Message::Edited(result) => self.edited(result),
            Message::Written { ticket, result } => self.written(ticket, result),
            Message::Failed(what) => self.out.notices.push(Notice::bad(what)),
            Message::Closing => self.leave(),
        }
        self.settle();
        std::mem::take(&mut self.out.effects)
    }

    /// When the app changes by itself: the runtime sends [`Message::Wake`] then. None while it is
    /// at rest.
    #[must_use]
    pub fn next_wake(&self) -> Option<DateTime<Utc>> {
        let screens = self.screens.iter().filter_map(|screen| screen.next_wake(&self.desk));
        let notices = self.notices.iter().map(|(_, until)| *until);
        let connection = match self.desk.connection {
            Connection::Offline { retry_at, .. } => {
                crate::tui::widgets::countdown::next_change(retry_at, self.desk.now)
            }
            _ => None,
        };
        let signing_out = match self.signing_out {
            SigningOut::Waits(until) => Some(until),
            _ => None,
        };
        let ends = self.leaving.filter(|_| !self.has_left);
        screens.chain(notices).chain(connection).chain(ends).chain(signing_out).min()
    }

    /// Whether nothing is under way: no call, no answer that waits, nothing starting. Tests wait
    /// for it instead of sleeping.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.out.waiting() == 0 && self.screens.iter().all(|screen| screen.is_idle())
    }

    /// Whether Esc has nothing left to close.
    #[must_use]
    pub fn is_home(&self) -> bool {
        self.layer.is_none()
            && self.pressed.is_empty()
            && self.screens.get(self.front).is_none_or(|screen| screen.is_home())
    }

    /// The screen in front.
    #[must_use]
    pub fn tab(&self) -> Option<Tab> {
        self.screens.get(self.front).map(|screen| screen.tab())
    }

    /// What the app and its screens know of the person and the server.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// What has consequences beyond the message itself: time that passed, places to go.
    fn settle(&mut self) {
        self.each_screen(|screen, cx| screen.wake(cx));
        while !self.out.go.is_empty() {
            for go in std::mem::take(&mut self.out.go) {
                self.go(go);
            }
        }
        let now = self.desk.now;
        let is_unsaid = std::mem::take(&mut self.out.unsaid);
        self.notices.retain(|(notice, until)| {
            *until > now && !(is_unsaid && notice.weight == Weight::Good)
        });
        for notice in std::mem::take(&mut self.out.notices) {
            self.notices.retain(|(shown, _)| *shown != notice);
            let until = now + notice.lasts();
            self.notices.push((notice, until));
        }
        self.keep();
        self.finish_leaving();
        self.finish_signing_out();
    }

    /// Has the list of what is unsent kept anew when it is another one.
    fn keep(&mut self) {
        let mut unsent: Vec<Unsent> = self.kept.clone();
        unsent.extend(self.screens.iter().flat_map(|screen| screen.unsent()));
        if unsent != self.journal {
            self.journal.clone_from(&unsent);
            self.out.effects.push(Effect::Keep(unsent));
        }
    }

    fn reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>) {
        let owner = self.out.take(ticket);
        if self.sign_in_ended(owner, &result) {
            self.out.go.push(Go::SignedOut);
        }
        match owner {
            None => {}
            Some(Owner::App) => self.own_reply(ticket, result),
            Some(Owner::Screen(tab)) => {
                self.screen(tab, |screen, cx| screen.reply(ticket, result, cx));
            }
        }
    }

    fn written(&mut self, ticket: Ticket, result: Result<PathBuf, NotWritten>) {
        if let Some(Owner::Screen(tab)) = self.out.take(ticket) {
            self.screen(tab, |screen, cx| screen.written(ticket, result, cx));
        }
    }

    fn news(&mut self, news: News) {
        match news {
            News::Online => {
                let was_offline = self.desk.is_offline();
                self.desk.connection = Connection::Online;
                if was_offline {
                    self.out.notices.push(Notice::good("Connected again."));
                }
            }
            News::Offline { retry_at } => {
                let since = match self.desk.connection {
                    Connection::Offline { since, .. } => since,
                    _ => self.desk.now,
                };
                self.desk.connection = Connection::Offline { since, retry_at };
            }
            News::Event(event) => self.event(&event),
        }
    }

    fn event(&mut self, event: &Event) {
        match event.kind {
            Kind::Reset => {
                self.fetch_services();
                self.each_screen(|screen, cx| screen.refresh(cx));
            }
            Kind::ServiceChanged => self.fetch_services(),
            _ => {}
        }
        self.each_screen(|screen, cx| screen.event(event, cx));
    }

    fn edited(&mut self, result: Result<Option<String>, String>) {
        let owner = self.out.editing.take();
        let text = result.unwrap_or_else(|error| {
            self.out.notices.push(Notice::bad(error));
            None
        });
        if let Some(Owner::Screen(tab)) = owner {
            self.screen(tab, |screen, cx| screen.edited(text, cx));
        }
    }

    /// Sends what waits, and leaves when it has arrived. Asked twice, it leaves at once: what is
    /// not sent is kept.
    fn leave(&mut self) {
        if self.leaving.is_some() {
            self.quit();
            return;
        }
        self.leaving = Some(self.desk.now + LEAVING);
        self.layer = None;
        self.each_screen(|screen, cx| screen.flush(cx));
    }

    fn finish_leaving(&mut self) {
        let Some(until) = self.leaving else { return };
        if self.has_left {
            return;
        }
        if self.unsent() == 0 || self.desk.now >= until {
            self.quit();
        }
    }

    fn quit(&mut self) {
        if self.has_left {
            return;
        }
        self.has_left = true;
        let last_words = match self.unsent() {
            0 => None,
            1 => Some("One answer was not sent. It is shown again at the next start.".to_owned()),
            n => {
                Some(format!("{n} answers were not sent. They are shown again at the next start."))
            }
        };
        self.out.effects.push(Effect::Quit { last_words });
    }

    /// Answers that have been decided and have not arrived.
    fn unsent(&self) -> usize {
        self.screens.iter().map(|screen| screen.on_the_way()).sum()
    }

    fn each_screen(&mut self, mut visit: impl FnMut(&mut dyn Screen, &mut Cx)) {
        for screen in &mut self.screens {
            let owner = Owner::Screen(screen.tab());
            visit(screen.as_mut(), &mut Cx { desk: &self.desk, owner, out: &mut self.out });
        }
    }

    /// Runs `visit` on the screen of `tab`, if it is there.
    fn screen<R>(
        &mut self,
        tab: Tab,
        visit: impl FnOnce(&mut dyn Screen, &mut Cx) -> R,
    ) -> Option<R> {
        let screen = self.screens.iter_mut().find(|screen| screen.tab() == tab)?;
        let owner = Owner::Screen(tab);
        Some(visit(screen.as_mut(), &mut Cx { desk: &self.desk, owner, out: &mut self.out }))
    }

    fn front<R>(&mut self, visit: impl FnOnce(&mut dyn Screen, &mut Cx) -> R) -> Option<R> {
        let tab = self.tab()?;
        self.screen(tab, visit)
    }
}
