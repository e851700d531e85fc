//! Jobs, for administrators: whether what the clock brings about is done, and what could not be.

mod act;
mod detail;
mod list;
mod retrying;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::{Frame, layout::Rect};
use traveloure_core::api::{
    event::{Event, Kind},
    job::{JobRow, Jobs, Trouble, Worker},
    page::{MAX_LIMIT, Page},
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
    widgets::{bars::KeyHint, list::ListState, pane, scroll::Scroll, spinner},
};
use retrying::{Retrying, Tried};

/// From this width on, the list and what is read stand side by side.
const SPLIT: u16 = 101;

/// What the list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    Jobs,
    /// What has failed for long or waits for somebody.
    Stuck,
    /// Everything that failed.
    All,
    Servers,
}

/// Where the keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pane {
    List,
    Detail,
}

/// See the module's head.
#[derive(Debug)]
pub struct JobsScreen {
    view: View,
    pane: Pane,
    list: ListState,
    scroll: Scroll,
    overview: Load<Jobs>,
    troubles: Load<Page<Trouble>>,
    /// Something changed while an answer was on its way: it is asked for once more.
    again: bool,
    retrying: Option<Retrying>,
    /// What was tried again and of which it is not known what came of it.
    tried: Vec<Tried>,
}

impl Default for JobsScreen {
    fn default() -> Self {
        Self {
            view: View::Jobs,
            pane: Pane::List,
            list: ListState::default(),
            scroll: Scroll::default(),
            overview: Load::default(),
            troubles: Load::default(),
            again: false,
            retrying: None,
            tried: Vec::new(),
        }
    }
}

impl JobsScreen {
    fn jobs(&self) -> &[JobRow] {
        self.overview.get().map(|jobs| jobs.jobs.as_slice()).unwrap_or_default()
    }

    fn workers(&self) -> &[Worker] {
        self.overview.get().map(|jobs| jobs.workers.as_slice()).unwrap_or_default()
    }

    fn rows(&self) -> &[Trouble] {
        self.troubles.get().map(|page| page.items.as_slice()).unwrap_or_default()
    }

    fn shows_troubles(&self) -> bool {
        matches!(self.view, View::Stuck | View::All)
    }

    fn len(&self) -> usize {
        match self.view {
            View::Jobs => self.jobs().len(),
            View::Stuck | View::All => self.rows().len(),
            View::Servers => self.workers().len(),
        }
    }

    /// The trouble under the cursor.
    fn trouble(&self) -> Option<&Trouble> {
        self.rows().get(self.list.cursor()).filter(|_| self.shows_troubles())
    }

    /// The job under the cursor.
    fn job(&self) -> Option<&JobRow> {
        self.jobs().get(self.list.cursor()).filter(|_| self.view == View::Jobs)
    }

    fn can_be_read(&self) -> bool {
        self.trouble().is_some() || self.job().is_some()
    }

    /// Asks for everything that is shown; what was asked for already is asked for once more behind it.
    fn fetch(&mut self, cx: &mut Cx) {
        if self.overview.is_loading() || self.troubles.is_loading() {
            self.again = true;
            return;
        }
        let ticket = cx.call(Call::Jobs);
        self.overview.asked(ticket, cx);
        if self.shows_troubles() || !self.tried.is_empty() {
            let only_stuck = self.view == View::Stuck;
            let ticket = cx.call(Call::Troubles { only_stuck, limit: MAX_LIMIT });
            self.troubles.asked(ticket, cx);
        }
    }

    fn came(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        if let Some(retrying) = self.retrying.as_mut().filter(|one| one.waits_for(ticket)) {
            if let Some(tried) = retrying.came(result, cx) {
                self.retrying = None;
                cx.say(tried.begun());
                self.tried.push(tried);
                self.fetch(cx);
            }
            return;
        }
        let now = cx.now();
        if self.overview.waits_for(ticket) {
            let jobs = result.and_then(|reply| match reply {
                Reply::Jobs(jobs) => Ok(*jobs),
                _ => Err(ApiError::unexpected()),
            });
            self.overview.came(jobs, now);
        } else if self.troubles.waits_for(ticket) {
            self.troubles_came(result, now);
            self.say_what_came(cx);
        }
        let waits = self.overview.is_loading() || self.troubles.is_loading();
        if self.again && !waits {
            self.again = false;
            self.fetch(cx);
        }
    }

    /// Says what came of what was tried again, where the list that came tells.
    fn say_what_came(&mut self, cx: &mut Cx) {
        let Some(page) = self.troubles.get().filter(|_| self.troubles.error().is_none()) else {
            return;
        };
        if page.next.is_some() {
            return;
        }
        let only_stuck = self.view == View::Stuck;
        self.tried.retain(|tried| {
            let told = tried.shows_in(only_stuck).then(|| tried.outcome(&page.items)).flatten();
            let is_known = told.is_some();
            if let Some(notice) = told {
                cx.say(notice);
            }
            !is_known
        });
    }

    // The cursor stays on what it was on.
    fn troubles_came(&mut self, result: Result<Reply, ApiError>, now: DateTime<Utc>) {
        let held = self.trouble().map(|one| (one.job, one.subject.clone()));
        let page = result.and_then(|reply| match reply {
            Reply::Troubles(page) => Ok(page),
            _ => Err(ApiError::unexpected()),
        });
        self.troubles.came(page, now);
        let is_held = |one: &Trouble| {
            held.as_ref().is_some_and(|(job, subject)| (one.job, &one.subject) == (*job, subject))
        };
        let at = self.rows().iter().position(is_held).unwrap_or(self.list.cursor());
        let len = self.len();
        self.list.select(at, len);
        if self.trouble().is_none() {
            self.pane = Pane::List;
        }
    }
}

impl Screen for JobsScreen {
    fn tab(&self) -> Tab {
        Tab::Jobs
    }

    fn count(&self) -> Option<u64> {
        let stuck = self.jobs().iter().map(|row| row.stuck).sum();
        (stuck > 0).then_some(stuck)
    }

    fn focus(&self) -> Focus {
        if self.retrying.is_some() {
            return Focus { contexts: &[], keys: Keys::Modal };
        }
        Focus { contexts: &[Context::Jobs, Context::List], keys: Keys::Commands }
    }

    fn why_not(&self, action: Action, desk: &Desk) -> Option<Cow<'static, str>> {
        self.why_not_now(action, desk)
    }

    fn enter(&mut self, cx: &mut Cx) {
        self.fetch(cx);
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> Handled {
        match action {
            Action::App(AppAct::Back) => self.back(cx),
            Action::App(AppAct::Refresh) => {
                self.fetch(cx);
                Handled::Consumed
            }
            Action::List(act) => self.act_in_list(act),
            Action::Jobs(act) => {
                self.act_on_jobs(act, cx);
                Handled::Consumed
            }
            _ => Handled::Ignored,
        }
    }

    fn key(&mut self, key: KeyEvent, cx: &mut Cx) -> Handled {
        let Some(retrying) = &mut self.retrying else { return Handled::Ignored };
        retrying.key(key, cx);
        Handled::Consumed
    }

    fn mouse(&mut self, mouse: MouseEvent, cx: &mut Cx) -> Handled {
        self.click(mouse, cx.desk)
    }

    fn reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        self.came(ticket, result, cx);
    }

    fn event(&mut self, event: &Event, cx: &mut Cx) {
        if event.kind == Kind::JobsChanged && !self.overview.is_untouched() {
            self.fetch(cx);
        }
    }

    fn refresh(&mut self, cx: &mut Cx) {
        if !self.overview.is_untouched() {
            self.fetch(cx);
        }
    }

    fn next_wake(&self, desk: &Desk) -> Option<DateTime<Utc>> {
        let loading = [
            self.overview.loading_since(),
            self.troubles.loading_since(),
            self.retrying.as_ref().and_then(Retrying::loading_since),
        ];
        loading
            .into_iter()
            .flatten()
            .filter_map(|since| spinner::next_change(since, desk.now, &desk.look.symbols))
            .min()
    }

    fn hints(&self, _: &Desk) -> Vec<KeyHint> {
        if self.retrying.is_none() {
            return Vec::new();
        }
        vec![KeyHint { key: "esc".into(), label: "go back".into() }]
    }

    fn is_idle(&self) -> bool {
        !self.overview.is_loading() && !self.troubles.is_loading()
    }

    fn is_home(&self) -> bool {
        self.retrying.is_none() && self.pane == Pane::List && self.view == View::Jobs
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        if area.width < SPLIT || self.view == View::Servers {
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
        if let Some(retrying) = &mut self.retrying {
            retrying.draw(frame, area, desk);
        }
    }
}
