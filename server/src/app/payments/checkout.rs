//! Reading a checkout: what it holds, what it costs, how it can be paid.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::{
    actor::Actor,
    api::checkout::{BalanceDue, Checkout, CheckoutBooking},
    booking::Status,
    ids::{BookingId, CheckoutId, UserId},
    money::{Currency, Money, MoneyError},
    payment::{self, ToPay},
};

use crate::{
    app::{Context, work::Work},
    error::{AppError, AppResult, Fault},
    store::{
        checkouts::{self, Payable},
        payments,
    },
};

/// The actor's checkout.
///
/// # Errors
/// `not_found`.
pub async fn get(context: &Context, actor: &Actor, id: CheckoutId) -> AppResult<Checkout> {
    let mut db = context.pool.acquire().await?;
    shown(context, &mut db, id, actor.user).await
}

/// The checkout as its traveler sees it, with links to where the processor's pages are now.
pub(super) async fn shown(
    context: &Context,
    db: &mut PgConnection,
    id: CheckoutId,
    user: UserId,
) -> AppResult<Checkout> {
    let mut checkout = view(db, id, user, context.now()).await?;
    if let Some(processor) = &context.processor {
        for payment in &mut checkout.payments {
            payment.url = payment.url.take().map(|url| processor.page_now(url));
        }
    }
    Ok(checkout)
}

/// The checkout, with links as they were when the pages were opened.
pub(in crate::app) async fn view(
    db: &mut PgConnection,
    id: CheckoutId,
    user: UserId,
    now: DateTime<Utc>,
) -> AppResult<Checkout> {
    let stored =
        checkouts::get(db, id, user).await?.ok_or_else(|| AppError::not_found("checkout"))?;
    let bookings = checkouts::bookings(db, id).await?;
    let payments = payments::of_checkout(db, id).await?;
    let to_pay: Vec<ToPay> = waiting(&bookings).map(|one| one.to_pay(now)).collect();
    Ok(Checkout {
        id,
        total: sum(stored.currency, bookings.iter().map(|one| one.amounts.total_amount))?,
        offers: payment::offers(&to_pay, stored.currency).map_err(|error| broken(&error))?,
        pay_by: waiting(&bookings).filter_map(|one| one.payment_deadline).min(),
        payments: payments.iter().map(payments::Stored::to_payment).collect(),
        bookings: bookings.iter().map(row).collect(),
        created_at: stored.created_at,
    })
}

/// What of a checkout waits to be paid.
pub(super) fn waiting(bookings: &[Payable]) -> impl Iterator<Item = &Payable> {
    bookings.iter().filter(|one| one.status == Status::PendingPayment)
}

/// The checkout that these bookings are in, or a new one for them. They must be locked.
///
/// # Errors
/// `not_found` for a booking that is not the user's; `invalid` for bookings that are not paid together.
pub async fn open_for(
    work: &mut Work<'_>,
    user: UserId,
    bookings: &[Payable],
) -> AppResult<CheckoutId> {
    let Some(first) = bookings.iter().find(|one| one.user == user) else {
        return Err(AppError::not_found("booking"));
    };
    if bookings.iter().any(|one| one.user != user) {
        return Err(AppError::not_found("booking"));
    }
    let currency = first.amounts.total_amount.currency();
    let together = |one: &Payable| {
        one.checkout == first.checkout && one.amounts.total_amount.currency() == currency
    };
    if !bookings.iter().all(together) {
        let words = "these are not paid together; begin a payment for each";
        return Err(AppError::invalid_field("booking_ids", "not_together", words));
    }
    if let Some(checkout) = first.checkout {
        return Ok(checkout);
    }
    let (now, random) = (work.now, work.random());
    let id = CheckoutId::new(now, random);
    let ids: Vec<BookingId> = bookings.iter().map(|one| one.id).collect();
    checkouts::insert(work.db(), id, user, currency, now).await?;
    checkouts::add(work.db(), id, &ids).await?;
    Ok(id)
}

fn row(booking: &Payable) -> CheckoutBooking {
    CheckoutBooking {
        booking_id: booking.id,
        title: booking.title.clone(),
        status: booking.status,
        date: booking.date,
        total: booking.amounts.total_amount,
        deposit: booking.deposit,
        paid: booking.paid,
        balance: booking.balance.map(|balance| BalanceDue {
            amount: balance.amount,
            due: balance.due,
            status: balance.status,
        }),
        payment_deadline: booking.payment_deadline,
    }
}

pub(super) fn sum(
    currency: Currency,
    amounts: impl IntoIterator<Item = Money>,
) -> AppResult<Money> {
    amounts.into_iter().try_fold(Money::zero(currency), Money::plus).map_err(|error| broken(&error))
}

fn broken(error: &MoneyError) -> AppError {
    Fault::Broken(format!("a checkout's sum: {error}")).into()
}
