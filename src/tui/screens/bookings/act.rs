//! What the keys do, and why they cannot.

use std::borrow::Cow;

use traveloure_core::{actor::Role, booking::Status};

use super::{
    Bookings,
    cancelling::Cancelling,
    detail,
    filter::{Filter, View},
    manifest::Day,
    request::Origin,
};
use crate::tui::{
    app::{
        cx::{Cx, Go, Notice},
        desk::Desk,
        message::Effect,
    },
    commands::{Action, BookingsAct, ListAct},
    listing::browse::Pane,
    screens::{Handed, Handled, Tab},
};

impl Bookings {
    pub(super) fn why_not_now(&self, action: Action, desk: &Desk) -> Option<Cow<'static, str>> {
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

    pub(super) fn back(&mut self, cx: &mut Cx) -> Handled {
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

    pub(super) fn act_on_bookings(&mut self, act: BookingsAct, cx: &mut Cx) {
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
}
