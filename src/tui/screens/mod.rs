//! One screen per tab, behind one trait.

pub mod bookings;
pub mod calendar;
pub mod cart;
pub mod earnings;
pub mod fees;
pub mod inbox;
pub mod jobs;
mod new_service;
pub mod prices;
pub mod reports;
pub mod search;
pub mod sign_in;
pub mod startup;
pub mod welcome;

use std::{borrow::Cow, fmt, path::PathBuf};

use chrono::{DateTime, Utc};
use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::{Frame, layout::Rect};
use traveloure_core::{
    api::{cart::CartItem, event::Event},
    ids::BookingId,
};

use super::{
    app::{
        call::{ApiError, Reply, Ticket},
        cx::{Cx, Notice},
        desk::Desk,
        message::Startup,
        unsent::Unsent,
    },
    commands::{Action, Context},
    widgets::bars::KeyHint,
};
use crate::to_file::NotWritten;

/// Names a screen; it is also who owns its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tab {
    Startup,
    SignIn,
    Welcome,
    Inbox,
    Calendar,
    Prices,
    Bookings,
    Earnings,
    Search,
    Cart,
    Fees,
    Reports,
    Jobs,
}

/// What one screen gives to another.
#[derive(Clone, Debug, PartialEq)]
pub enum Handed {
    /// To be put into the cart.
    Wish(CartItem),
    /// Bookings that wait to be paid.
    Pay(Vec<BookingId>),
    /// A booking whose balance is to be paid.
    Balance(BookingId),
}

impl Tab {
    /// As the line of tabs shows it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Startup => "Starting",
            Self::SignIn => "Sign in",
            Self::Welcome => "Welcome",
            Self::Inbox => "Inbox",
            Self::Calendar => "Calendar",
            Self::Prices => "Prices",
            Self::Bookings => "Bookings",
            Self::Earnings => "Earnings",
            Self::Search => "Search",
            Self::Cart => "Cart",
            Self::Fees => "Fees",
            Self::Reports => "Reports",
            Self::Jobs => "Jobs",
        }
    }
}

/// Whether somebody took a key, or the next one in line gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    Consumed,
    Ignored,
}

/// What keys mean on a screen right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Focus {
    /// The contexts whose commands work, the innermost first. [`Context::App`] is added by the app
    /// where `keys` is [`Keys::Commands`].
    pub contexts: &'static [Context],
    pub keys: Keys,
}

/// How keys are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// As commands.
    Commands,
    /// As text, except for keys that type nothing and have a command in the contexts.
    Typing,
    /// Every key but Esc goes to [`Screen::key`]: something waits for a decision.
    Modal,
}

/// What is shown in a tab. All screens of a role live while it is acted in and hear of replies,
/// events and time, whether they are in front or not.
#[allow(unused_variables)]
pub trait Screen: fmt::Debug + Send {
    fn tab(&self) -> Tab;

    /// A number to show beside the tab's title, such as what waits for an answer.
    fn count(&self) -> Option<u64> {
        None
    }

    fn focus(&self) -> Focus;

    /// Why `action` cannot be used now, in words for the person; none if it can. It feeds the key
    /// bar, the help and the palette, and is said when the key is pressed all the same.
    fn why_not(&self, action: Action, desk: &Desk) -> Option<Cow<'static, str>> {
        None
    }

    /// The screen comes to the front, for the first time or again.
    fn enter(&mut self, cx: &mut Cx);

    /// Another screen comes to the front.
    fn leave(&mut self) {}

    /// A command. `Ignored` hands it to the app.
    fn act(&mut self, action: Action, cx: &mut Cx) -> Handled;

    /// A key that is no command: typed text, or an answer to what is asked.
    fn key(&mut self, key: KeyEvent, cx: &mut Cx) -> Handled {
        Handled::Ignored
    }

    fn paste(&mut self, text: &str, cx: &mut Cx) -> Handled {
        Handled::Ignored
    }

    fn mouse(&mut self, mouse: MouseEvent, cx: &mut Cx) -> Handled {
        Handled::Ignored
    }

    /// The answer to a call of this screen.
    fn reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx);

    /// Something changed on the server.
    fn event(&mut self, event: &Event, cx: &mut Cx) {}

    /// What is shown may be out of date: fetch it anew, keep the place.
    fn refresh(&mut self, cx: &mut Cx) {}

    /// The moment of [`next_wake`](Self::next_wake) has come (or an earlier one, of someone else).
    fn wake(&mut self, cx: &mut Cx) {}

    /// When something changes by itself: a countdown, an answer that has waited long enough.
    fn next_wake(&self, desk: &Desk) -> Option<DateTime<Utc>> {
        None
    }

    /// Something that lasts and should be seen on every tab, such as an answer that waits.
    fn status(&self, desk: &Desk) -> Option<Notice> {
        None
    }

    /// Keys to show in the key bar that are no commands of the catalogue, such as those of a
    /// question.
    fn hints(&self, desk: &Desk) -> Vec<KeyHint> {
        Vec::new()
    }

    /// A step of the private server's start.
    fn startup(&mut self, step: Startup, cx: &mut Cx) {}

    /// Another screen gives something here, and the person is brought here with it where that helps.
    fn take(&mut self, handed: Handed, cx: &mut Cx) {}

    /// The provider's services were fetched, for the first time or anew.
    fn services_came(&mut self, cx: &mut Cx) {}

    /// What leaving now would lose, in words: `3 edits of prices are not applied`. The app asks
    /// about it first.
    fn would_lose(&self) -> Option<String> {
        None
    }

    /// How many answers have been decided and have not arrived. Leaving waits for them.
    fn on_the_way(&self) -> usize {
        0
    }

    /// What has to be kept across a crash: answers that were not sent or may not have arrived.
    fn unsent(&self) -> Vec<Unsent> {
        Vec::new()
    }

    /// The session ends: send now what still waits.
    fn flush(&mut self, cx: &mut Cx) {}

    /// What the person wrote in their own editor; none when they gave it up.
    fn edited(&mut self, text: Option<String>, cx: &mut Cx) {}

    /// What became of [`Cx::write`]: the whole path of the file, or why there is none.
    fn written(&mut self, ticket: Ticket, result: Result<PathBuf, NotWritten>, cx: &mut Cx) {}

    /// Whether nothing is under way that will change the screen without a key.
    fn is_idle(&self) -> bool {
        true
    }

    /// Whether Esc has nothing left to close here.
    fn is_home(&self) -> bool;

    /// The screen between the tabs and the keys.
    fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk);

    /// What lies over the screen: forms, questions. `area` is everything but the key bar.
    fn draw_over(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {}
}
