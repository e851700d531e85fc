//! Prices: the terms of each service, what they make of each date, and a draft that is shown as a
//! plan before it is applied.

mod act;
mod calendar;
mod draft;
mod draw;
mod edit;
mod fees;
mod figures;
mod forms;
mod over;
mod preview;
mod rows;
mod selling;
mod sheet;
mod signs;
mod strip;
#[cfg(test)]
mod tests;
mod trial;
mod typed;
mod why_not;

use std::{borrow::Cow, collections::BTreeMap};

use chrono::{DateTime, NaiveDate, Utc};
use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::{Frame, layout::Rect};
use traveloure_core::{
    api::{
        event::{Event, Kind},
        service::Service,
    },
    ids::ServiceId,
    pricing::PricingTerms,
    time::today,
};

use super::{Focus, Handled, Keys, Screen, Tab};
use crate::tui::{
    app::{
        call::{ApiError, Reply, Ticket},
        cx::Cx,
        desk::Desk,
    },
    commands::{Action, Context},
    widgets::{
        bars::KeyHint, list::ListState, month::Grid, service_picker::ServicePicker, spinner, text,
    },
};
use fees::Fees;
use over::Over;
use preview::Preview;
use selling::{Came, Selling};
use sheet::Sheet;
use trial::Trial;
use typed::Typed;

/// Where the keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pane {
    Terms,
    Month,
}

/// See the module's head.
#[derive(Debug)]
pub struct Prices {
    picker: ServicePicker,
    sheets: BTreeMap<ServiceId, Sheet>,
    /// Nothing is fetched before the screen is looked at.
    was_entered: bool,
    pane: Pane,
    list: ListState,
    trial: Option<Trial>,
    mark: Option<NaiveDate>,
    fees: Fees,
    over: Option<Over>,
    /// What was typed about a service and not sent.
    closed_selling: Option<Box<Selling>>,
    /// What the open form or text stands for.
    typed: Typed,
    preview: Option<Preview>,
    /// Where the terms, the rows and the days were drawn.
    left: Rect,
    grid: Grid,
}

impl Default for Prices {
    fn default() -> Self {
        Self {
            picker: ServicePicker::default(),
            sheets: BTreeMap::new(),
            was_entered: false,
            pane: Pane::Terms,
            list: ListState::default(),
            trial: None,
            mark: None,
            fees: Fees::default(),
            over: None,
            closed_selling: None,
            typed: Typed::Nothing,
            preview: None,
            left: Rect::ZERO,
            grid: Grid::default(),
        }
    }
}

impl Prices {
    fn service<'a>(&self, desk: &'a Desk) -> Option<&'a Service> {
        self.picker.service(desk)
    }

    fn sheet(&self, desk: &Desk) -> Option<&Sheet> {
        self.sheets.get(&self.service(desk)?.id)
    }

    fn sheet_mut(&mut self, desk: &Desk) -> Option<&mut Sheet> {
        let id = self.service(desk)?.id;
        self.sheets.get_mut(&id)
    }

    fn edits(&self, desk: &Desk) -> usize {
        self.sheet(desk).map_or(0, Sheet::edits)
    }

    /// The date at the service now.
    fn today(&self, desk: &Desk) -> Option<NaiveDate> {
        self.service(desk).map(|service| today(desk.now, service.zone))
    }

    /// The terms to show: what is being typed, else the draft, else what is saved.
    fn shown(&self, service: &Service) -> Option<&PricingTerms> {
        let own = self.sheets.get(&service.id)?.terms();
        self.typed.terms().or(own)
    }

    /// Brings everything in line after something happened: the sheet of the service is there, the
    /// plan is of what is shown, the fee is of what is tried.
    fn settle(&mut self, cx: &mut Cx) {
        let Some(service) = self.service(cx.desk).cloned() else { return };
        if !self.was_entered {
            return;
        }
        let here = today(cx.now(), service.zone);
        self.trial.get_or_insert_with(|| Trial::new(here));
        let sheet = self.sheets.entry(service.id).or_insert_with(|| Sheet::new(service.id));
        if sheet.load().is_untouched() {
            sheet.fetch(cx);
        }
        self.read_typed(cx.desk);
        self.plan(&service, here);
        if let Some(total) = self.tried(&service, here) {
            self.fees.want(&service, total, cx);
        }
    }

    fn tried(&self, service: &Service, here: NaiveDate) -> Option<traveloure_core::money::Money> {
        let priced = self.trial?.quote(self.shown(service)?, service, here).ok()?;
        trial::total(&priced)
    }

    fn plan(&mut self, service: &Service, here: NaiveDate) {
        let party = self.trial.map_or(1, |trial| trial.party);
        let saved = self.sheets.get(&service.id).and_then(Sheet::saved);
        let (Some(saved), Some(shown)) = (saved, self.shown(service)) else {
            self.preview = None;
            return;
        };
        let is_current =
            self.preview.as_ref().is_some_and(|known| known.is_of(saved, shown, party, here));
        if !is_current {
            self.preview = Preview::new(saved, shown, party, here);
        }
    }

    fn plan_lines(&self, width: u16, desk: &Desk) -> Vec<ratatui::text::Line<'static>> {
        let preview = self.preview.as_ref().filter(|preview| !preview.is_empty());
        preview.map(|preview| preview.lines(width, desk)).unwrap_or_default()
    }
}

impl Screen for Prices {
    fn tab(&self) -> Tab {
        Tab::Prices
    }

    /// How many services have edits that are not applied.
    fn count(&self) -> Option<u64> {
        let drafts = self.sheets.values().filter(|sheet| sheet.edits() > 0).count();
        u64::try_from(drafts).ok()
    }

    fn focus(&self) -> Focus {
        match &self.over {
            None => Focus { contexts: &[Context::Prices, Context::List], keys: Keys::Commands },
            Some(Over::Form(_) | Over::Selling(_) | Over::Try(_)) => {
                Focus { contexts: &[Context::Form], keys: Keys::Typing }
            }
            Some(Over::Text(_)) => Focus { contexts: &[Context::RulesText], keys: Keys::Typing },
            Some(Over::Services | Over::Apply(_) | Over::Discard(_)) => {
                Focus { contexts: &[], keys: Keys::Modal }
            }
        }
    }

    fn why_not(&self, action: Action, desk: &Desk) -> Option<Cow<'static, str>> {
        self.why_not_now(action, desk)
    }

    fn enter(&mut self, cx: &mut Cx) {
        self.was_entered = true;
        self.settle(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> Handled {
        let handled = self.take_action(action, cx);
        self.settle(cx);
        handled
    }

    fn key(&mut self, key: KeyEvent, cx: &mut Cx) -> Handled {
        let handled = self.take_key(key, cx);
        self.settle(cx);
        handled
    }

    fn paste(&mut self, text: &str, cx: &mut Cx) -> Handled {
        match &mut self.over {
            Some(Over::Form(editing)) => editing.form.paste(text),
            Some(Over::Selling(selling)) => selling.form.paste(text),
            Some(Over::Try(form)) => form.paste(text),
            Some(Over::Text(editor)) => editor.insert(text),
            _ => return Handled::Ignored,
        }
        self.settle(cx);
        Handled::Consumed
    }

    fn mouse(&mut self, mouse: MouseEvent, cx: &mut Cx) -> Handled {
        let handled = self.take_mouse(mouse, cx);
        self.settle(cx);
        handled
    }

    fn reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        if self.fees.waits_for(ticket) {
            self.fees.came(result);
        } else if let Some(Over::Selling(selling)) = &mut self.over
            && selling.waits_for(ticket)
        {
            match selling.came(result, cx) {
                Came::Refused => {}
                Came::Saved => self.over = None,
                Came::Made(id) => {
                    self.over = None;
                    self.picker.choose(id);
                }
            }
        } else if let Some(sheet) = self.sheets.values_mut().find(|sheet| sheet.waits_for(ticket)) {
            sheet.came(ticket, result, cx);
        }
        self.settle(cx);
    }

    fn event(&mut self, event: &Event, cx: &mut Cx) {
        match event.kind {
            Kind::PricingChanged => {
                let id = ServiceId::from(event.subject);
                if let Some(sheet) = self.sheets.get_mut(&id) {
                    sheet.changed_elsewhere(event.version, cx);
                }
            }
            Kind::FeeChanged => self.fees.forget(),
            _ => return,
        }
        self.settle(cx);
    }

    fn refresh(&mut self, cx: &mut Cx) {
        self.fees.try_again();
        for sheet in self.sheets.values_mut() {
            sheet.fetch(cx);
        }
        self.settle(cx);
    }

    fn services_came(&mut self, cx: &mut Cx) {
        if let Some(Over::Selling(selling)) = &mut self.over {
            selling.known(&cx.desk.services);
        }
        self.settle(cx);
    }

    fn next_wake(&self, desk: &Desk) -> Option<DateTime<Utc>> {
        let since = self.sheet(desk)?.load().loading_since()?;
        spinner::next_change(since, desk.now, &desk.look.symbols)
    }

    fn hints(&self, desk: &Desk) -> Vec<KeyHint> {
        self.question_hints(desk)
    }

    fn edited(&mut self, text: Option<String>, cx: &mut Cx) {
        if let (Some(text), Some(Over::Text(editor))) = (text, &mut self.over) {
            editor.set(&text);
        }
        self.settle(cx);
    }

    fn would_lose(&self) -> Option<String> {
        let edits = self.sheets.values().map(Sheet::edits).sum::<usize>();
        let edits = u64::try_from(edits).ok().filter(|edits| *edits > 0)?;
        let words = text::counted(edits, "edit of prices is", "edits of prices are");
        Some(format!("{words} not applied"))
    }

    fn is_idle(&self) -> bool {
        self.sheets.values().all(|sheet| !sheet.load().is_loading() && !sheet.is_applying())
    }

    fn is_home(&self) -> bool {
        self.over.is_none() && self.mark.is_none()
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        self.draw_screen(frame, area, desk);
    }

    fn draw_over(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        self.draw_over_screen(frame, area, desk);
    }
}
