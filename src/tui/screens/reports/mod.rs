//! Reports: what was sold and kept by month and category, and where our books and the processor's differ.

mod act;
mod draw;
mod entries;
mod months;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use crossterm::event::MouseEvent;
use ratatui::{Frame, layout::Rect};
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
        cx::Cx,
        desk::Desk,
        load::Load,
    },
    commands::{Action, AppAct, Context},
    widgets::{list::ListState, pane, scroll::Scroll, spinner},
};
use entries::Entries;
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
    /// Months of the period in which there was nothing.
    empty_months: usize,
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

    /// The month that is read.
    fn read(&self) -> Option<&Month> {
        self.month().filter(|_| self.pane == Pane::Detail)
    }

    fn has_row(&self) -> bool {
        self.month().is_some() || self.difference().is_some()
    }

    fn sort_out(&mut self) {
        let Some(revenue) = self.revenue.get() else { return };
        let (from, to) = (revenue.from, revenue.to);
        let before = self.months.get(self.list.cursor()).map(|month| month.first);
        (self.months, self.empty_months) =
            self.shown().map(|shown| months::months(shown, from, to)).unwrap_or_default();
        if self.view == View::Revenue {
            let kept = self.months.iter().position(|month| Some(month.first) == before);
            self.list.select(kept.unwrap_or_else(|| self.list.cursor()), self.months.len());
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
        self.why_not_now(action, desk)
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
        self.click(mouse, cx)
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
            Kind::BookingCompleted
                | Kind::BookingCancelled
                | Kind::RefundChanged
                | Kind::DisputeChanged
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
        let is_right = self.pane == Pane::Detail;
        let (list, detail) = pane::side_by_side(frame.buffer_mut(), area, is_right, desk);
        self.draw_list(frame, list, desk);
        self.draw_detail(frame, detail, desk);
    }
}
