//! A few words: to decline with, or to write without deciding.

use traveloure_core::api::request::{Decline, NewMessage, RequestRow};

use super::{super::answers::Target, DraftName, Step};
use crate::tui::{
    app::unsent::Answer,
    commands::Action,
    layers::form::{Field, Form, Kind, Outcome},
    widgets::text,
};

/// Which form a draft is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Words {
    Decline,
    Message,
    Offer,
}

/// A form of one field.
#[derive(Debug)]
pub struct Wording {
    kind: Words,
    pub form: Form,
    targets: Vec<Target>,
}

impl Wording {
    /// Declines `rows`, with `words` to begin with.
    #[must_use]
    pub fn decline(rows: &[RequestRow], words: &str) -> Self {
        let field = Field::new("message", "Your words", Kind::Lines)
            .optional()
            .with(words)
            .hint("may stay empty; alt-enter begins a new line");
        let title = format!("Decline {}", whom(rows));
        Self::new(Words::Decline, Form::new(title, "decline", vec![field]), rows)
    }

    /// Writes to the traveler of `row`.
    #[must_use]
    pub fn message(row: &RequestRow, words: &str) -> Self {
        let field = Field::new("text", "Your words", Kind::Lines)
            .with(words)
            .hint("alt-enter begins a new line");
        let rows = std::slice::from_ref(row);
        let form = Form::new(format!("Write to {}", whom(rows)), "send", vec![field])
            .intro("This decides nothing; the request goes on waiting for an answer.");
        Self::new(Words::Message, form, rows)
    }

    fn new(kind: Words, form: Form, rows: &[RequestRow]) -> Self {
        Self { kind, form, targets: rows.iter().map(Target::of).collect() }
    }

    /// Drafts are kept for single requests.
    pub fn draft_name(&self) -> Option<DraftName> {
        match self.targets.as_slice() {
            [one] => Some(DraftName(one.id, self.kind)),
            _ => None,
        }
    }

    pub fn act(&mut self, action: Action) -> Step {
        match self.form.act(action) {
            Outcome::Submit => Step::Give(self.answer(), self.targets.clone()),
            Outcome::Edit(text) => Step::Edit(text),
            Outcome::Consumed | Outcome::Ignored => Step::Stay,
        }
    }

    fn answer(&self) -> Answer {
        match self.kind {
            Words::Message => Answer::Message(NewMessage { text: self.form.text("text") }),
            Words::Decline | Words::Offer => {
                Answer::Decline(Decline { message: self.form.text("message") })
            }
        }
    }
}

fn whom(rows: &[RequestRow]) -> String {
    match rows {
        [one] => text::clean(&one.traveler_name).into_owned(),
        many => format!("{} requests with the same words", many.len()),
    }
}
