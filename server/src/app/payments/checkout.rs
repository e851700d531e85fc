//! Reading a checkout: what it holds, what it costs, how it can be paid.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::{
    actor::Actor,
    api::checkout::{BalanceDue, Checkout, CheckoutBooking, Offer},
    booking::Status,
    ids::{BookingId, CheckoutId, UserId},
    money::{Currency, Money, MoneyError},
    payment::{self, Due, Method},
    time,
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
    view(&mut db, id, actor.user, context.now()).await
}

/// The checkout as its traveler sees it.
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
    let waiting: Vec<&Payable> = waiting(&bookings).collect();
    Ok(Checkout {
        id,
        total: sum(stored.currency, bookings.iter().map(|one| one.amounts.total_amount))?,
        offers: offers(&waiting, stored.currency, now)?,
        pay_by: waiting.iter().filter_map(|one| one.payment_deadline).min(),
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

/// What a booking asks for when it is paid by `method`; what does not offer it is paid in full.
pub(super) fn due(booking: &Payable, method: Method, now: DateTime<Utc>) -> AppResult<Due> {
    let today = time::today(now, booking.zone);
    let ask = |method| {
        let (deposit, later) = (booking.deposit, booking.pay_later);
        payment::due(method, &booking.amounts, deposit, later, booking.date, today)
    };
    ask(method).or_else(|_| ask(Method::Full)).map_err(|error| {
        Fault::Broken(format!("what booking {} asks for: {error}", booking.id)).into()
    })
}

/// Whether the booking itself offers the method.
pub(super) fn is_offered(booking: &Payable, method: Method, now: DateTime<Utc>) -> bool {
    let today = time::today(now, booking.zone);
    let (deposit, later) = (booking.deposit, booking.pay_later);
    payment::due(method, &booking.amounts, deposit, later, booking.date, today).is_ok()
}

fn offers(waiting: &[&Payable], currency: Currency, now: DateTime<Utc>) -> AppResult<Vec<Offer>> {
    let mut offers = Vec::new();
    for method in Method::ALL {
        if !waiting.iter().any(|one| is_offered(one, method, now)) {
            continue;
        }
        let all: Vec<Due> =
            waiting.iter().map(|one| due(one, method, now)).collect::<AppResult<_>>()?;
        let due_now = sum(currency, all.iter().map(|due| due.now))?;
        let total = sum(currency, waiting.iter().map(|one| one.amounts.total_amount))?;
        let due_later = total.minus(due_now).map_err(|error| broken(&error))?;
        offers.push(Offer { method, due_now, due_later });
    }
    Ok(offers)
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
