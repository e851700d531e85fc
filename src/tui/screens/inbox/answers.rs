//! Answers on their way: each waits a few seconds in which it can be taken back, is sent, and is
//! sent again under the same key until the server has answered.

use chrono::{DateTime, TimeDelta, Utc};
use traveloure_core::{
    api::{
        problem::Code,
        request::{Bulk, BulkAnswer},
    },
    ids::{RequestId, UserId},
};
use uuid::Uuid;

use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::{Cx, Notice},
        desk::Desk,
        unsent::{Answer, Unsent},
    },
    commands::{Action, InboxAct},
    widgets::{countdown, text},
};

/// The most requests that one bulk call answers.
const BULK: usize = 100;
/// An answer leaves at least this long before its request expires.
const MARGIN: TimeDelta = TimeDelta::seconds(3);

/// A request that is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub id: RequestId,
    pub traveler: String,
    pub expires_at: DateTime<Utc>,
}

/// One answer, to one request or to several.
#[derive(Clone, Debug)]
pub struct Given {
    pub answer: Answer,
    pub targets: Vec<Target>,
    /// Answers given with one key press are taken back with one.
    press: u64,
    user: UserId,
    key: Uuid,
    decided_at: DateTime<Utc>,
    due: DateTime<Utc>,
    state: State,
    tries: u32,
}

#[derive(Clone, Debug, PartialEq)]
enum State {
    Waiting,
    Sending(Ticket),
    Failed(ApiError),
}

impl Given {
    /// Whose request it is, or how many.
    #[must_use]
    pub fn whom(&self) -> String {
        match self.targets.as_slice() {
            [one] => one.traveler.clone(),
            many => format!("{} requests", many.len()),
        }
    }

    /// Whether it has not left yet. Only then can it be taken back: what has left may have arrived,
    /// also when no answer came.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.state == State::Waiting
    }

    /// Whether it could not be sent so far.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        matches!(self.state, State::Failed(_))
    }

    fn call(&self) -> Option<Call> {
        if let [target] = self.targets.as_slice() {
            let id = target.id;
            return Some(match self.answer.clone() {
                Answer::Accept(body) => Call::Accept { id, body },
                Answer::Decline(body) => Call::Decline { id, body },
                Answer::Counter(body) => Call::Counter { id, body: *body },
                Answer::Message(body) => Call::Message { id, body },
            });
        }
        let answer = match self.answer.clone() {
            Answer::Accept(body) => BulkAnswer::Accept(body),
            Answer::Decline(body) => BulkAnswer::Decline(body),
            Answer::Counter(_) | Answer::Message(_) => return None,
        };
        Some(Call::Bulk(Bulk {
            ids: self.targets.iter().map(|target| target.id).collect(),
            answer,
        }))
    }

    fn last_moment(&self) -> Option<DateTime<Utc>> {
        self.targets.iter().map(|target| target.expires_at).min()
    }

    fn unsent(&self) -> impl Iterator<Item = Unsent> {
        (0_u128..).zip(&self.targets).map(|(index, target)| Unsent {
            user: self.user,
            request: target.id,
            traveler: target.traveler.clone(),
            answer: self.answer.clone(),
            // Of a bulk answer each row is sent on its own after a crash, so each has its own key.
            key: Uuid::from_u128(self.key.as_u128() ^ index),
            decided_at: self.decided_at,
        })
    }
}

/// What came of an answer.
#[derive(Debug)]
pub struct Arrived {
    pub given: Given,
    pub result: Result<Reply, ApiError>,
}

/// See the module's head.
#[derive(Debug, Default)]
pub struct Answers {
    given: Vec<Given>,
    presses: u64,
}

impl Answers {
    /// Answers `targets`; it leaves when the time to take it back is over, and before the first of
    /// them expires.
    pub fn give(&mut self, answer: &Answer, targets: &[Target], cx: &mut Cx) {
        self.presses += 1;
        let Some(user) = cx.desk.user.as_ref().map(|user| user.id) else { return };
        for some in targets.chunks(BULK) {
            let key = cx.fresh_key();
            let mut given = Given {
                answer: answer.clone(),
                targets: some.to_vec(),
                press: self.presses,
                user,
                key,
                decided_at: cx.now(),
                due: cx.now() + cx.desk.settings.undo,
                state: State::Waiting,
                tries: 0,
            };
            if let Some(last) = given.last_moment() {
                given.due = given.due.min(last - MARGIN);
            }
            self.given.push(given);
        }
    }

    /// Sends an answer of an earlier session at once, under the key it had.
    pub fn give_again(&mut self, unsent: Unsent, expires_at: Option<DateTime<Utc>>, cx: &mut Cx) {
        self.presses += 1;
        let target = Target {
            id: unsent.request,
            traveler: unsent.traveler,
            expires_at: expires_at.unwrap_or(DateTime::<Utc>::MAX_UTC),
        };
        self.given.push(Given {
            answer: unsent.answer,
            targets: vec![target],
            press: self.presses,
            user: unsent.user,
            key: unsent.key,
            decided_at: unsent.decided_at,
            due: cx.now(),
            state: State::Waiting,
            tries: 0,
        });
        self.send_due(cx);
    }

    /// Takes back what the newest key press answered, if it has not left; returns it.
    pub fn take_back(&mut self) -> Vec<Given> {
        let newest = self.given.iter().filter(|given| given.is_waiting());
        let Some(press) = newest.map(|given| given.press).max() else { return Vec::new() };
        let (back, stay) = std::mem::take(&mut self.given)
            .into_iter()
            .partition(|given| given.press == press && given.is_waiting());
        self.given = stay;
        back
    }

    /// Whether something could be taken back.
    #[must_use]
    pub fn can_take_back(&self) -> bool {
        self.given.iter().any(Given::is_waiting)
    }

    /// The answer that is on its way to a request. A message decides nothing and does not count.
    #[must_use]
    pub fn of(&self, id: RequestId) -> Option<&Given> {
        self.given.iter().find(|given| {
            !matches!(given.answer, Answer::Message(_))
                && given.targets.iter().any(|target| target.id == id)
        })
    }

    /// Sends what has waited long enough.
    pub fn send_due(&mut self, cx: &mut Cx) {
        for given in &mut self.given {
            let is_sending = matches!(given.state, State::Sending(_));
            if is_sending || given.due > cx.now() {
                continue;
            }
            if let Some(call) = given.call() {
                given.tries += 1;
                given.state = State::Sending(cx.call_again(call, given.key));
            }
        }
    }

    /// Sends everything now.
    pub fn flush(&mut self, cx: &mut Cx) {
        for given in &mut self.given {
            given.due = given.due.min(cx.now());
        }
        self.send_due(cx);
    }

    /// Takes the reply to an answer. What may still succeed, if only after signing in again, is sent
    /// again later, as long as the request is open; everything else is returned.
    pub fn came(
        &mut self,
        ticket: Ticket,
        result: Result<Reply, ApiError>,
        now: DateTime<Utc>,
    ) -> Option<Arrived> {
        let index = self.given.iter().position(|given| given.state == State::Sending(ticket))?;
        let given = &mut self.given[index];
        if let Err(error) = &result
            && (error.may_pass() || error.code() == Some(Code::NotSignedIn))
            && given.last_moment().is_none_or(|last| last > now)
        {
            let pause = TimeDelta::seconds(1 << given.tries.clamp(1, 5));
            given.due = now + pause;
            given.state = State::Failed(error.clone());
            return None;
        }
        Some(Arrived { given: self.given.remove(index), result })
    }

    /// How many requests are being answered.
    #[must_use]
    pub fn on_the_way(&self) -> usize {
        self.given.iter().map(|given| given.targets.len()).sum()
    }

    /// What has to be kept across a crash.
    #[must_use]
    pub fn unsent(&self) -> Vec<Unsent> {
        self.given.iter().flat_map(Given::unsent).collect()
    }

    /// When something is due, or its countdown changes.
    #[must_use]
    pub fn next_wake(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let waiting = self.given.iter().filter(|given| !matches!(given.state, State::Sending(_)));
        waiting
            .flat_map(|given| [Some(given.due), countdown::next_change(given.due, now)])
            .flatten()
            .min()
    }

    /// What to say about all of it on every screen.
    #[must_use]
    pub fn status(&self, desk: &Desk) -> Option<Notice> {
        let failed = self.given.iter().rev().find_map(|given| match &given.state {
            State::Failed(error) => Some((given, error)),
            _ => None,
        });
        if let Some((given, error)) = failed {
            let left = countdown::left(given.due, desk.now);
            let doing = given.answer.doing().to_lowercase();
            let error = error.to_string();
            let error = error.trim_end_matches('.');
            return Some(Notice::warn(format!(
                "Not sent yet: {doing} {}. {error}. Next try in {left}.",
                given.whom()
            )));
        }
        let waiting = self.given.iter().rev().filter(|given| given.is_waiting());
        let newest = waiting.clone().next()?;
        let others = waiting.filter(|given| given.press != newest.press).count();
        let left = countdown::left(newest.due, desk.now);
        let key = desk.key(Action::Inbox(InboxAct::TakeBack));
        let mut words =
            format!("{} {} in {left}. {key} takes it back.", newest.answer.doing(), newest.whom());
        if others > 0 {
            let others = text::counted(u64::try_from(others).unwrap_or(0), "waits", "wait");
            words = format!("{words} {others} too.");
        }
        Some(Notice::info(words))
    }
}
