//! A form: fields one below the other, checked when it is sent, never losing what was typed.
//!
//! The screen that asks holds the form and decides what its values mean; faults that the server
//! finds go to the field they are about ([`Form::refused`]).

mod draw;
mod field;
pub mod read;
mod typing;

pub use field::{Field, Kind};

use chrono::{DateTime, Utc};
use crossterm::event::KeyEvent;
use ratatui::text::Line;

use crate::tui::{
    app::call::ApiError,
    commands::{Action, FormAct},
    screens::Handled,
};

/// See the module's head.
#[derive(Clone, Debug)]
pub struct Form {
    pub title: String,
    /// Why it is here, where the person did not ask for it; said above everything.
    pub reason: Option<String>,
    /// Said above the fields.
    pub intro: String,
    /// What sending does, for the line of keys: `send the offer`.
    pub does: &'static str,
    fields: Vec<Field>,
    focus: usize,
    /// What was wrong with the whole of it.
    error: Option<String>,
    busy_since: Option<DateTime<Utc>>,
    touched: bool,
    has_way_back: bool,
    below: Vec<Line<'static>>,
    /// The first visible line, when the form is higher than its room.
    offset: u16,
}

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The form took it.
    Consumed,
    Ignored,
    /// The person wants it sent, and every field is in order.
    Submit,
    /// The person wants to write this text in their own editor.
    Edit(String),
}

impl Form {
    #[must_use]
    pub fn new(title: impl Into<String>, does: &'static str, fields: Vec<Field>) -> Self {
        Self {
            title: title.into(),
            reason: None,
            intro: String::new(),
            does,
            fields,
            focus: 0,
            error: None,
            busy_since: None,
            touched: false,
            has_way_back: true,
            below: Vec::new(),
            offset: 0,
        }
    }

    #[must_use]
    pub fn intro(self, intro: impl Into<String>) -> Self {
        Self { intro: intro.into(), ..self }
    }

    /// There is nothing behind it to go back to.
    #[must_use]
    pub fn without_way_back(self) -> Self {
        Self { has_way_back: false, ..self }
    }

    /// A command of the form.
    pub fn act(&mut self, action: Action) -> Outcome {
        let Action::Form(act) = action else { return Outcome::Ignored };
        if self.busy_since.is_some() {
            return Outcome::Consumed;
        }
        match act {
            FormAct::Next => self.go(1),
            FormAct::Previous => self.go(self.fields.len().saturating_sub(1)),
            FormAct::Enter if self.focus + 1 < self.fields.len() => self.go(1),
            FormAct::Enter | FormAct::Submit => return self.submit(),
            FormAct::NewLine => self.fields[self.focus].new_line(),
            FormAct::Editor => {
                let field = &self.fields[self.focus];
                if matches!(field.kind, Kind::Lines) {
                    return Outcome::Edit(field.text());
                }
            }
        }
        Outcome::Consumed
    }

    /// A key that is no command.
    pub fn key(&mut self, key: KeyEvent) -> Handled {
        if self.busy_since.is_none()
            && let Some(field) = self.fields.get_mut(self.focus)
        {
            self.error = None;
            self.touched |= field.key(key);
        }
        Handled::Consumed
    }

    pub fn paste(&mut self, text: &str) {
        if self.busy_since.is_none()
            && let Some(field) = self.fields.get_mut(self.focus)
        {
            field.error = None;
            field.insert(text);
            self.touched = true;
        }
    }

    /// What came back from the person's own editor, into the field it was asked for.
    pub fn edited(&mut self, text: &str) {
        if let Some(field) = self.fields.get_mut(self.focus) {
            field.set(text);
            self.touched = true;
        }
    }

    /// Whether anything was typed or chosen.
    #[must_use]
    pub fn is_touched(&self) -> bool {
        self.touched
    }

    /// The field of that name.
    ///
    /// # Panics
    /// Never: a name that no field has gives an empty one.
    #[must_use]
    pub fn field(&self, name: &str) -> &Field {
        self.fields.iter().find(|field| field.name == name).unwrap_or(&self.fields[0])
    }

    /// As [`Self::field`], where the form may not have it.
    #[must_use]
    pub fn try_field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Goes to the field of that name.
    pub fn focus_on(&mut self, name: &str) {
        if let Some(index) = self.fields.iter().position(|field| field.name == name) {
            self.focus = index;
        }
    }

    /// Lines to show below the fields.
    pub fn below(&mut self, lines: Vec<Line<'static>>) {
        self.below = lines;
    }

    pub fn field_mut(&mut self, name: &str) -> Option<&mut Field> {
        self.fields.iter_mut().find(|field| field.name == name)
    }

    #[must_use]
    pub fn text(&self, name: &str) -> String {
        self.field(name).text()
    }

    /// The name of the field that is being filled in.
    #[must_use]
    pub fn focused(&self) -> &'static str {
        self.fields.get(self.focus).map_or("", |field| field.name)
    }

    /// It is being sent: keys wait.
    pub fn busy(&mut self, since: DateTime<Utc>) {
        self.busy_since = Some(since);
        self.error = None;
    }

    /// It is no longer being sent.
    pub fn rested(&mut self) {
        self.busy_since = None;
    }

    #[must_use]
    pub fn busy_since(&self) -> Option<DateTime<Utc>> {
        self.busy_since
    }

    /// It was refused, or did not arrive: everything typed stays, and each fault goes to its field.
    pub fn refused(&mut self, error: &ApiError) {
        self.busy_since = None;
        let mut elsewhere = Vec::new();
        if let ApiError::Problem(problem) = error {
            for fault in &problem.fields {
                match self.fields.iter_mut().find(|field| field.name == fault.field) {
                    Some(field) => field.error = Some(fault.message.clone()),
                    None => elsewhere.push(fault.to_string()),
                }
            }
            self.focus_first_fault();
        }
        let named = self.fields.iter().any(|field| field.error.is_some());
        self.error = match (named, elsewhere.is_empty()) {
            (true, true) => None,
            (_, false) => Some(elsewhere.join("; ")),
            (false, true) => Some(error.to_string()),
        };
    }

    /// Says what is wrong with one field, and goes there.
    pub fn fault(&mut self, name: &str, message: impl Into<String>) {
        if let Some(index) = self.fields.iter().position(|field| field.name == name) {
            self.fields[index].error = Some(message.into());
            self.focus = index;
        }
    }

    fn go(&mut self, steps: usize) {
        let count = self.fields.len().max(1);
        if let Some(field) = self.fields.get_mut(self.focus) {
            field.settle();
        }
        self.focus = (self.focus + steps) % count;
    }

    fn submit(&mut self) -> Outcome {
        self.error = None;
        let mut all_good = true;
        for field in &mut self.fields {
            field.settle();
            all_good &= field.check();
        }
        if all_good {
            return Outcome::Submit;
        }
        self.focus_first_fault();
        Outcome::Consumed
    }

    fn focus_first_fault(&mut self) {
        if let Some(index) = self.fields.iter().position(|field| field.error.is_some()) {
            self.focus = index;
        }
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyModifiers};
    use traveloure_core::{
        api::problem::{Code, Problem},
        field::FieldError,
        money::Currency,
    };

    use super::*;

    fn today() -> chrono::NaiveDate {
        chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
    }

    fn form() -> Form {
        let currency = Currency::EUR;
        let base = Some(rust_decimal::Decimal::from(120));
        Form::new(
            "Offer",
            "send",
            vec![
                Field::new("date", "Date", Kind::Date { today: today() }),
                Field::new("price", "Price", Kind::Money { currency, base }),
                Field::new("message", "Message", Kind::Lines).optional(),
            ],
        )
    }

    fn type_in(form: &mut Form, text: &str) {
        for letter in text.chars() {
            form.key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE));
        }
    }

    fn act(form: &mut Form, act: FormAct) -> Outcome {
        form.act(Action::Form(act))
    }

    #[test]
    fn fields_are_written_out_when_left() {
        let mut form = form();
        type_in(&mut form, "fri");
        act(&mut form, FormAct::Next);
        assert_eq!(form.text("date"), "2026-11-27");
        type_in(&mut form, "=120*0.9");
        assert_eq!(form.field("price").completion().unwrap(), "= 108.00 EUR");
        assert_eq!(form.field("price").money().unwrap().unwrap().to_string(), "108.00 EUR");
    }

    #[test]
    fn plus_and_minus_step_a_finished_date() {
        let mut form = form();
        type_in(&mut form, "2026-11-30+");
        assert_eq!(form.text("date"), "2026-12-01");
        type_in(&mut form, "--");
        assert_eq!(form.text("date"), "2026-11-29");
    }

    #[test]
    fn what_is_wrong_is_said_and_nothing_is_lost() {
        let mut form = form();
        type_in(&mut form, "someday");
        assert_eq!(act(&mut form, FormAct::Submit), Outcome::Consumed);
        assert_eq!(form.focused(), "date");
        assert!(form.field("date").error.is_some());
        assert_eq!(form.field("price").error.as_deref(), Some("needed"));
        assert_eq!(form.text("date"), "someday");
    }

    #[test]
    fn the_servers_faults_go_to_their_fields() {
        let mut form = form();
        form.busy(DateTime::UNIX_EPOCH);
        let mut problem = Problem::new(Code::Invalid, "Some fields need another value.");
        problem.fields = vec![
            FieldError::new("price", "out_of_range", "is below zero"),
            FieldError::new("valid_until", "past", "has passed"),
        ];
        form.refused(&ApiError::Problem(Box::new(problem)));
        assert_eq!(form.focused(), "price");
        assert_eq!(form.field("price").error.as_deref(), Some("is below zero"));
        assert_eq!(form.error.as_deref(), Some("valid_until: has passed"));
        assert!(form.busy_since().is_none());
    }

    #[test]
    fn a_paste_stays_within_the_limit() {
        let mut form = form();
        act(&mut form, FormAct::Next);
        act(&mut form, FormAct::Next);
        form.paste(&"é".repeat(3_000));
        assert_eq!(form.text("message").chars().count(), 2_000);
        assert!(form.field("message").error.is_some());
    }
}
