//! What comes in: pages, bookings that changed elsewhere, and what became of cancelling.

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

use super::Bookings;
use crate::tui::app::{
    call::{ApiError, Call, Reply, Ticket},
    cx::{Cx, Notice},
};

/// When more bookings than this change at once, the list is fetched instead.
const ONE_BY_ONE: usize = 12;

impl Bookings {
    pub(super) fn came(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
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

    pub(super) fn take_event(&mut self, event: &Event, cx: &mut Cx) {
        let moves_money = matches!(event.kind, Kind::RefundChanged | Kind::DisputeChanged);
        if moves_money && !self.rows.load().is_untouched() {
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
        if self.rows.brings_what_changed(self.fetching.len() >= ONE_BY_ONE, cx) {
            return;
        }
        self.fetching.push(cx.call(Call::Booking(id)));
    }

    /// Money went back for some booking; which one is not always said. The one that is read is fetched anew, the others
    /// when they are read again.
    fn money_moved(&mut self, cx: &mut Cx) {
        let read = self.rows.current().map(|row| row.id).filter(|id| {
            self.is_front && self.pane.shows_detail(cx.desk) && self.details.get(*id).is_some()
        });
        let at_once = read.filter(|_| self.fetching.len() < ONE_BY_ONE);
        self.details.forget_all_but(at_once);
        match at_once {
            Some(id) => self.fetching.push(cx.call(Call::Booking(id))),
            None => self.follow(cx),
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
