//! What the keys do, and why they cannot.

use std::borrow::Cow;

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::{Earnings, Over, Pane, SPLIT, View, here, link::Link, period::Period, statement};
use crate::tui::{
    app::{
        call::Call,
        cx::{Cx, Notice},
        desk::Desk,
        message::Effect,
    },
    commands::{Action, EarningsAct, ListAct},
    layers::form::read,
    screens::Handled,
    widgets::list::ListState,
};

impl Earnings {
    pub(super) fn why_not_now(&self, action: Action, desk: &Desk) -> Option<Cow<'static, str>> {
        if let (Some(Over::Link(link)), Action::Earnings(act)) = (&self.over, action) {
            match act {
                EarningsAct::Copy => {}
                EarningsAct::Onboard => return link.why_no_code(desk).map(Cow::Borrowed),
                _ => return Some("the link is shown; Esc closes it".into()),
            }
        }
        let words = match action {
            Action::List(ListAct::Mark | ListAct::MarkRange) => {
                "there is nothing to do with several rows at once"
            }
            Action::List(ListAct::Find | ListAct::NextFound | ListAct::PreviousFound) => {
                "these rows are few; nothing is looked for among them"
            }
            Action::List(ListAct::Open | ListAct::NextPane) if self.place().is_none() => {
                "there is nothing here to open"
            }
            Action::Earnings(EarningsAct::Statement) if !desk.settings.capabilities.files => {
                "files cannot be written from here; traveloure earnings statement prints it"
            }
            Action::Earnings(EarningsAct::Copy) if !desk.settings.capabilities.clipboard => {
                "this terminal has no clipboard"
            }
            Action::Earnings(EarningsAct::Copy) if self.to_copy().is_none() => {
                "there is no payout or link here to copy"
            }
            Action::Earnings(EarningsAct::Later) if self.period.is_none() => {
                "these are the weeks up to now"
            }
            Action::Earnings(EarningsAct::Currency)
                if self.earned.get().is_none_or(|earned| earned.currencies.len() < 2) =>
            {
                "there is one currency"
            }
            _ => return None,
        };
        Some(words.into())
    }

    pub(super) fn back(&mut self, cx: &mut Cx) -> Handled {
        match self.over.take() {
            Some(Over::Statement(mut saving)) => {
                if saving.back() {
                    self.over = Some(Over::Statement(saving));
                } else {
                    self.statement = None;
                }
            }
            Some(Over::Link(mut link)) => {
                if link.back() {
                    self.over = Some(Over::Link(link));
                } else {
                    // What was done on the processor's page shows here.
                    self.ask_account(cx);
                }
            }
            None if self.pane == Pane::Entries => self.pane = Pane::List,
            None => return Handled::Ignored,
        }
        Handled::Consumed
    }

    pub(super) fn act_in_list(&mut self, act: ListAct) -> Handled {
        match (self.pane, act) {
            (_, ListAct::NextPane | ListAct::PreviousPane) => {
                let to = if self.pane == Pane::List { Pane::Entries } else { Pane::List };
                self.pane = if self.place().is_some() { to } else { Pane::List };
            }
            (Pane::List, ListAct::Open) if self.place().is_some() => self.pane = Pane::Entries,
            // Beside what is read, the neighbours are one key away.
            (Pane::Entries, ListAct::Left) => return self.step(ListAct::Up),
            (Pane::Entries, ListAct::Right) => return self.step(ListAct::Down),
            (Pane::Entries, act) if self.scroll.go(act) => {}
            (Pane::List, act) => return self.step(act),
            (Pane::Entries, _) => return Handled::Ignored,
        }
        Handled::Consumed
    }

    fn step(&mut self, act: ListAct) -> Handled {
        let len = self.len();
        if self.list.go(act, len) { Handled::Consumed } else { Handled::Ignored }
    }

    pub(super) fn act_on_earnings(&mut self, act: EarningsAct, cx: &mut Cx) {
        let period = self.period(cx.desk);
        match act {
            EarningsAct::Onboard => {
                if let Some(Over::Link(link)) = &mut self.over {
                    link.turn_code();
                    return;
                }
                self.over = Link::ask(cx).map(|link| Over::Link(Box::new(link)));
            }
            EarningsAct::Statement => {
                let asking = statement::asking(here(cx.desk));
                self.over = Some(Over::Statement(Box::new(asking)));
            }
            EarningsAct::Copy => {
                if let Some((what, text)) = self.to_copy() {
                    let said = format!("The {what} was handed to the terminal's clipboard.");
                    cx.say(Notice::info(said));
                    cx.effect(Effect::Copy(text));
                }
            }
            EarningsAct::Earlier => self.look_at(Some(period.before()), cx),
            EarningsAct::Later => {
                let later = period.after();
                let is_now = later == Period::up_to(here(cx.desk));
                self.look_at((!is_now).then_some(later), cx);
            }
            EarningsAct::Now => self.look_at(None, cx),
            EarningsAct::Currency => {
                let count = self.earned.get().map_or(1, |earned| earned.currencies.len().max(1));
                self.currency = (self.currency + 1) % count;
                self.list = ListState::default();
                self.sort_out();
            }
            EarningsAct::ShowWeeks => self.show(View::Weeks),
            EarningsAct::ShowPayouts => self.show(View::Payouts),
        }
    }

    fn show(&mut self, view: View) {
        if self.view != view {
            (self.view, self.pane, self.list) = (view, Pane::List, ListState::default());
        }
    }

    fn look_at(&mut self, period: Option<Period>, cx: &mut Cx) {
        self.period = period;
        (self.pane, self.list) = (Pane::List, ListState::default());
        (self.weeks, self.payouts) = (Vec::new(), Vec::new());
        self.earned.clear();
        self.ask(cx);
    }

    /// What `y` copies: the link that is shown, or what names the payout.
    fn to_copy(&self) -> Option<(&'static str, String)> {
        if let Some(Over::Link(link)) = &self.over {
            return link.url().map(|url| ("link", url.to_owned()));
        }
        let payout = self.payout()?;
        Some(match &payout.reference {
            Some(reference) => ("reference of the transfer", reference.clone()),
            None => ("confirmation code", payout.confirmation_code.clone()),
        })
    }

    pub(super) fn wants_statement(&mut self, cx: &mut Cx) {
        let Some(Over::Statement(saving)) = &mut self.over else { return };
        let Some(provider) = cx.desk.provider() else { return };
        match read::year_and_month(&saving.text(statement::MONTH)) {
            Ok(month) => {
                saving.fetching(cx);
                self.statement = Some(cx.call(Call::Statement { provider, month }));
            }
            Err(error) => saving.fault(statement::MONTH, error),
        }
    }

    pub(super) fn click(&mut self, mouse: MouseEvent, desk: &Desk) -> Handled {
        let at = Position { x: mouse.column, y: mouse.row };
        match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                let is_seen = self.pane == Pane::List || desk.size.width >= SPLIT;
                let Some(index) = self.list.at(at, self.len()).filter(|_| is_seen) else {
                    return Handled::Ignored;
                };
                self.pane = Pane::List;
                self.list.select(index, self.len());
                Handled::Consumed
            }
            MouseEventKind::ScrollDown => self.act_in_list(ListAct::Down),
            MouseEventKind::ScrollUp => self.act_in_list(ListAct::Up),
            _ => Handled::Ignored,
        }
    }
}
