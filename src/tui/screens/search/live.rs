//! What others book meanwhile. The event stream tells a traveler of their own bookings only, so what is shown is looked
//! at again now and then while somebody looks on.

use chrono::{DateTime, TimeDelta, Utc};
use traveloure_core::api::event::{Event, Kind};

use super::Search;
use crate::tui::{
    app::{
        call::{ApiError, Reply},
        cx::{Cx, Notice},
        desk::Desk,
    },
    listing::browse::Pane,
};

/// How old what is shown may become.
const PACE: TimeDelta = TimeDelta::seconds(20);

impl Search {
    /// When it is looked at again: never while something is typed over it, or nobody can be asked.
    pub(super) fn due(&self, desk: &Desk) -> Option<DateTime<Utc>> {
        let is_watched = self.is_front && self.over.is_none() && !self.find.is_typing;
        let can_ask = !desk.is_offline() && !self.rows.load().is_loading();
        self.looked_at.filter(|_| is_watched && can_ask).map(|at| at + PACE)
    }

    pub(super) fn keep_up(&mut self, cx: &mut Cx) {
        if self.due(cx.desk).is_some_and(|due| due <= cx.now()) {
            self.look_again(cx);
        }
    }

    pub(super) fn look_again(&mut self, cx: &mut Cx) {
        self.looks_again = true;
        self.was_read = None;
        // What happens while it is looked at makes it old once more.
        self.looked_at = Some(cx.now());
        self.rows.refresh(cx);
    }

    /// One's own booking takes something of what is shown, or gives it back.
    pub(super) fn take_event(&mut self, event: &Event, cx: &mut Cx) {
        let changes_what_is_left =
            matches!(event.kind, Kind::BookingCreated | Kind::BookingCancelled);
        if changes_what_is_left && self.looked_at.is_some() {
            // As old as can be: looked at as soon as nothing is in the way.
            self.looked_at = Some(DateTime::UNIX_EPOCH);
            self.keep_up(cx);
        }
    }

    /// Takes a page. A service that is read and gone is not silently replaced by its neighbour.
    pub(super) fn came(&mut self, result: Result<Reply, ApiError>, cx: &mut Cx) {
        // Of several pages the first one moves the cursor.
        if self.looks_again && self.was_read.is_none() {
            self.was_read = self.rows.current().map(|found| found.service.clone());
        }
        let page = result.and_then(|reply| match reply {
            Reply::Found(page) => Ok(page),
            _ => Err(ApiError::unexpected()),
        });
        self.rows.came(page, cx);
        // With a date a page may be short, even empty, and not be the last.
        if self.rows.load().error().is_none() {
            self.rows.ask_ahead(cx);
        }
        if self.rows.load().is_loading() {
            return;
        }
        if self.looked_at != Some(DateTime::UNIX_EPOCH) {
            self.looked_at = Some(cx.now());
        }
        let looked_again = std::mem::take(&mut self.looks_again);
        let was_read = self.was_read.take();
        let gone = was_read.filter(|service| self.rows.position(service.id).is_none());
        if let Some(service) = gone.filter(|_| looked_again) {
            self.pane = Pane::List;
            self.scroll.top();
            cx.say(Notice::warn(format!(
                "{} is no longer among what can be booked.",
                service.name
            )));
        }
    }
}
