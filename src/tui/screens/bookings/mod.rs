//! Bookings: what was accepted, what it brings, and whether it is paid.

mod act;
mod cancelling;
mod detail;
mod filter;
mod list;
mod live;
mod manifest;
mod request;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, collections::HashSet, path::PathBuf};

use chrono::{DateTime, Utc};
use crossterm::event::{KeyEvent, MouseEvent, MouseEventKind};
use ratatui::{Frame, layout::Rect};
use traveloure_core::{
    api::{booking::Booking, event::Event},
    booking::Status,
    ids::BookingId,
};

use super::{Focus, Handled, Keys, Screen, Tab};
use crate::{
    to_file::NotWritten,
    tui::{
        app::{
            call::{ApiError, Reply, Ticket},
            cx::Cx,
            desk::Desk,
        },
        commands::{Action, AppAct, Context, ListAct},
        listing::{
            browse::{Browse, Pane, SPLIT},
            details::Details,
            find::Find,
            rows::Rows,
        },
        widgets::{bars::KeyHint, countdown, pane, scroll::Scroll, spinner},
    },
};
use cancelling::Cancelling;
use filter::Filter;
use manifest::Day;
use request::Origin;

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
            origin: None,
            cancelling: None,
            day: None,
            is_front: false,
        }
    }
}

impl Bookings {
    fn browse(&mut self) -> Browse<'_, Filter> {
        let Self { rows, find, pane, scroll, .. } = self;
        Browse { rows, find, pane, scroll }
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
        match current.filter(|_| self.is_front && self.pane.shows_detail(cx.desk)) {
            Some((id, version)) => self.details.want(id, version, cx),
            None => self.details.want_none(),
        }
    }

    /// The booking under the cursor, if it has come whole.
    fn whole(&self) -> Option<&Booking> {
        self.details.get(self.rows.current()?.id)
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
        self.why_not_now(action, desk)
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
            Action::List(act) => self.browse().act(act, cx),
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
        let handled = self.browse().mouse(mouse, cx);
        self.follow(cx);
        handled
    }

    fn reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        self.came(ticket, result, cx);
        self.follow(cx);
    }

    fn event(&mut self, event: &Event, cx: &mut Cx) {
        self.take_event(event, cx);
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
        let is_right = self.pane == Pane::Detail;
        let (list, detail) = pane::side_by_side(frame.buffer_mut(), area, is_right, desk);
        self.draw_list(frame, list, desk);
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
