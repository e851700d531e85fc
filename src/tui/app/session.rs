//! From the first frame to the tabs of a role, and back to signing in.

use traveloure_core::{
    actor::Role,
    api::{auth::User, problem::Code},
};

use super::{
    App, SigningOut,
    call::{ApiError, Call, Reply, Ticket},
    cx::{Cx, Go, Notice, Owner},
    desk::Connection,
    message::{Effect, Startup},
    unsent::Unsent,
};
use crate::tui::screens::{
    Handed, Screen, Tab, bookings::Bookings, calendar::Calendar, cart::CartScreen,
    earnings::Earnings, fees::Fees, inbox::Inbox, jobs::JobsScreen, prices::Prices,
    reports::Reports, search::Search, sign_in::SignIn, welcome::Welcome,
};

/// Who comes back to a terminal finds the reason there, however long they were away.
const ENDED: &str = "You were signed out in another terminal, or your sign-in has run out.";

impl App {
    pub(super) fn begin(&mut self, unsent: Vec<Unsent>) {
        self.kept = unsent;
        self.front(|screen, cx| screen.enter(cx));
    }

    pub(super) fn startup(&mut self, step: Startup) {
        let is_starting = self.screens.iter().any(|screen| screen.tab() == Tab::Startup);
        if let Startup::Failed { what, remedy } = &step
            && !is_starting
        {
            // What is on the screens stays; it may hold what is not sent yet.
            self.out.notices.push(Notice::bad(format!("{what} {remedy}")));
        }
        if let Startup::Ready { is_new } = step {
            self.is_new = is_new;
        }
        self.screen(Tab::Startup, |screen, cx| screen.startup(step, cx));
    }

    pub(super) fn go(&mut self, go: Go) {
        match go {
            Go::SignedIn(user) => self.signed_in(*user),
            Go::SignedOut => self.signed_out(),
            Go::BecameProvider(user) => {
                self.desk.user = Some(*user);
                self.desk.role = Role::Provider;
            }
            Go::Role(role) => self.act_as(role),
            Go::Tab(tab) => {
                if let Some(index) = self.screens.iter().position(|screen| screen.tab() == tab) {
                    self.bring_to_front(index);
                }
            }
            Go::Hand(tab, handed) => {
                let stays = matches!(handed, Handed::Wish(_));
                self.screen(tab, |screen, cx| screen.take(handed, cx));
                if !stays {
                    self.go(Go::Tab(tab));
                }
            }
            Go::ToWork => self.open_desk(),
        }
    }

    pub(super) fn bring_to_front(&mut self, index: usize) {
        if index < self.screens.len() && index != self.front {
            self.front(|screen, _| screen.leave());
            self.front = index;
            self.front(|screen, cx| screen.enter(cx));
        }
    }

    /// Whether a reply says that the sign-in has ended, where there was one.
    pub(super) fn sign_in_ended(
        &self,
        owner: Option<Owner>,
        result: &Result<Reply, ApiError>,
    ) -> bool {
        let asked_to_sign_in =
            matches!(owner, Some(Owner::Screen(Tab::SignIn | Tab::Startup)) | None);
        let refused = result.as_ref().err().and_then(ApiError::code);
        let is_asked = self.screens.iter().any(|screen| screen.tab() == Tab::SignIn);
        let was_here = self.desk.user.is_some() && !asked_to_sign_in && !is_asked;
        was_here && refused == Some(Code::NotSignedIn)
    }

    pub(super) fn own_reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>) {
        if self.signing_out == SigningOut::Asked(ticket) {
            // Whatever the server said, the token is forgotten here.
            self.out.go.push(Go::SignedOut);
            return;
        }
        if self.services != Some(ticket) {
            return;
        }
        self.services = None;
        match result {
            Ok(Reply::Services(services)) => {
                let at_work = self.screens.iter().any(|screen| screen.tab() == Tab::Inbox);
                self.desk.services = services;
                if self.desk.services.is_empty() && at_work {
                    self.show_only(Box::new(Welcome::for_service()));
                }
                self.each_screen(|screen, cx| screen.services_came(cx));
            }
            Ok(_) => {}
            Err(error) => self
                .out
                .notices
                .push(Notice::warn(format!("Your services could not be fetched. {error}"))),
        }
    }

    pub(super) fn fetch_services(&mut self) {
        if let Some(provider) = self.desk.provider().filter(|_| self.desk.role == Role::Provider) {
            let mut cx = Cx { desk: &self.desk, owner: Owner::App, out: &mut self.out };
            self.services = Some(cx.call(Call::Services(provider)));
        }
    }

    fn signed_in(&mut self, user: User) {
        let is_same = self.desk.user.as_ref().is_some_and(|before| before.id == user.id);
        let came_back = is_same && self.screens.len() > 1;
        self.desk.user = Some(user);
        if came_back {
            self.front = self.take_out_sign_in();
            self.front(|screen, cx| screen.enter(cx));
            self.each_screen(|screen, cx| screen.refresh(cx));
            self.out.effects.push(Effect::Listen(true));
            return;
        }
        self.desk.services.clear();
        self.desk.role = self.desk.first_role();
        self.open_desk();
    }

    /// The tabs of the role that is acted in.
    fn open_desk(&mut self) {
        self.out.effects.push(Effect::Listen(true));
        self.screens = match self.desk.role {
            Role::Provider => {
                self.fetch_services();
                let user = self.desk.user.as_ref().map(|user| user.id);
                let kept = std::mem::take(&mut self.kept).into_iter();
                let (mine, others) = kept.partition(|kept| Some(kept.user) == user);
                self.kept = others;
                vec![
                    Box::new(Inbox::new(mine)),
                    Box::new(Calendar::new()),
                    Box::new(Prices::default()),
                    Box::new(Bookings::default()),
                    Box::new(Earnings::default()),
                ]
            }
            Role::Admin => vec![
                Box::new(Fees::default()),
                Box::new(Reports::default()),
                Box::new(JobsScreen::default()),
            ],
            Role::Traveler | Role::Expert => vec![
                Box::new(Search::default()),
                Box::new(CartScreen::default()),
                Box::new(Bookings::default()),
            ],
        };
        self.layer = None;
        self.front = 0;
        self.front(|screen, cx| screen.enter(cx));
    }

    /// Whether the tabs of a role are there.
    fn is_at_work(&self) -> bool {
        self.screens
            .iter()
            .any(|screen| matches!(screen.tab(), Tab::Inbox | Tab::Search | Tab::Fees))
    }

    /// A sign-in that ended by itself keeps the screens and what was typed in them; signing out
    /// does not.
    fn signed_out(&mut self) {
        self.out.effects.push(Effect::Listen(false));
        self.desk.connection = Connection::Quiet;
        let sign_in = SignIn::new(self.is_new, &self.desk);
        let by_itself = self.desk.user.is_some() && self.signing_out == SigningOut::No;
        if by_itself && self.is_at_work() {
            let sign_in =
                sign_in.because(format!("{ENDED} Sign in again; everything here is kept."));
            self.front(|screen, _| screen.leave());
            // Beside the screen that it covers, which comes to the front again afterwards.
            let at = self.take_out_sign_in() + 1;
            self.screens.insert(at, Box::new(sign_in));
            self.front = at;
            self.front(|screen, cx| screen.enter(cx));
        } else {
            let sign_in = if by_itself { sign_in.because(ENDED) } else { sign_in };
            self.signing_out = SigningOut::No;
            self.desk.user = None;
            self.desk.role = Role::Traveler;
            self.desk.services.clear();
            self.show_only(Box::new(sign_in));
        }
    }

    /// Takes the screen for signing in out, if it is there, and returns which one it covered.
    fn take_out_sign_in(&mut self) -> usize {
        let at = self.screens.iter().position(|screen| screen.tab() == Tab::SignIn);
        self.screens.retain(|screen| screen.tab() != Tab::SignIn);
        let covered = at.map_or(self.front, |at| at.saturating_sub(1));
        covered.min(self.screens.len().saturating_sub(1))
    }

    /// Signs out once everything that was answered has arrived.
    pub(super) fn sign_out(&mut self) {
        if self.signing_out == SigningOut::No {
            self.signing_out = SigningOut::Waits(self.desk.now + super::LEAVING);
            self.each_screen(|screen, cx| screen.flush(cx));
        }
    }

    pub(super) fn finish_signing_out(&mut self) {
        let SigningOut::Waits(until) = self.signing_out else { return };
        if self.unsent() == 0 || self.desk.now >= until {
            let mut cx = Cx { desk: &self.desk, owner: Owner::App, out: &mut self.out };
            let ticket = cx.call(Call::SignOut);
            self.signing_out = SigningOut::Asked(ticket);
        }
    }

    fn act_as(&mut self, role: Role) {
        if role == self.desk.role {
            return;
        }
        if self.unsent() > 0 {
            // Their screen would go with them.
            self.each_screen(|screen, cx| screen.flush(cx));
            let words = "What you answered is being sent. Act in another role once it has arrived.";
            self.out.notices.push(Notice::warn(words));
            return;
        }
        if role == Role::Provider && self.desk.provider().is_none() {
            self.show_only(Box::new(Welcome::for_provider(&self.desk)));
            return;
        }
        self.desk.role = role;
        self.open_desk();
    }

    fn show_only(&mut self, screen: Box<dyn Screen>) {
        self.screens = vec![screen];
        self.front = 0;
        self.layer = None;
        self.front(|screen, cx| screen.enter(cx));
    }
}
