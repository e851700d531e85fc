//! Reports: what was sold and kept by month and category, and where our books and the processor's differ.

mod draw;
mod entries;
mod months;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::{
    Frame,
    layout::{Position, Rect},
};
use traveloure_core::{
    api::{
        event::{Event, Kind},
        report::{CurrencyRevenue, Difference, Reconciliation, Revenue},
    },
    time::today,
};

use super::{Focus, Handled, Keys, Screen, Tab};
use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::{Cx, Notice},
        desk::Desk,
        load::Load,
        message::Effect,
    },
    commands::{Action, AppAct, Context, ListAct, ReportsAct},
    widgets::{list::ListState, pane, scroll::Scroll, spinner},
};
use entries::{Entries, Of};
use months::{Month, Period};

/// From this width on, the rows and the one that is read stand side by side.
const SPLIT: u16 = 121;

/// Which report is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum View {
    #[default]
    Revenue,
    Open,
    /// With the differences that are settled.
    Settled,
}

/// Where the keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Pane {
    #[default]
    List,
    Detail,
}

/// See the module's head.
#[derive(Debug, Default)]
pub struct Reports {
    view: View,
    revenue: Load<Revenue>,
    /// More has changed since it was asked for.
    changed_again: bool,
    /// None shows the months up to now.
    period: Option<Period>,
    /// Which of the currencies.
    currency: usize,
    months: Vec<Month>,
    books: Load<Reconciliation>,
    list: ListState,
    pane: Pane,
    scroll: Scroll,
    /// Which category of the month that is read, the one behind the last being all of them together.
    choice: usize,
    /// The entries behind figures, in place of them.
    entries: Option<Entries>,
    is_front: bool,
}

impl Reports {
    fn period(&self, desk: &Desk) -> Period {
        self.period.unwrap_or_else(|| Period::up_to(today(desk.now, chrono_tz::Tz::UTC)))
    }

    /// Asks for what the view shows, if it is not there or `anew` is wanted.
    fn ask(&mut self, anew: bool, cx: &mut Cx) {
        match self.view {
            View::Revenue if anew || self.revenue.is_untouched() => {
                if self.revenue.is_loading() {
                    self.changed_again = true;
                    return;
                }
                let Period { from, to } = self.period(cx.desk);
                let ticket = cx.call(Call::Revenue { from, to });
                self.revenue.asked(ticket, cx);
            }
            View::Revenue => {}
            View::Open | View::Settled => {
                let ticket = cx.call(Call::Reconciliation { settled: self.view == View::Settled });
                self.books.asked(ticket, cx);
            }
        }
    }

    fn shown(&self) -> Option<&CurrencyRevenue> {
        let currencies = &self.revenue.get()?.currencies;
        currencies.get(self.currency.min(currencies.len().saturating_sub(1)))
    }

    fn differences(&self) -> &[Difference] {
        self.books.get().map(|books| books.differences.as_slice()).unwrap_or_default()
    }

    fn len(&self) -> usize {
        if self.view == View::Revenue { self.months.len() } else { self.differences().len() }
    }

    fn month(&self) -> Option<&Month> {
        self.months.get(self.list.cursor()).filter(|_| self.view == View::Revenue)
    }

    fn difference(&self) -> Option<&Difference> {
        self.differences().get(self.list.cursor()).filter(|_| self.view != View::Revenue)
    }

    /// The month that is read, if something of it was sold.
    fn sold(&self) -> Option<&Month> {
        self.month().filter(|month| self.pane == Pane::Detail && !month.rows.is_empty())
    }

    /// Shows the entries behind the category that is chosen.
    fn trace(&mut self, cx: &mut Cx) -> Handled {
        let Some(month) = self.sold() else { return Handled::Ignored };
        let of = Of {
            first: month.first,
            category: month.rows.get(self.choice).map(|row| row.category),
            currency: month.gmv.currency(),
        };
        self.entries = Some(Entries::new(of, cx));
        Handled::Consumed
    }

    /// Chooses another category; `false` when `act` is no move up or down.
    fn choose(&mut self, act: ListAct) -> bool {
        let Some(last) = self.sold().map(|month| month.rows.len()) else { return false };
        self.choice = match act {
            ListAct::Down => (self.choice + 1).min(last),
            ListAct::Up => self.choice.min(last).saturating_sub(1),
            ListAct::Top | ListAct::PageUp | ListAct::HalfUp => 0,
            ListAct::Bottom | ListAct::PageDown | ListAct::HalfDown => last,
            _ => return false,
        };
        true
    }

    fn has_row(&self) -> bool {
        self.month().is_some() || self.difference().is_some()
    }

    fn sort_out(&mut self) {
        let Some(revenue) = self.revenue.get() else { return };
        let (from, to) = (revenue.from, revenue.to);
        self.months = self.shown().map(|shown| months::months(shown, from, to)).unwrap_or_default();
        self.list.select(self.list.cursor(), self.months.len());
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

    fn act_in_list(&mut self, act: ListAct, cx: &mut Cx) -> Handled {
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

    /// What `y` copies: the code of an entry's booking, or the reference of a difference.
    fn to_copy(&self) -> Option<String> {
        match &self.entries {
            Some(entries) => entries.code().map(str::to_owned),
            None => self.difference().map(|one| one.reference.clone()),
        }
    }

    fn act_on_reports(&mut self, act: ReportsAct, cx: &mut Cx) {
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
}

impl Screen for Reports {
    fn tab(&self) -> Tab {
        Tab::Reports
    }

    fn focus(&self) -> Focus {
        Focus { contexts: &[Context::Reports, Context::List], keys: Keys::Commands }
    }

    fn why_not(&self, action: Action, desk: &Desk) -> Option<Cow<'static, str>> {
        let words = match action {
            Action::List(act) if self.entries.is_some() && !act.is_vertical() => {
                "these are entries to read; Esc goes back to the months"
            }
            Action::List(ListAct::Open)
                if self.pane == Pane::Detail && self.month().is_some() && self.sold().is_none() =>
            {
                "nothing was sold in this month"
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

    fn enter(&mut self, cx: &mut Cx) {
        self.is_front = true;
        self.ask(false, cx);
    }

    fn leave(&mut self) {
        self.is_front = false;
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> Handled {
        match action {
            Action::App(AppAct::Back) if self.entries.is_some() => {
                self.entries = None;
                Handled::Consumed
            }
            Action::App(AppAct::Back) if self.pane == Pane::Detail => {
                self.pane = Pane::List;
                self.choice = 0;
                self.scroll.top();
                Handled::Consumed
            }
            Action::List(act) => self.act_in_list(act, cx),
            Action::Reports(act) => {
                self.act_on_reports(act, cx);
                Handled::Consumed
            }
            _ => Handled::Ignored,
        }
    }

    fn mouse(&mut self, mouse: MouseEvent, cx: &mut Cx) -> Handled {
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

    fn reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        if let Some(entries) = self.entries.as_mut().filter(|entries| entries.waits_for(ticket)) {
            entries.came(result, cx);
        } else if self.revenue.waits_for(ticket) {
            let revenue = result.and_then(|reply| match reply {
                Reply::Revenue(revenue) => Ok(*revenue),
                _ => Err(ApiError::unexpected()),
            });
            self.revenue.came(revenue, cx.now());
            self.sort_out();
            if std::mem::take(&mut self.changed_again) && self.view == View::Revenue {
                self.ask(true, cx);
            }
        } else if self.books.waits_for(ticket) {
            let before = self.difference().map(|one| one.id);
            let books = result.and_then(|reply| match reply {
                Reply::Reconciliation(books) => Ok(*books),
                _ => Err(ApiError::unexpected()),
            });
            self.books.came(books, cx.now());
            if self.view != View::Revenue {
                let kept = self.differences().iter().position(|one| Some(one.id) == before);
                let len = self.len();
                self.list.select(kept.unwrap_or_else(|| self.list.cursor()), len);
            }
        }
        if !self.has_row() {
            self.pane = Pane::List;
        }
    }

    fn event(&mut self, event: &Event, cx: &mut Cx) {
        let is_ours = matches!(
            event.kind,
            Kind::BookingCompleted | Kind::BookingCancelled | Kind::RefundChanged
        );
        if !is_ours || self.revenue.is_untouched() {
            return;
        }
        if let Some(entries) = self.entries.as_mut().filter(|one| !one.rows.load().is_loading()) {
            entries.rows.refresh(cx);
        }
        if self.view == View::Revenue {
            self.ask(true, cx);
        } else {
            // Asked for when it is looked at again.
            self.revenue.clear();
            self.months.clear();
        }
    }

    fn refresh(&mut self, cx: &mut Cx) {
        if let Some(entries) = &mut self.entries {
            entries.rows.refresh(cx);
        }
        if self.is_front || !self.revenue.is_untouched() {
            self.ask(true, cx);
        }
    }

    fn next_wake(&self, desk: &Desk) -> Option<DateTime<Utc>> {
        let entries = self.entries.as_ref().and_then(|one| one.rows.load().loading_since());
        [self.revenue.loading_since(), self.books.loading_since(), entries]
            .into_iter()
            .flatten()
            .filter(|_| self.is_front)
            .filter_map(|since| spinner::next_change(since, desk.now, &desk.look.symbols))
            .min()
    }

    fn is_idle(&self) -> bool {
        !self.revenue.is_loading()
            && !self.books.is_loading()
            && self.entries.as_ref().is_none_or(|one| !one.rows.load().is_loading())
    }

    fn is_home(&self) -> bool {
        self.pane == Pane::List && self.entries.is_none()
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        if let Some(entries) = &mut self.entries {
            entries.draw(frame.buffer_mut(), area, &self.months, desk);
            return;
        }
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
}
