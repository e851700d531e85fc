//! The ways to pay a checkout, and the cards that the processor keeps: choosing one, having one kept or forgotten.

use chrono::NaiveDate;
use crossterm::event::KeyEvent;
use ratatui::text::Line;
use traveloure_core::{
    api::checkout::{Offer, Payment, SavedCard},
    payment::{Method, Purpose, Status},
    time,
};

use super::paying::{Paying, Start};
use crate::tui::{
    app::{
        call::{ApiError, Call, Reply},
        cx::{Cx, Notice},
        desk::Desk,
    },
    commands::{Action, CheckoutAct},
    layers::confirm::{Answer, Confirm},
    widgets::text,
};

/// One way to pay that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    pub offer: Offer,
    /// Charged at once; without it the processor's page is opened.
    pub card: Option<SavedCard>,
}

/// What is asked about before it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    Pay(Way),
    Forget(SavedCard),
}

impl Way {
    /// Whether a card is typed on the processor's page.
    fn opens_a_page(&self) -> bool {
        self.card.is_none() && self.offer.method != Method::PayLater
    }

    /// As a line of the list; `today` says which year needs no saying.
    pub fn words(&self, today: NaiveDate) -> String {
        let offer = &self.offer;
        let what = match offer.method {
            Method::Full => format!("pay {} now", offer.due_now),
            Method::Deposit => {
                let when = offer.due_later_on.map_or_else(
                    || "later".to_owned(),
                    |due| format!("due {}", text::day(due, today)),
                );
                format!("pay a deposit of {} now, {} {when}", offer.due_now, offer.due_later)
            }
            Method::PayLater => format!("pay {} on site", offer.due_later),
        };
        match &self.card {
            Some(card) => format!("{what}, with {}", card_words(card)),
            None => what,
        }
    }
}

fn card_words(card: &SavedCard) -> String {
    format!("{} {}", card.brand, card.last4)
}

/// Whether this page is open already.
fn is_open(payment: &Payment, offer: &Offer) -> bool {
    let same = match payment.purpose {
        Purpose::Full => offer.method == Method::Full,
        Purpose::Deposit => offer.method == Method::Deposit,
        Purpose::Balance => false,
    };
    same && payment.status == Status::Open
}

impl Paying {
    /// What can be chosen now, but for the page that is open: nothing while the processor is busy.
    pub fn ways(&self) -> Vec<Way> {
        let Some(checkout) = self.checkout.get() else { return Vec::new() };
        let live = self.live();
        if live.is_some_and(|payment| payment.status != Status::Open) {
            return Vec::new();
        }
        let cards = self.cards.get().map(Vec::as_slice).unwrap_or_default();
        let mut ways = Vec::new();
        for offer in &checkout.offers {
            if !live.is_some_and(|payment| is_open(payment, offer)) {
                ways.push(Way { offer: offer.clone(), card: None });
            }
            if offer.method != Method::PayLater {
                let with =
                    |card: &SavedCard| Way { offer: offer.clone(), card: Some(card.clone()) };
                ways.extend(cards.iter().map(with));
            }
        }
        ways
    }

    fn way(&self) -> Option<Way> {
        self.ways().get(self.list.cursor()).cloned()
    }

    /// Opens the processor's page; what cannot be taken back is asked about first.
    pub(super) fn choose(&mut self, cx: &mut Cx) {
        let Some(way) = self.way() else { return };
        if way.opens_a_page() {
            self.pay(way, cx);
            return;
        }
        let (title, does) = match &way.card {
            Some(card) => (format!("Charge {}?", card_words(card)), "charge it"),
            None => ("Pay on site?".to_owned(), "confirm it"),
        };
        let confirm = Confirm::new(title, does, &["enter".to_owned()]);
        self.question = Some((confirm, Question::Pay(way)));
    }

    /// Has the card under the cursor forgotten, once the person says so.
    pub(super) fn ask_to_forget(&mut self, cx: &Cx) {
        let Some(card) = self.way().and_then(|way| way.card) else { return };
        let keys = cx.desk.settings.keymap.keys_of(Action::Checkout(CheckoutAct::Forget));
        let title = format!("Forget {}?", card_words(&card));
        let confirm = Confirm::new(title, "forget it", &keys);
        self.question = Some((confirm, Question::Forget(card)));
    }

    fn pay(&mut self, way: Way, cx: &mut Cx) {
        let Some(checkout) = self.checkout.get() else { return };
        let save_card = self.keeps_card && way.opens_a_page();
        let card = way.card.map(|card| card.id);
        let method = way.offer.method;
        self.begin(Start::Checkout { id: checkout.id, method, card, save_card }, cx);
    }

    /// A key while something is asked.
    pub fn key(&mut self, key: KeyEvent, cx: &mut Cx) {
        let Some((confirm, _)) = &mut self.question else { return };
        if confirm.key(key) != Answer::Yes {
            return;
        }
        match self.question.take() {
            Some((_, Question::Pay(way))) => self.pay(way, cx),
            Some((_, Question::Forget(card))) => {
                self.forgetting = Some((cx.call(Call::ForgetCard(card.id.clone())), card));
            }
            None => {}
        }
    }

    /// A card was forgotten, or not.
    pub(super) fn forgot(
        &mut self,
        card: &SavedCard,
        result: &Result<Reply, ApiError>,
        cx: &mut Cx,
    ) {
        let words = card_words(card);
        match result {
            Ok(_) => cx.say(Notice::good(format!("{words} is forgotten."))),
            Err(error) => cx.say(Notice::bad(format!("{words} is still kept. {error}"))),
        }
        self.ask_for_cards(cx);
    }

    /// Whether the card that is typed is kept, in words; none where none is typed.
    pub(super) fn keeping(&self, desk: &Desk) -> Option<String> {
        let way = self.way().filter(Way::opens_a_page)?;
        let key = desk.key(Action::Checkout(CheckoutAct::Keep));
        Some(match (way.offer.method, self.keeps_card) {
            (Method::Deposit, _) => "  The card is kept for the rest.".to_owned(),
            (_, true) => format!("  The card is kept; {key} undoes that."),
            (_, false) => format!("  The card is not kept; {key} keeps it."),
        })
    }

    /// Why a card cannot be kept, or not kept, now.
    pub fn why_no_keep(&self) -> Option<&'static str> {
        match self.way() {
            None => Some("there is nothing to choose now"),
            Some(way) if way.card.is_some() => Some("this card is kept already"),
            Some(way) if way.offer.method == Method::PayLater => Some("no card is asked for"),
            Some(way) if way.offer.method == Method::Deposit => {
                Some("the card of a deposit is kept, to charge the rest when it is due")
            }
            Some(_) => None,
        }
    }

    /// Why no card can be forgotten now.
    pub fn why_no_forget(&self) -> Option<&'static str> {
        if self.forgetting.is_some() {
            return Some("it is being forgotten");
        }
        let has_card = self.way().is_some_and(|way| way.card.is_some());
        (!has_card).then_some("go to a saved card first")
    }

    /// What has to be known to answer what is asked.
    pub(super) fn asked_about(question: &Question, width: u16, desk: &Desk) -> Vec<Line<'static>> {
        let theme = &desk.look.theme;
        let today = time::today(desk.now, desk.settings.zone);
        let (what, words) = match question {
            Question::Pay(way @ Way { card: Some(_), .. }) => {
                (way.words(today), "The card is charged at once.")
            }
            Question::Pay(way) => (
                way.words(today),
                "The bookings are confirmed, and you pay the provider when you are there.",
            ),
            Question::Forget(card) => (
                card_words(card),
                "It can never be charged again. A balance that is still owed needs a card when it is due: you \
                 get a link then.",
            ),
        };
        let mut lines = text::wrapped(&what, width, theme.strong);
        lines.extend(text::wrapped(words, width, theme.text));
        lines
    }
}
