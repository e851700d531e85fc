//! Earnings: what was earned week by week, what was paid out and what waits to be, each figure with the
//! entries behind it, and how to be paid at all.

mod behind;
mod draw;
mod link;
mod period;
mod statement;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, path::PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::{
    Frame,
    layout::{Position, Rect},
};
use traveloure_core::{
    api::{
        earnings::{CurrencyEarnings, Earnings as Earned, WeekEarnings},
        event::{Event, Kind},
        payout::{Payout, PayoutAccount},
    },
    ids::PayoutId,
    time::today,
};

use super::{Focus, Handled, Keys, Screen, Tab};
use crate::{
    to_file::NotWritten,
    tui::{
        app::{
            call::{ApiError, Call, Reply, Ticket, Traced},
            cx::{Cx, Notice},
            desk::Desk,
            load::Load,
            message::Effect,
        },
        commands::{Action, AppAct, Context, EarningsAct, ListAct},
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

/// What a row is about; it stays when the figures are fetched anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Week(NaiveDate),
    Payout(PayoutId),
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

    fn ask(&mut self, cx: &mut Cx) {
        let Some(provider) = cx.desk.provider() else { return };
        let Period { from, to } = self.period(cx.desk);
        let ticket = cx.call(Call::Earnings { provider, from, to });
        self.earned.asked(ticket, cx);
    }

    fn ask_account(&mut self, cx: &mut Cx) {
        let Some(provider) = cx.desk.provider() else { return };
        let ticket = cx.call(Call::PayoutAccount(provider));
        self.account.asked(ticket, cx);
    }

    /// The figures of the currency that is shown.
    fn shown(&self) -> Option<&CurrencyEarnings> {
        let currencies = &self.earned.get()?.currencies;
        currencies.get(self.currency.min(currencies.len().saturating_sub(1)))
    }

    fn len(&self) -> usize {
        match self.view {
            View::Weeks => self.weeks.len(),
            View::Payouts => self.payouts.len(),
        }
    }

    fn place_at(&self, index: usize) -> Option<Place> {
        match self.view {
            View::Weeks => self.weeks.get(index).map(|week| Place::Week(week.begins)),
            View::Payouts => self.payouts.get(index).map(|payout| Place::Payout(payout.id)),
        }
    }

    fn place(&self) -> Option<Place> {
        self.place_at(self.list.cursor())
    }

    fn payout(&self) -> Option<&Payout> {
        self.payouts.get(self.list.cursor()).filter(|_| self.view == View::Payouts)
    }

    fn week(&self) -> Option<&WeekEarnings> {
        self.weeks.get(self.list.cursor()).filter(|_| self.view == View::Weeks)
    }

    /// The rows of what has come; the cursor stays on its row.
    fn sort_out(&mut self) {
        let before = self.place();
        let Some(earned) = self.earned.get() else { return };
        let (from, to) = (earned.from, earned.to);
        let shown = self.shown();
        let weeks = shown.map(|shown| period::weeks(shown, from, to)).unwrap_or_default();
        let currency = shown.map(|shown| shown.currency);
        let payouts = earned
            .payouts
            .iter()
            .filter(|payout| Some(payout.amount.currency()) == currency)
            .cloned()
            .collect();
        (self.weeks, self.payouts) = (weeks, payouts);
        let kept =
            (0..self.len()).find(|index| before.is_some() && self.place_at(*index) == before);
        self.list.select(kept.unwrap_or_else(|| self.list.cursor()), self.len());
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

    fn back(&mut self, cx: &mut Cx) -> Handled {
        match self.over.take() {
            Some(Over::Statement(mut saving)) => {
                if saving.back() {
                    self.over = Some(Over::Statement(saving));
                } else {
                    self.statement = None;
                }
            }
            Some(Over::Link(mut link)) => {
                if link.back() {
                    self.over = Some(Over::Link(link));
                } else {
                    // What was done on the processor's page shows here.
                    self.ask_account(cx);
                }
            }
            None if self.pane == Pane::Entries => self.pane = Pane::List,
            None => return Handled::Ignored,
        }
        Handled::Consumed
    }

    fn act_in_list(&mut self, act: ListAct) -> Handled {
        match (self.pane, act) {
            (_, ListAct::NextPane | ListAct::PreviousPane) => {
                let to = if self.pane == Pane::List { Pane::Entries } else { Pane::List };
                self.pane = if self.place().is_some() { to } else { Pane::List };
            }
            (Pane::List, ListAct::Open) if self.place().is_some() => self.pane = Pane::Entries,
            // Beside what is read, the neighbours are one key away.
            (Pane::Entries, ListAct::Left) => return self.step(ListAct::Up),
            (Pane::Entries, ListAct::Right) => return self.step(ListAct::Down),
            (Pane::Entries, act) if self.scroll.go(act) => {}
            (Pane::List, act) => return self.step(act),
            (Pane::Entries, _) => return Handled::Ignored,
        }
        Handled::Consumed
    }

    fn step(&mut self, act: ListAct) -> Handled {
        let len = self.len();
        if self.list.go(act, len) { Handled::Consumed } else { Handled::Ignored }
    }

    fn show(&mut self, view: View) {
        if self.view != view {
            (self.view, self.pane, self.list) = (view, Pane::List, ListState::default());
        }
    }

    fn look_at(&mut self, period: Option<Period>, cx: &mut Cx) {
        self.period = period;
        (self.pane, self.list) = (Pane::List, ListState::default());
        (self.weeks, self.payouts) = (Vec::new(), Vec::new());
        self.earned.clear();
        self.ask(cx);
    }

    fn act_on_earnings(&mut self, act: EarningsAct, cx: &mut Cx) {
        let period = self.period(cx.desk);
        match act {
            EarningsAct::Onboard => {
                if let Some(Over::Link(link)) = &mut self.over {
                    link.turn_code();
                    return;
                }
                self.over = Link::ask(cx).map(|link| Over::Link(Box::new(link)));
            }
            EarningsAct::Statement => {
                let asking = statement::asking(here(cx.desk));
                self.over = Some(Over::Statement(Box::new(asking)));
            }
            EarningsAct::Copy => {
                if let Some((what, text)) = self.to_copy() {
                    let said = format!("The {what} was handed to the terminal's clipboard.");
                    cx.say(Notice::info(said));
                    cx.effect(Effect::Copy(text));
                }
            }
            EarningsAct::Earlier => self.look_at(Some(period.before()), cx),
            EarningsAct::Later => {
                let later = period.after();
                let is_now = later == Period::up_to(here(cx.desk));
                self.look_at((!is_now).then_some(later), cx);
            }
            EarningsAct::Now => self.look_at(None, cx),
            EarningsAct::Currency => {
                let count = self.earned.get().map_or(1, |earned| earned.currencies.len().max(1));
                self.currency = (self.currency + 1) % count;
                self.list = ListState::default();
                self.sort_out();
            }
            EarningsAct::ShowWeeks => self.show(View::Weeks),
            EarningsAct::ShowPayouts => self.show(View::Payouts),
        }
    }

    /// What `y` copies: the link that is shown, or what names the payout.
    fn to_copy(&self) -> Option<(&'static str, String)> {
        if let Some(Over::Link(link)) = &self.over {
            return link.url().map(|url| ("link", url.to_owned()));
        }
        let payout = self.payout()?;
        Some(match &payout.reference {
            Some(reference) => ("reference of the transfer", reference.clone()),
            None => ("confirmation code", payout.confirmation_code.clone()),
        })
    }

    fn wants_statement(&mut self, cx: &mut Cx) {
        let Some(Over::Statement(saving)) = &mut self.over else { return };
        let Some(provider) = cx.desk.provider() else { return };
        match read::year_and_month(&saving.text(statement::MONTH)) {
            Ok(month) => {
                saving.fetching(cx);
                self.statement = Some(cx.call(Call::Statement { provider, month }));
            }
            Err(error) => saving.fault(statement::MONTH, error),
        }
    }

    fn came(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        if self.statement == Some(ticket) {
            self.statement = None;
            let Some(Over::Statement(saving)) = &mut self.over else { return };
            match result {
                Ok(Reply::Text(text)) => saving.write(text, cx),
                Ok(_) => saving.failed(&ApiError::unexpected()),
                Err(error) => saving.failed(&error),
            }
        } else if let Some(Over::Link(link)) = &mut self.over
            && link.waits_for(ticket)
        {
            link.came(result, cx);
        } else if self.account.waits_for(ticket) {
            let account = result.and_then(|reply| match reply {
                Reply::PayoutAccount(account) => Ok(account),
                _ => Err(ApiError::unexpected()),
            });
            self.account.came(account, cx.now());
        } else if self.earned.waits_for(ticket) {
            let earned = result.and_then(|reply| match reply {
                Reply::Earnings(earned) => Ok(*earned),
                _ => Err(ApiError::unexpected()),
            });
            self.earned.came(earned, cx.now());
            self.sort_out();
            if std::mem::take(&mut self.changed_again) {
                self.changed(cx);
            }
        } else if let Some(of) = self.entries.asked().filter(|_| self.entries.waits_for(ticket)) {
            match result {
                Ok(Reply::Entries(entries)) => self.entries.put(Behind { of, entries }),
                Ok(_) => self.entries.failed(ApiError::unexpected()),
                Err(error) => self.entries.failed(error),
            }
        }
    }

    /// The books have moved: the figures are fetched anew, and with them the entries that are read.
    fn changed(&mut self, cx: &mut Cx) {
        if self.earned.is_loading() {
            self.changed_again = true;
            return;
        }
        self.state += 1;
        self.ask(cx);
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
        if let (Some(Over::Link(link)), Action::Earnings(act)) = (&self.over, action) {
            match act {
                EarningsAct::Copy => {}
                EarningsAct::Onboard => return link.why_no_code(desk).map(Cow::Borrowed),
                _ => return Some("the link is shown; Esc closes it".into()),
            }
        }
        let words = match action {
            Action::List(ListAct::Mark | ListAct::MarkRange) => {
                "there is nothing to do with several rows at once"
            }
            Action::List(ListAct::Find | ListAct::NextFound | ListAct::PreviousFound) => {
                "these rows are few; nothing is looked for among them"
            }
            Action::List(ListAct::Open | ListAct::NextPane) if self.place().is_none() => {
                "there is nothing here to open"
            }
            Action::Earnings(EarningsAct::Statement) if !desk.settings.capabilities.files => {
                "files cannot be written from here; traveloure earnings statement prints it"
            }
            Action::Earnings(EarningsAct::Copy) if !desk.settings.capabilities.clipboard => {
                "this terminal has no clipboard"
            }
            Action::Earnings(EarningsAct::Copy) if self.to_copy().is_none() => {
                "there is no payout or link here to copy"
            }
            Action::Earnings(EarningsAct::Later) if self.period.is_none() => {
                "these are the weeks up to now"
            }
            Action::Earnings(EarningsAct::Currency)
                if self.earned.get().is_none_or(|earned| earned.currencies.len() < 2) =>
            {
                "there is one currency"
            }
            _ => return None,
        };
        Some(words.into())
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
        let at = Position { x: mouse.column, y: mouse.row };
        let handled = match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                let is_seen = self.pane == Pane::List || cx.desk.size.width >= SPLIT;
                match self.list.at(at, self.len()).filter(|_| is_seen) {
                    Some(index) => {
                        self.pane = Pane::List;
                        self.list.select(index, self.len());
                        Handled::Consumed
                    }
                    None => Handled::Ignored,
                }
            }
            MouseEventKind::ScrollDown => self.act_in_list(ListAct::Down),
            MouseEventKind::ScrollUp => self.act_in_list(ListAct::Up),
            _ => Handled::Ignored,
        };
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
        let list = Rect { width: area.width * 3 / 5, ..area };
        let entries = Rect { x: list.right() + 2, width: area.width - list.width - 2, ..area };
        self.draw_list(frame, list, desk);
        let bar = Rect { x: list.right(), ..area };
        pane::bar(frame.buffer_mut(), bar, self.pane == Pane::Entries, desk);
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
