//! What the keys do, and why they cannot.

use std::borrow::Cow;

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;
use traveloure_core::time::today;

use super::{
    Pane, Reports, SPLIT, View,
    entries::{Entries, Of},
    months::Period,
};
use crate::tui::{
    app::{
        cx::{Cx, Notice},
        desk::Desk,
        message::Effect,
    },
    commands::{Action, ListAct, ReportsAct},
    screens::Handled,
    widgets::list::ListState,
};

impl Reports {
    pub(super) fn why_not_now(&self, action: Action, desk: &Desk) -> Option<Cow<'static, str>> {
        let words = match action {
            Action::List(act) if self.entries.is_some() && !act.is_vertical() => {
                "these are entries to read; Esc goes back to the months"
            }
            Action::List(ListAct::Mark | ListAct::MarkRange) => {
                "there is nothing to do with several rows at once"
            }
            Action::List(ListAct::Find | ListAct::NextFound | ListAct::PreviousFound) => {
                "these rows are few; nothing is looked for among them"
            }
            Action::List(ListAct::Open | ListAct::NextPane) if !self.has_row() => {
                "there is nothing here to open"
            }
            Action::Reports(ReportsAct::Copy) if self.to_copy().is_none() => {
                "there is no entry or difference here; f d shows differences"
            }
            Action::Reports(ReportsAct::Copy) if !desk.settings.capabilities.clipboard => {
                "this terminal has no clipboard"
            }
            Action::Reports(ReportsAct::Currency)
                if self.view != View::Revenue
                    || self.revenue.get().is_none_or(|all| all.currencies.len() < 2) =>
            {
                "there is one currency"
            }
            Action::Reports(ReportsAct::Later)
                if self.period.is_none() && self.view == View::Revenue =>
            {
                "these are the months up to now"
            }
            Action::Reports(ReportsAct::Earlier | ReportsAct::Later)
                if self.view != View::Revenue =>
            {
                "differences are not listed by month"
            }
            _ => return None,
        };
        Some(words.into())
    }

    pub(super) fn act_in_list(&mut self, act: ListAct, cx: &mut Cx) -> Handled {
        if let Some(entries) = &mut self.entries {
            return if entries.go(act, cx) { Handled::Consumed } else { Handled::Ignored };
        }
        match (self.pane, act) {
            (_, ListAct::NextPane | ListAct::PreviousPane) => {
                let to = if self.pane == Pane::List { Pane::Detail } else { Pane::List };
                self.pane = if self.has_row() { to } else { Pane::List };
            }
            (Pane::List, ListAct::Open) if self.has_row() => self.pane = Pane::Detail,
            (Pane::Detail, ListAct::Left) => return self.step(ListAct::Up),
            (Pane::Detail, ListAct::Right) => return self.step(ListAct::Down),
            (Pane::Detail, ListAct::Open) => return self.trace(cx),
            (Pane::Detail, act) if self.choose(act) || self.scroll.go(act) => {}
            (Pane::List, act) => return self.step(act),
            (Pane::Detail, _) => return Handled::Ignored,
        }
        Handled::Consumed
    }

    fn step(&mut self, act: ListAct) -> Handled {
        self.scroll.top();
        self.choice = 0;
        let len = self.len();
        if self.list.go(act, len) { Handled::Consumed } else { Handled::Ignored }
    }

    /// Chooses another category; `false` when `act` is no move up or down.
    fn choose(&mut self, act: ListAct) -> bool {
        let Some(last) = self.read().map(|month| month.rows.len()) else { return false };
        self.choice = match act {
            ListAct::Down => (self.choice + 1).min(last),
            ListAct::Up => self.choice.min(last).saturating_sub(1),
            ListAct::Top | ListAct::PageUp | ListAct::HalfUp => 0,
            ListAct::Bottom | ListAct::PageDown | ListAct::HalfDown => last,
            _ => return false,
        };
        true
    }

    /// Shows the entries behind the category that is chosen.
    fn trace(&mut self, cx: &mut Cx) -> Handled {
        let Some(month) = self.read() else { return Handled::Ignored };
        let of = Of {
            first: month.first,
            category: month.rows.get(self.choice).map(|row| row.category),
            currency: month.gmv.currency(),
        };
        self.entries = Some(Entries::new(of, cx));
        Handled::Consumed
    }

    pub(super) fn act_on_reports(&mut self, act: ReportsAct, cx: &mut Cx) {
        if act != ReportsAct::Copy {
            self.entries = None;
        }
        let period = self.period(cx.desk);
        match act {
            ReportsAct::ShowRevenue => self.show(View::Revenue, cx),
            ReportsAct::ShowOpen => self.show(View::Open, cx),
            ReportsAct::ShowSettled => self.show(View::Settled, cx),
            ReportsAct::Currency => {
                let count = self.revenue.get().map_or(1, |all| all.currencies.len().max(1));
                self.currency = (self.currency + 1) % count;
                self.sort_out();
            }
            ReportsAct::Earlier => self.look_at(Some(period.before()), cx),
            ReportsAct::Later => {
                let later = period.after();
                let now = Period::up_to(today(cx.now(), chrono_tz::Tz::UTC));
                self.look_at((later != now).then_some(later), cx);
            }
            ReportsAct::Now => self.look_at(None, cx),
            ReportsAct::Copy => {
                if let Some(reference) = self.to_copy() {
                    let said = format!("{reference} was handed to the terminal's clipboard.");
                    cx.say(Notice::info(said));
                    cx.effect(Effect::Copy(reference));
                }
            }
        }
    }

    fn show(&mut self, view: View, cx: &mut Cx) {
        if self.view != view {
            let is_other = (self.view == View::Revenue) != (view == View::Revenue);
            self.view = view;
            if is_other {
                (self.list, self.pane, self.choice) = (ListState::default(), Pane::List, 0);
            }
            self.ask(false, cx);
        }
    }

    fn look_at(&mut self, period: Option<Period>, cx: &mut Cx) {
        (self.period, self.view) = (period, View::Revenue);
        self.choice = 0;
        (self.pane, self.list, self.months) = (Pane::List, ListState::default(), Vec::new());
        self.revenue.clear();
        self.ask(true, cx);
    }

    /// What `y` copies: the code of an entry's booking, or the reference of a difference.
    fn to_copy(&self) -> Option<String> {
        match &self.entries {
            Some(entries) => entries.code().map(str::to_owned),
            None => self.difference().map(|one| one.reference.clone()),
        }
    }

    pub(super) fn click(&mut self, mouse: MouseEvent, cx: &mut Cx) -> Handled {
        let at = Position { x: mouse.column, y: mouse.row };
        match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) if self.entries.is_some() => {
                let is_hit = self.entries.as_mut().is_some_and(|entries| entries.click(at));
                if is_hit { Handled::Consumed } else { Handled::Ignored }
            }
            MouseEventKind::Down(MouseButton::Left) => {
                let is_seen = self.pane == Pane::List || cx.desk.size.width >= SPLIT;
                let Some(index) = self.list.at(at, self.len()).filter(|_| is_seen) else {
                    return Handled::Ignored;
                };
                self.pane = Pane::List;
                self.list.select(index, self.len());
                Handled::Consumed
            }
            MouseEventKind::ScrollDown => self.act_in_list(ListAct::Down, cx),
            MouseEventKind::ScrollUp => self.act_in_list(ListAct::Up, cx),
            _ => Handled::Ignored,
        }
    }
}
