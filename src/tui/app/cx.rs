//! A screen's way to the world: it can ask the API, tell the person something and ask to go
//! somewhere. Nothing happens at once; the app collects it all and hands it to whoever runs it.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use traveloure_core::api::auth::User;
use uuid::Uuid;

use super::{
    call::{Call, Dispatch, Ticket},
    desk::Desk,
    message::{Effect, ToFile},
};
use crate::tui::screens::{Handed, Tab};

/// Who asked, and so gets the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    App,
    Screen(Tab),
}

/// Where a screen asks to go.
#[derive(Clone, Debug)]
pub enum Go {
    SignedIn(Box<User>),
    SignedOut,
    /// The account has got a provider.
    BecameProvider(Box<User>),
    Role(traveloure_core::actor::Role),
    Tab(Tab),
    /// Gives something to a screen.
    Hand(Tab, Handed),
    /// First account, provider and service are there.
    ToWork,
}

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    Good,
    Info,
    Warn,
    Bad,
}

/// A line to the person that goes away by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub weight: Weight,
    pub text: String,
}

impl Notice {
    pub fn good(text: impl Into<String>) -> Self {
        Self { weight: Weight::Good, text: text.into() }
    }

    pub fn info(text: impl Into<String>) -> Self {
        Self { weight: Weight::Info, text: text.into() }
    }

    pub fn warn(text: impl Into<String>) -> Self {
        Self { weight: Weight::Warn, text: text.into() }
    }

    pub fn bad(text: impl Into<String>) -> Self {
        Self { weight: Weight::Bad, text: text.into() }
    }

    /// How long it is shown: what went wrong takes longer to read.
    pub(super) fn lasts(&self) -> TimeDelta {
        match self.weight {
            Weight::Good | Weight::Info => TimeDelta::seconds(5),
            Weight::Warn | Weight::Bad => TimeDelta::seconds(12),
        }
    }
}

/// What has been asked for and not handed out yet, and who waits for what.
#[derive(Debug)]
pub(super) struct Out {
    pub effects: Vec<Effect>,
    pub go: Vec<Go>,
    pub notices: Vec<Notice>,
    /// Good news shown before is taken back.
    pub unsaid: bool,
    pub editing: Option<Owner>,
    waiting: HashMap<Ticket, (Owner, DateTime<Utc>)>,
    tickets: u64,
    keys: u128,
    seed: u128,
}

impl Out {
    pub(super) fn new(seed: u128) -> Self {
        Self {
            effects: Vec::new(),
            go: Vec::new(),
            notices: Vec::new(),
            unsaid: false,
            editing: None,
            waiting: HashMap::new(),
            tickets: 0,
            keys: 0,
            seed,
        }
    }

    /// Who waits for this reply. Nobody waits for the same one twice.
    pub(super) fn take(&mut self, ticket: Ticket) -> Option<Owner> {
        self.waiting.remove(&ticket).map(|(owner, _)| owner)
    }

    /// Calls that have not come back.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    fn fresh_key(&mut self) -> Uuid {
        self.keys += 1;
        // Odd multiples of a constant visit every value once, so that no two keys of a session are
        // equal; between sessions the seed keeps them apart.
        let mixed = self.keys.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        let bytes = self.seed.wrapping_add(mixed).to_be_bytes();
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

/// What a screen gets with every message.
#[derive(Debug)]
pub struct Cx<'a> {
    pub desk: &'a Desk,
    pub(super) owner: Owner,
    pub(super) out: &'a mut Out,
}

impl Cx<'_> {
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.desk.now
    }

    /// Asks the API. What changes something gets a fresh idempotency key.
    pub fn call(&mut self, call: Call) -> Ticket {
        let key = call.changes_something().then(|| self.fresh_key());
        self.dispatch(call, key)
    }

    /// Asks the API with a key made before: asked twice, it takes effect once.
    pub fn call_again(&mut self, call: Call, key: Uuid) -> Ticket {
        self.dispatch(call, Some(key))
    }

    /// A key that no other call of any session has.
    pub fn fresh_key(&mut self) -> Uuid {
        self.out.fresh_key()
    }

    /// Tells the person something.
    pub fn say(&mut self, notice: Notice) {
        self.out.notices.push(notice);
    }

    /// Takes back the good news that is shown: what it said is over.
    pub fn unsay(&mut self) {
        self.out.unsaid = true;
    }

    /// Asks the app to go somewhere once the screen is done with this message.
    pub fn go(&mut self, go: Go) {
        self.out.go.push(go);
    }

    pub fn effect(&mut self, effect: Effect) {
        self.out.effects.push(effect);
    }

    /// Lets the person edit `text` in their own editor; [`Screen::edited`] gets what became of it.
    ///
    /// [`Screen::edited`]: crate::tui::screens::Screen::edited
    pub fn edit(&mut self, text: String) {
        self.out.editing = Some(self.owner);
        self.out.effects.push(Effect::Edit(text));
    }

    /// Writes `text` to the file at `path`; [`Screen::written`] gets what became of it. With `overwrite`
    /// a file that is there goes.
    ///
    /// [`Screen::written`]: crate::tui::screens::Screen::written
    pub fn write(&mut self, path: String, text: String, overwrite: bool) -> Ticket {
        let ticket = self.ticket();
        let file = ToFile { ticket, path, text, overwrite };
        self.out.effects.push(Effect::Write(Box::new(file)));
        ticket
    }

    fn ticket(&mut self) -> Ticket {
        self.out.tickets += 1;
        let ticket = Ticket(self.out.tickets);
        self.out.waiting.insert(ticket, (self.owner, self.desk.now));
        ticket
    }

    fn dispatch(&mut self, call: Call, key: Option<Uuid>) -> Ticket {
        let ticket = self.ticket();
        let dispatch = Dispatch { ticket, role: self.desk.role, key, call };
        self.out.effects.push(Effect::Call(Box::new(dispatch)));
        ticket
    }
}
