//! Fees: what the platform keeps, and what another rule would have kept, read before it is saved.

mod draw;
mod rule;
#[cfg(test)]
mod tests;
mod trial;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::{
    Frame,
    layout::{Position, Rect},
};
use traveloure_core::{
    api::{
        event::{Event, Kind},
        fee::{Fee, FeePatch, NewFee},
        provider::Provider,
    },
    ids::FeeId,
};

use super::{Focus, Handled, Keys, Screen, Tab};
use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::{Cx, Notice},
        desk::Desk,
        load::Load,
    },
    commands::{Action, AppAct, Context, FeesAct, ListAct},
    layers::form::{Form, Outcome},
    widgets::{bars::KeyHint, list::ListState, pane, scroll::Scroll, spinner},
};
use trial::{Change, Trial};

/// From this width on, the rules and the one that is read stand side by side.
const SPLIT: u16 = 101;
/// Switching a rule is tried on so many days.
const DAYS: u64 = 90;

/// Where the keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Pane {
    #[default]
    List,
    Detail,
}

/// A rule that is being filled in.
#[derive(Debug)]
struct Filling {
    form: Form,
    /// None for a new one.
    fee: Option<Fee>,
    /// It is only tried.
    only_tried: bool,
    act: FeesAct,
}

/// See the module's head.
#[derive(Debug, Default)]
pub struct Fees {
    rules: Load<Vec<Fee>>,
    /// More has changed since they were asked for.
    changed_again: bool,
    providers: Load<Vec<Provider>>,
    list: ListState,
    pane: Pane,
    scroll: Scroll,
    /// Below the trial while there is one: what was typed is not lost.
    filling: Option<Box<Filling>>,
    /// The form for a provider opens once the providers are there.
    waits_for_providers: bool,
    trial: Option<Box<Trial>>,
    is_front: bool,
}

impl Fees {
    fn listed(&self) -> &[Fee] {
        self.rules.get().map(Vec::as_slice).unwrap_or_default()
    }

    fn current(&self) -> Option<&Fee> {
        self.listed().get(self.list.cursor())
    }

    fn select(&mut self, id: Option<FeeId>) {
        let len = self.listed().len();
        let index = self.listed().iter().position(|fee| Some(fee.id) == id);
        self.list.select(index.unwrap_or_else(|| self.list.cursor()), len);
    }

    fn ask(&mut self, cx: &mut Cx) {
        if self.rules.is_loading() {
            self.changed_again = true;
            return;
        }
        let ticket = cx.call(Call::Fees);
        self.rules.asked(ticket, cx);
    }

    fn back(&mut self) -> Handled {
        if self.trial.take().is_some() || self.filling.take().is_some() {
            // What is below it shows again.
        } else if std::mem::take(&mut self.waits_for_providers) {
            self.providers.stop();
        } else if self.pane == Pane::Detail {
            self.pane = Pane::List;
        } else {
            return Handled::Ignored;
        }
        Handled::Consumed
    }

    fn act_in_list(&mut self, act: ListAct) -> Handled {
        match (self.pane, act) {
            (_, ListAct::NextPane | ListAct::PreviousPane) => {
                let to = if self.pane == Pane::List { Pane::Detail } else { Pane::List };
                self.pane = if self.current().is_some() { to } else { Pane::List };
            }
            (Pane::List, ListAct::Open) if self.current().is_some() => self.pane = Pane::Detail,
            (Pane::Detail, ListAct::Left) => return self.step(ListAct::Up),
            (Pane::Detail, ListAct::Right) => return self.step(ListAct::Down),
            (Pane::Detail, act) if self.scroll.go(act) => {}
            (Pane::List, act) => return self.step(act),
            (Pane::Detail, _) => return Handled::Ignored,
        }
        Handled::Consumed
    }

    fn step(&mut self, act: ListAct) -> Handled {
        let len = self.listed().len();
        if self.list.go(act, len) { Handled::Consumed } else { Handled::Ignored }
    }

    fn fill(&mut self, form: Form, fee: Option<Fee>, act: FeesAct) {
        let only_tried = act == FeesAct::Simulate;
        self.filling = Some(Box::new(Filling { form, fee, only_tried, act }));
    }

    fn act_on_fees(&mut self, act: FeesAct, cx: &mut Cx) {
        let current = self.current().cloned();
        match (act, current) {
            (FeesAct::Add, _) | (FeesAct::Simulate, None) => self.fill(rule::adding(), None, act),
            (FeesAct::Provider, _) => {
                let ticket = cx.call(Call::Providers);
                self.providers.asked(ticket, cx);
                self.waits_for_providers = true;
            }
            (FeesAct::Edit | FeesAct::Simulate, Some(fee)) => {
                self.fill(rule::editing(&fee), Some(fee), act);
            }
            (FeesAct::Turn, Some(fee)) => self.turn(&fee, cx),
            (FeesAct::Edit | FeesAct::Turn, None) => {}
        }
    }

    /// Tries what is kept without the rule, or with it again.
    fn turn(&mut self, fee: &Fee, cx: &mut Cx) {
        let is_active = !fee.is_active;
        let patch = FeePatch { is_active: Some(is_active), ..FeePatch::default() };
        let change = Change::Edit { id: fee.id, version: fee.version, patch };
        let (what, new) = if is_active {
            (
                format!("Switch the fee for {} on again: {}", rule::whom(fee), rule::figure(fee)),
                Some(rule::as_new(fee)),
            )
        } else {
            (format!("Switch the fee for {} off: {}", rule::whom(fee), rule::figure(fee)), None)
        };
        let keys = cx.desk.settings.keymap.keys_of(Action::Fees(FeesAct::Turn));
        let trial = Trial::new(what, change, new, Some(fee.id), DAYS, &keys, cx);
        self.trial = Some(Box::new(trial));
    }

    /// All is filled in: what it changes is asked for.
    fn propose(&mut self, cx: &mut Cx) {
        let providers = self.providers.get().cloned().unwrap_or_default();
        let Some(filling) = &mut self.filling else { return };
        let read = rule::read(&mut filling.form, filling.fee.as_ref(), &providers);
        let Some((new, days)) = read else { return };
        let what = words(filling.fee.as_ref(), &new, &providers);
        let change = match &filling.fee {
            _ if filling.only_tried => Change::Nothing,
            Some(fee) => {
                Change::Edit { id: fee.id, version: fee.version, patch: rule::patch(&new) }
            }
            None => Change::Add(new.clone()),
        };
        let replaces = filling.fee.as_ref().map(|fee| fee.id);
        let keys = cx.desk.settings.keymap.keys_of(Action::Fees(filling.act));
        let trial = Trial::new(what, change, Some(new), replaces, days, &keys, cx);
        self.trial = Some(Box::new(trial));
    }

    fn came(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        if let Some(trial) = self.trial.as_mut().filter(|trial| trial.waits_for(ticket)) {
            if let Some(fee) = trial.came(ticket, result, cx.now()) {
                self.saved(fee, cx);
                return;
            }
            self.say_in_the_form();
        } else if self.providers.waits_for(ticket) {
            let providers = result.and_then(|reply| match reply {
                Reply::Providers(providers) => Ok(providers),
                _ => Err(ApiError::unexpected()),
            });
            self.providers.came(providers, cx.now());
            if std::mem::take(&mut self.waits_for_providers) {
                self.offer_providers(cx);
            }
        } else if self.rules.waits_for(ticket) {
            let before = self.current().map(|fee| fee.id);
            let fees = result.and_then(|reply| match reply {
                Reply::Fees(fees) => Ok(fees),
                _ => Err(ApiError::unexpected()),
            });
            self.rules.came(fees, cx.now());
            self.select(before);
            if std::mem::take(&mut self.changed_again) {
                self.ask(cx);
            }
        }
    }

    fn offer_providers(&mut self, cx: &mut Cx) {
        match (self.providers.get(), self.providers.error()) {
            (_, Some(error)) => {
                cx.say(Notice::bad(format!("The providers could not be fetched. {error}")));
            }
            (Some(providers), None) if providers.is_empty() => {
                cx.say(Notice::info("There is no provider yet."));
            }
            (Some(providers), None) => {
                let form = rule::adding_for(providers);
                self.fill(form, None, FeesAct::Provider);
            }
            (None, None) => {}
        }
    }

    /// A rule that the server refuses goes back into its form, the faults beside their fields.
    fn say_in_the_form(&mut self) {
        let refused = self.trial.as_ref().and_then(|trial| trial.error()).cloned();
        let Some(ApiError::Problem(mut problem)) = refused.filter(|_| self.filling.is_some())
        else {
            return;
        };
        if problem.fields.is_empty() {
            return;
        }
        for fault in &mut problem.fields {
            fault.field = rule::field_of(&fault.field).to_owned();
        }
        self.trial = None;
        if let Some(filling) = &mut self.filling {
            filling.form.refused(&ApiError::Problem(problem));
        }
    }

    fn saved(&mut self, fee: Fee, cx: &mut Cx) {
        (self.trial, self.filling) = (None, None);
        let state = if fee.is_active { rule::figure(&fee) } else { "off".to_owned() };
        cx.say(Notice::good(format!("The fee for {} is {state} from now on.", rule::whom(&fee))));
        let id = fee.id;
        if let Some(fees) = self.rules.get_mut() {
            match fees.iter_mut().find(|known| known.id == id) {
                Some(known) => *known = fee,
                None => fees.push(fee),
            }
        }
        self.select(Some(id));
        self.ask(cx);
    }
}

/// What changes, in words.
fn words(fee: Option<&Fee>, new: &NewFee, providers: &[Provider]) -> String {
    let now = rule::figures(new);
    if let Some(fee) = fee {
        let before = rule::figures(&rule::as_new(fee));
        return format!("The fee for {}: {now} instead of {before}", rule::whom(fee));
    }
    let name = providers.iter().find(|one| Some(one.id) == new.provider_id);
    let whom = match (new.category, name) {
        (Some(category), _) => category.to_string(),
        (None, Some(provider)) => provider.name.clone(),
        (None, None) => "everything".to_owned(),
    };
    format!("A fee for {whom}: {now}")
}

impl Screen for Fees {
    fn tab(&self) -> Tab {
        Tab::Fees
    }

    fn focus(&self) -> Focus {
        if self.trial.is_some() {
            Focus { contexts: &[], keys: Keys::Modal }
        } else if self.filling.is_some() {
            Focus { contexts: &[Context::Form], keys: Keys::Typing }
        } else {
            Focus { contexts: &[Context::Fees, Context::List], keys: Keys::Commands }
        }
    }

    fn why_not(&self, action: Action, _: &Desk) -> Option<Cow<'static, str>> {
        let words = match action {
            Action::List(ListAct::Mark | ListAct::MarkRange) => {
                "there is nothing to do with several rules at once"
            }
            Action::List(ListAct::Find | ListAct::NextFound | ListAct::PreviousFound) => {
                "these rows are few; nothing is looked for among them"
            }
            Action::List(ListAct::Open | ListAct::NextPane)
            | Action::Fees(FeesAct::Edit | FeesAct::Turn)
                if self.current().is_none() =>
            {
                "there is no rule here"
            }
            Action::Fees(FeesAct::Provider) if self.waits_for_providers => {
                "the providers are on their way"
            }
            _ => return None,
        };
        Some(words.into())
    }

    fn enter(&mut self, cx: &mut Cx) {
        self.is_front = true;
        if self.rules.is_untouched() {
            self.ask(cx);
        }
    }

    fn leave(&mut self) {
        self.is_front = false;
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> Handled {
        match action {
            Action::App(AppAct::Back) => self.back(),
            Action::Form(_) => {
                let is_done = self
                    .filling
                    .as_mut()
                    .is_some_and(|filling| filling.form.act(action) == Outcome::Submit);
                if is_done {
                    self.propose(cx);
                }
                Handled::Consumed
            }
            Action::List(act) => {
                let handled = self.act_in_list(act);
                if self.pane == Pane::List {
                    self.scroll.top();
                }
                handled
            }
            Action::Fees(act) => {
                self.act_on_fees(act, cx);
                Handled::Consumed
            }
            _ => Handled::Ignored,
        }
    }

    fn key(&mut self, key: KeyEvent, cx: &mut Cx) -> Handled {
        if let Some(trial) = &mut self.trial {
            trial.key(key, cx);
        } else if let Some(filling) = &mut self.filling {
            filling.form.key(key);
        } else {
            return Handled::Ignored;
        }
        Handled::Consumed
    }

    fn paste(&mut self, text: &str, _: &mut Cx) -> Handled {
        let Some(filling) = self.filling.as_mut().filter(|_| self.trial.is_none()) else {
            return Handled::Ignored;
        };
        filling.form.paste(text);
        Handled::Consumed
    }

    fn mouse(&mut self, mouse: MouseEvent, cx: &mut Cx) -> Handled {
        if self.trial.is_some() || self.filling.is_some() {
            return Handled::Ignored;
        }
        let at = Position { x: mouse.column, y: mouse.row };
        match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                let is_seen = self.pane == Pane::List || cx.desk.size.width >= SPLIT;
                let len = self.listed().len();
                let Some(index) = self.list.at(at, len).filter(|_| is_seen) else {
                    return Handled::Ignored;
                };
                self.pane = Pane::List;
                self.list.select(index, len);
                Handled::Consumed
            }
            MouseEventKind::ScrollDown => self.act_in_list(ListAct::Down),
            MouseEventKind::ScrollUp => self.act_in_list(ListAct::Up),
            _ => Handled::Ignored,
        }
    }

    fn reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        self.came(ticket, result, cx);
    }

    fn event(&mut self, event: &Event, cx: &mut Cx) {
        // Before the first look there is nothing to keep up to date.
        if event.kind == Kind::FeeChanged && !self.rules.is_untouched() {
            self.ask(cx);
        }
    }

    fn refresh(&mut self, cx: &mut Cx) {
        if !self.rules.is_untouched() {
            self.ask(cx);
        }
    }

    fn next_wake(&self, desk: &Desk) -> Option<DateTime<Utc>> {
        let loading = [
            self.rules.loading_since(),
            self.providers.loading_since(),
            self.trial.as_ref().and_then(|trial| trial.loading_since()),
        ];
        loading
            .into_iter()
            .flatten()
            .filter(|_| self.is_front)
            .filter_map(|since| spinner::next_change(since, desk.now, &desk.look.symbols))
            .min()
    }

    fn hints(&self, _: &Desk) -> Vec<KeyHint> {
        if self.trial.is_some() || self.filling.is_some() {
            return vec![KeyHint { key: "esc".into(), label: "go back".into() }];
        }
        Vec::new()
    }

    fn would_lose(&self) -> Option<String> {
        let filling = self.filling.as_ref()?;
        filling.form.is_touched().then(|| "a fee that is not saved".to_owned())
    }

    fn is_idle(&self) -> bool {
        !self.rules.is_loading() && !self.providers.is_loading()
    }

    fn is_home(&self) -> bool {
        self.trial.is_none()
            && self.filling.is_none()
            && !self.waits_for_providers
            && self.pane == Pane::List
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        if area.width < SPLIT {
            match self.pane {
                Pane::List => self.draw_list(frame, area, desk),
                Pane::Detail => self.draw_detail(frame, area, desk),
            }
            return;
        }
        let list = Rect { width: area.width * 3 / 5, ..area };
        let detail = Rect { x: list.right() + 2, width: area.width - list.width - 2, ..area };
        self.draw_list(frame, list, desk);
        let bar = Rect { x: list.right(), ..area };
        pane::bar(frame.buffer_mut(), bar, self.pane == Pane::Detail, desk);
        self.draw_detail(frame, detail, desk);
    }

    fn draw_over(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        if let Some(trial) = &mut self.trial {
            trial.draw(frame, area, desk);
        } else if let Some(filling) = &mut self.filling {
            filling.form.draw(frame, area, desk);
        }
    }
}
