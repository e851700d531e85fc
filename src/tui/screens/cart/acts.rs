//! What keys and mouse do in the cart, and why they cannot: moving, changing what is in it, and having it booked.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;
use traveloure_core::{api::cart::CartItem, pricing::PricingType};
use uuid::Uuid;

use super::{
    CartScreen, Pane, Processing, Row, SPLIT, View,
    items::{Edit, wish},
    paying::Paying,
    processing::{Outcome, Question},
    wanted::Wanted,
};
use crate::tui::{
    app::{
        call::{ApiError, Call, Reply},
        cx::{Cx, Notice},
        desk::Desk,
    },
    commands::{Action, CartAct, CheckoutAct, ListAct},
    screens::{Handled, Screen},
};

impl CartScreen {
    /// Why a command cannot be used here and now.
    pub(super) fn why_not_now(&self, action: Action, desk: &Desk) -> Option<&'static str> {
        let paying = self.paying.as_ref();
        match action {
            Action::List(ListAct::Mark | ListAct::MarkRange | ListAct::Find) => {
                Some("there is nothing to do with several at once here")
            }
            Action::List(ListAct::NextFound | ListAct::PreviousFound) => {
                Some("nothing is looked for here")
            }
            Action::List(ListAct::NextPane | ListAct::PreviousPane)
                if self.view != View::Items || self.current().is_none() =>
            {
                Some("there is one pane")
            }
            Action::List(ListAct::Open) if self.view == View::Items && self.current().is_none() => {
                Some("there is nothing here")
            }
            Action::List(ListAct::Open)
                if self.view == View::Paying && paying.is_none_or(|one| one.ways().is_empty()) =>
            {
                Some("there is nothing to choose now")
            }
            Action::Cart(CartAct::Pay) => self.why_no_cart_act(CartAct::Pay),
            Action::Cart(_) if self.view == View::Outcome => Some("Esc goes back to the cart"),
            Action::Cart(act) => self.why_no_cart_act(act),
            Action::Checkout(act) => match (act, paying) {
                (_, None) => Some("nothing is paid here"),
                (CheckoutAct::Copy, Some(paying)) => paying.why_no_copy(desk),
                (CheckoutAct::Code, Some(paying)) => paying.why_no_code(desk),
                (CheckoutAct::Keep, Some(paying)) => paying.why_no_keep(),
                (CheckoutAct::Forget, Some(paying)) => paying.why_no_forget(),
                (CheckoutAct::Next, Some(paying)) => {
                    (paying.place().1 < 2).then_some("all is paid in one currency")
                }
            },
            _ => None,
        }
    }

    pub(super) fn act_on_mouse(&mut self, mouse: MouseEvent, cx: &mut Cx) -> Handled {
        let at = Position { x: mouse.column, y: mouse.row };
        match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) if self.view == View::Items => {
                let is_seen = self.pane == Pane::List || cx.desk.size.width >= SPLIT;
                let Some(index) = self.list.at(at, self.rows().len()).filter(|_| is_seen) else {
                    return Handled::Ignored;
                };
                self.pane = Pane::List;
                let len = self.rows().len();
                self.list.select(index, len);
                self.off_headings(true);
                self.scroll.top();
                Handled::Consumed
            }
            MouseEventKind::ScrollDown => self.act(Action::List(ListAct::Down), cx),
            MouseEventKind::ScrollUp => self.act(Action::List(ListAct::Up), cx),
            _ => Handled::Ignored,
        }
    }

    pub(super) fn act_in_list(&mut self, act: ListAct) -> Handled {
        let moves = match (self.pane, act) {
            (_, ListAct::NextPane | ListAct::PreviousPane) => {
                let to = if self.pane == Pane::List { Pane::Detail } else { Pane::List };
                self.pane = if self.current().is_some() { to } else { Pane::List };
                return Handled::Consumed;
            }
            (Pane::List, ListAct::Open) => {
                self.pane = if self.current().is_some() { Pane::Detail } else { Pane::List };
                return Handled::Consumed;
            }
            (Pane::List, act) => act,
            (Pane::Detail, ListAct::Left) => ListAct::Up,
            (Pane::Detail, ListAct::Right) => ListAct::Down,
            (Pane::Detail, act) => {
                return if self.scroll.go(act) { Handled::Consumed } else { Handled::Ignored };
            }
        };
        let len = self.rows().len();
        if !self.list.go(moves, len) {
            return Handled::Ignored;
        }
        let up = [ListAct::Up, ListAct::HalfUp, ListAct::PageUp].contains(&moves);
        self.off_headings(!up);
        self.scroll.top();
        Handled::Consumed
    }

    fn act_on_cart(&mut self, act: CartAct, cx: &mut Cx) {
        match act {
            CartAct::Process => {
                let keys = cx.desk.settings.keymap.keys_of(Action::Cart(CartAct::Process));
                let key = self.key_to_process(cx);
                self.question = Some(Question::new(&self.items, key, &keys));
            }
            CartAct::Change => self.change(cx),
            CartAct::Turn => self.turn(cx),
            CartAct::Remove => {
                if let Some(item) = self.current() {
                    self.items.edit([Edit::Remove(item)], cx);
                    self.off_headings(false);
                }
            }
            CartAct::Pay => self.view = View::Paying,
        }
    }

    /// The key of an attempt that may not have arrived, if it was for the same.
    fn key_to_process(&self, cx: &mut Cx) -> Uuid {
        match &self.processing {
            Some(before) if before.items == self.items.to_process() => before.key,
            _ => cx.fresh_key(),
        }
    }

    fn change(&mut self, cx: &mut Cx) {
        let Some(item) = self.current() else { return };
        let Some(wish) = wish(&item) else { return };
        let Some(service) = self.items.service(wish.service_id).cloned() else { return };
        let asks = matches!(item, CartItem::Request(_));
        let at = Some(self.list.cursor());
        self.wanted = Some(Box::new(Wanted::new(service, wish, asks, at, cx)));
    }

    fn turn(&mut self, cx: &mut Cx) {
        let Some(item) = self.current() else { return };
        let turned = match item.clone() {
            CartItem::Instant(wish) => CartItem::Request(wish),
            CartItem::Request(wish) => CartItem::Instant(wish),
            CartItem::External(_) | CartItem::ExpertAssisted(_) => return,
        };
        self.items.edit([Edit::Replace(item, turned.clone())], cx);
        // The cursor goes with it to its new kind.
        let found =
            self.rows().iter().position(|row| matches!(row, Row::Item(one) if *one == turned));
        if let Some(at) = found {
            let len = self.rows().len();
            self.list.select(at, len);
        }
    }

    pub(super) fn process(&mut self, question: Question, cx: &mut Cx) {
        let Question { items, key, .. } = question;
        let ticket = cx.call_again(Call::ProcessCart(items.clone()), key);
        self.processing = Some(Processing { ticket: Some((ticket, cx.now())), items, key });
    }

    pub(super) fn processed(&mut self, result: Result<Reply, ApiError>, cx: &mut Cx) {
        let Some(mut processing) = self.processing.take() else { return };
        processing.ticket = None;
        match result {
            Ok(Reply::Processed(result)) => {
                let outcome = Outcome::new(*result, &processing.items, &self.items);
                let gone = outcome.gone(&processing.items).into_iter().map(|item| {
                    // The cart holds it without the price that was expected.
                    Edit::Remove(without_price(item))
                });
                self.items.edit(gone.collect::<Vec<_>>(), cx);
                if !outcome.result.errors.is_empty() {
                    self.items.doubt(cx);
                }
                self.off_headings(true);
                if let Some(paying) = Paying::of_cart(&outcome.result.payment_intent, cx) {
                    self.paying = Some(paying);
                }
                self.outcome = Some(outcome);
                self.view = View::Outcome;
                // What was said of the cart before is no longer so.
                cx.unsay();
                self.scroll.top();
            }
            Ok(_) => cx.say(Notice::bad(ApiError::unexpected().to_string())),
            Err(error) if error.may_pass() => {
                // It may have arrived: asked again with the same key, it takes effect once.
                self.processing = Some(processing);
                let again = cx.desk.key(Action::Cart(CartAct::Process));
                cx.say(Notice::warn(format!(
                    "{error} Whether it was booked is not known; {again} asks again and books nothing twice."
                )));
            }
            Err(error) => cx.say(Notice::bad(format!("Nothing was booked. {error}"))),
        }
    }

    pub(super) fn back(&mut self) -> Handled {
        if self.wanted.take().is_some() || self.question.take().is_some() {
            return Handled::Consumed;
        }
        match self.view {
            View::Paying if self.paying.as_mut().is_some_and(Paying::back) => {}
            View::Paying | View::Outcome => self.view = View::Items,
            View::Items if self.pane == Pane::Detail => self.pane = Pane::List,
            View::Items => return Handled::Ignored,
        }
        Handled::Consumed
    }

    pub(super) fn act_on_outcome(&mut self, action: Action) -> Handled {
        match action {
            Action::List(ListAct::Open) | Action::Cart(CartAct::Pay) => {
                self.view = if self.paying.is_some() { View::Paying } else { View::Items };
            }
            Action::List(act) => {
                self.scroll.go(act);
            }
            _ => return Handled::Ignored,
        }
        Handled::Consumed
    }

    pub(super) fn act_on_items(&mut self, action: Action, cx: &mut Cx) -> Handled {
        match action {
            Action::List(act) => self.act_in_list(act),
            Action::Cart(act) => {
                self.act_on_cart(act, cx);
                Handled::Consumed
            }
            _ => Handled::Ignored,
        }
    }

    pub(super) fn act_on_wanted(&mut self, action: Action, cx: &mut Cx) -> Handled {
        let Some(wanted) = &mut self.wanted else { return Handled::Ignored };
        let (handled, item) = wanted.act(action, cx);
        if let Some(item) = item {
            let old = self.current();
            self.wanted = None;
            let edit = match old {
                Some(old) => Edit::Replace(old, item),
                None => Edit::Put(item),
            };
            self.items.edit([edit], cx);
            self.items.look(cx);
        }
        handled
    }

    pub(super) fn why_no_cart_act(&self, act: CartAct) -> Option<&'static str> {
        let current = self.current();
        match act {
            CartAct::Pay => self
                .paying
                .as_ref()
                .is_none_or(Paying::is_over)
                .then_some("nothing booked here waits to be paid; the bookings show what does"),
            CartAct::Process if self.items.shown().is_empty() => Some("the cart is empty"),
            CartAct::Process if self.is_processing() => Some("it is being booked"),
            CartAct::Process => (self.items.unsaved() > 0).then_some("the cart is being saved"),
            _ if current.is_none() => Some("there is nothing here"),
            _ if self.is_processing() => Some("the cart is being booked"),
            CartAct::Remove => None,
            CartAct::Change | CartAct::Turn => {
                let Some(wish) = current.as_ref().and_then(wish) else {
                    return Some("it is not one of our services");
                };
                let Some(service) = self.items.service(wish.service_id) else {
                    return Some("its service has not come yet");
                };
                (act == CartAct::Turn && service.pricing_type == PricingType::QuoteBased)
                    .then_some("its provider makes an offer for each request")
            }
        }
    }
}

fn without_price(mut item: CartItem) -> CartItem {
    if let CartItem::Instant(wish) = &mut item {
        wish.expected_total = None;
    }
    item
}
