//! The inbox: booking requests, what waits for an answer first.

mod filter;
mod list;
mod rows;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use ratatui::{Frame, layout::Rect};
use traveloure_core::{
    api::event::{Event, Kind},
    ids::RequestId,
};

use super::{Focus, Handled, Keys, Screen, Tab};
use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::Cx,
        desk::Desk,
        unsent::Unsent,
    },
    commands::{Action, Context, ListAct},
    widgets::{countdown, spinner},
};
use filter::{Filter, View};
use rows::Rows;

/// See the module's head.
#[derive(Debug)]
pub struct Inbox {
    rows: Rows,
    /// Requests that changed and are on their way.
    fetching: Vec<Ticket>,
    kept: Vec<Unsent>,
}

impl Inbox {
    /// `kept` are answers of a session before this one that were not sent.
    #[must_use]
    pub fn new(kept: Vec<Unsent>) -> Self {
        Self { rows: Rows::new(Filter::default()), fetching: Vec::new(), kept }
    }

    fn show(&mut self, view: View, cx: &mut Cx) {
        self.rows.show(Filter { view, words: String::new() }, cx);
    }
}

fn is_about_a_request(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::RequestSubmitted
            | Kind::RequestAccepted
            | Kind::RequestDeclined
            | Kind::RequestCountered
            | Kind::RequestWithdrawn
            | Kind::RequestExpired
            | Kind::RequestMessage
    )
}

impl Screen for Inbox {
    fn tab(&self) -> Tab {
        Tab::Inbox
    }

    fn count(&self) -> Option<u64> {
        (self.rows.filter().view == View::ToAnswer).then(|| self.rows.total()).flatten()
    }

    fn focus(&self) -> Focus {
        Focus { contexts: &[Context::Inbox, Context::List], keys: Keys::Commands }
    }

    fn why_not(&self, _: Action, _: &Desk) -> Option<Cow<'static, str>> {
        None
    }

    fn enter(&mut self, cx: &mut Cx) {
        if self.rows.load().is_untouched() {
            self.rows.refresh(cx);
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> Handled {
        match action {
            Action::List(ListAct::Bottom) => self.rows.go_to_the_end(cx),
            Action::List(act) => {
                let len = self.rows.len();
                if !self.rows.list.go(act, len) {
                    return Handled::Ignored;
                }
                self.rows.moved(cx);
            }
            Action::Inbox(act) => match View::of(act) {
                Some(view) => self.show(view, cx),
                None => return Handled::Ignored,
            },
            _ => return Handled::Ignored,
        }
        Handled::Consumed
    }

    fn reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        if self.rows.waits_for(ticket) {
            let page = result.and_then(|reply| match reply {
                Reply::Requests(page) => Ok(page),
                _ => Err(ApiError::Unreadable("not a page of requests".to_owned())),
            });
            self.rows.came(page, cx);
            return;
        }
        self.fetching.retain(|fetching| *fetching != ticket);
        if let Ok(Reply::Request(request)) = result {
            self.rows.update(request.row);
        }
    }

    fn event(&mut self, event: &Event, cx: &mut Cx) {
        if !is_about_a_request(event.kind) {
            return;
        }
        let id = RequestId::from(event.subject);
        let known = self.rows.get(id).map(|row| row.version);
        if known.is_some() && known >= event.version {
            return;
        }
        self.fetching.push(cx.call(Call::Request(id)));
    }

    fn refresh(&mut self, cx: &mut Cx) {
        self.rows.refresh(cx);
    }

    fn next_wake(&self, desk: &Desk) -> Option<DateTime<Utc>> {
        let visible = self.rows.visible();
        let countdowns = visible.filter(|row| row.status.is_open());
        let ticks = countdowns.filter_map(|row| countdown::next_change(row.expires_at, desk.now));
        let spinner = self
            .rows
            .load()
            .loading_since()
            .and_then(|since| spinner::next_change(since, desk.now, &desk.look.symbols));
        ticks.chain(spinner).min()
    }

    fn is_idle(&self) -> bool {
        self.fetching.is_empty() && !self.rows.load().is_loading()
    }

    fn unsent(&self) -> Vec<Unsent> {
        self.kept.clone()
    }

    fn is_home(&self) -> bool {
        true
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        self.draw_list(frame, area, desk);
    }
}
