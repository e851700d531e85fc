//! Writing something to a file: its path is asked for, and whether a file that is there may go. The
//! screen that asks says what is written once the form is filled in.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use crossterm::event::KeyEvent;
use ratatui::{Frame, layout::Rect};

use super::{
    confirm::{Answer, Confirm},
    form::{Field, Form, Kind, Outcome},
};
use crate::{
    to_file::NotWritten,
    tui::{
        app::{
            call::{ApiError, Ticket},
            cx::Cx,
            desk::Desk,
        },
        commands::{Action, Context},
        screens::{Focus, Keys},
        widgets::text,
    },
};

/// The field of the path.
const FILE: &str = "file";

/// See the module's head.
#[derive(Debug)]
pub struct Saving {
    form: Form,
    /// The path that nobody typed.
    suggested: String,
    /// What is on its way to the disk.
    text: Option<String>,
    sent: Option<Ticket>,
    /// A file of that name is there.
    over: Option<(PathBuf, Confirm)>,
}

impl Saving {
    /// Asks for `fields` and for a path, which begins as `suggested`.
    #[must_use]
    pub fn new(title: &'static str, mut fields: Vec<Field>, suggested: &str) -> Self {
        fields.push(
            Field::new(FILE, "File", Kind::Line)
                .limit(500)
                .with(suggested)
                .hint("a path; ~/ is your home, without a folder it is the current one"),
        );
        let form = Form::new(title, "write it", fields);
        Self { form, suggested: suggested.to_owned(), text: None, sent: None, over: None }
    }

    #[must_use]
    pub fn focus(&self) -> Focus {
        if self.over.is_some() {
            return Focus { contexts: &[], keys: Keys::Modal };
        }
        Focus { contexts: &[Context::Form], keys: Keys::Typing }
    }

    /// A command; `true` when all is filled in and the text is wanted.
    pub fn act(&mut self, action: Action) -> bool {
        self.over.is_none() && self.form.act(action) == Outcome::Submit
    }

    /// A key that is no command.
    pub fn key(&mut self, key: KeyEvent, cx: &mut Cx) {
        let Some((_, confirm)) = &mut self.over else {
            self.form.key(key);
            return;
        };
        if confirm.key(key) == Answer::Yes {
            self.over = None;
            self.send(true, cx);
        }
    }

    pub fn paste(&mut self, text: &str) {
        if self.over.is_none() {
            self.form.paste(text);
        }
    }

    /// Esc: back to the path while it is asked what becomes of the file that is there. `false` when
    /// there is nothing of its own to close.
    pub fn back(&mut self) -> bool {
        self.over.take().is_some()
    }

    #[must_use]
    pub fn text(&self, name: &str) -> String {
        self.form.text(name)
    }

    /// Another path fits what is filled in; one that was typed stays.
    pub fn suggest(&mut self, path: String) {
        if self.form.text(FILE) == self.suggested
            && let Some(field) = self.form.field_mut(FILE)
        {
            field.set(&path);
            self.suggested = path;
        }
    }

    /// Says what is wrong with one field.
    pub fn fault(&mut self, name: &str, message: impl Into<String>) {
        self.form.fault(name, message);
    }

    /// What is to be written is being fetched.
    pub fn fetching(&mut self, cx: &Cx) {
        self.form.busy(cx.now());
    }

    /// It could not be fetched.
    pub fn failed(&mut self, error: &ApiError) {
        self.form.refused(error);
    }

    /// Writes `text` to the path that was typed.
    pub fn write(&mut self, text: String, cx: &mut Cx) {
        self.text = Some(text);
        self.send(false, cx);
    }

    fn send(&mut self, overwrite: bool, cx: &mut Cx) {
        let Some(text) = self.text.clone() else { return };
        self.form.busy(cx.now());
        self.sent = Some(cx.write(self.form.text(FILE), text, overwrite));
    }

    /// Takes what became of it; the path once it is written.
    pub fn written(
        &mut self,
        ticket: Ticket,
        result: Result<PathBuf, NotWritten>,
    ) -> Option<PathBuf> {
        if self.sent != Some(ticket) {
            return None;
        }
        self.sent = None;
        self.form.rested();
        match result {
            Ok(path) => return Some(path),
            Err(NotWritten::Exists(path)) => {
                let confirm = Confirm::new("Write over this file?", "write over it", &[]);
                self.over = Some((path, confirm));
            }
            Err(error @ NotWritten::Failed { .. }) => self.form.fault(FILE, error.to_string()),
        }
        None
    }

    #[must_use]
    pub fn busy_since(&self) -> Option<DateTime<Utc>> {
        self.form.busy_since()
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let Some((path, confirm)) = &mut self.over else {
            self.form.draw(frame, area, desk);
            return;
        };
        let width = Confirm::body_width(area);
        let theme = &desk.look.theme;
        let mut lines = text::wrapped(&path.display().to_string(), width, theme.strong);
        let words = "It is there already, and what is in it would be gone.";
        lines.extend(text::wrapped(words, width, theme.warn));
        confirm.draw(frame, area, &lines, true, desk);
    }
}

/// What is said once a file is written.
#[must_use]
pub fn said(what: &str, path: &std::path::Path) -> String {
    format!("{what} was written to {}.", path.display())
}
