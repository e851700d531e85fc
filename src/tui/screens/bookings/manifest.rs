//! Who comes on a day, in place of the list: as it is printed.

use std::path::PathBuf;

use chrono::{DateTime, Days, NaiveDate, Utc};
use crossterm::event::KeyEvent;
use ratatui::{Frame, layout::Rect, text::Line};
use traveloure_core::{api::manifest::Manifest, time};

use super::filter;
use crate::{
    manifest as paper,
    to_file::NotWritten,
    tui::{
        app::{
            call::{ApiError, Call, Reply, Ticket},
            cx::{Cx, Notice},
            desk::Desk,
            load::Load,
            message::Effect,
        },
        commands::{Action, Context, ListAct, ManifestAct},
        layers::{
            form::{Field, Form, Kind, Outcome},
            saving::{self, Saving},
        },
        screens::{Focus, Keys},
        widgets::{
            pane::{self, Blank},
            scroll::Scroll,
            text,
        },
    },
};

/// How wide a printed page is: that of a letter in the usual type.
const PAPER: u16 = 78;

/// What is filled in over the list.
#[derive(Debug)]
enum Over {
    Date(Box<Form>),
    Saving(Box<Saving>),
}

/// See the module's head.
#[derive(Debug)]
pub struct Day {
    date: NaiveDate,
    load: Load<Manifest>,
    /// More has changed since it was asked for.
    changed_again: bool,
    scroll: Scroll,
    over: Option<Over>,
}

impl Day {
    /// Asks who comes on `date`, or today without one.
    pub fn new(date: Option<NaiveDate>, cx: &mut Cx) -> Self {
        let mut day = Self {
            date: date.unwrap_or_else(|| filter::today(cx.desk)),
            load: Load::default(),
            changed_again: false,
            scroll: Scroll::default(),
            over: None,
        };
        day.fetch(cx);
        day
    }

    /// Asks anew; what is shown stays until it has come.
    pub fn fetch(&mut self, cx: &mut Cx) {
        if self.load.is_loading() {
            self.changed_again = true;
            return;
        }
        self.ask(cx);
    }

    fn ask(&mut self, cx: &mut Cx) {
        let Some(provider) = cx.desk.provider() else { return };
        let ticket = cx.call(Call::Manifest { provider, date: self.date });
        self.load.asked(ticket, cx);
    }

    fn go_to(&mut self, date: NaiveDate, cx: &mut Cx) {
        self.date = date;
        self.scroll.top();
        self.changed_again = false;
        self.load.clear();
        self.ask(cx);
    }

    #[must_use]
    pub fn focus(&self) -> Focus {
        match &self.over {
            Some(Over::Saving(saving)) => saving.focus(),
            Some(Over::Date(_)) => Focus { contexts: &[Context::Form], keys: Keys::Typing },
            None => Focus { contexts: &[Context::Manifest, Context::List], keys: Keys::Commands },
        }
    }

    /// Why something cannot be done with the list now.
    #[must_use]
    pub fn why_not(&self, act: ManifestAct, desk: &Desk) -> Option<&'static str> {
        let can = &desk.settings.capabilities;
        match act {
            ManifestAct::Save if !can.files => {
                Some("files cannot be written from here; traveloure bookings manifest prints it")
            }
            ManifestAct::Copy if !can.clipboard => Some("this terminal has no clipboard"),
            ManifestAct::Save | ManifestAct::Copy if self.load.get().is_none() => {
                Some("the list has not come yet")
            }
            _ => None,
        }
    }

    /// Scrolls; `false` when `act` is no move.
    pub fn scroll(&mut self, act: ListAct) -> bool {
        self.scroll.go(act)
    }

    pub fn act(&mut self, act: ManifestAct, cx: &mut Cx) {
        match act {
            ManifestAct::NextDay => self.go_to(time::next_day(self.date), cx),
            ManifestAct::PreviousDay => {
                let before = self.date.checked_sub_days(Days::new(1));
                self.go_to(before.unwrap_or(self.date), cx);
            }
            ManifestAct::Today => self.go_to(filter::today(cx.desk), cx),
            ManifestAct::Date => {
                let kind = Kind::Date { today: filter::today(cx.desk) };
                let date = Field::new("date", "Date", kind).with(&self.date.to_string());
                self.over =
                    Some(Over::Date(Box::new(Form::new("Which day?", "show it", vec![date]))));
            }
            ManifestAct::Save => {
                let file = format!("arrivals-{}.txt", self.date);
                let saving = Saving::new("Arrivals to a file", Vec::new(), &file);
                self.over = Some(Over::Saving(Box::new(saving)));
            }
            ManifestAct::Copy => {
                if let Some(manifest) = self.load.get() {
                    let words = "The list was handed to the terminal's clipboard.";
                    cx.say(Notice::info(words));
                    cx.effect(Effect::Copy(paper::page(manifest, PAPER)));
                }
            }
        }
    }

    /// A command of a form.
    pub fn fill(&mut self, action: Action, cx: &mut Cx) {
        match &mut self.over {
            Some(Over::Saving(saving)) => {
                if saving.act(action)
                    && let Some(manifest) = self.load.get()
                {
                    saving.write(paper::page(manifest, PAPER), cx);
                }
            }
            Some(Over::Date(form)) => {
                if form.act(action) == Outcome::Submit
                    && let Some(date) = form.field("date").date()
                {
                    self.over = None;
                    self.go_to(date, cx);
                }
            }
            None => {}
        }
    }

    pub fn key(&mut self, key: KeyEvent, cx: &mut Cx) {
        match &mut self.over {
            Some(Over::Saving(saving)) => saving.key(key, cx),
            Some(Over::Date(form)) => {
                form.key(key);
            }
            None => {}
        }
    }

    pub fn paste(&mut self, text: &str) {
        match &mut self.over {
            Some(Over::Saving(saving)) => saving.paste(text),
            Some(Over::Date(form)) => form.paste(text),
            None => {}
        }
    }

    /// Esc; `false` when there is nothing left to close but the list itself.
    pub fn back(&mut self) -> bool {
        if let Some(Over::Saving(saving)) = &mut self.over
            && saving.back()
        {
            return true;
        }
        self.over.take().is_some()
    }

    #[must_use]
    pub fn waits_for(&self, ticket: Ticket) -> bool {
        self.load.waits_for(ticket)
    }

    pub fn came(&mut self, result: Result<Reply, ApiError>, cx: &mut Cx) {
        let manifest = result.and_then(|reply| match reply {
            Reply::Manifest(manifest) => Ok(*manifest),
            _ => Err(ApiError::unexpected()),
        });
        self.load.came(manifest, cx.now());
        if std::mem::take(&mut self.changed_again) {
            self.ask(cx);
        }
    }

    pub fn written(&mut self, ticket: Ticket, result: Result<PathBuf, NotWritten>, cx: &mut Cx) {
        let Some(Over::Saving(saving)) = &mut self.over else { return };
        if let Some(path) = saving.written(ticket, result) {
            self.over = None;
            cx.say(Notice::good(saving::said("The list", &path)));
        }
    }

    #[must_use]
    pub fn loading_since(&self) -> Option<DateTime<Utc>> {
        self.load.loading_since()
    }

    pub fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        let here = time::today(desk.now, desk.settings.zone);
        let title = format!("Arrivals, {}", text::day(self.date, here));
        let beside = pane::freshness(&self.load, desk);
        pane::heading(frame.buffer_mut(), area, &title, beside, desk);
        let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let Some(manifest) = self.load.get() else {
            Blank::of(&self.load, desk.now).draw(frame.buffer_mut(), body, desk);
            return;
        };
        if manifest.arrivals.is_empty() {
            let blank = Blank::Empty {
                what: "Nobody is booked for this day.",
                next: "+ shows the next day, d asks for another one.",
            };
            blank.draw(frame.buffer_mut(), body, desk);
            return;
        }
        let theme = &desk.look.theme;
        let lines: Vec<Line> = paper::lines(manifest, body.width.min(PAPER))
            .into_iter()
            .map(|line| {
                let style = match line.trim_start() {
                    words if words.starts_with("[ ]") => theme.strong,
                    words if words.starts_with("TO BE PAID") => theme.warn,
                    _ => theme.text,
                };
                Line::styled(line, style)
            })
            .collect();
        self.scroll.draw(frame.buffer_mut(), body, &lines, theme);
    }

    pub fn draw_over(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        match &mut self.over {
            Some(Over::Saving(saving)) => saving.draw(frame, area, desk),
            Some(Over::Date(form)) => form.draw(frame, area, desk),
            None => {}
        }
    }
}
