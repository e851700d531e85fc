//! What the keys do, and why they cannot.

use std::borrow::Cow;

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;
use traveloure_core::api::{
    fee::{Fee, FeePatch, NewFee},
    provider::Provider,
};

use super::{
    Fees, Filling, Pane, SPLIT, rule,
    trial::{Change, Trial},
};
use crate::tui::{
    app::{call::Call, cx::Cx, desk::Desk},
    commands::{Action, FeesAct, ListAct},
    layers::form::Form,
    screens::Handled,
};

/// Switching a rule is tried on so many days.
const DAYS: u64 = 90;

impl Fees {
    pub(super) fn why_not_now(&self, action: Action, _: &Desk) -> Option<Cow<'static, str>> {
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

    pub(super) fn back(&mut self) -> Handled {
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

    pub(super) fn act_in_list(&mut self, act: ListAct) -> Handled {
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

    pub(super) fn act_on_fees(&mut self, act: FeesAct, cx: &mut Cx) {
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

    pub(super) fn fill(&mut self, form: Form, fee: Option<Fee>, act: FeesAct) {
        let only_tried = act == FeesAct::Simulate;
        self.filling = Some(Box::new(Filling { form, fee, only_tried, act }));
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
    pub(super) fn propose(&mut self, cx: &mut Cx) {
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

    pub(super) fn click(&mut self, mouse: MouseEvent, desk: &Desk) -> Handled {
        let at = Position { x: mouse.column, y: mouse.row };
        match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                let is_seen = self.pane == Pane::List || desk.size.width >= SPLIT;
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
