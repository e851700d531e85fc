//! Bookings: what was accepted, what it brings, and whether it is paid.

mod cancelling;
mod detail;
mod filter;
mod list;
mod manifest;
mod request;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, collections::HashSet, path::PathBuf};

use chrono::{DateTime, Utc};
use crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::{
    Frame,
    layout::{Position, Rect},
};
use traveloure_core::{
    actor::Role,
    api::{
        booking::{Booking, BookingRow},
        cancel::Cancellation,
        event::{Event, Kind},
    },
    booking::Status,
    ids::BookingId,
};

use super::{Focus, Handed, Handled, Keys, Screen, Tab};
use crate::{
    to_file::NotWritten,
    tui::{
        app::{
            call::{ApiError, Call, Reply, Ticket},
            cx::{Cx, Go, Notice},
            desk::Desk,
            message::Effect,
        },
        commands::{Action, AppAct, BookingsAct, Context, ListAct},
        listing::{details::Details, find::Find, rows::Rows},
        widgets::{bars::KeyHint, countdown, pane, scroll::Scroll, spinner},
    },
};
use cancelling::Cancelling;
use filter::{Filter, View};
use manifest::Day;
use request::Origin;

/// From this width on, list and booking stand side by side.
const SPLIT: u16 = 101;
/// When more bookings than this change at once, the list is fetched instead.
const ONE_BY_ONE: usize = 12;

/// Where the keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pane {
    List,
    /// Beside the list, or in its place where there is no room for both.
    Detail,
}

/// See the module's head.
#[derive(Debug)]
pub struct Bookings {
    rows: Rows<Filter>,
    find: Find<Filter>,
    details: Details<Booking>,
    pane: Pane,
    scroll: Scroll,
    /// The booking that was read last.
    read: Option<BookingId>,
    /// What came while we looked on, until the cursor has been there.
    fresh: HashSet<BookingId>,
    /// Bookings that changed and are on their way.
    fetching: Vec<Ticket>,
    /// So much changed at once that the list is fetched instead; `true` when more has changed since.
    catching_up: Option<bool>,
    /// The request that is read over its booking.
    origin: Option<Origin>,
    /// The question before cancelling.
    cancelling: Option<Cancelling>,
    /// Who comes on a day, in place of the list.
    day: Option<Day>,
    is_front: bool,
}

impl Default for Bookings {
    fn default() -> Self {
        Self {
            rows: Rows::new(Filter::default()),
            find: Find::default(),
            details: Details::default(),
            pane: Pane::List,
            scroll: Scroll::default(),
            read: None,
            fresh: HashSet::new(),
            fetching: Vec::new(),
            catching_up: None,
            origin: None,
            cancelling: None,
            day: None,
            is_front: false,
        }
    }
}

impl Bookings {
    fn shows_detail(&self, desk: &Desk) -> bool {
        desk.size.width >= SPLIT || self.pane == Pane::Detail
    }

    /// Follows the cursor: what it is on is no longer new, and is fetched if it is being read.
    fn follow(&mut self, cx: &mut Cx) {
        let current = self.rows.current().map(|row| (row.id, row.version));
        if let Some((id, _)) = current {
            self.fresh.remove(&id);
        }
        if self.read != current.map(|(id, _)| id) {
            self.read = current.map(|(id, _)| id);
            self.scroll.top();
        }
        if current.is_none() {
            self.pane = Pane::List;
        }
        match current.filter(|_| self.is_front && self.shows_detail(cx.desk)) {
            Some((id, version)) => self.details.want(id, version, cx),
            None => self.details.want_none(),
        }
    }

    fn back(&mut self, cx: &mut Cx) -> Handled {
        if self.cancelling.as_mut().is_some_and(Cancelling::back)
            || self.cancelling.take().is_some()
            || self.origin.take().is_some()
            || self.day.as_mut().is_some_and(Day::back)
            || self.day.take().is_some()
        {
            // What is below it shows again.
        } else if self.pane == Pane::Detail {
            self.pane = Pane::List;
        } else if !self.find.widen(&mut self.rows, cx) {
            return Handled::Ignored;
        }
        Handled::Consumed
    }

    fn act_in_list(&mut self, act: ListAct, cx: &mut Cx) -> Handled {
        match (self.pane, act) {
            (_, ListAct::NextPane | ListAct::PreviousPane) => {
                let to = if self.pane == Pane::List { Pane::Detail } else { Pane::List };
                self.pane = if self.rows.current().is_some() { to } else { Pane::List };
            }
            (Pane::List, ListAct::Open) if self.rows.current().is_some() => {
                self.pane = Pane::Detail;
            }
            (_, ListAct::Find) => {
                self.pane = Pane::List;
                self.find.begin(&mut self.rows, cx);
            }
            (_, ListAct::NextFound) => self.find.step(true, &mut self.rows, cx),
            (_, ListAct::PreviousFound) => self.find.step(false, &mut self.rows, cx),
            (Pane::List, ListAct::Bottom) => self.rows.go_to_the_end(cx),
            (Pane::List, act) => return self.step(act, cx),
            // Beside what is read, the neighbours are one key away.
            (Pane::Detail, ListAct::Left) => return self.step(ListAct::Up, cx),
            (Pane::Detail, ListAct::Right) => return self.step(ListAct::Down, cx),
            (Pane::Detail, act) => {
                if !self.scroll.go(act) {
                    return Handled::Ignored;
                }
            }
        }
        Handled::Consumed
    }

    fn step(&mut self, act: ListAct, cx: &mut Cx) -> Handled {
        let len = self.rows.len();
        if !self.rows.list.go(act, len) {
            return Handled::Ignored;
        }
        self.rows.moved(cx);
        Handled::Consumed
    }

    fn act_on_bookings(&mut self, act: BookingsAct, cx: &mut Cx) {
        if let Some(view) = View::of(act) {
            self.find.forget();
            self.pane = Pane::List;
            self.rows.show(Filter { view, words: String::new() }, cx);
            return;
        }
        match act {
            BookingsAct::Copy => {
                let Some(code) = self.rows.current().map(|row| row.confirmation_code.clone())
                else {
                    return;
                };
                cx.say(Notice::info(format!("{code} was handed to the terminal's clipboard.")));
                cx.effect(Effect::Copy(code));
            }
            BookingsAct::Manifest => {
                let date = self.rows.current().map(|row| row.date);
                self.day = Some(Day::new(date, cx));
            }
            BookingsAct::Cancel => {
                if let Some(row) = self.rows.current() {
                    let keys =
                        cx.desk.settings.keymap.keys_of(Action::Bookings(BookingsAct::Cancel));
                    self.cancelling = Some(Cancelling::new(row, &keys, cx));
                }
            }
            BookingsAct::Pay => {
                if let Some(row) = self.rows.current() {
                    cx.go(Go::Hand(Tab::Cart, Handed::Pay(vec![row.id])));
                }
            }
            BookingsAct::PayBalance => {
                if let Some(row) = self.rows.current() {
                    cx.go(Go::Hand(Tab::Cart, Handed::Balance(row.id)));
                }
            }
            _ => {
                if let Some(id) = self.whole().and_then(|booking| booking.request_id) {
                    self.origin = Some(Origin::new(id, cx));
                }
            }
        }
    }

    /// The booking under the cursor, if it has come whole.
    fn whole(&self) -> Option<&Booking> {
        self.details.get(self.rows.current()?.id)
    }

    /// A booking as it is now, into the list and to be read.
    fn put(&mut self, booking: Booking, cx: &mut Cx) {
        let row = booking.row.clone();
        let before = self.rows.get(row.id).map(|known| known.status);
        let is_new = self.rows.update(row.clone(), cx.desk);
        self.details.put(booking);
        if is_new {
            self.fresh.insert(row.id);
        }
        // What is cancelled here is said with what comes back, once the answer is there.
        let is_mine = self.cancelling.as_ref().is_some_and(|one| one.is_about(row.id));
        if let Some(said) = news(&row, before, is_new, cx.desk.role).filter(|_| !is_mine) {
            cx.say(said);
        }
    }

    /// Money went back for some booking; which one is not said. The one that is read is fetched anew, the others when
    /// they are read again.
    fn money_moved(&mut self, cx: &mut Cx) {
        let read = self.rows.current().map(|row| row.id).filter(|id| {
            self.is_front && self.shows_detail(cx.desk) && self.details.get(*id).is_some()
        });
        let at_once = read.filter(|_| self.fetching.len() < ONE_BY_ONE);
        self.details.forget_all_but(at_once);
        match at_once {
            Some(id) => self.fetching.push(cx.call(Call::Booking(id))),
            None => self.follow(cx),
        }
    }

    /// Why a booking cannot be cancelled or paid now.
    fn why_no_act(&self, act: BookingsAct, desk: &Desk) -> Option<&'static str> {
        let status = self.rows.current().map(|row| row.status)?;
        let travels = desk.role != Role::Provider;
        match act {
            BookingsAct::Cancel if !status.may_become(Status::Cancelled) => {
                Some("it is over already")
            }
            BookingsAct::Pay | BookingsAct::PayBalance if !travels => Some("its traveler pays it"),
            BookingsAct::Pay if status != Status::PendingPayment => {
                Some("it does not wait to be paid")
            }
            BookingsAct::PayBalance if !self.rows.current().is_some_and(detail::owes) => {
                Some("nothing is owed after a deposit")
            }
            _ => None,
        }
    }

    /// Says what was cancelled, and shows it.
    fn cancelled(&mut self, done: Cancellation, cx: &mut Cx) {
        self.cancelling = None;
        let back = done.quote.refund;
        cx.say(if back.is_zero() {
            Notice::good("Cancelled. Nothing comes back.")
        } else {
            Notice::good(format!("Cancelled. {back} comes back."))
        });
        if let Some(booking) = done.booking {
            self.rows.update(booking.row.clone(), cx.desk);
            self.details.put(booking);
        }
    }

    fn came(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        if let Some(day) = self.day.as_mut().filter(|day| day.waits_for(ticket)) {
            day.came(result, cx);
            return;
        }
        if let Some(cancelling) = self.cancelling.as_mut().filter(|one| one.waits_for(ticket)) {
            if let Some(done) = cancelling.came(ticket, result, cx) {
                self.cancelled(done, cx);
            }
            return;
        }
        if let Some(origin) = self.origin.as_mut().filter(|origin| origin.waits_for(ticket)) {
            origin.came(result, cx);
            return;
        }
        if self.rows.waits_for(ticket) {
            let page = result.and_then(|reply| match reply {
                Reply::Bookings(page) => Ok(page),
                _ => Err(ApiError::unexpected()),
            });
            self.rows.came(page, cx);
            self.catch_up(cx);
            return;
        }
        let is_read = self.details.waits_for(ticket);
        let before = self.fetching.len();
        self.fetching.retain(|fetching| *fetching != ticket);
        match result {
            Ok(Reply::Booking(booking)) if is_read || self.fetching.len() < before => {
                self.put(*booking, cx);
            }
            Ok(_) if is_read => self.details.failed(ApiError::unexpected()),
            Err(error) if is_read => self.details.failed(error),
            _ => {}
        }
    }

    /// A list has come: if more has changed since it was asked for, it is asked for once more.
    fn catch_up(&mut self, cx: &mut Cx) {
        if self.rows.load().is_loading() {
            return;
        }
        if self.catching_up == Some(true) && self.rows.load().error().is_none() {
            self.catching_up = Some(false);
            self.rows.refresh(cx);
        } else {
            self.catching_up = None;
        }
    }

    fn click(&mut self, mouse: MouseEvent, cx: &mut Cx) -> Handled {
        let at = Position { x: mouse.column, y: mouse.row };
        match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                let is_seen = self.pane == Pane::List || cx.desk.size.width >= SPLIT;
                let Some(index) = self.rows.list.at(at, self.rows.len()).filter(|_| is_seen) else {
                    return Handled::Ignored;
                };
                self.pane = Pane::List;
                self.rows.select(index);
                self.rows.moved(cx);
                Handled::Consumed
            }
            MouseEventKind::ScrollDown => self.act_in_list(ListAct::Down, cx),
            MouseEventKind::ScrollUp => self.act_in_list(ListAct::Up, cx),
            _ => Handled::Ignored,
        }
    }
}

/// What to say about a booking that changed elsewhere.
fn news(row: &BookingRow, before: Option<Status>, is_new: bool, role: Role) -> Option<Notice> {
    let who = match role {
        Role::Provider => format!("{}, {}", row.traveler_name, row.title),
        _ => row.title.clone(),
    };
    if before.is_none() && is_new && row.status != Status::Cancelled {
        return Some(Notice::info(format!("New booking: {who}.")));
    }
    if before == Some(row.status) {
        return None;
    }
    match row.status {
        Status::Confirmed => Some(Notice::good(format!("Confirmed: {who}."))),
        Status::Cancelled if before.is_some() => Some(Notice::warn(format!("Cancelled: {who}."))),
        _ => None,
    }
}

impl Screen for Bookings {
    fn tab(&self) -> Tab {
        Tab::Bookings
    }

    fn focus(&self) -> Focus {
        if let Some(cancelling) = &self.cancelling {
            return cancelling.focus();
        }
        if let Some(day) = &self.day {
            return day.focus();
        }
        if self.origin.is_some() {
            return Focus { contexts: &[], keys: Keys::Modal };
        }
        if self.find.is_typing {
            return Focus { contexts: &[], keys: Keys::Typing };
        }
        Focus { contexts: &[Context::Bookings, Context::List], keys: Keys::Commands }
    }

    fn why_not(&self, action: Action, desk: &Desk) -> Option<Cow<'static, str>> {
        if let Some(day) = &self.day {
            return match action {
                Action::Manifest(act) => day.why_not(act, desk).map(Cow::Borrowed),
                Action::List(act) if !act.is_vertical() => {
                    Some("this is a page to read; Esc goes back to the bookings".into())
                }
                _ => None,
            };
        }
        match action {
            Action::Bookings(BookingsAct::Manifest) if desk.role != Role::Provider => {
                Some("arrivals are a provider's".into())
            }
            Action::List(ListAct::Mark | ListAct::MarkRange) => {
                Some("there is nothing to do with several bookings at once".into())
            }
            Action::List(ListAct::NextFound | ListAct::PreviousFound)
                if self.find.words.is_empty() =>
            {
                Some("nothing was looked for; / does".into())
            }
            Action::List(ListAct::Open | ListAct::NextPane)
            | Action::Bookings(
                BookingsAct::Copy
                | BookingsAct::Request
                | BookingsAct::Cancel
                | BookingsAct::Pay
                | BookingsAct::PayBalance,
            ) if self.rows.current().is_none() => Some("there is no booking here".into()),
            Action::Bookings(
                act @ (BookingsAct::Cancel | BookingsAct::Pay | BookingsAct::PayBalance),
            ) => self.why_no_act(act, desk).map(Cow::Borrowed),
            Action::Bookings(BookingsAct::Copy) if !desk.settings.capabilities.clipboard => {
                Some("this terminal has no clipboard; the code stands alone on its line".into())
            }
            Action::Bookings(BookingsAct::Request) => match self.whole() {
                None => Some("the booking has not come yet; Enter opens it".into()),
                Some(booking) if booking.request_id.is_none() => {
                    Some("it did not come from a request".into())
                }
                Some(_) => None,
            },
            _ => None,
        }
    }

    fn enter(&mut self, cx: &mut Cx) {
        self.is_front = true;
        if self.rows.load().is_untouched() {
            self.rows.refresh(cx);
        } else {
            self.rows.sweep(cx.desk);
        }
        self.follow(cx);
    }

    fn leave(&mut self) {
        self.is_front = false;
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> Handled {
        let handled = match action {
            Action::App(AppAct::Back) => self.back(cx),
            Action::App(AppAct::Refresh) => {
                self.details.try_again();
                self.rows.sweep(cx.desk);
                self.rows.refresh(cx);
                if let Some(day) = &mut self.day {
                    day.fetch(cx);
                }
                Handled::Consumed
            }
            Action::Form(_) => {
                if let Some(cancelling) = &mut self.cancelling {
                    cancelling.fill(action, cx);
                } else if let Some(day) = &mut self.day {
                    day.fill(action, cx);
                }
                Handled::Consumed
            }
            Action::Manifest(act) => {
                if let Some(day) = &mut self.day {
                    day.act(act, cx);
                }
                Handled::Consumed
            }
            Action::List(act) if self.day.is_some() => {
                let moved = self.day.as_mut().is_some_and(|day| day.scroll(act));
                if moved { Handled::Consumed } else { Handled::Ignored }
            }
            Action::List(act) => self.act_in_list(act, cx),
            Action::Bookings(act) => {
                self.act_on_bookings(act, cx);
                Handled::Consumed
            }
            _ => Handled::Ignored,
        };
        self.follow(cx);
        handled
    }

    fn key(&mut self, key: KeyEvent, cx: &mut Cx) -> Handled {
        if let Some(cancelling) = &mut self.cancelling {
            cancelling.key(key, cx);
            return Handled::Consumed;
        }
        if let Some(day) = &mut self.day {
            day.key(key, cx);
            return Handled::Consumed;
        }
        if let Some(origin) = &mut self.origin {
            origin.key(key, cx);
            return Handled::Consumed;
        }
        if !self.find.is_typing {
            return Handled::Ignored;
        }
        self.find.key(key, &mut self.rows, cx);
        self.follow(cx);
        Handled::Consumed
    }

    fn paste(&mut self, text: &str, cx: &mut Cx) -> Handled {
        if let Some(cancelling) = &mut self.cancelling {
            cancelling.paste(text);
            return Handled::Consumed;
        }
        if let Some(day) = &mut self.day {
            day.paste(text);
            return Handled::Consumed;
        }
        if !self.find.is_typing {
            return Handled::Ignored;
        }
        self.find.paste(text, &mut self.rows, cx);
        self.follow(cx);
        Handled::Consumed
    }

    fn mouse(&mut self, mouse: MouseEvent, cx: &mut Cx) -> Handled {
        if let Some(day) = &mut self.day {
            match mouse.kind {
                MouseEventKind::ScrollDown => day.scroll(ListAct::Down),
                MouseEventKind::ScrollUp => day.scroll(ListAct::Up),
                _ => return Handled::Ignored,
            };
            return Handled::Consumed;
        }
        let handled = self.click(mouse, cx);
        self.follow(cx);
        handled
    }

    fn reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        self.came(ticket, result, cx);
        self.follow(cx);
    }

    fn event(&mut self, event: &Event, cx: &mut Cx) {
        if event.kind == Kind::RefundChanged && !self.rows.load().is_untouched() {
            self.money_moved(cx);
            return;
        }
        let is_ours = matches!(
            event.kind,
            Kind::BookingCreated
                | Kind::BookingConfirmed
                | Kind::BookingCancelled
                | Kind::BookingCompleted
                | Kind::BookingRefunded
                | Kind::BalancePaid
        );
        // Before the first look there is nothing to keep up to date.
        if !is_ours || self.rows.load().is_untouched() {
            return;
        }
        if let Some(day) = &mut self.day {
            day.fetch(cx);
        }
        let id = BookingId::from(event.subject);
        let known = self.rows.get(id).map(|row| row.version);
        if known.is_some() && known >= event.version {
            return;
        }
        if let Some(again) = &mut self.catching_up {
            *again = true;
            return;
        }
        if self.fetching.len() >= ONE_BY_ONE {
            self.catching_up = Some(false);
            self.rows.refresh(cx);
            return;
        }
        self.fetching.push(cx.call(Call::Booking(id)));
    }

    fn written(&mut self, ticket: Ticket, result: Result<PathBuf, NotWritten>, cx: &mut Cx) {
        if let Some(day) = &mut self.day {
            day.written(ticket, result, cx);
        }
    }

    fn edited(&mut self, text: Option<String>, _: &mut Cx) {
        if let (Some(cancelling), Some(text)) = (&mut self.cancelling, text) {
            cancelling.edited(&text);
        }
    }

    fn refresh(&mut self, cx: &mut Cx) {
        if let Some(day) = &mut self.day {
            day.fetch(cx);
        }
        if self.rows.load().is_untouched() {
            return;
        }
        self.details.forget_all();
        self.rows.refresh(cx);
        self.follow(cx);
    }

    fn wake(&mut self, cx: &mut Cx) {
        self.follow(cx);
    }

    fn next_wake(&self, desk: &Desk) -> Option<DateTime<Utc>> {
        let (now, symbols) = (desk.now, &desk.look.symbols);
        let unpaid = self.rows.visible().filter(|row| row.status == Status::PendingPayment);
        let countdowns = unpaid
            .filter(|_| self.is_front)
            .filter_map(|row| countdown::next_change(row.payment_deadline?, now));
        let loading = [
            self.rows.load().loading_since(),
            self.details.loading_since(),
            self.origin.as_ref().and_then(|origin| origin.load().loading_since()),
            self.cancelling.as_ref().and_then(Cancelling::loading_since),
            self.day.as_ref().and_then(Day::loading_since),
        ];
        let spinners = loading
            .into_iter()
            .flatten()
            .filter_map(|since| spinner::next_change(since, now, symbols));
        countdowns.chain(spinners).chain(self.details.next_wake()).min()
    }

    fn hints(&self, _: &Desk) -> Vec<KeyHint> {
        if self.find.is_typing {
            return vec![KeyHint { key: "enter".into(), label: "keep to what is found".into() }];
        }
        if self.cancelling.is_some() || self.day.is_some() {
            return vec![KeyHint { key: "esc".into(), label: "go back".into() }];
        }
        if self.origin.is_some() {
            let hint = |key: &str, label: &str| KeyHint { key: key.into(), label: label.into() };
            return vec![hint("j k", "move"), hint("esc", "go back")];
        }
        Vec::new()
    }

    fn is_idle(&self) -> bool {
        self.fetching.is_empty() && !self.rows.load().is_loading() && self.details.is_idle()
    }

    fn is_home(&self) -> bool {
        self.origin.is_none()
            && self.cancelling.is_none()
            && self.day.is_none()
            && self.pane == Pane::List
            && !self.find.is_typing
            && !self.find.is_narrowed()
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        if let Some(day) = &mut self.day {
            day.draw(frame, area, desk);
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

    fn draw_over(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        if let Some(origin) = &mut self.origin {
            origin.draw(frame, area, desk);
        }
        if let Some(cancelling) = &mut self.cancelling {
            cancelling.draw(frame, area, desk);
        }
        if let Some(day) = &mut self.day {
            day.draw_over(frame, area, desk);
        }
    }
}
