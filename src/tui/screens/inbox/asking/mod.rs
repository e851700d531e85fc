//! What lies over the inbox: the question before accepting, the forms to decline, to write and to
//! offer, the result of a bulk answer, and answers that an earlier session could not send.

mod accept;
mod counter;
mod leftovers;
mod results;
mod words;

use crossterm::event::KeyEvent;
use ratatui::{Frame, layout::Rect};
use traveloure_core::{api::request::Request, ids::RequestId};

pub use accept::Accepting;
pub use counter::{Countering, Remembered};
pub use leftovers::Leftovers;
pub use results::{Outcome, Results};
pub use words::{Wording, Words};

use super::answers::Target;
use crate::tui::{
    app::{
        call::{ApiError, Reply, Ticket},
        cx::Cx,
        desk::Desk,
        unsent::{Answer, Unsent},
    },
    commands::{Action, Context},
    layers::form::Form,
    listing::details::Details,
    screens::{Focus, Keys},
    widgets::bars::KeyHint,
};

/// See the module's head.
#[derive(Debug)]
pub enum Asking {
    Accept(Accepting),
    Words(Wording),
    Counter(Box<Countering>),
    Results(Results),
    Leftovers(Leftovers),
}

/// What is to be done after a key.
#[derive(Debug)]
pub enum Step {
    Stay,
    /// It is done with, or given up.
    Close,
    Give(Answer, Vec<Target>),
    /// The person wants to write in their own editor.
    Edit(String),
    SendLeftover(Unsent),
    DropLeftover(Unsent),
}

/// Names a form that was not sent: what it is about and which one it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DraftName(pub RequestId, pub Words);

impl Asking {
    pub fn focus(&self) -> Focus {
        match self {
            Self::Words(_) | Self::Counter(_) => {
                Focus { contexts: &[Context::Form], keys: Keys::Typing }
            }
            Self::Accept(_) | Self::Results(_) | Self::Leftovers(_) => {
                Focus { contexts: &[], keys: Keys::Modal }
            }
        }
    }

    pub fn act(&mut self, action: Action, cx: &mut Cx) -> Step {
        match self {
            Self::Words(words) => words.act(action),
            Self::Counter(counter) => counter.act(action, cx),
            Self::Accept(_) | Self::Results(_) | Self::Leftovers(_) => Step::Stay,
        }
    }

    pub fn key(&mut self, key: KeyEvent, details: &Details<Request>, cx: &mut Cx) -> Step {
        match self {
            Self::Accept(accepting) => accepting.key(key, details),
            Self::Results(results) => results.key(key),
            Self::Leftovers(leftovers) => leftovers.key(key),
            Self::Words(words) => {
                words.form.key(key);
                Step::Stay
            }
            Self::Counter(counter) => {
                counter.form.key(key);
                counter.look_up(cx);
                Step::Stay
            }
        }
    }

    /// The form that takes text.
    pub fn form_mut(&mut self) -> Option<&mut Form> {
        match self {
            Self::Words(words) => Some(&mut words.form),
            Self::Counter(counter) => Some(&mut counter.form),
            _ => None,
        }
    }

    /// The form to keep when it is closed without being sent; none if nothing was typed.
    pub fn into_draft(self) -> Option<(DraftName, Form)> {
        let (name, form) = match self {
            Self::Words(words) => (words.draft_name()?, words.form),
            Self::Counter(counter) => (counter.draft_name(), counter.form),
            _ => return None,
        };
        form.is_touched().then_some((name, form))
    }

    /// The reply to something that was looked up; `false` if nothing was.
    pub fn reply(&mut self, ticket: Ticket, result: &Result<Reply, ApiError>, cx: &mut Cx) -> bool {
        match self {
            Self::Counter(counter) => counter.reply(ticket, result, cx),
            _ => false,
        }
    }

    /// The request whose details have to be there.
    pub fn needs(&self) -> Option<RequestId> {
        match self {
            Self::Accept(accepting) => accepting.needs(),
            _ => None,
        }
    }

    pub fn hints(&self) -> Vec<KeyHint> {
        let hint =
            |key: &str, label: &str| KeyHint { key: key.to_owned(), label: label.to_owned() };
        match self {
            Self::Leftovers(_) => {
                vec![hint("s", "send now"), hint("x", "drop"), hint("esc", "later")]
            }
            Self::Accept(_) | Self::Results(_) => vec![hint("esc", "go back")],
            Self::Words(_) | Self::Counter(_) => Vec::new(),
        }
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, details: &Details<Request>, desk: &Desk) {
        match self {
            Self::Accept(accepting) => accepting.draw(frame, area, details, desk),
            Self::Words(words) => words.form.draw(frame, area, desk),
            Self::Counter(counter) => counter.draw(frame, area, desk),
            Self::Results(results) => results.draw(frame, area, desk),
            Self::Leftovers(leftovers) => leftovers.draw(frame, area, desk),
        }
    }
}
