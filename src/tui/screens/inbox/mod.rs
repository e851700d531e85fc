//! The inbox: booking requests, what waits for an answer first.

mod act;
mod answers;
mod asking;
mod filter;
mod list;
mod live;
mod marks;
pub(super) mod preview;

#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use chrono::{DateTime, Utc};
use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::{Frame, layout::Rect};
use traveloure_core::{
    api::{event::Event, request::Request},
    ids::RequestId,
};

use super::{Focus, Handled, Keys, Screen, Tab};
use crate::tui::{
    app::{
        call::{ApiError, Reply, Ticket},
        cx::{Cx, Notice},
        desk::Desk,
        unsent::{Answer, Unsent},
    },
    commands::{Action, AppAct, Context, InboxAct},
    layers::form::Form,
    listing::{
        browse::{Browse, Pane, SPLIT},
        details::Details,
        find::Find,
        rows::Rows,
    },
    widgets::{bars::KeyHint, countdown, pane, scroll::Scroll, spinner, text},
};
use answers::Answers;
use asking::{Asking, DraftName, Leftovers, Remembered};
use filter::{Filter, View};
use marks::Marks;

/// See the module's head.
#[derive(Debug)]
pub struct Inbox {
    rows: Rows<Filter>,
    find: Find<Filter>,
    marks: Marks,
    details: Details<Request>,
    answers: Answers,
    asking: Option<Asking>,
    /// Forms that were closed or sent, until their answer has arrived.
    drafts: HashMap<DraftName, Form>,
    pane: Pane,
    scroll: Scroll,
    /// The request that the preview showed last.
    read: Option<RequestId>,
    /// What came while we looked on, until the cursor has been there.
    fresh: HashSet<RequestId>,
    /// Requests that changed elsewhere and are on their way, and whether they are new.
    fetching: Vec<(Ticket, bool)>,
    last: Option<Answer>,
    last_offer: Option<Remembered>,
    /// Answers that an earlier session could not send.
    leftovers: Vec<Unsent>,
    is_front: bool,
}

impl Inbox {
    /// `leftovers` are answers of a session before this one that were not sent.
    #[must_use]
    pub fn new(leftovers: Vec<Unsent>) -> Self {
        let asking = (!leftovers.is_empty()).then(|| Asking::Leftovers(Leftovers::new(&leftovers)));
        Self {
            rows: Rows::new(Filter::default()),
            find: Find::default(),
            marks: Marks::default(),
            details: Details::default(),
            answers: Answers::default(),
            asking,
            drafts: HashMap::new(),
            pane: Pane::List,
            scroll: Scroll::default(),
            read: None,
            fresh: HashSet::new(),
            fetching: Vec::new(),
            last: None,
            last_offer: None,
            leftovers,
            is_front: false,
        }
    }

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
        if !self.is_front {
            self.details.want_none();
            return;
        }
        let needed = self.asking.as_ref().and_then(Asking::needs);
        let needed = needed.and_then(|id| self.rows.get(id)).map(|row| (row.id, row.version));
        match needed.or(current.filter(|_| self.pane.shows_detail(cx.desk))) {
            Some((id, version)) => self.details.want(id, version, cx),
            None => self.details.want_none(),
        }
    }
}

impl Screen for Inbox {
    fn tab(&self) -> Tab {
        Tab::Inbox
    }

    fn count(&self) -> Option<u64> {
        let to_answer = self.rows.filter().view == View::ToAnswer && !self.find.is_narrowed();
        to_answer.then(|| self.rows.left()).flatten()
    }

    fn focus(&self) -> Focus {
        if let Some(asking) = &self.asking {
            return asking.focus();
        }
        if self.find.is_typing {
            return Focus { contexts: &[], keys: Keys::Typing };
        }
        Focus { contexts: &[Context::Inbox, Context::List], keys: Keys::Commands }
    }

    fn why_not(&self, action: Action, desk: &Desk) -> Option<Cow<'static, str>> {
        self.why_not_now(action, desk)
    }

    fn status(&self, desk: &Desk) -> Option<Notice> {
        if let Some(waiting) = self.answers.status(desk) {
            return Some(waiting);
        }
        let count = self.leftovers.len();
        if count == 0 || self.asking.is_some() {
            return None;
        }
        let left = u64::try_from(count).unwrap_or(0);
        let left = text::counted(left, "answer was", "answers were");
        let key = desk.key(Action::Inbox(InboxAct::Leftovers));
        Some(Notice::warn(format!("{left} not sent in an earlier session. {key} shows them.")))
    }

    fn hints(&self, _: &Desk) -> Vec<KeyHint> {
        if self.asking.is_none() && self.find.is_typing {
            let hint = |key: &str, label: &str| KeyHint { key: key.into(), label: label.into() };
            return vec![hint("enter", "keep to what is found")];
        }
        self.asking.as_ref().map(Asking::hints).unwrap_or_default()
    }

    fn enter(&mut self, cx: &mut Cx) {
        self.is_front = true;
        if self.rows.load().is_untouched() {
            self.rows.refresh(cx);
        } else {
            self.rows.sweep(cx.desk);
        }
    }

    fn leave(&mut self) {
        self.is_front = false;
        self.details.want_none();
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> Handled {
        let handled = match action {
            Action::App(AppAct::Back) => self.back(cx),
            Action::App(AppAct::Refresh) => {
                self.details.try_again();
                self.rows.sweep(cx.desk);
                self.rows.refresh(cx);
                Handled::Consumed
            }
            Action::Form(_) => {
                if let Some(asking) = &mut self.asking {
                    let step = asking.act(action, cx);
                    self.take_step(step, cx);
                }
                Handled::Consumed
            }
            Action::List(act) => self.act_in_list(act, cx),
            Action::Inbox(act) => self.act_on_requests(act, cx),
            _ => Handled::Ignored,
        };
        self.follow(cx);
        handled
    }

    fn key(&mut self, key: KeyEvent, cx: &mut Cx) -> Handled {
        if let Some(asking) = &mut self.asking {
            let step = asking.key(key, &self.details, cx);
            self.take_step(step, cx);
        } else if self.find.is_typing {
            self.find.key(key, &mut self.rows, cx);
        } else {
            return Handled::Ignored;
        }
        self.follow(cx);
        Handled::Consumed
    }

    fn paste(&mut self, text: &str, cx: &mut Cx) -> Handled {
        match (&mut self.asking, self.find.is_typing) {
            (Some(asking), _) => {
                if let Some(form) = asking.form_mut() {
                    form.paste(text);
                }
            }
            (None, true) => self.find.paste(text, &mut self.rows, cx),
            (None, false) => return Handled::Ignored,
        }
        Handled::Consumed
    }

    fn mouse(&mut self, mouse: MouseEvent, cx: &mut Cx) -> Handled {
        if self.asking.is_some() {
            return Handled::Consumed;
        }
        let handled = self.browse().mouse(mouse, cx);
        self.follow(cx);
        handled
    }

    fn reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        self.take_reply(ticket, result, cx);
        self.follow(cx);
    }

    fn event(&mut self, event: &Event, cx: &mut Cx) {
        self.take_event(event, cx);
    }

    fn refresh(&mut self, cx: &mut Cx) {
        self.details.forget_all();
        self.rows.refresh(cx);
    }

    fn wake(&mut self, cx: &mut Cx) {
        self.answers.send_due(cx);
        self.follow(cx);
    }

    fn next_wake(&self, desk: &Desk) -> Option<DateTime<Utc>> {
        let now = desk.now;
        let symbols = &desk.look.symbols;
        let open = self.rows.visible().filter(|row| row.status.is_open());
        let countdowns = open
            .filter(|_| self.is_front)
            .filter_map(|row| countdown::next_change(row.expires_at, now));
        let loading = self.rows.load().loading_since();
        let spinner = loading.and_then(|since| spinner::next_change(since, now, symbols));
        let reading = self.details.loading_since();
        let reading = reading.and_then(|since| spinner::next_change(since, now, symbols));
        let answers = self.answers.next_wake(now);
        let details = self.details.next_wake();
        countdowns.chain(spinner).chain(reading).chain(answers).chain(details).min()
    }

    fn flush(&mut self, cx: &mut Cx) {
        self.answers.flush(cx);
    }

    fn edited(&mut self, text: Option<String>, _: &mut Cx) {
        let form = self.asking.as_mut().and_then(Asking::form_mut);
        if let (Some(form), Some(text)) = (form, text) {
            form.edited(&text);
        }
    }

    fn on_the_way(&self) -> usize {
        self.answers.on_the_way()
    }

    fn unsent(&self) -> Vec<Unsent> {
        let mut unsent = self.leftovers.clone();
        unsent.extend(self.answers.unsent());
        unsent
    }

    fn is_idle(&self) -> bool {
        self.fetching.is_empty()
            && !self.rows.load().is_loading()
            && self.details.is_idle()
            && self.answers.on_the_way() == 0
    }

    fn is_home(&self) -> bool {
        self.asking.is_none()
            && !self.find.is_typing
            && !self.find.is_narrowed()
            && self.marks.is_empty()
            && self.pane == Pane::List
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        if area.width < SPLIT {
            match self.pane {
                Pane::List => self.draw_list(frame, area, desk),
                Pane::Detail => self.draw_preview(frame, area, desk),
            }
            return;
        }
        let is_right = self.pane == Pane::Detail;
        let (list, preview) = pane::side_by_side(frame.buffer_mut(), area, is_right, desk);
        self.draw_list(frame, list, desk);
        self.draw_preview(frame, preview, desk);
    }

    fn draw_over(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        if let Some(asking) = &mut self.asking {
            asking.draw(frame, area, &self.details, desk);
        }
    }
}
