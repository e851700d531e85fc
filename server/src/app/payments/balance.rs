//! The balance of a deposit: reminded of, charged off-session when it is due.

use chrono::{DateTime, TimeDelta, Utc};
use traveloure_core::{
    actor::Actor,
    api::{
        checkout::{ChargeBalance, PaymentStarted},
        event::Kind,
        problem::Code,
    },
    booking::Status,
    ids::{BookingId, CheckoutId, PaymentId, UserId},
    payment::{Balance, Purpose, first_reminder},
};

use super::{
    SOON, ask,
    cards::must_be_theirs,
    checkout,
    ladder::{NEEDS_CARDHOLDER, turned_down},
};
use crate::{
    app::{Context, work::Key, work::Work},
    error::{AppError, AppResult},
    store::{
        bookings, checkouts,
        payments::{self, NewPayment, ONCE, Via},
    },
};

/// If nothing is heard of a charge by then, it is looked at again.
const UNHEARD: TimeDelta = TimeDelta::hours(1);

/// Charges the balance of the actor's booking now: with a saved card, or on the processor's page.
///
/// # Errors
/// `not_found`, of a saved card too; `nothing_due`; `payment_running`.
pub async fn charge_balance(
    context: &Context,
    actor: &Actor,
    key: Option<Key>,
    body: ChargeBalance,
) -> AppResult<PaymentStarted> {
    context.processor()?;
    let user = actor.user;
    let via = match body.saved_card {
        Some(card) => {
            must_be_theirs(context, actor, &card).await?;
            Via::Saved { card }
        }
        None => Via::Page { save_card: false },
    };
    let booking = body.booking_id;
    let outcome = context
        .transact_once(key, move |work| {
            Box::pin(async move { write_down(work, booking, Some(user), &via).await })
        })
        .await;
    let (checkout, payment) = match outcome {
        Err(error) if ONCE.iter().any(|name| error.violates(name)) => {
            return open_already(context, user, booking).await;
        }
        other => other?,
    };
    ask(context, payment).await?;
    started(context, user, checkout, payment).await
}

async fn started(
    context: &Context,
    user: UserId,
    checkout: CheckoutId,
    payment: PaymentId,
) -> AppResult<PaymentStarted> {
    let mut db = context.pool.acquire().await?;
    let checkout = checkout::shown(context, &mut db, checkout, user).await?;
    let payment = checkout.payments.iter().find(|one| one.id == payment).cloned();
    Ok(PaymentStarted { payment, checkout })
}

// The page that is open for it already.
async fn open_already(
    context: &Context,
    user: UserId,
    booking: BookingId,
) -> AppResult<PaymentStarted> {
    let mut db = context.pool.acquire().await?;
    let live = payments::live_of_booking(&mut db, booking).await?;
    drop(db);
    let open = live
        .iter()
        .find(|one| one.purpose == Purpose::Balance && matches!(one.via, Via::Page { .. }));
    match open {
        Some(payment) => started(context, user, payment.checkout, payment.id).await,
        None => Err(AppError::refused(
            Code::PaymentRunning,
            "The balance is being charged right now. Nothing is charged twice; look again in a moment.",
        )),
    }
}

async fn write_down(
    work: &mut Work<'_>,
    id: BookingId,
    user: Option<UserId>,
    via: &Via,
) -> AppResult<(CheckoutId, PaymentId)> {
    let booking = checkouts::lock_bookings(work.db(), &[id])
        .await?
        .pop()
        .filter(|booking| user.is_none_or(|user| booking.user == user))
        .ok_or_else(|| AppError::not_found("booking"))?;
    let owed = booking.balance.filter(|balance| balance.status != Balance::Paid);
    let (Some(balance), Some(checkout), Status::Confirmed) =
        (owed, booking.checkout, booking.status)
    else {
        return Err(AppError::refused(
            Code::NothingDue,
            "No balance is owed for this booking. Nothing was charged.",
        ));
    };
    let now = work.now;
    let payment = PaymentId::new(now, work.random());
    let new = NewPayment {
        id: payment,
        user: booking.user,
        checkout,
        booking: Some(id),
        purpose: Purpose::Balance,
        via,
        amount: balance.amount,
        parts: &[(id, balance.amount)],
        look_at: now + SOON,
    };
    payments::insert(work.db(), &new, now).await?;
    bookings::balance_tried(work.db(), id, now + UNHEARD).await?;
    work.tell(Kind::PaymentChanged, payment, None, Some(booking.user), None);
    Ok((checkout, payment))
}

/// Bookings whose balance is to be charged.
///
/// # Errors
/// A fault only.
pub async fn balances_due(context: &Context, limit: i64) -> AppResult<Vec<BookingId>> {
    let mut db = context.pool.acquire().await?;
    Ok(bookings::balances_due(&mut db, context.now(), limit).await?)
}

/// Charges the balance of a booking, if it is due, with the card that its deposit was paid with. Safe to run twice and
/// by several servers at once: the database refuses a second payment for the same.
///
/// # Errors
/// A fault only: that the processor does not answer is the payment's own trouble from here on.
pub async fn charge(context: &Context, id: BookingId) -> AppResult<()> {
    match intend(context, id).await {
        Ok(Some(payment)) => ask(context, payment).await,
        Ok(None) => Ok(()),
        Err(error) if ONCE.iter().any(|name| error.violates(name)) => put_off(context, id).await,
        Err(error) => Err(error),
    }
}

async fn intend(context: &Context, id: BookingId) -> AppResult<Option<PaymentId>> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                // Another server may have been here since it was found due.
                if !bookings::is_balance_due(work.db(), id, now).await? {
                    return Ok(None);
                }
                let Some(card) = payments::card_of_deposit(work.db(), id).await? else {
                    turned_down(work, id, Some(NEEDS_CARDHOLDER)).await?;
                    return Ok(None);
                };
                let via = Via::Saved { card };
                let (_, payment) = write_down(work, id, None, &via).await?;
                Ok(Some(payment))
            })
        })
        .await
}

async fn put_off(context: &Context, id: BookingId) -> AppResult<()> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let at = work.now + UNHEARD;
                Ok(bookings::balance_tried(work.db(), id, at).await?)
            })
        })
        .await
}

/// When the next balance is tried.
///
/// # Errors
/// A fault only.
pub async fn next_balance(context: &Context) -> AppResult<Option<DateTime<Utc>>> {
    let mut db = context.pool.acquire().await?;
    Ok(bookings::next_balance(&mut db, context.now()).await?)
}

/// Bookings whose travelers are to be reminded of the balance.
///
/// # Errors
/// A fault only.
pub async fn to_remind(context: &Context, limit: i64) -> AppResult<Vec<BookingId>> {
    let mut db = context.pool.acquire().await?;
    Ok(bookings::balance_reminders(&mut db, context.now(), limit).await?)
}

/// Reminds the traveler of a booking of its balance. Says whether it was due, and nobody else's.
///
/// # Errors
/// A fault only.
pub async fn remind(context: &Context, id: BookingId) -> AppResult<bool> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let Some(one) = bookings::lock_balance_reminder(work.db(), id, now).await? else {
                    return Ok(false);
                };
                let next = first_reminder(one.due_at, now);
                bookings::balance_reminded(work.db(), id, next).await?;
                if now < one.due_at {
                    work.tell(Kind::BalanceReminder, id, None, Some(one.user), None);
                }
                Ok(true)
            })
        })
        .await
}

/// When the next reminder of a balance is sent.
///
/// # Errors
/// A fault only.
pub async fn next_reminder(context: &Context) -> AppResult<Option<DateTime<Utc>>> {
    let mut db = context.pool.acquire().await?;
    Ok(bookings::next_balance_reminder(&mut db, context.now()).await?)
}
