//! A checkout: what is paid together, the ways to pay it, the link under which the card is entered,
//! and watching it turn to confirmed.

use chrono::{DateTime, TimeDelta, Utc};
use traveloure_core::{
    api::{
        checkout::{ChargeBalance, Checkout, Payment, SavedCard, StartPayment},
        event::{Event, Kind},
    },
    booking::Status as BookingStatus,
    ids::{BookingId, CheckoutId},
    payment::{Method, Status},
};
use uuid::Uuid;

use super::ways::Question;
use crate::tui::{
    app::{
        call::{ApiError, Call, Reply, Ticket},
        cx::{Cx, Notice},
        desk::Desk,
        load::Load,
        message::Effect,
    },
    commands::{Action, CheckoutAct, ListAct},
    layers::confirm::Confirm,
    widgets::{countdown, list::ListState, scroll::Scroll, spinner},
};

/// How often the processor is asked what became of a payment, at first and after a while: its own
/// message to the server may be late.
const OFTEN: TimeDelta = TimeDelta::seconds(3);
const SELDOM: TimeDelta = TimeDelta::seconds(15);
const AT_FIRST: TimeDelta = TimeDelta::minutes(2);

/// What a payment is begun for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    Checkout {
        id: CheckoutId,
        method: Method,
        card: Option<String>,
        /// Keep the card that is typed.
        save_card: bool,
    },
    /// Bookings that wait to be paid; how is chosen once their checkout is there.
    Bookings(Vec<BookingId>),
    Balance(BookingId),
}

impl Start {
    fn call(self) -> Call {
        let pay = |checkout_id, booking_ids, method, saved_card, save_card| {
            Call::Pay(StartPayment { checkout_id, booking_ids, method, saved_card, save_card })
        };
        match self {
            Self::Checkout { id, method, card, save_card } => {
                pay(Some(id), Vec::new(), method, card, save_card)
            }
            Self::Bookings(ids) => pay(None, ids, Method::Full, None, false),
            Self::Balance(booking_id) => {
                Call::PayBalance(ChargeBalance { booking_id, saved_card: None })
            }
        }
    }
}

/// See the module's head.
#[derive(Debug)]
pub struct Paying {
    ids: Vec<CheckoutId>,
    at: usize,
    pub(super) checkout: Load<Checkout>,
    pub(super) cards: Load<Vec<SavedCard>>,
    pub(super) list: ListState,
    pub(super) scroll: Scroll,
    /// A payment that is being begun.
    beginning: Option<(Ticket, DateTime<Utc>)>,
    /// What was asked for last and may not have arrived: asked again, it takes effect once.
    attempt: Option<(Uuid, Start)>,
    pub(super) error: Option<ApiError>,
    confirming: Option<Ticket>,
    /// Since when a page waits, and when the processor is asked next.
    watching: Option<(DateTime<Utc>, DateTime<Utc>)>,
    pub(super) shows_code: bool,
    pub(super) question: Option<(Confirm, Question)>,
    /// Whether a card that is typed is kept for later.
    pub(super) keeps_card: bool,
    /// A card that is being forgotten.
    pub(super) forgetting: Option<(Ticket, SavedCard)>,
    /// Whether it is in front: what is not speaks of good news only.
    pub is_seen: bool,
}

impl Paying {
    fn new(ids: Vec<CheckoutId>) -> Self {
        Self {
            ids,
            at: 0,
            checkout: Load::default(),
            cards: Load::default(),
            list: ListState::default(),
            scroll: Scroll::default(),
            beginning: None,
            attempt: None,
            error: None,
            confirming: None,
            watching: None,
            shows_code: false,
            question: None,
            keeps_card: false,
            forgetting: None,
            is_seen: true,
        }
    }

    /// Checkouts that came of a cart, one for each currency.
    pub fn of_cart(checkouts: &[Checkout], cx: &mut Cx) -> Option<Self> {
        let first = checkouts.first()?;
        let mut paying = Self::new(checkouts.iter().map(|one| one.id).collect());
        paying.checkout.came(Ok(first.clone()), cx.now());
        paying.ask_for_cards(cx);
        Some(paying)
    }

    /// Begins to pay bookings or a balance.
    pub fn begin_with(start: Start, cx: &mut Cx) -> Self {
        let mut paying = Self::new(Vec::new());
        paying.begin(start, cx);
        paying.ask_for_cards(cx);
        paying
    }

    pub(super) fn ask_for_cards(&mut self, cx: &mut Cx) {
        let ticket = cx.call(Call::Cards);
        self.cards.asked(ticket, cx);
    }

    pub(super) fn begin(&mut self, start: Start, cx: &mut Cx) {
        if self.beginning.is_some() {
            return;
        }
        let key = match &self.attempt {
            Some((key, before)) if *before == start => *key,
            _ => cx.fresh_key(),
        };
        self.error = None;
        self.attempt = Some((key, start.clone()));
        let ticket = cx.call_again(start.call(), key);
        self.beginning = Some((ticket, cx.now()));
    }

    /// The payment that may still bring money.
    pub fn live(&self) -> Option<&Payment> {
        self.checkout.get()?.payments.iter().find(|payment| payment.status.is_live())
    }

    /// The link under which the card is entered.
    pub fn link(&self) -> Option<&str> {
        self.live()?.url.as_deref()
    }

    pub const fn is_beginning(&self) -> bool {
        self.beginning.is_some()
    }

    /// Whether nothing is left to pay and to watch: all of it is paid, or not to be had any more.
    pub fn is_over(&self) -> bool {
        let is_alone = self.ids.len() < 2;
        let is_owed = self.checkout.get().is_none_or(|checkout| !checkout.offers.is_empty());
        is_alone
            && !is_owed
            && self.live().is_none()
            && self.error.is_none()
            && !self.is_beginning()
    }

    /// How many checkouts there are, and which one is shown, from 1.
    pub fn place(&self) -> (usize, usize) {
        (self.at + 1, self.ids.len())
    }

    pub fn act(&mut self, action: Action, cx: &mut Cx) -> bool {
        let count = self.ways().len();
        match action {
            Action::List(ListAct::Open) => self.choose(cx),
            Action::List(act @ (ListAct::Up | ListAct::Down)) if count > 0 => {
                self.list.go(act, count);
            }
            Action::List(act) => return self.scroll.go(act),
            Action::Checkout(CheckoutAct::Copy) => {
                if let Some(link) = self.link() {
                    cx.effect(Effect::Copy(link.to_owned()));
                    cx.say(Notice::info("The link was handed to the terminal's clipboard."));
                }
            }
            Action::Checkout(CheckoutAct::Code) => self.shows_code = !self.shows_code,
            Action::Checkout(CheckoutAct::Keep) => self.keeps_card = !self.keeps_card,
            Action::Checkout(CheckoutAct::Forget) => self.ask_to_forget(cx),
            Action::Checkout(CheckoutAct::Next) => {
                self.at = (self.at + 1) % self.ids.len().max(1);
                self.checkout.clear();
                self.watching = None;
                self.error = None;
                self.refresh(cx);
            }
            _ => return false,
        }
        true
    }

    /// Closes what is open over it; `false` when nothing is.
    pub fn back(&mut self) -> bool {
        self.question.take().is_some() || std::mem::take(&mut self.shows_code)
    }

    pub fn refresh(&mut self, cx: &mut Cx) {
        if let Some(id) = self.ids.get(self.at) {
            let ticket = cx.call(Call::Checkout(*id));
            self.checkout.asked(ticket, cx);
        } else if let Some((_, start)) = self.attempt.clone() {
            self.begin(start, cx);
        }
        if self.cards.error().is_some() {
            self.ask_for_cards(cx);
        }
    }

    /// Takes an answer; `false` when it is another's.
    pub fn reply(&mut self, ticket: Ticket, result: &Result<Reply, ApiError>, cx: &mut Cx) -> bool {
        let checkout = |result: &Result<Reply, ApiError>| {
            result.clone().and_then(|reply| match reply {
                Reply::Checkout(checkout) => Ok(*checkout),
                _ => Err(ApiError::unexpected()),
            })
        };
        if self.checkout.waits_for(ticket) {
            self.came(checkout(result), cx);
        } else if self.confirming == Some(ticket) {
            self.confirming = None;
            // What cannot be asked now is asked again soon; what is shown stays.
            if let Ok(checkout) = checkout(result) {
                self.came(Ok(checkout), cx);
            }
        } else if self.beginning.take_if(|(asked, _)| *asked == ticket).is_some() {
            self.begun(result, cx);
        } else if let Some((_, card)) = self.forgetting.take_if(|(asked, _)| *asked == ticket) {
            self.forgot(&card, result, cx);
        } else if self.cards.waits_for(ticket) {
            let cards = result.clone().and_then(|reply| match reply {
                Reply::Cards(cards) => Ok(cards),
                _ => Err(ApiError::unexpected()),
            });
            self.cards.came(cards, cx.now());
        } else {
            return false;
        }
        true
    }

    fn begun(&mut self, result: &Result<Reply, ApiError>, cx: &mut Cx) {
        match result {
            Ok(Reply::Paying(started)) => {
                self.attempt = None;
                let checkout = started.checkout.clone();
                if !self.ids.contains(&checkout.id) {
                    self.ids = vec![checkout.id];
                    self.at = 0;
                }
                self.came(Ok(checkout), cx);
            }
            Ok(_) => self.error = Some(ApiError::unexpected()),
            Err(error) => {
                if !error.may_pass() {
                    self.attempt = None;
                }
                self.error = Some(error.clone());
                if !self.ids.is_empty() {
                    self.refresh(cx);
                }
            }
        }
    }

    /// The checkout as it is now, and what is to be said about the change.
    fn came(&mut self, checkout: Result<Checkout, ApiError>, cx: &mut Cx) {
        let before = self.checkout.get().cloned();
        self.checkout.came(checkout, cx.now());
        if let (Some(before), Some(now)) = (before, self.checkout.get()) {
            for said in news(&before, now, self.is_seen) {
                cx.say(said);
            }
        }
        let now = cx.now();
        self.watching = match (self.live().is_some(), self.watching) {
            (false, _) => None,
            (true, None) => Some((now, now + OFTEN)),
            (true, watching) => watching,
        };
        if self.live().is_none() {
            self.shows_code = false;
        }
        // What is paid or opened meanwhile cannot be chosen any more.
        let count = self.ways().len();
        self.list.select(self.list.cursor(), count);
    }

    /// Asks the processor what became of the payment, when it is time.
    pub fn wake(&mut self, cx: &mut Cx) {
        let Some((since, next)) = self.watching else { return };
        if next > cx.now() || self.confirming.is_some() {
            return;
        }
        let Some(id) = self.live().map(|payment| payment.id) else { return };
        self.confirming = Some(cx.call(Call::ConfirmPayment(id)));
        let pause = if cx.now() - since < AT_FIRST { OFTEN } else { SELDOM };
        self.watching = Some((since, cx.now() + pause));
    }

    pub fn event(&mut self, event: &Event, cx: &mut Cx) {
        let Some(checkout) = self.checkout.get() else { return };
        let subject = event.subject;
        let is_ours = match event.kind {
            Kind::PaymentChanged => checkout.payments.iter().any(|one| one.id.as_uuid() == subject),
            Kind::BookingConfirmed
            | Kind::BookingCancelled
            | Kind::BookingRefunded
            | Kind::BalancePaid
            | Kind::BalanceFailed => {
                checkout.bookings.iter().any(|one| one.booking_id.as_uuid() == subject)
            }
            Kind::RefundChanged => true,
            _ => false,
        };
        if is_ours && !self.checkout.is_loading() {
            self.refresh(cx);
        }
    }

    pub fn next_wake(&self, desk: &Desk) -> Option<DateTime<Utc>> {
        let watching = self.watching.filter(|_| self.confirming.is_none()).map(|(_, next)| next);
        let pay_by = self.checkout.get().and_then(|checkout| checkout.pay_by);
        let countdown = pay_by.and_then(|by| countdown::next_change(by, desk.now));
        let spins = [self.checkout.loading_since(), self.beginning.map(|(_, since)| since)]
            .into_iter()
            .flatten()
            .filter_map(|since| spinner::next_change(since, desk.now, &desk.look.symbols));
        spins.chain(watching).chain(countdown).min()
    }

    pub fn loading_since(&self) -> Option<DateTime<Utc>> {
        self.beginning.map(|(_, since)| since).or_else(|| self.checkout.loading_since())
    }

    pub fn is_idle(&self) -> bool {
        self.beginning.is_none()
            && self.confirming.is_none()
            && !self.checkout.is_loading()
            && !self.cards.is_loading()
            && self.forgetting.is_none()
    }
}

/// What to say about a checkout that changed. Where nobody looks at it, the bookings say what was cancelled.
fn news(before: &Checkout, now: &Checkout, is_seen: bool) -> Vec<Notice> {
    let mut said = Vec::new();
    for payment in &now.payments {
        let was = before.payments.iter().find(|one| one.id == payment.id).map(|one| one.status);
        if was == Some(payment.status) {
            continue;
        }
        match payment.status {
            Status::Succeeded => said.push(Notice::good(format!("{} paid.", payment.amount))),
            Status::Failed if was.is_some() => {
                said.push(Notice::bad(format!("{} was not paid.", payment.amount)));
            }
            _ => {}
        }
    }
    for booking in &now.bookings {
        let was = before.bookings.iter().find(|one| one.booking_id == booking.booking_id);
        if was.is_some_and(|was| was.status != booking.status) {
            match booking.status {
                BookingStatus::Confirmed => {
                    said.push(Notice::good(format!("Confirmed: {}.", booking.title)));
                }
                BookingStatus::Cancelled if is_seen => {
                    said.push(Notice::warn(format!("Cancelled: {}.", booking.title)));
                }
                _ => {}
            }
        }
    }
    said
}
