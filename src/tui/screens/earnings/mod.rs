//! Earnings: what was earned week by week, what was paid out and what waits to be, each figure with the
//! entries behind it, and how to be paid at all.

mod act;
mod behind;
mod draw;
mod link;
mod live;
mod period;
mod rows;
mod statement;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, path::PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::{Frame, layout::Rect};
use traveloure_core::{
    api::{
        earnings::{Earnings as Earned, WeekEarnings},
        event::{Event, Kind},
        payout::{Payout, PayoutAccount},
    },
    time::today,
};

use super::{Focus, Handled, Keys, Screen, Tab};
use crate::{
    to_file::NotWritten,
    tui::{
        app::{
            call::{ApiError, Reply, Ticket, Traced},
            cx::{Cx, Notice},
            desk::Desk,
            load::Load,
        },
        commands::{Action, AppAct, Context},
        layers::{
            form::read,
            saving::{self, Saving},
        },
        listing::details::Details,
        widgets::{bars::KeyHint, list::ListState, pane, scroll::Scroll, spinner},
    },
};
use behind::{Behind, Of};
use link::Link;
use period::Period;
use rows::Place;

/// From this width on, the figures and their entries stand side by side.
const SPLIT: u16 = 101;

/// Which list is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum View {
    #[default]
    Weeks,
    Payouts,
}

/// Where the keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Pane {
    #[default]
    List,
    /// Beside the list, or in its place where there is no room for both.
    Entries,
}

/// What lies over the screen.
#[derive(Debug)]
enum Over {
    Link(Box<Link>),
    Statement(Box<Saving>),
}

/// See the module's head.
#[derive(Debug, Default)]
pub struct Earnings {
    earned: Load<Earned>,
    account: Load<PayoutAccount>,
    /// None shows the weeks up to now.
    period: Option<Period>,
    /// Which of the currencies.
    currency: usize,
    view: View,
    /// Of the currency that is shown, the newest first.
    weeks: Vec<WeekEarnings>,
    payouts: Vec<Payout>,
    list: ListState,
    pane: Pane,
    scroll: Scroll,
    read: Option<Place>,
    entries: Details<Behind>,
    /// Counts what changed the books.
    state: u32,
    /// More has changed since the figures were asked for.
    changed_again: bool,
    over: Option<Over>,
    /// The statement that is on its way.
    statement: Option<Ticket>,
    is_front: bool,
}

impl Earnings {
    fn shows_entries(&self, desk: &Desk) -> bool {
        desk.size.width >= SPLIT || self.pane == Pane::Entries
    }

    fn period(&self, desk: &Desk) -> Period {
        self.period.unwrap_or_else(|| Period::up_to(here(desk)))
    }

    /// Which entries stand behind the row under the cursor.
    fn of(&self, desk: &Desk) -> Option<Of> {
        let traced = match self.view {
            View::Weeks => Traced::Week(self.week()?.begins),
            View::Payouts => Traced::Booking(self.payout()?.booking_id),
        };
        Some(Of { provider: desk.provider()?, traced, state: self.state })
    }

    /// The entries behind the row under the cursor; while they are fetched anew, those from before.
    fn behind(&self, desk: &Desk) -> Option<&Behind> {
        let of = self.of(desk)?;
        let before = Of { state: of.state.saturating_sub(1), ..of };
        self.entries.get(of).or_else(|| self.entries.get(before))
    }

    /// Follows the cursor: what it is on is fetched if it is being read.
    fn follow(&mut self, cx: &mut Cx) {
        let place = self.place();
        if self.read != place {
            self.read = place;
            self.scroll.top();
        }
        if place.is_none() {
            self.pane = Pane::List;
        }
        match self.of(cx.desk).filter(|_| self.is_front && self.shows_entries(cx.desk)) {
            Some(of) => self.entries.want(of, 0, cx),
            None => self.entries.want_none(),
        }
    }
}

/// The day at the provider's desk, as far as it is known here.
fn here(desk: &Desk) -> NaiveDate {
    let zone = desk.services.first().map_or(desk.settings.zone, |service| service.zone);
    today(desk.now, zone)
}

impl Screen for Earnings {
    fn tab(&self) -> Tab {
        Tab::Earnings
    }

    fn focus(&self) -> Focus {
        match &self.over {
            Some(Over::Statement(saving)) => saving.focus(),
            Some(Over::Link(_)) => Focus { contexts: &[Context::Earnings], keys: Keys::Commands },
            None => Focus { contexts: &[Context::Earnings, Context::List], keys: Keys::Commands },
        }
    }

    fn why_not(&self, action: Action, desk: &Desk) -> Option<Cow<'static, str>> {
        self.why_not_now(action, desk)
    }

    fn enter(&mut self, cx: &mut Cx) {
        self.is_front = true;
        if self.earned.is_untouched() {
            self.ask(cx);
        }
        // Nothing tells when the processor has had a look at who somebody is.
        self.ask_account(cx);
        self.follow(cx);
    }

    fn leave(&mut self) {
        self.is_front = false;
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> Handled {
        let handled = match action {
            Action::App(AppAct::Back) => self.back(cx),
            Action::App(AppAct::Refresh) => {
                self.refresh(cx);
                self.ask_account(cx);
                Handled::Consumed
            }
            Action::Form(_) => {
                if let Some(Over::Statement(saving)) = &mut self.over
                    && saving.act(action)
                {
                    self.wants_statement(cx);
                }
                Handled::Consumed
            }
            Action::List(act) => self.act_in_list(act),
            Action::Earnings(act) => {
                self.act_on_earnings(act, cx);
                Handled::Consumed
            }
            _ => Handled::Ignored,
        };
        self.follow(cx);
        handled
    }

    fn key(&mut self, key: KeyEvent, cx: &mut Cx) -> Handled {
        let Some(Over::Statement(saving)) = &mut self.over else { return Handled::Ignored };
        saving.key(key, cx);
        if let Ok(month) = read::year_and_month(&saving.text(statement::MONTH)) {
            saving.suggest(statement::file(&month));
        }
        Handled::Consumed
    }

    fn paste(&mut self, text: &str, _: &mut Cx) -> Handled {
        let Some(Over::Statement(saving)) = &mut self.over else { return Handled::Ignored };
        saving.paste(text);
        Handled::Consumed
    }

    fn mouse(&mut self, mouse: MouseEvent, cx: &mut Cx) -> Handled {
        if self.over.is_some() {
            return Handled::Ignored;
        }
        let handled = self.click(mouse, cx.desk);
        self.follow(cx);
        handled
    }

    fn reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        self.came(ticket, result, cx);
        self.follow(cx);
    }

    fn written(&mut self, ticket: Ticket, result: Result<PathBuf, NotWritten>, cx: &mut Cx) {
        let Some(Over::Statement(saving)) = &mut self.over else { return };
        if let Some(path) = saving.written(ticket, result) {
            self.over = None;
            cx.say(Notice::good(saving::said("The statement", &path)));
        }
    }

    fn event(&mut self, event: &Event, cx: &mut Cx) {
        let is_ours = matches!(
            event.kind,
            Kind::BookingCancelled
                | Kind::BookingCompleted
                | Kind::BookingRefunded
                | Kind::RefundChanged
                | Kind::DisputeChanged
                | Kind::PayoutChanged
        );
        // Before the first look there is nothing to keep up to date.
        if is_ours && !self.earned.is_untouched() {
            self.changed(cx);
            self.follow(cx);
        }
    }

    fn refresh(&mut self, cx: &mut Cx) {
        if self.earned.is_untouched() {
            return;
        }
        self.entries.try_again();
        self.changed(cx);
        self.follow(cx);
    }

    fn wake(&mut self, cx: &mut Cx) {
        self.follow(cx);
    }

    fn next_wake(&self, desk: &Desk) -> Option<DateTime<Utc>> {
        let over = match &self.over {
            Some(Over::Link(link)) => link.load().loading_since(),
            Some(Over::Statement(saving)) => saving.busy_since(),
            None => None,
        };
        let loading = [self.earned.loading_since(), self.entries.loading_since(), over];
        let spinners = loading
            .into_iter()
            .flatten()
            .filter(|_| self.is_front)
            .filter_map(|since| spinner::next_change(since, desk.now, &desk.look.symbols));
        spinners.chain(self.entries.next_wake()).min()
    }

    fn hints(&self, _: &Desk) -> Vec<KeyHint> {
        match &self.over {
            Some(_) => vec![KeyHint { key: "esc".into(), label: "go back".into() }],
            None => Vec::new(),
        }
    }

    fn is_idle(&self) -> bool {
        !self.earned.is_loading() && !self.account.is_loading() && self.entries.is_idle()
    }

    fn is_home(&self) -> bool {
        self.over.is_none() && self.pane == Pane::List
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        if area.width < SPLIT {
            match self.pane {
                Pane::List => self.draw_list(frame, area, desk),
                Pane::Entries => self.draw_entries(frame, area, desk),
            }
            return;
        }
        let is_right = self.pane == Pane::Entries;
        let (list, entries) = pane::side_by_side(frame.buffer_mut(), area, is_right, desk);
        self.draw_list(frame, list, desk);
        self.draw_entries(frame, entries, desk);
    }

    fn draw_over(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        match &mut self.over {
            Some(Over::Link(link)) => link.draw(frame, area, desk),
            Some(Over::Statement(saving)) => saving.draw(frame, area, desk),
            None => {}
        }
    }
}
