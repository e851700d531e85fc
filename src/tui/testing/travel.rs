//! The traveler's half of the server under test: search, cart, checkouts, payments, cancelling.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use traveloure_core::{
    api::{
        booking::{Booking, BookingRow},
        cancel::{Cancellation, Refund, RefundStatus},
        cart::{
            Booked, Cart, CartItem, CartResult, Closed, Failed, HandedOver, Linked, Requested, Wish,
        },
        checkout::{
            BalanceDue, Checkout, CheckoutBooking, Offer, Payment, PaymentStarted, SavedCard,
            StartPayment,
        },
        event::{Event, Kind},
        page::Page,
        problem::{Code, Problem},
        service::{FoundService, Service},
    },
    booking::{BookingType, CHECKOUT_WINDOW, CancelledBy, Status as BookingStatus},
    cancellation::Quote,
    ids::{BookingId, CheckoutId, HandoffId, PaymentId, RefundId, ServiceId},
    money::Money,
    payment::{Balance, Method, Purpose, Status, balance_due_date},
    pricing::Priced,
};
use uuid::Uuid;

use super::{booking_list, sample, server::problem};
use crate::tui::app::call::{ApiError, Call, News, Reply, SearchFilter};

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

    fn process(
        &mut self,
        items: &[CartItem],
        key: Uuid,
        services: &[Service],
        bookings: &mut Vec<Booking>,
        now: DateTime<Utc>,
    ) -> CartResult {
        if let Some((_, result)) = self.processed.iter().find(|(before, _)| *before == key) {
            return result.clone();
        }
        let mut result = CartResult {
            instant: Vec::new(),
            requests: Vec::new(),
            external: Vec::new(),
            expert_assisted: Vec::new(),
            errors: Vec::new(),
            payment_intent: Vec::new(),
        };
        for (item, position) in items.iter().zip(0..) {
            match item {
                CartItem::Instant(wish) | CartItem::Request(wish)
                    if self.sold_out.contains(&wish.service_id) =>
                {
                    let taken = Problem::new(Code::SlotTaken, "Nothing is left on that day.");
                    result.errors.push(Failed { position, problem: taken });
                }
                CartItem::Instant(wish) => {
                    let booking = book(wish, position, services, now);
                    result.instant.push(Booked { position, booking: booking.row.clone() });
                    bookings.push(booking);
                }
                CartItem::Request(_) => {
                    let request = sample::row(position.into(), now);
                    result.requests.push(Requested { position, request });
                }
                CartItem::External(wish) => result.external.push(Linked {
                    position,
                    partner: wish.partner,
                    title: wish.title.clone(),
                    url: "https://partner.example/search?q=1".to_owned(),
                }),
                CartItem::ExpertAssisted(wish) => result.expert_assisted.push(HandedOver {
                    position,
                    handoff_id: HandoffId::from(Uuid::from_u128(1)),
                    title: wish.title.clone(),
                }),
            }
        }
        let rows: Vec<BookingRow> = result.instant.iter().map(|one| one.booking.clone()).collect();
        if !rows.is_empty() {
            let checkout = checkout(&rows, self.checkouts.len(), now);
            self.checkouts.push(checkout.clone());
            result.payment_intent.push(checkout);
        }
        self.processed.push((key, result.clone()));
        result
    }

    fn pay(
        &mut self,
        body: &StartPayment,
        key: Uuid,
        bookings: &[Booking],
        now: DateTime<Utc>,
    ) -> Result<Reply, ApiError> {
        let id = match (body.checkout_id, body.booking_ids.as_slice()) {
            (Some(id), _) => id,
            (None, ids) => {
                let rows: Vec<BookingRow> = bookings
                    .iter()
                    .map(|booking| booking.row.clone())
                    .filter(|row| {
                        ids.contains(&row.id) && row.status == BookingStatus::PendingPayment
                    })
                    .collect();
                if rows.is_empty() {
                    return Err(problem(Code::NothingDue, "Nothing of this waits to be paid."));
                }
                let checkout = checkout(&rows, self.checkouts.len(), now);
                self.checkouts.push(checkout.clone());
                checkout.id
            }
        };
        if body.saved_card.is_some() && self.declines {
            return Err(problem(Code::CardDeclined, "Your card was declined."));
        }
        let is_replay = self.begun.contains(&key);
        self.begun.push(key);
        let checkout = self.checkout(id)?;
        let offer = checkout.offers.iter().find(|offer| offer.method == body.method).cloned();
        let offer = offer.ok_or_else(|| problem(Code::MethodNotOffered, "Not in that way."))?;
        if body.method == Method::PayLater {
            confirm(checkout);
            return Ok(Reply::Paying(Box::new(PaymentStarted {
                payment: None,
                checkout: checkout.clone(),
            })));
        }
        for payment in &mut checkout.payments {
            if payment.status == Status::Open && !is_replay {
                payment.status = Status::Expired;
                payment.url = None;
            }
        }
        let purpose = if body.method == Method::Deposit { Purpose::Deposit } else { Purpose::Full };
        let by_card = body.saved_card.is_some();
        let number = checkout.payments.len();
        if !is_replay {
            let payment = payment(checkout, purpose, offer.due_now, number, now);
            checkout.payments.insert(0, payment);
        }
        if by_card {
            settle(checkout, Status::Succeeded);
        }
        let payment = checkout.payments.first().cloned();
        Ok(Reply::Paying(Box::new(PaymentStarted { payment, checkout: checkout.clone() })))
    }

    fn pay_balance(&mut self, id: BookingId, now: DateTime<Utc>) -> Result<Reply, ApiError> {
        let owing = |one: &&mut Checkout| {
            one.bookings.iter().any(|booking| {
                let balance = booking.balance.as_ref();
                booking.booking_id == id
                    && balance.is_some_and(|balance| balance.status != Balance::Paid)
            })
        };
        let checkout = self.checkouts.iter_mut().find(owing);
        let checkout =
            checkout.ok_or_else(|| problem(Code::NothingDue, "Nothing is owed for it."))?;
        let amount = checkout.bookings[0].balance.as_ref().unwrap().amount;
        let number = checkout.payments.len();
        let payment = payment(checkout, Purpose::Balance, amount, number, now);
        checkout.payments.insert(0, payment.clone());
        let checkout = checkout.clone();
        Ok(Reply::Paying(Box::new(PaymentStarted { payment: Some(payment), checkout })))
    }

    /// What the processor makes of the newest payment.
    pub(crate) fn settle(&mut self, status: Status) -> News {
        let checkout = self.checkouts.last_mut().unwrap();
        let id = checkout.payments[0].id;
        settle(checkout, status);
        let at = DateTime::UNIX_EPOCH;
        News::Event(Event { kind: Kind::PaymentChanged, subject: id.as_uuid(), version: None, at })
    }

    fn cancel(
        &self,
        id: BookingId,
        expected: Option<Money>,
        bookings: &mut [Booking],
        now: DateTime<Utc>,
    ) -> Result<Reply, ApiError> {
        let booking = bookings.iter_mut().find(|booking| booking.row.id == id);
        let booking =
            booking.ok_or_else(|| problem(Code::NotFound, "There is no such booking."))?;
        if !booking.row.status.may_become(BookingStatus::Cancelled) {
            return Err(problem(Code::NotCancellable, "It is over already."));
        }
        let captured = booking.row.total_amount;
        let refund = captured.percent(self.comes_back.into()).unwrap();
        let quote = Quote {
            captured,
            refund,
            retained: captured.minus(refund).unwrap(),
            provider_keeps: captured.minus(refund).unwrap(),
            reason: format!("moderate policy: {} % of the price comes back", self.comes_back),
            until: Some(now + TimeDelta::hours(3)),
        };
        let mut answer = Cancellation { quote, booking: None, refunds: Vec::new() };
        let Some(expected) = expected else {
            return Ok(Reply::Cancellation(Box::new(answer)));
        };
        if expected != refund {
            return Err(problem(Code::RefundChanged, "Another amount comes back by now."));
        }
        booking.row.status = BookingStatus::Cancelled;
        booking.row.version += 1;
        booking.cancelled_at = Some(now);
        booking.cancelled_by = Some(CancelledBy::User);
        answer.refunds.push(Refund {
            id: RefundId::from(Uuid::from_u128(1)),
            booking_id: id,
            payment_id: PaymentId::from(Uuid::from_u128(1)),
            amount: refund,
            status: RefundStatus::Pending,
            failure: None,
            created_at: now,
        });
        answer.booking = Some(booking.clone());
        Ok(Reply::Cancellation(Box::new(answer)))
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

/// What a traveler is not told.
pub(crate) fn as_traveler(booking: &mut Booking) {
    booking.row.provider_payout = None;
    booking.amounts = None;
    booking.fee_reason = None;
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

fn book(wish: &Wish, position: u32, services: &[Service], now: DateTime<Utc>) -> Booking {
    let number = 100 + u128::from(position);
    let mut booking = booking_list::booking(4 * number, now);
    let service = services.iter().find(|service| service.id == wish.service_id).unwrap();
    as_traveler(&mut booking);
    booking.row.title.clone_from(&service.name);
    booking.row.booking_type = BookingType::Instant;
    booking.row.status = BookingStatus::PendingPayment;
    booking.row.date = wish.date;
    booking.row.time = wish.time;
    booking.row.total_amount = sample::euros("120.00");
    booking.row.payment_deadline = Some(now + CHECKOUT_WINDOW);
    booking
}

fn checkout(rows: &[BookingRow], number: usize, now: DateTime<Utc>) -> Checkout {
    let zero = Money::zero(rows[0].total_amount.currency());
    let total = rows.iter().fold(zero, |sum, row| sum.plus(row.total_amount).unwrap());
    let deposit = total.percent(30.into()).unwrap();
    let offer = |method, due_now: Money| Offer {
        method,
        due_now,
        due_later: total.minus(due_now).unwrap(),
        due_later_on: (due_now != total).then(|| balance_due_date(rows[0].date)),
    };
    Checkout {
        id: CheckoutId::from(Uuid::from_u128(0xc_0000 + number as u128)),
        bookings: rows
            .iter()
            .map(|row| CheckoutBooking {
                booking_id: row.id,
                title: row.title.clone(),
                status: row.status,
                date: row.date,
                total: row.total_amount,
                deposit: row.total_amount.percent(30.into()).ok(),
                paid: zero,
                balance: None,
                payment_deadline: row.payment_deadline,
            })
            .collect(),
        total,
        offers: vec![
            offer(Method::Full, total),
            offer(Method::Deposit, deposit),
            offer(Method::PayLater, zero),
        ],
        pay_by: rows.iter().filter_map(|row| row.payment_deadline).min(),
        payments: Vec::new(),
        created_at: now,
    }
}

fn payment(
    checkout: &Checkout,
    purpose: Purpose,
    amount: Money,
    number: usize,
    now: DateTime<Utc>,
) -> Payment {
    Payment {
        id: PaymentId::from(Uuid::from_u128(0xf_0000 + number as u128)),
        checkout_id: checkout.id,
        booking_id: None,
        purpose,
        status: Status::Open,
        amount,
        url: Some(format!("https://pay.example/pay/cs_test_{number:04}")),
        url_expires_at: Some(now + TimeDelta::minutes(31)),
        failure: None,
        created_at: now,
        updated_at: now,
    }
}

fn settle(checkout: &mut Checkout, status: Status) {
    let payment = &mut checkout.payments[0];
    payment.status = status;
    payment.url = None;
    if status == Status::Failed {
        payment.failure = Some("Your card has insufficient funds.".to_owned());
    }
    if status == Status::Succeeded {
        let purpose = payment.purpose;
        confirm(checkout);
        for booking in &mut checkout.bookings {
            booking.paid = booking.total;
            match (purpose, &mut booking.balance) {
                (Purpose::Deposit, _) => {
                    let deposit = booking.deposit.unwrap();
                    booking.paid = deposit;
                    booking.balance = Some(BalanceDue {
                        amount: booking.total.minus(deposit).unwrap(),
                        due: booking.date - TimeDelta::days(7),
                        status: Balance::Scheduled,
                    });
                }
                (Purpose::Balance, Some(balance)) => balance.status = Balance::Paid,
                _ => {}
            }
        }
    }
}

fn confirm(checkout: &mut Checkout) {
    for booking in &mut checkout.bookings {
        booking.status = BookingStatus::Confirmed;
    }
    checkout.offers.clear();
    checkout.pay_by = None;
}
