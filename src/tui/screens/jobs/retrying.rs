//! The question before something is tried again: what it is, and what was wrong with it.

use chrono::{DateTime, Utc};
use crossterm::event::KeyEvent;
use ratatui::{Frame, layout::Rect, text::Line};
use traveloure_core::api::job::Trouble;
use uuid::Uuid;

use super::{detail::waits_for_money, list::about};
use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::{Cx, Notice},
        desk::Desk,
        load::Load,
    },
    layers::confirm::{Answer, Confirm},
    widgets::text,
};

/// See the module's head.
#[derive(Debug)]
pub struct Retrying {
    trouble: Trouble,
    confirm: Confirm,
    /// The same key for every press: asked twice, it is tried once.
    key: Uuid,
    /// What is tried now.
    sent: Load<String>,
}

impl Retrying {
    /// Asks about `trouble`; `asked_with` are the keys of the command.
    pub fn new(trouble: &Trouble, asked_with: &[String], cx: &mut Cx) -> Self {
        Self {
            trouble: trouble.clone(),
            confirm: Confirm::new("Try it again now?", "try it", asked_with),
            key: cx.fresh_key(),
            sent: Load::default(),
        }
    }

    pub fn key(&mut self, key: KeyEvent, cx: &mut Cx) {
        if self.confirm.key(key) != Answer::Yes || self.sent.is_loading() {
            return;
        }
        let Trouble { job, subject, .. } = self.trouble.clone();
        let ticket = cx.call_again(Call::RetryJob { job, subject }, self.key);
        self.sent.asked(ticket, cx);
    }

    #[must_use]
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.sent.waits_for(ticket)
    }

    /// Takes the answer; what is being tried, if it is.
    pub fn came(&mut self, result: Result<Reply, ApiError>, cx: &Cx) -> Option<Tried> {
        let result = result.and_then(|reply| match reply {
            Reply::Retried(retried) => Ok(retried.subject),
            _ => Err(ApiError::unexpected()),
        });
        self.sent.came(result, cx.now());
        let subject = self.sent.get()?.clone();
        Some(Tried { trouble: self.trouble.clone(), subject })
    }

    #[must_use]
    pub fn loading_since(&self) -> Option<DateTime<Utc>> {
        self.sent.loading_since()
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let width = Confirm::body_width(area);
        let theme = &desk.look.theme;
        let trouble = &self.trouble;
        let mut lines = text::wrapped(&capital(trouble.job.title()), width, theme.strong);
        lines.extend(text::wrapped(&about(&trouble.about), width, theme.text));
        lines.push(Line::default());
        lines.extend(text::wrapped(&text::clean(&trouble.error), width, theme.dim));
        if waits_for_money(trouble) {
            lines.push(Line::default());
            let words = "Another refund is made over the same card. If the money was sent in another way, do not.";
            lines.extend(text::wrapped(words, width, theme.warn));
        }
        if let Some(error) = self.sent.error() {
            lines.push(Line::default());
            lines.extend(text::wrapped(&error.to_string(), width, theme.bad));
        }
        let may = !self.sent.is_loading();
        self.confirm.draw(frame, area, &lines, may, desk);
    }
}

/// What is tried again, until it is known what came of it.
#[derive(Debug)]
pub struct Tried {
    /// As it was before.
    trouble: Trouble,
    /// Another than the trouble's where something is made anew in its stead.
    subject: String,
}

impl Tried {
    /// What to say of it at once.
    #[must_use]
    pub fn begun(&self) -> Notice {
        Notice::good(if self.is_made_anew() {
            "It is tried now: made anew, it comes up here if that fails as well."
        } else {
            "It is tried now."
        })
    }

    fn is_made_anew(&self) -> bool {
        self.subject != self.trouble.subject
    }

    /// Whether a list says what came of it: what was not stuck before is on no list of what is stuck.
    #[must_use]
    pub const fn shows_in(&self, only_stuck: bool) -> bool {
        self.trouble.is_stuck || !only_stuck
    }

    /// What came of it, by the whole list of what failed; none while that is not known.
    #[must_use]
    pub fn outcome(&self, failed: &[Trouble]) -> Option<Notice> {
        let before = &self.trouble;
        let what = format!("{}, {}", capital(before.job.title()), about(&before.about));
        let found =
            failed.iter().find(|one| (one.job, &one.subject) == (before.job, &self.subject));
        let said = match found {
            Some(now) if self.is_made_anew() || now.last_failed_at > before.last_failed_at => {
                Notice::bad(format!("{what}: it failed again. {}", now.error))
            }
            // What is made anew is in no trouble, whether it is done or still on its way.
            None if !self.is_made_anew() => Notice::good(format!("{what}: it is done now.")),
            _ => return None,
        };
        Some(Notice { text: text::clean(&said.text).into_owned(), ..said })
    }
}

/// A sentence of words.
pub(super) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
