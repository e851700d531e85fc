//! Fees: what the platform keeps, and what another rule would have kept, read before it is saved.

mod act;
mod draw;
mod live;
mod rule;
#[cfg(test)]
mod tests;
mod trial;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::{Frame, layout::Rect};
use traveloure_core::api::{
    event::{Event, Kind},
    fee::Fee,
    provider::Provider,
};

use super::{Focus, Handled, Keys, Screen, Tab};
use crate::tui::{
    app::{
        call::{ApiError, Reply, Ticket},
        cx::Cx,
        desk::Desk,
        load::Load,
    },
    commands::{Action, AppAct, Context, FeesAct},
    layers::form::{Form, Outcome},
    widgets::{bars::KeyHint, list::ListState, pane, scroll::Scroll, spinner},
};
use trial::Trial;

/// From this width on, the rules and the one that is read stand side by side.
const SPLIT: u16 = 101;

/// Where the keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Pane {
    #[default]
    List,
    Detail,
}

/// A rule that is being filled in.
#[derive(Debug)]
struct Filling {
    form: Form,
    /// None for a new one.
    fee: Option<Fee>,
    /// It is only tried.
    only_tried: bool,
    act: FeesAct,
}

/// See the module's head.
#[derive(Debug, Default)]
pub struct Fees {
    rules: Load<Vec<Fee>>,
    /// More has changed since they were asked for.
    changed_again: bool,
    providers: Load<Vec<Provider>>,
    list: ListState,
    pane: Pane,
    scroll: Scroll,
    /// Below the trial while there is one: what was typed is not lost.
    filling: Option<Box<Filling>>,
    /// The form for a provider opens once the providers are there.
    waits_for_providers: bool,
    trial: Option<Box<Trial>>,
    is_front: bool,
}

impl Fees {
    fn listed(&self) -> &[Fee] {
        self.rules.get().map(Vec::as_slice).unwrap_or_default()
    }

    fn current(&self) -> Option<&Fee> {
        self.listed().get(self.list.cursor())
    }
}

impl Screen for Fees {
    fn tab(&self) -> Tab {
        Tab::Fees
    }

    fn focus(&self) -> Focus {
        if self.trial.is_some() {
            Focus { contexts: &[], keys: Keys::Modal }
        } else if self.filling.is_some() {
            Focus { contexts: &[Context::Form], keys: Keys::Typing }
        } else {
            Focus { contexts: &[Context::Fees, Context::List], keys: Keys::Commands }
        }
    }

    fn why_not(&self, action: Action, desk: &Desk) -> Option<Cow<'static, str>> {
        self.why_not_now(action, desk)
    }

    fn enter(&mut self, cx: &mut Cx) {
        self.is_front = true;
        if self.rules.is_untouched() {
            self.ask(cx);
        }
    }

    fn leave(&mut self) {
        self.is_front = false;
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> Handled {
        match action {
            Action::App(AppAct::Back) => self.back(),
            Action::Form(_) => {
                let is_done = self
                    .filling
                    .as_mut()
                    .is_some_and(|filling| filling.form.act(action) == Outcome::Submit);
                if is_done {
                    self.propose(cx);
                }
                Handled::Consumed
            }
            Action::List(act) => {
                let handled = self.act_in_list(act);
                if self.pane == Pane::List {
                    self.scroll.top();
                }
                handled
            }
            Action::Fees(act) => {
                self.act_on_fees(act, cx);
                Handled::Consumed
            }
            _ => Handled::Ignored,
        }
    }

    fn key(&mut self, key: KeyEvent, cx: &mut Cx) -> Handled {
        if let Some(trial) = &mut self.trial {
            trial.key(key, cx);
        } else if let Some(filling) = &mut self.filling {
            filling.form.key(key);
        } else {
            return Handled::Ignored;
        }
        Handled::Consumed
    }

    fn paste(&mut self, text: &str, _: &mut Cx) -> Handled {
        let Some(filling) = self.filling.as_mut().filter(|_| self.trial.is_none()) else {
            return Handled::Ignored;
        };
        filling.form.paste(text);
        Handled::Consumed
    }

    fn mouse(&mut self, mouse: MouseEvent, cx: &mut Cx) -> Handled {
        if self.trial.is_some() || self.filling.is_some() {
            return Handled::Ignored;
        }
        self.click(mouse, cx.desk)
    }

    fn reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        self.came(ticket, result, cx);
    }

    fn event(&mut self, event: &Event, cx: &mut Cx) {
        // Before the first look there is nothing to keep up to date.
        if event.kind == Kind::FeeChanged && !self.rules.is_untouched() {
            self.ask(cx);
        }
    }

    fn refresh(&mut self, cx: &mut Cx) {
        if !self.rules.is_untouched() {
            self.ask(cx);
        }
    }

    fn next_wake(&self, desk: &Desk) -> Option<DateTime<Utc>> {
        let loading = [
            self.rules.loading_since(),
            self.providers.loading_since(),
            self.trial.as_ref().and_then(|trial| trial.loading_since()),
        ];
        loading
            .into_iter()
            .flatten()
            .filter(|_| self.is_front)
            .filter_map(|since| spinner::next_change(since, desk.now, &desk.look.symbols))
            .min()
    }

    fn hints(&self, _: &Desk) -> Vec<KeyHint> {
        if self.trial.is_some() || self.filling.is_some() {
            return vec![KeyHint { key: "esc".into(), label: "go back".into() }];
        }
        Vec::new()
    }

    fn would_lose(&self) -> Option<String> {
        let filling = self.filling.as_ref()?;
        filling.form.is_touched().then(|| "a fee that is not saved".to_owned())
    }

    fn is_idle(&self) -> bool {
        !self.rules.is_loading() && !self.providers.is_loading()
    }

    fn is_home(&self) -> bool {
        self.trial.is_none()
            && self.filling.is_none()
            && !self.waits_for_providers
            && self.pane == Pane::List
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
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
        if let Some(trial) = &mut self.trial {
            trial.draw(frame, area, desk);
        } else if let Some(filling) = &mut self.filling {
            filling.form.draw(frame, area, desk);
        }
    }
}
