//! Cart: what is wanted, by kind, with its prices; having it booked; and paying for it.

mod acts;
mod checkout;
mod draw;
mod items;
mod paying;
mod processing;
#[cfg(test)]
mod tests;
pub mod wanted;
mod ways;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::{Frame, layout::Rect};
use traveloure_core::api::{cart::CartItem, event::Event};
use uuid::Uuid;

use super::{Focus, Handed, Handled, Keys, Screen, Tab};
use crate::tui::{
    app::{
        call::{ApiError, Reply, Ticket},
        cx::{Cx, Notice},
        desk::Desk,
    },
    commands::{Action, AppAct, Context, ListAct},
    layers::confirm::Answer,
    widgets::{bars::KeyHint, list::ListState, pane, scroll::Scroll, spinner},
};
use items::{Edit, Items, kind};
use paying::{Paying, Start};
use processing::{Outcome, Question};
use wanted::Wanted;

/// From this width on, cart and item stand side by side.
const SPLIT: u16 = 101;

/// Where the keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pane {
    List,
    /// Beside the list, or in its place where there is no room for both.
    Detail,
}

/// What the screen shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    Items,
    Outcome,
    Paying,
}

/// One line of the list.
#[derive(Clone, Debug)]
enum Row {
    Kind(u8),
    Item(CartItem),
}

/// A cart on its way to be booked.
#[derive(Debug)]
struct Processing {
    ticket: Option<(Ticket, DateTime<Utc>)>,
    items: Vec<CartItem>,
    key: Uuid,
}

/// See the module's head.
#[derive(Debug)]
pub struct CartScreen {
    items: Items,
    list: ListState,
    pane: Pane,
    scroll: Scroll,
    view: View,
    wanted: Option<Box<Wanted>>,
    question: Option<Question>,
    processing: Option<Processing>,
    outcome: Option<Outcome>,
    paying: Option<Paying>,
    is_front: bool,
}

impl Default for CartScreen {
    fn default() -> Self {
        Self {
            items: Items::default(),
            list: ListState::default(),
            pane: Pane::List,
            scroll: Scroll::default(),
            view: View::Items,
            wanted: None,
            question: None,
            processing: None,
            outcome: None,
            paying: None,
            is_front: false,
        }
    }
}

impl CartScreen {
    fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut last = None;
        for item in self.items.shown() {
            if last != Some(kind(&item)) {
                last = Some(kind(&item));
                rows.push(Row::Kind(kind(&item)));
            }
            rows.push(Row::Item(item));
        }
        rows
    }

    fn current(&self) -> Option<CartItem> {
        match self.rows().into_iter().nth(self.list.cursor()) {
            Some(Row::Item(item)) => Some(item),
            _ => None,
        }
    }

    /// Moves the cursor off a heading, `down` or up; there is an item below every one.
    fn off_headings(&mut self, down: bool) {
        let rows = self.rows();
        self.list.select(self.list.cursor(), rows.len());
        if matches!(rows.get(self.list.cursor()), Some(Row::Kind(_))) {
            let up = !down && self.list.cursor() > 0;
            self.list.go(if up { ListAct::Up } else { ListAct::Down }, rows.len());
        }
    }

    fn look_at_paying(&mut self) {
        if let Some(paying) = &mut self.paying {
            paying.is_seen = self.is_front;
        }
    }

    fn is_processing(&self) -> bool {
        self.processing.as_ref().is_some_and(|processing| processing.ticket.is_some())
    }
}

impl Screen for CartScreen {
    fn tab(&self) -> Tab {
        Tab::Cart
    }

    fn count(&self) -> Option<u64> {
        u64::try_from(self.items.shown().len()).ok()
    }

    fn focus(&self) -> Focus {
        if self.wanted.is_some() {
            return Focus { contexts: &[Context::Form], keys: Keys::Typing };
        }
        let asks_to_pay = self.paying.as_ref().is_some_and(|paying| paying.question.is_some());
        if self.question.is_some() || (self.view == View::Paying && asks_to_pay) {
            return Focus { contexts: &[], keys: Keys::Modal };
        }
        let contexts: &[Context] = match self.view {
            View::Items | View::Outcome => &[Context::Cart, Context::List],
            View::Paying => &[Context::Checkout, Context::List],
        };
        Focus { contexts, keys: Keys::Commands }
    }

    fn why_not(&self, action: Action, desk: &Desk) -> Option<Cow<'static, str>> {
        self.why_not_now(action, desk).map(Cow::Borrowed)
    }

    fn enter(&mut self, cx: &mut Cx) {
        self.is_front = true;
        self.look_at_paying();
        if self.items.load().is_untouched() {
            self.items.fetch(cx);
        }
        self.off_headings(true);
    }

    fn leave(&mut self) {
        self.is_front = false;
        self.look_at_paying();
    }

    fn act(&mut self, action: Action, cx: &mut Cx) -> Handled {
        match action {
            Action::App(AppAct::Back) => return self.back(),
            _ if self.wanted.is_some() => return self.act_on_wanted(action, cx),
            Action::App(AppAct::Refresh) => {
                self.refresh(cx);
                return Handled::Consumed;
            }
            _ => {}
        }
        match self.view {
            View::Items => self.act_on_items(action, cx),
            View::Outcome => self.act_on_outcome(action),
            View::Paying => {
                let acts = self.paying.as_mut().is_some_and(|paying| paying.act(action, cx));
                if acts { Handled::Consumed } else { Handled::Ignored }
            }
        }
    }

    fn key(&mut self, key: KeyEvent, cx: &mut Cx) -> Handled {
        if let Some(wanted) = &mut self.wanted {
            wanted.key(key, cx);
        } else if let Some(question) = &mut self.question {
            if question.key(key) == Answer::Yes
                && let Some(question) = self.question.take()
            {
                self.process(question, cx);
            }
        } else if let Some(paying) = self.paying.as_mut().filter(|_| self.view == View::Paying) {
            paying.key(key, cx);
        } else {
            return Handled::Ignored;
        }
        Handled::Consumed
    }

    fn paste(&mut self, text: &str, cx: &mut Cx) -> Handled {
        let Some(wanted) = &mut self.wanted else { return Handled::Ignored };
        wanted.paste(text, cx);
        Handled::Consumed
    }

    fn mouse(&mut self, mouse: MouseEvent, cx: &mut Cx) -> Handled {
        self.act_on_mouse(mouse, cx)
    }

    fn edited(&mut self, text: Option<String>, _: &mut Cx) {
        if let (Some(wanted), Some(text)) = (&mut self.wanted, text) {
            wanted.edited(&text);
        }
    }

    /// Something that another screen gives here: a wish, or what is to be paid.
    fn take(&mut self, handed: Handed, cx: &mut Cx) {
        match handed {
            Handed::Wish(item) => {
                self.items.edit([Edit::Put(item)], cx);
                self.items.look(cx);
                cx.say(Notice::good("It is in your cart."));
            }
            Handed::Pay(bookings) => {
                self.paying = Some(Paying::begin_with(Start::Bookings(bookings), cx));
                self.view = View::Paying;
            }
            Handed::Balance(booking) => {
                self.paying = Some(Paying::begin_with(Start::Balance(booking), cx));
                self.view = View::Paying;
            }
        }
    }

    fn reply(&mut self, ticket: Ticket, result: Result<Reply, ApiError>, cx: &mut Cx) {
        if let Some(wanted) = &mut self.wanted
            && wanted.reply(ticket, &result, cx)
        {
            return;
        }
        let asked = self.processing.as_ref().and_then(|processing| processing.ticket);
        if asked.is_some_and(|(asked, _)| asked == ticket) {
            self.processed(result, cx);
            return;
        }
        if let Some(paying) = &mut self.paying
            && paying.reply(ticket, &result, cx)
        {
            return;
        }
        if self.items.reply(ticket, &result, cx) {
            self.off_headings(true);
        }
    }

    fn event(&mut self, event: &Event, cx: &mut Cx) {
        if let Some(paying) = &mut self.paying {
            paying.event(event, cx);
        }
    }

    fn refresh(&mut self, cx: &mut Cx) {
        if let (View::Paying, Some(paying)) = (self.view, &mut self.paying) {
            paying.refresh(cx);
        } else if !self.items.load().is_untouched() {
            self.items.fetch(cx);
        }
    }

    fn wake(&mut self, cx: &mut Cx) {
        let is_seen = self.is_front && self.view == View::Paying;
        if let Some(paying) = self.paying.as_mut().filter(|_| is_seen) {
            paying.wake(cx);
        }
    }

    fn next_wake(&self, desk: &Desk) -> Option<DateTime<Utc>> {
        let symbols = &desk.look.symbols;
        let asked = self.processing.as_ref().and_then(|processing| processing.ticket);
        let since = [self.items.load().loading_since(), asked.map(|(_, since)| since)];
        let spins = since
            .into_iter()
            .flatten()
            .filter_map(|since| spinner::next_change(since, desk.now, symbols));
        let is_seen = self.is_front && self.view == View::Paying;
        let paying = self.paying.as_ref().filter(|_| is_seen);
        spins.chain(paying.and_then(|paying| paying.next_wake(desk))).min()
    }

    fn status(&self, desk: &Desk) -> Option<Notice> {
        let (_, since) = self.processing.as_ref()?.ticket?;
        let sign = spinner::frame(since, desk.now, &desk.look.symbols).unwrap_or_default();
        Some(Notice::info(format!("Booking what is in the cart {sign}")))
    }

    fn hints(&self, _: &Desk) -> Vec<KeyHint> {
        let hint = |key: &str, label: &str| KeyHint { key: key.into(), label: label.into() };
        let asks_to_pay = self.paying.as_ref().is_some_and(|paying| paying.question.is_some());
        if self.question.is_some() || (self.view == View::Paying && asks_to_pay) {
            return vec![hint("esc", "go back")];
        }
        match self.view {
            View::Outcome if self.paying.is_some() => vec![hint("enter", "go on to pay")],
            View::Outcome => vec![hint("enter", "back to the cart")],
            View::Paying if self.paying.as_ref().is_some_and(|one| !one.ways().is_empty()) => {
                vec![hint("enter", "pay like this")]
            }
            _ => Vec::new(),
        }
    }

    fn on_the_way(&self) -> usize {
        usize::from(self.is_processing())
    }

    fn is_idle(&self) -> bool {
        self.items.is_idle()
            && !self.is_processing()
            && self.paying.as_ref().is_none_or(Paying::is_idle)
            && self.wanted.as_ref().is_none_or(|wanted| wanted.is_idle())
    }

    fn is_home(&self) -> bool {
        self.wanted.is_none()
            && self.question.is_none()
            && self.view == View::Items
            && self.pane == Pane::List
    }

    fn draw(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        match (self.view, &mut self.paying, &self.outcome) {
            (View::Paying, Some(paying), _) => paying.draw(frame, area, desk),
            (View::Outcome, _, Some(outcome)) => {
                let lines = outcome.lines(area.width, desk);
                pane::heading(frame.buffer_mut(), area, "What became of your cart", None, desk);
                let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
                self.scroll.draw(frame.buffer_mut(), body, &lines, &desk.look.theme);
            }
            _ => self.draw_items(frame, area, desk),
        }
    }

    fn draw_over(&mut self, frame: &mut Frame, area: Rect, desk: &Desk) {
        if let Some(wanted) = &mut self.wanted {
            wanted.draw(frame, area, desk);
        } else if let Some(question) = &mut self.question {
            question.draw(frame, area, desk);
        } else if let Some(paying) = self.paying.as_mut().filter(|_| self.view == View::Paying) {
            paying.draw_over(frame, area, desk);
        }
    }
}
