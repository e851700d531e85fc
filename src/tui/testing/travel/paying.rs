//! Checkouts and what is paid of them.

use chrono::{DateTime, TimeDelta, Utc};
use traveloure_core::{
    api::{
        booking::{Booking, BookingRow},
        checkout::{
            BalanceDue, Checkout, CheckoutBooking, Offer, Payment, PaymentStarted, StartPayment,
        },
        event::{Event, Kind},
        problem::Code,
    },
    booking::Status as BookingStatus,
    ids::{BookingId, CheckoutId, PaymentId},
    money::Money,
    payment::{Balance, Method, Purpose, Status, balance_due_date},
};
use uuid::Uuid;

use super::Travel;
use crate::tui::{
    app::call::{ApiError, News, Reply},
    testing::server::problem,
};

impl Travel {
    pub(super) fn pay(
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

    pub(super) fn pay_balance(
        &mut self,
        id: BookingId,
        now: DateTime<Utc>,
    ) -> Result<Reply, ApiError> {
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
}

pub(super) fn checkout(rows: &[BookingRow], number: usize, now: DateTime<Utc>) -> Checkout {
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
