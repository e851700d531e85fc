//! Beginning to pay: what is intended is written down, and nothing is asked of anybody yet.

use serde::{Deserialize, Serialize};
use traveloure_core::{
    actor::Actor,
    api::{
        checkout::{PaymentStarted, StartPayment},
        event::Kind,
        problem::Code,
    },
    ids::{BookingId, CheckoutId, PaymentId, UserId},
    money::Money,
    payment::{Due, Method, Purpose, Status},
};

use super::{
    SOON, ask,
    cards::must_be_theirs,
    checkout,
    credit::confirm_unpaid,
    settle::{close_page, settle},
};
use crate::{
    app::{Context, work::Key, work::Work},
    error::{AppError, AppResult, Fault},
    store::{
        bookings::{self, Chosen},
        checkouts::{self, Payable},
        payments::{self, NewPayment, ONCE, Via},
    },
};

/// What was written down; kept as the answer to a replay.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Begun {
    checkout: CheckoutId,
    payment: Option<PaymentId>,
}

/// Begins to pay a checkout, or bookings of accepted requests: opens the processor's page, or charges a saved card.
/// What is paid on site is confirmed at once. A page that is open already is given again if it is for the same, and
/// closed first if not.
///
/// # Errors
/// `not_found`, of a saved card too; `nothing_due`; `method_not_offered`; `payment_running` while the processor is busy
/// with another payment for the same. Where the processor cannot be reached the payment stays intended and is asked for
/// again.
pub async fn create_payment_intent(
    context: &Context,
    actor: &Actor,
    key: Option<Key>,
    body: StartPayment,
) -> AppResult<PaymentStarted> {
    context.processor()?;
    if let Some(card) = &body.saved_card {
        must_be_theirs(context, actor, card).await?;
    }
    let begun = match begin(context, actor.user, key.clone(), body.clone()).await {
        // Only what may be paid that way closes a page that is open.
        Err(error) if error.is_under_way() => {
            match open_already(context, actor.user, &body).await? {
                Some(begun) => begun,
                None => match begin(context, actor.user, key, body).await {
                    Err(error) if error.is_under_way() => return Err(running()),
                    begun => begun?,
                },
            }
        }
        begun => begun?,
    };
    if let Some(payment) = begun.payment {
        ask(context, payment).await?;
    }
    let mut db = context.pool.acquire().await?;
    let checkout = checkout::shown(context, &mut db, begun.checkout, actor.user).await?;
    let payment = checkout.payments.iter().find(|one| Some(one.id) == begun.payment).cloned();
    Ok(PaymentStarted { payment, checkout })
}

/// The page that is open for just this. One for something else is closed, and may turn out to be paid.
async fn open_already(
    context: &Context,
    user: UserId,
    body: &StartPayment,
) -> AppResult<Option<Begun>> {
    let mut db = context.pool.acquire().await?;
    let checkout = match (body.checkout_id, body.booking_ids.first()) {
        (Some(checkout), _) => checkouts::get(&mut db, checkout, user).await?.map(|one| one.id),
        (None, Some(booking)) => checkouts::of_booking(&mut db, *booking, user).await?,
        (None, None) => None,
    };
    let Some(checkout) = checkout else { return Ok(None) };
    let payments = payments::of_checkout(&mut db, checkout).await?;
    drop(db);
    let Some(live) = payments.iter().find(|one| is_in_the_way(one)) else { return Ok(None) };
    let is_same = Some(live.purpose) == purpose_of(body.method)
        && body.saved_card.is_none()
        && matches!(live.via, Via::Page { .. })
        && matches!(live.status, Status::Intended | Status::Open);
    if is_same {
        return Ok(Some(Begun { checkout, payment: Some(live.id) }));
    }
    if live.status == Status::Open {
        close_page(context, live).await?;
        settle(context, live.id).await?;
    }
    Ok(None)
}

const fn purpose_of(method: Method) -> Option<Purpose> {
    match method {
        Method::Full => Some(Purpose::Full),
        Method::Deposit => Some(Purpose::Deposit),
        Method::PayLater => None,
    }
}

async fn begin(
    context: &Context,
    user: UserId,
    key: Option<Key>,
    body: StartPayment,
) -> AppResult<Begun> {
    let outcome = context
        .transact_once(key, move |work| {
            Box::pin(async move { write_down(work, user, &body).await })
        })
        .await;
    match outcome {
        Err(error) if ONCE.iter().any(|name| error.violates(name)) => Err(Fault::UnderWay.into()),
        other => other,
    }
}

fn running() -> AppError {
    AppError::refused(
        Code::PaymentRunning,
        "A payment for this is under way. Nothing is charged twice; look again in a moment.",
    )
}

/// Whether money may still come of it, for all of its checkout.
fn is_in_the_way(payment: &payments::Stored) -> bool {
    payment.status.is_live() && payment.purpose != Purpose::Balance
}

async fn write_down(work: &mut Work<'_>, user: UserId, body: &StartPayment) -> AppResult<Begun> {
    let (checkout, bookings) = asked_for(work, user, body).await?;
    let waiting: Vec<&Payable> = checkout::waiting(&bookings).collect();
    if waiting.is_empty() {
        return Err(AppError::refused(
            Code::NothingDue,
            "Nothing of this waits to be paid: it is paid, cancelled, or lapsed. Nothing was charged.",
        ));
    }
    let now = work.now;
    if !waiting.iter().any(|one| one.to_pay(now).offers(body.method)) {
        return Err(AppError::refused(
            Code::MethodNotOffered,
            "None of these bookings can be paid that way. Nothing was charged; pay in full instead.",
        ));
    }
    if payments::of_checkout(work.db(), checkout).await?.iter().any(is_in_the_way) {
        return Err(Fault::UnderWay.into());
    }
    let mut parts: Vec<(BookingId, Money)> = Vec::new();
    for booking in waiting.iter().copied() {
        let due = booking.to_pay(now).due_or_full(body.method);
        choose(work, booking, body.method, &due).await?;
        if due.now.is_zero() {
            confirm_unpaid(work, booking).await?;
        } else {
            parts.push((booking.id, due.now));
        }
    }
    let currency = waiting[0].amounts.total_amount.currency();
    let amount = checkout::sum(currency, parts.iter().map(|(_, amount)| *amount))?;
    if amount.is_zero() {
        return Ok(Begun { checkout, payment: None });
    }
    let id = PaymentId::new(now, work.random());
    let is_deposit = body.method == Method::Deposit;
    let via = match &body.saved_card {
        Some(card) => Via::Saved { card: card.clone() },
        // The balance is charged later, when nobody sits before a page.
        None => Via::Page { save_card: body.save_card || is_deposit },
    };
    let new = NewPayment {
        id,
        user,
        checkout,
        booking: None,
        purpose: if is_deposit { Purpose::Deposit } else { Purpose::Full },
        via: &via,
        amount,
        parts: &parts,
        look_at: now + SOON,
    };
    payments::insert(work.db(), &new, now).await?;
    work.tell(Kind::PaymentChanged, id, None, Some(user), None);
    Ok(Begun { checkout, payment: Some(id) })
}

/// The checkout and its bookings, all locked.
async fn asked_for(
    work: &mut Work<'_>,
    user: UserId,
    body: &StartPayment,
) -> AppResult<(CheckoutId, Vec<Payable>)> {
    let checkout = match (body.checkout_id, body.booking_ids.as_slice()) {
        (Some(checkout), []) => checkout,
        (None, [_, ..]) => {
            let bookings = checkouts::lock_bookings(work.db(), &body.booking_ids).await?;
            if bookings.len() < body.booking_ids.len() {
                return Err(AppError::not_found("booking"));
            }
            checkout::open_for(work, user, &bookings).await?
        }
        _ => {
            let words = "name a checkout, or bookings, and not both";
            return Err(AppError::invalid_field("checkout_id", "required", words));
        }
    };
    checkouts::lock(work.db(), checkout, user)
        .await?
        .ok_or_else(|| AppError::not_found("checkout"))?;
    let ids: Vec<BookingId> =
        checkouts::bookings(work.db(), checkout).await?.iter().map(|one| one.id).collect();
    Ok((checkout, checkouts::lock_bookings(work.db(), &ids).await?))
}

async fn choose(
    work: &mut Work<'_>,
    booking: &Payable,
    method: Method,
    due: &Due,
) -> AppResult<()> {
    // What does not offer the method is paid in full.
    let is_full = due.now == booking.amounts.total_amount;
    let chosen = Chosen {
        method: if is_full { Method::Full } else { method },
        balance: due.balance_due.map(|_| due.balance),
        balance_due: due.balance_due,
    };
    Ok(bookings::choose_payment(work.db(), booking.id, &chosen).await?)
}
