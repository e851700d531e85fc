//! The calendar: a month of one service, painted, and the three editors of its availability.
//!
//! Every edit goes into the service's `draft`; nothing reaches the server before it was shown as
//! a `plan` and confirmed. Until then it can be taken back. A draft stays when the person looks
//! at another service or tab, and survives rules that change elsewhere.

mod acts;
mod applying;
mod booked;
mod cells;
mod detail;
mod draft;
mod edit;
mod editing;
mod merge;
mod month;
mod months;
mod mouse;
mod paint;
mod place;
mod plan;
mod prompt;
mod rules_text;
mod sheet;
mod sheets;
mod signs;
mod templates;
mod why;
mod writing;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::{Frame, layout::Rect};
use traveloure_core::{api::event::Event, ids::ServiceId};

use super::{Focus, Handled, Keys, Screen, Tab};
use crate::tui::{
    app::{
        call::{ApiError, Reply, Ticket},
        cx::Cx,
        desk::Desk,
    },
    commands::{Action, AppAct, Context},
    layers::{choose::Choose, form::Outcome as Filled},
    widgets::{bars::KeyHint, month::Grid, scroll::Scroll, spinner, text},
};
use edit::Scope;
use place::Place;
use plan::Plan;
use prompt::Prompt;
use rules_text::RulesText;
use sheet::Sheet;
use templates::Template;
use why::Why;

/// See the module's head.
#[derive(Debug, Default)]
pub struct Calendar {
    /// One for each service that was looked at; edits stay in them.
    sheets: Vec<Sheet>,
    front: Option<ServiceId>,
    /// None before the first service is known.
    place: Option<Place>,
    over: Over,
    /// Edits that are shown or being applied, and whose they are.
    plan: Option<(ServiceId, Plan)>,
    /// Texts that were written and not taken.
    texts: Vec<(ServiceId, RulesText)>,
    why: Option<Why>,
    why_scroll: Scroll,
    /// A rule that was typed and not added.
    kept_rule: Option<String>,
    services_came: bool,
    was_offline: bool,
    grid: Grid,
    /// Where the rows of the day's table were drawn.
    table: Rect,
    /// Where a press of the mouse began.
    pressed: Option<NaiveDate>,
}

/// What lies over the calendar.
#[derive(Debug, Default)]
enum Over {
    #[default]
    Nothing,
    Services(Choose<ServiceId>),
    Templates(Choose<Template>),
    DropSlot(NaiveTime, Vec<Scope>, Choose<usize>),
    Prompt(Prompt),
    /// The plan in [`Calendar::plan`].
    Plan,
    /// The text of the service in front, in [`Calendar::texts`].
    Text,
}

impl Calendar {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Screen for Calendar {
    fn tab(&self) -> Tab {
        Tab::Calendar
    }

    /// How many edits are not applied.
    fn count(&self) -> Option<u64> {
        u64::try_from(self.edits()).ok()
    }

    fn would_lose(&self) -> Option<String> {
        let texts = self.texts.iter().filter(|(_, text)| text.is_changed()).count();
        let edits = u64::try_from(self.edits() + texts).unwrap_or(u64::MAX);
        let edits = text::counted(edits, "edit of a calendar is", "edits of calendars are");
        (self.edits() + texts > 0).then(|| format!("{edits} not applied"))
    }

    fn focus(&self) -> Focus {
        match &self.over {
            Over::Nothing => {
                Focus { contexts: &[Context::Calendar, Context::List], keys: Keys::Commands }
            }
            Over::Services(_) | Over::Templates(_) | Over::DropSlot(..) | Over::Plan => {
                Focus { contexts: &[], keys: Keys::Modal }
            }
            Over::Prompt(_) => Focus { contexts: &[Context::Form], keys: Keys::Typing },
            Over::Text => Focus { contexts: &[Context::RulesText], keys: Keys::Typing },
        }
    }

    fn why_not(&self, action: Action, desk: &Desk) -> Option<Cow<'static, str>> {
        self.objection(action, desk).map(Cow::Borrowed)
    }

    fn enter(&mut self, cx: &mut Cx) {
        self.begin(cx);
    }

    fn services_came(&mut self, cx: &mut Cx) {
        self.services_came = true;
        for sheet in &mut self.sheets {
            if let Some(service) = cx.desk.service(sheet.service) {
                sheet.service_changed(service);
            }
        }
        // Before the calendar was ever looked at there is nothing to fetch.
        if self.front.is_some() {
            self.begin(cx);
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> Handled {
        match (&mut self.over, action) {
            (_, Action::App(AppAct::Back)) => self.back(cx),
            (Over::Prompt(prompt), action) => {
                match prompt.act(action) {
                    Filled::Submit => self.submit(cx),
                    Filled::Consumed | Filled::Edit(_) => {}
                    Filled::Ignored => return Handled::Ignored,
                }
                Handled::Consumed
            }
            (Over::Text, Action::RulesText(act)) => {
                self.act_on_text(act, cx);
                Handled::Consumed
            }
            (Over::Nothing, Action::List(act)) => self.act_on_list(act, cx),
            (Over::Nothing, Action::Calendar(act)) => {
                self.act_on_calendar(act, cx);
                Handled::Consumed
            }
            _ => Handled::Ignored,
        }
    }

    fn key(&mut self, key: KeyEvent, cx: &mut Cx) -> Handled {
        self.typed(key, cx);
        Handled::Consumed
    }

    fn paste(&mut self, text: &str, cx: &mut Cx) -> Handled {
        let now = cx.now();
        if matches!(self.over, Over::Text) {
            self.with_text(|rules, sheet| rules.paste(text, sheet, now));
            return Handled::Consumed;
        }
        let sheet =
            self.front.and_then(|front| self.sheets.iter().find(|sheet| sheet.service == front));
        if let (Over::Prompt(prompt), Some(sheet)) = (&mut self.over, sheet) {
            prompt.paste(text, sheet, cx.desk);
            return Handled::Consumed;
        }
        Handled::Ignored
    }

    fn mouse(&mut self, mouse: MouseEvent, cx: &mut Cx) -> Handled {
        self.act_on_mouse(mouse, cx)
    }

    fn edited(&mut self, text: Option<String>, cx: &mut Cx) {
        let now = cx.now();
        if let Some(text) = text {
            self.with_text(|rules, sheet| rules.edited(&text, sheet, now));
        }
    }

    fn reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        if self.why.as_mut().is_some_and(|why| why.reply(ticket, &result)) {
            return;
        }
        if self.plan_reply(ticket, &result, cx) {
            return;
        }
        let mut taken = false;
        for sheet in &mut self.sheets {
            taken = taken || sheet.reply(ticket, &result, cx);
        }
        if taken {
            self.came(cx);
        }
    }

    fn event(&mut self, event: &Event, cx: &mut Cx) {
        let mut is_about = false;
        for sheet in &mut self.sheets {
            is_about |= sheet.event(event, cx);
        }
        if is_about {
            if let Some(why) = &mut self.why {
                why.outdated(cx.now());
            }
            if self.front.is_some() {
                self.moved(cx);
            }
        }
    }

    fn refresh(&mut self, cx: &mut Cx) {
        let Some(date) = self.place.map(|place| place.date()) else {
            self.begin(cx);
            return;
        };
        if let Some(sheet) = self.sheet_mut() {
            sheet.refresh(date, cx);
        }
        if let Some(why) = &mut self.why {
            why.outdated(cx.now());
        }
    }

    fn wake(&mut self, cx: &mut Cx) {
        let is_offline = cx.desk.is_offline();
        if self.was_offline
            && !is_offline
            && let Some(date) = self.place.map(|place| place.date())
            && let Some(sheet) = self.sheet_mut()
        {
            sheet.try_again(date, cx);
        }
        self.was_offline = is_offline;
        let ask = self.question().filter(|_| !self.sheet().is_some_and(Sheet::is_changed));
        if let (Some(why), Some(service)) = (&mut self.why, self.front) {
            why.wake(service, ask, cx);
        }
    }

    fn next_wake(&self, desk: &Desk) -> Option<DateTime<Utc>> {
        let sheet = self.sheet()?;
        let loads = sheet.loads().filter_map(crate::tui::app::load::Load::loading_since);
        let spinners =
            loads.filter_map(|since| spinner::next_change(since, desk.now, &desk.look.symbols));
        let plan = self.plan.as_ref().and_then(|(_, plan)| plan.next_wake(desk));
        let why = self.why.as_ref().and_then(Why::next_wake);
        let midnight = sheet::next_midnight(&sheet.setting, desk.now);
        spinners.chain(plan).chain(why).chain([midnight]).min()
    }

    fn hints(&self, _: &Desk) -> Vec<KeyHint> {
        let hint =
            |key: &str, label: &str| KeyHint { key: key.to_owned(), label: label.to_owned() };
        match &self.over {
            Over::Plan => self.plan.as_ref().map(|(_, plan)| plan.hints()).unwrap_or_default(),
            Over::Services(_) | Over::Templates(_) | Over::DropSlot(..) => {
                vec![hint("j k", "move"), hint("enter", "choose"), hint("esc", "go back")]
            }
            _ => Vec::new(),
        }
    }

    fn is_idle(&self) -> bool {
        self.sheets.iter().all(|sheet| !sheet.is_loading())
            && self.plan.as_ref().is_none_or(|(_, plan)| plan.is_idle())
            && self.why.as_ref().is_none_or(Why::is_idle)
    }

    fn is_home(&self) -> bool {
        matches!(self.over, Over::Nothing)
            && self.why.is_none()
            && self
                .place
                .is_none_or(|place| place.range().is_none() && place.pane == place::Pane::Month)
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        if matches!(self.over, Over::Text) {
            self.with_text(|text, sheet| text.draw(frame, area, sheet, desk));
            return;
        }
        self.draw_month(frame, area, desk);
    }

    fn draw_over(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        match &mut self.over {
            Over::Nothing | Over::Text => {}
            Over::Services(choose) => choose.draw(frame, area, desk),
            Over::Templates(choose) => choose.draw(frame, area, desk),
            Over::DropSlot(_, _, choose) => choose.draw(frame, area, desk),
            Over::Prompt(prompt) => prompt.draw(frame, area, desk),
            Over::Plan => {
                let front = self.front;
                let sheet = self.sheets.iter().find(|sheet| Some(sheet.service) == front);
                if let (Some((_, plan)), Some(sheet)) = (&mut self.plan, sheet) {
                    plan.draw(frame, area, sheet, desk);
                }
            }
        }
    }
}
