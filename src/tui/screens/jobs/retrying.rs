//! The question before something is tried again: what it is, and what was wrong with it.

use chrono::{DateTime, Utc};
use crossterm::event::KeyEvent;
use ratatui::{Frame, layout::Rect, text::Line};
use traveloure_core::{api::job::Trouble, job::Job};
use uuid::Uuid;

use super::list::about;
use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::Cx,
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
    sent: Load<()>,
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

    /// Takes the answer; whether it is being tried.
    pub fn came(&mut self, result: Result<Reply, ApiError>, cx: &Cx) -> bool {
        let result = result.and_then(|reply| match reply {
            Reply::Retried(_) => Ok(()),
            _ => Err(ApiError::unexpected()),
        });
        self.sent.came(result, cx.now());
        self.sent.get().is_some()
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
        if trouble.job == Job::SettleRefunds && trouble.try_at.is_none() {
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

/// A sentence of words.
pub(super) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
