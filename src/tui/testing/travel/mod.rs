//! The traveler's half of the server under test: search, cart, checkouts, payments, cancelling.

mod booking;
mod paying;

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use traveloure_core::{
    api::{
        booking::Booking,
        cart::{Cart, CartItem, CartResult, Closed, Wish},
        checkout::{Checkout, SavedCard},
        page::Page,
        problem::Code,
        service::{FoundService, Service},
    },
    ids::{CheckoutId, ServiceId},
    pricing::Priced,
};
use uuid::Uuid;

pub(crate) use booking::as_traveler;

use super::{booking_list, sample, server::problem};
use crate::tui::app::call::{ApiError, Call, Reply, SearchFilter};

#[derive(Debug, Default)]
pub(crate) struct Travel {
    pub(crate) cart: Vec<CartItem>,
    pub(crate) version: i64,
    pub(crate) checkouts: Vec<Checkout>,
    pub(crate) cards: Vec<SavedCard>,
    /// What can no longer be booked.
    pub(crate) sold_out: HashSet<ServiceId>,
    /// Places that others have booked, of six on every day.
    pub(crate) taken: u32,
    /// Whether prices ask for a deposit of 30 %.
    pub(crate) asks_for_deposit: bool,
    /// The processor turns every saved card down.
    pub(crate) declines: bool,
    /// What comes back of every cancelled booking, in percent.
    pub(crate) comes_back: u32,
    processed: Vec<(Uuid, CartResult)>,
    begun: Vec<Uuid>,
}

impl Travel {
    /// The answer to a traveler's call; none to any other.
    pub(crate) fn answer(
        &mut self,
        call: &Call,
        key: Option<Uuid>,
        services: &[Service],
        bookings: &mut Vec<Booking>,
        now: DateTime<Utc>,
    ) -> Option<Result<Reply, ApiError>> {
        Some(match call {
            Call::Search { filter, .. } => Ok(Reply::Found(self.search(filter, services, now))),
            Call::Service(id) => services
                .iter()
                .find(|service| service.id == *id)
                .map(|service| Reply::Service(Box::new(service.clone())))
                .ok_or_else(|| problem(Code::NotFound, "There is no such service.")),
            Call::Cart => Ok(Reply::Cart(self.cart(now))),
            Call::SaveCart { version, .. } if *version != self.version => {
                Err(problem(Code::VersionMismatch, "It was changed elsewhere."))
            }
            Call::SaveCart { items, .. } => {
                self.cart.clone_from(items);
                self.version += 1;
                Ok(Reply::Cart(self.cart(now)))
            }
            Call::ProcessCart(items) => {
                let key = key.expect("a cart is processed under a key");
                Ok(Reply::Processed(Box::new(self.process(items, key, services, bookings, now))))
            }
            Call::Checkout(id) => {
                self.checkout(*id).map(|one| Reply::Checkout(Box::new(one.clone())))
            }
            Call::ConfirmPayment(id) => {
                let found = self
                    .checkouts
                    .iter()
                    .find(|one| one.payments.iter().any(|payment| payment.id == *id));
                found
                    .map(|one| Reply::Checkout(Box::new(one.clone())))
                    .ok_or_else(|| problem(Code::NotFound, "There is no such payment."))
            }
            Call::Pay(body) => {
                let key = key.expect("a payment is begun under a key");
                self.pay(body, key, bookings, now)
            }
            Call::PayBalance(body) => self.pay_balance(body.booking_id, now),
            Call::Cards => Ok(Reply::Cards(self.cards.clone())),
            Call::ForgetCard(id) => {
                self.cards.retain(|card| card.id != *id);
                Ok(Reply::Done)
            }
            Call::Journeys { filter, after, limit, .. } => {
                let page = booking_list::page(bookings, filter, after.as_deref(), *limit);
                Ok(Reply::Bookings(page))
            }
            Call::QuoteCancellation(id) => self.cancel(*id, None, bookings, now),
            Call::Cancel { id, body } => self.cancel(*id, body.expected_refund, bookings, now),
            _ => return None,
        })
    }

    fn search(
        &self,
        filter: &SearchFilter,
        services: &[Service],
        now: DateTime<Utc>,
    ) -> Page<FoundService> {
        let city = filter.city.to_lowercase();
        let words = filter.words.to_lowercase();
        let items = services
            .iter()
            .filter(|service| city.is_empty() || service.city.to_lowercase() == city)
            .filter(|service| service.name.to_lowercase().contains(&words))
            .filter(|service| filter.date.is_none() || !self.sold_out.contains(&service.id))
            .map(|service| FoundService {
                service: service.clone(),
                left: filter.date.map(|_| 6 - self.taken),
                priced: filter.date.map(|_| self.priced(2, now)),
            })
            .collect();
        Page { items, next: None, total: None }
    }

    /// The price of a sample request, with its deposit where there is one.
    pub(crate) fn priced(&self, request: u128, now: DateTime<Utc>) -> Priced {
        let mut priced = sample::request(request, now).quote;
        if let Priced::Quote(quote) = &mut priced
            && self.asks_for_deposit
        {
            let deposit = quote.total.percent(30.into()).unwrap();
            quote.deposit = Some(deposit);
            quote.balance = quote.total.minus(deposit).unwrap();
        }
        priced
    }

    fn cart(&self, now: DateTime<Utc>) -> Cart {
        let is_closed = |item: &CartItem| match item {
            CartItem::Instant(wish) | CartItem::Request(wish) => {
                self.sold_out.contains(&wish.service_id)
            }
            CartItem::External(_) | CartItem::ExpertAssisted(_) => false,
        };
        let closed = self.cart.iter().zip(0..).filter(|(item, _)| is_closed(item));
        let reason = "Nothing is left on that day";
        Cart {
            closed: closed
                .map(|(_, position)| Closed {
                    position,
                    code: Code::SlotTaken,
                    reason: reason.to_owned(),
                })
                .collect(),
            items: self.cart.clone(),
            version: self.version,
            updated_at: (self.version > 0).then_some(now),
        }
    }

    fn checkout(&mut self, id: CheckoutId) -> Result<&mut Checkout, ApiError> {
        let found = self.checkouts.iter_mut().find(|one| one.id == id);
        found.ok_or_else(|| problem(Code::NotFound, "There is no such checkout."))
    }
}

/// A wish for one of the sample services, two weeks from now.
pub(crate) fn wish(number: u128, party: u32) -> Wish {
    Wish {
        service_id: sample::service(number, "").id,
        date: super::noon().date_naive() + TimeDelta::days(13 + i64::try_from(number).unwrap()),
        end_date: None,
        time: chrono::NaiveTime::from_hms_opt(9, 30, 0),
        travelers: party,
        special_requests: String::new(),
        expected_total: None,
        trip_item_id: None,
    }
}

/// A card as the processor keeps it.
pub(crate) fn card() -> SavedCard {
    SavedCard {
        id: "pm_1".to_owned(),
        brand: "visa".to_owned(),
        last4: "4242".to_owned(),
        expires: Some((4, 2030)),
    }
}
