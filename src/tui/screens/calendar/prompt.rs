//! A line typed on a calendar: a capacity, or a rule.

use chrono::{NaiveDate, NaiveTime};
use crossterm::event::KeyEvent;
use ratatui::{Frame, layout::Rect};
use traveloure_core::availability::MAX_CAPACITY;

use super::{
    draft,
    edit::{Amount, Dates, Edit, span},
    sheet::Sheet,
};
use crate::tui::{
    app::desk::Desk,
    commands::Action,
    layers::form::{Field, Form, Kind, Outcome},
    widgets::text,
};

const FIELD: &str = "line";

/// What is being typed.
#[derive(Clone, Debug)]
enum What {
    Capacity { dates: Dates, slot: Option<NaiveTime> },
    Usual { date: NaiveDate, slot: Option<NaiveTime> },
    Rule { template: String },
}

/// See the module's head.
#[derive(Debug)]
pub struct Prompt {
    what: What,
    form: Form,
}

impl Prompt {
    /// Asks for the capacity of days, or of a slot on them; `now` is what it is.
    #[must_use]
    pub fn capacity(
        dates: Dates,
        slot: Option<NaiveTime>,
        now: Option<u32>,
        today: NaiveDate,
    ) -> Self {
        let about = format!("Capacity of {}", span(&dates, today));
        let title = slot.map_or(about.clone(), |slot| format!("{about}, {}", text::clock(slot)));
        Self { what: What::Capacity { dates, slot }, form: number(title, now) }
    }

    /// Asks for the capacity where a day has none of its own; `date` is the day it is typed on.
    #[must_use]
    pub fn usual(date: NaiveDate, slot: Option<NaiveTime>, now: Option<u32>) -> Self {
        let title = slot.map_or("Usual capacity of a day".to_owned(), |slot| {
            format!("Usual capacity at {}", text::clock(slot))
        });
        Self { what: What::Usual { date, slot }, form: number(title, now) }
    }

    /// Asks for a rule, beginning with `template`.
    #[must_use]
    pub fn rule(template: String, sheet: &Sheet, desk: &Desk) -> Self {
        let field = Field::new(FIELD, "Rule", Kind::Line).limit(400).begun(&template);
        let form = Form::new("Another rule", "add it", vec![field]).intro(
            "One rule, as a line. A note goes in quotes: closed 24 dec \"Christmas\". \
             Exceptions follow: except 2026-12-29.",
        );
        let mut prompt = Self { what: What::Rule { template }, form };
        prompt.preview(sheet, desk);
        prompt
    }

    /// What was typed of a rule, where it is worth keeping.
    #[must_use]
    pub fn typed(&self) -> Option<String> {
        let What::Rule { template } = &self.what else { return None };
        let typed = self.form.text(FIELD);
        (typed.trim() != template.trim() && !typed.trim().is_empty()).then_some(typed)
    }

    pub fn act(&mut self, action: Action) -> Outcome {
        self.form.act(action)
    }

    pub fn key(&mut self, key: KeyEvent, sheet: &Sheet, desk: &Desk) {
        self.form.key(key);
        self.preview(sheet, desk);
    }

    pub fn paste(&mut self, text: &str, sheet: &Sheet, desk: &Desk) {
        self.form.paste(text);
        self.preview(sheet, desk);
    }

    /// Says what is wrong; everything typed stays.
    pub fn refuse(&mut self, why: &str) {
        self.form.fault(FIELD, why);
    }

    /// The edit that was typed; none where it is not finished.
    #[must_use]
    pub fn edit(&self, today: NaiveDate) -> Option<Edit> {
        let typed = || self.form.field(FIELD).number().ok();
        Some(match &self.what {
            What::Capacity { dates, slot } => {
                Edit::Capacity { dates: dates.clone(), slot: *slot, to: Amount::To(typed()?) }
            }
            What::Usual { date, slot } => {
                Edit::Usual { date: *date, slot: *slot, capacity: typed()? }
            }
            What::Rule { .. } => Edit::Line { line: self.form.text(FIELD), written: today },
        })
    }

    /// Says below the field what the rule would change, or why it cannot be read yet.
    fn preview(&mut self, sheet: &Sheet, desk: &Desk) {
        if !matches!(self.what, What::Rule { .. }) {
            return;
        }
        let today = sheet.today(desk.now);
        let (Some(rules), Some(edit)) = (sheet.rules(), self.edit(today)) else { return };
        let said = match edit.apply(rules, &sheet.setting) {
            Ok(edited) => {
                let window = draft::window(today, None);
                let plan = draft::plan(rules, &edited, &sheet.setting, sheet.taken(), window);
                plan.headline()
            }
            Err(why) => why,
        };
        if let Some(field) = self.form.field_mut(FIELD) {
            field.hint = said;
        }
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        self.form.draw(frame, area, desk);
    }
}

fn number(title: String, now: Option<u32>) -> Form {
    let hint = now.map_or("no limit now".to_owned(), |now| format!("{now} now"));
    let kind = Kind::Number { min: 0, max: MAX_CAPACITY };
    Form::new(title, "set it", vec![Field::new(FIELD, "Capacity", kind).hint(hint)])
}
