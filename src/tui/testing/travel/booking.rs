//! Having a cart booked, and cancelling.

use chrono::{DateTime, TimeDelta, Utc};
use traveloure_core::{
    api::{
        booking::{Booking, BookingRow},
        cancel::{Cancellation, Refund, RefundStatus},
        cart::{Booked, CartItem, CartResult, Failed, HandedOver, Linked, Requested, Wish},
        problem::{Code, Problem},
        service::Service,
    },
    booking::{BookingType, CHECKOUT_WINDOW, CancelledBy, Status as BookingStatus},
    cancellation::Quote,
    ids::{BookingId, HandoffId, PaymentId, RefundId},
    money::Money,
};
use uuid::Uuid;

use super::{Travel, paying::checkout};
use crate::tui::{
    app::call::{ApiError, Reply},
    testing::{booking_list, sample, server::problem},
};

impl Travel {
    pub(super) fn process(
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

    pub(super) fn cancel(
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

/// What a traveler is not told.
pub(crate) fn as_traveler(booking: &mut Booking) {
    booking.row.provider_payout = None;
    booking.amounts = None;
    booking.fee_reason = None;
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
