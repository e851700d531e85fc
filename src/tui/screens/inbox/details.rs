//! Everything about the request that is read now, and the few that were read last.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};
use traveloure_core::{api::request::Request, ids::RequestId};

use crate::tui::app::{
    call::{ApiError, Call, Ticket},
    cx::Cx,
};

/// How long the cursor rests before the next request is fetched: a key held down skips many rows.
const REST: TimeDelta = TimeDelta::milliseconds(120);
/// How many are remembered.
const REMEMBERED: usize = 32;

/// See the module's head.
#[derive(Debug, Default)]
pub struct Details {
    known: VecDeque<Request>,
    asked: Option<(Ticket, RequestId)>,
    asked_at: Option<DateTime<Utc>>,
    waits: Option<(RequestId, DateTime<Utc>)>,
    failed: Option<(RequestId, ApiError)>,
}

impl Details {
    #[must_use]
    pub fn get(&self, id: RequestId) -> Option<&Request> {
        self.known.iter().find(|request| request.row.id == id)
    }

    /// Why a request could not be fetched.
    #[must_use]
    pub fn error(&self, id: RequestId) -> Option<&ApiError> {
        self.failed.as_ref().filter(|(failed, _)| *failed == id).map(|(_, error)| error)
    }

    /// Says that the request `id` is read, of which `version` is known. It is fetched when it is
    /// not there or older; one after the other, and none that the cursor only passes.
    pub fn want(&mut self, id: RequestId, version: i64, cx: &mut Cx) {
        let is_known = self.get(id).is_some_and(|request| request.row.version >= version);
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

    fn ask(&mut self, id: RequestId, cx: &mut Cx) {
        self.asked = Some((cx.call(Call::Request(id)), id));
        self.asked_at = Some(cx.now());
    }

    /// Since when a request is on its way.
    #[must_use]
    pub fn loading_since(&self) -> Option<DateTime<Utc>> {
        self.asked.and(self.asked_at)
    }

    #[must_use]
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.asked.is_some_and(|(asked, _)| asked == ticket)
    }

    /// The request that `ticket` was to bring could not be fetched.
    pub fn failed(&mut self, error: ApiError) {
        if let Some((_, id)) = self.asked.take() {
            self.failed = Some((id, error));
        }
    }

    /// Takes a request as it is now.
    pub fn put(&mut self, request: Request) {
        let id = request.row.id;
        if self.asked.is_some_and(|(_, asked)| asked == id) {
            self.asked = None;
        }
        if self.error(id).is_some() {
            self.failed = None;
        }
        self.known.retain(|known| known.row.id != id);
        self.known.push_front(request);
        self.known.truncate(REMEMBERED);
    }

    /// Forgets what could not be fetched, to try again.
    pub fn try_again(&mut self) {
        self.failed = None;
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
