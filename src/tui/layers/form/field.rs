//! One field: what it takes and what its value means.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use ratatui::style::Style;
use rust_decimal::Decimal;
use traveloure_core::{
    arithmetic,
    money::{Currency, Money},
};
use tui_textarea::{CursorMove, TextArea, WrapMode};

use super::read;
use crate::tui::fuzzy;

/// What kind of value a field takes.
#[derive(Clone, Debug)]
pub enum Kind {
    /// One line of text.
    Line,
    /// One line that is not shown.
    Secret,
    /// Several lines of text.
    Lines,
    /// An amount, with arithmetic going on from `base`.
    Money {
        currency: Currency,
        base: Option<Decimal>,
    },
    /// A date; words such as `fri` count from `today`.
    Date {
        today: NaiveDate,
    },
    Time,
    /// How long something lasts.
    Span,
    /// A whole number.
    Number {
        min: u32,
        max: u32,
    },
    /// One of a few, as value and label.
    Choice {
        options: Vec<(&'static str, String)>,
        chosen: usize,
    },
    /// One of many, found by some of its letters.
    Pick {
        options: Vec<String>,
    },
    Switch(bool),
}

/// See the module's head.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    /// Said below the field while it has the focus.
    pub hint: String,
    pub kind: Kind,
    pub error: Option<String>,
    /// May stay empty.
    pub optional: bool,
    /// The most characters.
    pub limit: usize,
    pub(super) editor: TextArea<'static>,
    /// Its one line was filled in for the person, who has not touched it: what is typed replaces it.
    pub(super) offered: bool,
    /// A `+` has stepped the date that was filled in; with a digit behind it, it begins `+20`.
    pub(super) stepped_on: bool,
}

impl Field {
    #[must_use]
    pub fn new(name: &'static str, label: &'static str, kind: Kind) -> Self {
        let mut editor = TextArea::default();
        editor.set_cursor_line_style(Style::new());
        editor.set_wrap_mode(match kind {
            Kind::Lines => WrapMode::WordOrGlyph,
            _ => WrapMode::None,
        });
        if matches!(kind, Kind::Secret) {
            editor.set_mask_char('*');
        }
        let limit = if matches!(kind, Kind::Lines) { 2_000 } else { 200 };
        Self {
            name,
            label,
            hint: String::new(),
            kind,
            error: None,
            optional: false,
            limit,
            editor,
            offered: false,
            stepped_on: false,
        }
    }

    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    #[must_use]
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    #[must_use]
    pub fn limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// Begins with `text`: as [`Self::set`].
    #[must_use]
    pub fn with(mut self, text: &str) -> Self {
        self.set(text);
        self
    }

    /// Begins with `text` to go on from: what is typed comes behind it.
    #[must_use]
    pub fn begun(mut self, text: &str) -> Self {
        self.set(text);
        self.begin_editing();
        self
    }

    /// What is typed. Of a choice, the value chosen.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.kind {
            Kind::Choice { options, chosen } => {
                options.get(*chosen).map_or_else(String::new, |(value, _)| (*value).to_owned())
            }
            Kind::Switch(on) => if *on { "yes" } else { "no" }.to_owned(),
            Kind::Secret => self.editor.lines().join("\n"),
            _ => self.editor.lines().join("\n").trim().to_owned(),
        }
    }

    /// Fills in `text`. In a field of one line the first letter typed then replaces it; a key that moves or deletes
    /// goes on from it instead.
    pub fn set(&mut self, text: &str) {
        self.offered = !matches!(self.kind, Kind::Lines | Kind::Secret) && !text.is_empty();
        self.put(text);
    }

    pub(super) fn put(&mut self, text: &str) {
        match &mut self.kind {
            Kind::Choice { options, chosen } => {
                if let Some(index) = options.iter().position(|(value, _)| *value == text) {
                    *chosen = index;
                }
            }
            Kind::Switch(on) => *on = text == "yes",
            _ => {
                self.editor.select_all();
                self.editor.cut();
                self.write(text);
                if self.offered {
                    self.editor.select_all();
                }
            }
        }
    }

    /// Whether what is typed replaces the value.
    #[must_use]
    pub fn is_offered(&self) -> bool {
        self.offered
    }

    /// Whether nothing is typed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !matches!(self.kind, Kind::Choice { .. } | Kind::Switch(_)) && self.text().is_empty()
    }

    /// Writes what was typed in its full form, when the focus leaves: `fri` becomes a date, `=3*40`
    /// an amount.
    pub(super) fn settle(&mut self) {
        let text = self.text();
        if text.is_empty() {
            return;
        }
        let full = match &self.kind {
            Kind::Date { today } => read::date(&text, *today).ok().map(|date| date.to_string()),
            Kind::Time => read::time(&text).ok().map(|time| time.format("%H:%M").to_string()),
            Kind::Pick { .. } => self.completion(),
            _ => None,
        };
        if let Some(full) = full
            && full != text
        {
            self.put(&full);
        }
        self.editor.move_cursor(CursorMove::End);
    }

    /// What stands for what was typed, to show beside it.
    #[must_use]
    pub fn completion(&self) -> Option<String> {
        let text = self.text();
        match &self.kind {
            Kind::Pick { options } if !text.is_empty() => {
                let best = fuzzy::best(&text, options.iter().map(String::as_str), 1);
                best.first().map(|index| options[*index].clone())
            }
            Kind::Money { currency, .. } => {
                let amount = self.money().ok()??.to_string();
                let is_plain = amount.starts_with(&text);
                Some(if is_plain { currency.to_string() } else { format!("= {amount}") })
            }
            Kind::Date { today } => {
                let date = read::date(&text, *today).ok()?;
                Some(date.format("%a %-d %b %Y").to_string())
            }
            _ => None,
        }
    }

    /// Notes what is wrong with the value, if something is; `true` when nothing is.
    pub(super) fn check(&mut self) -> bool {
        let fault = if self.is_empty() {
            (!self.optional).then(|| "needed".to_owned())
        } else {
            match &self.kind {
                Kind::Money { .. } => self.money().err(),
                Kind::Date { today } => read::date(&self.text(), *today).err(),
                Kind::Time => read::time(&self.text()).err(),
                Kind::Span => read::span(&self.text()).err(),
                Kind::Number { .. } => self.number().err(),
                Kind::Pick { options } if !options.contains(&self.text()) => {
                    Some("choose one that exists".to_owned())
                }
                _ => None,
            }
        };
        self.error = fault;
        self.error.is_none()
    }

    /// # Errors
    /// Why what is typed is no amount. Nothing typed is none.
    pub fn money(&self) -> Result<Option<Money>, String> {
        let Kind::Money { currency, base } = &self.kind else { return Ok(None) };
        let text = self.text();
        if text.is_empty() {
            return Ok(None);
        }
        arithmetic::price(&text, *base, *currency).map(Some).map_err(|error| error.to_string())
    }

    #[must_use]
    pub fn date(&self) -> Option<NaiveDate> {
        let Kind::Date { today } = &self.kind else { return None };
        read::date(&self.text(), *today).ok()
    }

    #[must_use]
    pub fn time(&self) -> Option<NaiveTime> {
        read::time(&self.text()).ok()
    }

    #[must_use]
    pub fn span(&self) -> Option<TimeDelta> {
        read::span(&self.text()).ok()
    }

    /// # Errors
    /// What would be right.
    pub fn number(&self) -> Result<u32, String> {
        let Kind::Number { min, max } = self.kind else { return Err(String::new()) };
        let number = self.text().parse().ok().filter(|number| (min..=max).contains(number));
        number.ok_or_else(|| format!("a whole number from {min} to {max}"))
    }

    #[must_use]
    pub fn is_on(&self) -> bool {
        matches!(self.kind, Kind::Switch(true))
    }
}
