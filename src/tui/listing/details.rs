//! Everything about the row that is read now, and the few that were read last.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};

use super::Whole;
use crate::tui::app::{
    call::{ApiError, Ticket},
    cx::Cx,
};

/// How long the cursor rests before the next row is fetched: a key held down skips many rows.
const REST: TimeDelta = TimeDelta::milliseconds(120);
/// How many are remembered.
const REMEMBERED: usize = 32;

/// See the module's head.
#[derive(Debug)]
pub struct Details<W: Whole> {
    known: VecDeque<W>,
    asked: Option<(Ticket, W::Id)>,
    asked_at: Option<DateTime<Utc>>,
    waits: Option<(W::Id, DateTime<Utc>)>,
    failed: Option<(W::Id, ApiError)>,
}

impl<W: Whole> Default for Details<W> {
    fn default() -> Self {
        Self { known: VecDeque::new(), asked: None, asked_at: None, waits: None, failed: None }
    }
}

impl<W: Whole> Details<W> {
    #[must_use]
    pub fn get(&self, id: W::Id) -> Option<&W> {
        self.known.iter().find(|whole| whole.id() == id)
    }

    /// Why a row could not be fetched.
    #[must_use]
    pub fn error(&self, id: W::Id) -> Option<&ApiError> {
        self.failed.as_ref().filter(|(failed, _)| *failed == id).map(|(_, error)| error)
    }

    /// Says that the row `id` is read, of which `version` is known. It is fetched when it is
    /// not there or older; one after the other, and none that the cursor only passes.
    pub fn want(&mut self, id: W::Id, version: i64, cx: &mut Cx) {
        let is_known = self.get(id).is_some_and(|whole| whole.version() >= version);
        let is_asked = self.asked.is_some_and(|(_, asked)| asked == id);
        if is_known || is_asked || self.error(id).is_some() {
            self.waits = None;
            return;
        }
        let waits_already = self.waits.is_some_and(|(waiting, _)| waiting == id);
        if !waits_already {
            let rested = self.asked_at.is_none_or(|asked| cx.now() - asked >= REST);
            let at = if rested { cx.now() } else { cx.now() + REST };
            self.waits = Some((id, at));
        }
        self.ask_if_due(cx);
    }

    /// Nothing is read now.
    pub fn want_none(&mut self) {
        self.waits = None;
    }

    fn ask_if_due(&mut self, cx: &mut Cx) {
        if let Some((id, at)) = self.waits
            && at <= cx.now()
            && self.asked.is_none()
        {
            self.waits = None;
            self.ask(id, cx);
        }
    }

    fn ask(&mut self, id: W::Id, cx: &mut Cx) {
        self.asked = Some((cx.call(W::fetch(id)), id));
        self.asked_at = Some(cx.now());
    }

    /// Since when one is on its way.
    #[must_use]
    pub fn loading_since(&self) -> Option<DateTime<Utc>> {
        self.asked.and(self.asked_at)
    }

    /// Which one is on its way.
    #[must_use]
    pub fn asked(&self) -> Option<W::Id> {
        self.asked.map(|(_, id)| id)
    }

    #[must_use]
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.asked.is_some_and(|(asked, _)| asked == ticket)
    }

    /// What the call was to bring could not be fetched.
    pub fn failed(&mut self, error: ApiError) {
        if let Some((_, id)) = self.asked.take() {
            self.failed = Some((id, error));
        }
    }

    /// Takes one as it is now.
    pub fn put(&mut self, whole: W) {
        let id = whole.id();
        if self.asked.is_some_and(|(_, asked)| asked == id) {
            self.asked = None;
        }
        if self.error(id).is_some() {
            self.failed = None;
        }
        self.known.retain(|known| known.id() != id);
        self.known.push_front(whole);
        self.known.truncate(REMEMBERED);
    }

    /// Forgets what could not be fetched, to try again.
    pub fn try_again(&mut self) {
        self.failed = None;
    }

    /// What is known of the others may be out of date.
    pub fn forget_all_but(&mut self, id: Option<W::Id>) {
        self.known.retain(|known| Some(known.id()) == id);
    }

    /// What is known may be out of date.
    pub fn forget_all(&mut self) {
        self.known.clear();
        self.failed = None;
    }

    #[must_use]
    pub fn next_wake(&self) -> Option<DateTime<Utc>> {
        self.waits.filter(|_| self.asked.is_none()).map(|(_, at)| at)
    }

    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.asked.is_none() && self.waits.is_none()
    }
}
