//! What the keys do, and why they cannot.

use std::borrow::Cow;

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::{JobsScreen, Pane, SPLIT, View, retrying::Retrying};
use crate::tui::{
    app::{cx::Cx, desk::Desk},
    commands::{Action, JobsAct, ListAct},
    screens::Handled,
    widgets::list::ListState,
};

impl JobsScreen {
    pub(super) fn why_not_now(&self, action: Action, _: &Desk) -> Option<Cow<'static, str>> {
        match action {
            Action::List(ListAct::Mark | ListAct::MarkRange) => {
                Some("what failed is tried one by one".into())
            }
            Action::List(ListAct::Find | ListAct::NextFound | ListAct::PreviousFound) => {
                Some("there is nothing to look for words in".into())
            }
            Action::List(ListAct::Open | ListAct::NextPane) if !self.can_be_read() => {
                Some("there is nothing to open here".into())
            }
            Action::Jobs(JobsAct::Retry) if !self.shows_troubles() => {
                Some("f s shows what is stuck; there it can be tried".into())
            }
            Action::Jobs(JobsAct::Retry) if self.trouble().is_none() => {
                Some("nothing is stuck".into())
            }
            _ => None,
        }
    }

    pub(super) fn back(&mut self, cx: &mut Cx) -> Handled {
        if self.retrying.take().is_some() {
            // What it was about is below it.
        } else if self.pane == Pane::Detail {
            self.pane = Pane::List;
        } else if self.view == View::Jobs {
            return Handled::Ignored;
        } else {
            self.show(View::Jobs, cx);
        }
        Handled::Consumed
    }

    pub(super) fn act_in_list(&mut self, act: ListAct) -> Handled {
        match (self.pane, act) {
            (_, ListAct::NextPane | ListAct::PreviousPane) => {
                let to = if self.pane == Pane::List { Pane::Detail } else { Pane::List };
                self.pane = if self.can_be_read() { to } else { Pane::List };
                Handled::Consumed
            }
            (Pane::List, ListAct::Open) if self.can_be_read() => {
                self.pane = Pane::Detail;
                Handled::Consumed
            }
            // Beside what is read, the neighbours are one key away.
            (Pane::Detail, ListAct::Left) => self.step(ListAct::Up),
            (Pane::Detail, ListAct::Right) => self.step(ListAct::Down),
            (Pane::List, act) => self.step(act),
            (Pane::Detail, act) if self.scroll.go(act) => Handled::Consumed,
            (Pane::Detail, _) => Handled::Ignored,
        }
    }

    fn step(&mut self, act: ListAct) -> Handled {
        let len = self.len();
        if !self.list.go(act, len) {
            return Handled::Ignored;
        }
        self.scroll.top();
        Handled::Consumed
    }

    pub(super) fn act_on_jobs(&mut self, act: JobsAct, cx: &mut Cx) {
        match act {
            JobsAct::Retry => {
                if let Some(trouble) = self.trouble() {
                    let keys = cx.desk.settings.keymap.keys_of(Action::Jobs(JobsAct::Retry));
                    self.retrying = Some(Retrying::new(trouble, &keys, cx));
                }
            }
            JobsAct::ShowJobs => self.show(View::Jobs, cx),
            JobsAct::ShowStuck => self.show(View::Stuck, cx),
            JobsAct::ShowAll => self.show(View::All, cx),
            JobsAct::ShowServers => self.show(View::Servers, cx),
        }
    }

    fn show(&mut self, view: View, cx: &mut Cx) {
        if view != self.view {
            self.view = view;
            self.list = ListState::default();
            // Those of another view would be taken for this one's.
            self.troubles.clear();
        }
        self.pane = Pane::List;
        self.scroll.top();
        self.fetch(cx);
    }

    pub(super) fn click(&mut self, mouse: MouseEvent, desk: &Desk) -> Handled {
        let at = Position { x: mouse.column, y: mouse.row };
        match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                let is_seen = self.pane == Pane::List || desk.size.width >= SPLIT;
                let len = self.len();
                let Some(index) = self.list.at(at, len).filter(|_| is_seen) else {
                    return Handled::Ignored;
                };
                self.pane = Pane::List;
                self.list.select(index, len);
                self.scroll.top();
                Handled::Consumed
            }
            MouseEventKind::ScrollDown => self.act_in_list(ListAct::Down),
            MouseEventKind::ScrollUp => self.act_in_list(ListAct::Up),
            _ => Handled::Ignored,
        }
    }
}
