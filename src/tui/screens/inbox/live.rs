//! What comes in: pages, requests that changed elsewhere, and what became of the answers.

use traveloure_core::{
    api::{
        event::{Event, Kind},
        problem::Code,
        request::{Answered, BulkResult, Request},
    },
    ids::RequestId,
    time::today,
};

use super::{
    Inbox,
    answers::{Arrived, Given},
    asking::{Asking, DraftName, Outcome, Results, Words},
};
use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::{Cx, Notice},
        unsent::Answer,
    },
    commands::{Action, InboxAct},
    widgets::{countdown, text},
};

/// When more requests than this change at once, the list is fetched instead.
const ONE_BY_ONE: usize = 12;

impl Inbox {
    pub(super) fn take_reply(
        &mut self,
        ticket: Ticket,
        result: Result<Reply, ApiError>,
        cx: &mut Cx,
    ) {
        if let Some(asking) = &mut self.asking
            && asking.reply(ticket, &result, cx)
        {
            return;
        }
        if self.rows.waits_for(ticket) {
            match result {
                Ok(Reply::Requests(page)) => self.rows.came(Ok(page), cx),
                Ok(_) => self.rows.came(Err(ApiError::unexpected()), cx),
                Err(error) => self.rows.came(Err(error), cx),
            }
            return;
        }
        if self.details.waits_for(ticket) {
            match result {
                Ok(Reply::Request(request)) => {
                    self.put(*request, cx);
                }
                Ok(_) => self.details.failed(ApiError::unexpected()),
                Err(error) => self.details.failed(error),
            }
            return;
        }
        let fetched = self.fetching.iter().position(|(fetching, _)| *fetching == ticket);
        if let Some(index) = fetched {
            let (_, is_new) = self.fetching.swap_remove(index);
            if let Ok(Reply::Request(request)) = result {
                self.arrived(*request, is_new, cx);
            }
            return;
        }
        if let Some(arrived) = self.answers.came(ticket, result, cx.now()) {
            self.answered(arrived, cx);
        }
    }

    /// Takes a request as it is now, into the list and to be read.
    fn put(&mut self, request: Request, cx: &Cx) -> bool {
        let is_new = self.rows.update(request.row.clone(), cx.desk);
        self.details.put(request);
        is_new
    }

    /// A request that came or changed elsewhere.
    fn arrived(&mut self, request: Request, is_new: bool, cx: &mut Cx) {
        let row = request.row.clone();
        if self.put(request, cx) {
            self.fresh.insert(row.id);
        }
        if is_new {
            let here = today(cx.now(), row.zone);
            let when = text::when(row.date, row.end_date, row.time, here);
            cx.say(Notice::info(format!(
                "New request: {}, {}, {when}.",
                row.traveler_name, row.service_name
            )));
        }
    }

    pub(super) fn take_event(&mut self, event: &Event, cx: &mut Cx) {
        let id = RequestId::from(event.subject);
        if event.kind == Kind::RequestReminder {
            self.remind(id, cx);
        }
        if !is_about_a_request(event.kind) {
            return;
        }
        let known = self.rows.get(id).map(|row| row.version);
        if known.is_some() && known >= event.version {
            return;
        }
        if self.rows.brings_what_changed(self.fetching.len() >= ONE_BY_ONE, cx) {
            return;
        }
        let is_new = event.kind == Kind::RequestSubmitted;
        self.fetching.push((cx.call(Call::Request(id)), is_new));
    }

    /// Fetches a request that is not as it was.
    fn fetch(&mut self, id: RequestId, cx: &mut Cx) {
        self.fetching.push((cx.call(Call::Request(id)), false));
    }

    /// An answer is still owed.
    fn remind(&self, id: RequestId, cx: &mut Cx) {
        if let Some(row) = self.rows.get(id)
            && self.why_not_answer(row, cx.now()).is_none()
        {
            let left = countdown::left(row.expires_at, cx.now());
            cx.say(Notice::warn(format!(
                "{} waits for your answer: {left} left.",
                row.traveler_name
            )));
        }
    }

    fn answered(&mut self, arrived: Arrived, cx: &mut Cx) {
        let Arrived { given, result } = arrived;
        match result {
            Ok(Reply::Answered(answered)) => self.took_effect(&given, *answered, cx),
            Ok(Reply::Message(_)) => {
                self.forget_drafts(&given);
                cx.say(Notice::good(format!("Written to {}.", given.whom())));
                if let Some(target) = given.targets.first() {
                    self.fetch(target.id, cx);
                }
            }
            Ok(Reply::Bulk(bulk)) => self.took_effect_in_bulk(&given, bulk, cx),
            Ok(_) => self.was_refused(&given, &ApiError::unexpected(), cx),
            Err(error) => self.was_refused(&given, &error, cx),
        }
    }

    fn took_effect(&mut self, given: &Given, answered: Answered, cx: &mut Cx) {
        self.forget_drafts(given);
        let words = match (&given.answer, &answered.booking) {
            (Answer::Accept(_), Some(booking)) => format!(
                "Accepted {}. Booking {} waits to be paid.",
                given.whom(),
                booking.row.confirmation_code
            ),
            _ => format!("{} {}.", given.answer.done(), given.whom()),
        };
        cx.say(Notice::good(words));
        self.put(answered.request, cx);
    }

    fn took_effect_in_bulk(&mut self, given: &Given, bulk: BulkResult, cx: &mut Cx) {
        let mut outcomes = Vec::new();
        for result in bulk.results {
            let target = given.targets.iter().find(|target| target.id == result.id);
            let traveler = target.map_or_else(String::new, |target| target.traveler.clone());
            let refused = result.problem.map(|problem| ApiError::Problem(Box::new(problem)));
            if refused.is_some() {
                self.fetch(result.id, cx);
            }
            if let Some(row) = result.request {
                self.rows.update(row, cx.desk);
            }
            outcomes.push(Outcome { traveler, refused: refused.map(|error| error.to_string()) });
        }
        let refused = outcomes.iter().filter(|outcome| outcome.refused.is_some()).count();
        let done = outcomes.len() - refused;
        if refused == 0 {
            cx.say(Notice::good(format!("{} {done} requests.", given.answer.done())));
            return;
        }
        let title = format!("{} {done} of {} requests", given.answer.done(), outcomes.len());
        if self.asking.is_none() {
            self.asking = Some(Asking::Results(Results::new(title, outcomes)));
        } else {
            cx.say(Notice::warn(format!("{title}; the others stay as they were.")));
        }
    }

    /// Nothing was changed: the row is shown as it is, with what happened.
    fn was_refused(&mut self, given: &Given, error: &ApiError, cx: &mut Cx) {
        for target in &given.targets {
            self.fetch(target.id, cx);
        }
        let whom = given.whom();
        let words = match (error.code(), &given.answer) {
            (Some(Code::NotOffered), Answer::Accept(_)) => {
                let key = cx.desk.key(Action::Inbox(InboxAct::Accept));
                format!(
                    "{whom} was not accepted: your own rules do not offer this. {key} asks again."
                )
            }
            (_, answer) => {
                let key = self.key_of_draft(given, cx);
                format!("Not done: {} {whom}. {error}{key}", answer.doing().to_lowercase())
            }
        };
        cx.say(Notice::bad(words));
    }

    /// How to get back what was written, if something was.
    fn key_of_draft(&self, given: &Given, cx: &Cx) -> String {
        let (words, act) = match given.answer {
            Answer::Decline(_) => (Words::Decline, InboxAct::Decline),
            Answer::Message(_) => (Words::Message, InboxAct::Message),
            Answer::Counter(_) => (Words::Offer, InboxAct::Counter),
            Answer::Accept(_) => return String::new(),
        };
        let has_draft = given
            .targets
            .first()
            .is_some_and(|target| self.drafts.contains_key(&DraftName(target.id, words)));
        if has_draft {
            format!(" What you wrote is kept: {} opens it.", cx.desk.key(Action::Inbox(act)))
        } else {
            String::new()
        }
    }

    fn forget_drafts(&mut self, given: &Given) {
        let words = match given.answer {
            Answer::Decline(_) => Words::Decline,
            Answer::Message(_) => Words::Message,
            Answer::Counter(_) => Words::Offer,
            Answer::Accept(_) => return,
        };
        for target in &given.targets {
            self.drafts.remove(&DraftName(target.id, words));
        }
    }
}

fn is_about_a_request(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::RequestSubmitted
            | Kind::RequestAccepted
            | Kind::RequestDeclined
            | Kind::RequestCountered
            | Kind::RequestWithdrawn
            | Kind::RequestExpired
            | Kind::RequestMessage
    )
}
