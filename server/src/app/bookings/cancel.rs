//! Cancelling: the quote first, then the act that says which quote was read. And money given back beyond it.

use traveloure_core::{
    actor::{Actor, Role},
    api::{
        cancel::{Cancel, Cancellation, NewRefund},
        event::Kind,
        problem::Code,
    },
    booking::{CancelledBy, Status},
    cancellation::{self, Quote},
    ids::BookingId,
    refund::Reason,
};

use crate::{
    app::{
        Context, payments, refunds,
        words::Words,
        work::{Key, Work},
    },
    error::{AppError, AppResult, Fault},
    store::{
        bookings::{self, Scope},
        capacity,
        checkouts::{self, Payable},
        payments as paid,
        refunds::Stored,
    },
};

/// What cancelling now would give back. Nothing is changed.
///
/// # Errors
/// `not_found`; `not_cancellable`.
pub async fn quote_cancellation(
    context: &Context,
    actor: &Actor,
    id: BookingId,
) -> AppResult<Cancellation> {
    let actor = actor.clone();
    context
        .transact(move |work| {
            Box::pin(async move {
                let (booking, by) = locked(work, &actor, id).await?;
                let quote = quote(work, &booking, by).await?;
                Ok(Cancellation { quote, booking: None, refunds: Vec::new() })
            })
        })
        .await
}

/// Cancels a booking at the quote that was read: the place is free again, and what comes back is on its way.
///
/// # Errors
/// `not_found`; `not_cancellable`; `refund_changed` when another amount would come back by now.
pub async fn cancel(
    context: &Context,
    actor: &Actor,
    key: Option<Key>,
    id: BookingId,
    body: Cancel,
) -> AppResult<Cancellation> {
    let done = match try_cancel(context, actor, key.clone(), id, &body, Pages::AreClosed).await {
        // Only what may be cancelled closes a page that is open.
        Err(error) if error.is_under_way() => {
            close_pages(context, id).await?;
            try_cancel(context, actor, key, id, &body, Pages::MayBeOpen).await?
        }
        done => done?,
    };
    refunds::send(context, done.refunds.iter().map(|refund| refund.id)).await;
    Ok(done)
}

/// What is expected of payments of the booking that may still bring money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pages {
    /// There are none, or it is refused.
    AreClosed,
    /// They were closed as far as the processor closes them; what comes all the same goes back as late.
    MayBeOpen,
}

async fn try_cancel(
    context: &Context,
    actor: &Actor,
    key: Option<Key>,
    id: BookingId,
    body: &Cancel,
    pages: Pages,
) -> AppResult<Cancellation> {
    let (who, body) = (actor.clone(), body.clone());
    context
        .transact_once(key, move |work| {
            Box::pin(async move { act(work, &who, id, &body, pages).await })
        })
        .await
}

// A page that is open could still be paid while the booking is being cancelled. It is closed first, and what was
// paid on it before counts.
async fn close_pages(context: &Context, id: BookingId) -> AppResult<()> {
    let mut db = context.pool.acquire().await?;
    let live = paid::live_of_booking(&mut db, id).await?;
    drop(db);
    for payment in live {
        payments::close(context, &payment).await?;
    }
    Ok(())
}

async fn act(
    work: &mut Work<'_>,
    actor: &Actor,
    id: BookingId,
    body: &Cancel,
    pages: Pages,
) -> AppResult<Cancellation> {
    let mut words = Words::default();
    let reason = words.text("reason", &body.reason, 0..=500);
    words.finish()?;
    let (booking, by) = locked(work, actor, id).await?;
    let quote = quote(work, &booking, by).await?;
    let Some(expected) = body.expected_refund else {
        let words = "say what the quote gives back, so that you are not surprised";
        return Err(AppError::invalid_field("expected_refund", "required", words));
    };
    if expected != quote.refund {
        let text = format!(
            "{} would come back now, and not {expected}: {}. Nothing was cancelled; read the quote again.",
            quote.refund, quote.reason
        );
        return Err(AppError::refused(Code::RefundChanged, text));
    }
    if pages == Pages::AreClosed && !paid::live_of_booking(work.db(), id).await?.is_empty() {
        return Err(Fault::UnderWay.into());
    }
    let now = work.now;
    let (db, counters) = work.db_and_counters();
    capacity::release_booking(db, counters, id, now).await?;
    let refund = Some(quote.refund).filter(|refund| !refund.is_zero());
    let version = bookings::cancel(work.db(), id, by, &reason, refund, now).await?;
    let refunds = match refund {
        Some(refund) => refunds::intend(work, &booking, refund, Reason::Cancelled).await?,
        None => Vec::new(),
    };
    let (user, provider) = (Some(booking.user), Some(booking.provider));
    work.tell(Kind::BookingCancelled, id, Some(version), user, provider);
    work.tell(Kind::CapacityChanged, booking.service, None, None, provider);
    let seen = seen(work, actor, &booking).await?;
    Ok(Cancellation {
        quote,
        booking: Some(seen),
        refunds: refunds.iter().map(Stored::to_refund).collect(),
    })
}

/// Gives money of a booking back beyond what its policy gives, by its provider or an admin.
///
/// # Errors
/// `not_found`; `role_required` for a traveler; `refund_too_large`; `invalid`.
pub async fn refund(
    context: &Context,
    actor: &Actor,
    key: Option<Key>,
    id: BookingId,
    body: NewRefund,
) -> AppResult<Cancellation> {
    let who = actor.clone();
    let done = context
        .transact_once(key, move |work| {
            Box::pin(async move { give_back(work, &who, id, &body).await })
        })
        .await?;
    refunds::send(context, done.refunds.iter().map(|refund| refund.id)).await;
    Ok(done)
}

async fn give_back(
    work: &mut Work<'_>,
    actor: &Actor,
    id: BookingId,
    body: &NewRefund,
) -> AppResult<Cancellation> {
    let reason = match actor.role {
        Role::Provider => Reason::ByProvider,
        Role::Admin => Reason::ByAdmin,
        _ => {
            return Err(AppError::refused(
                Code::RoleRequired,
                "A provider or an administrator gives money back. Cancel the booking instead; nothing was changed.",
            ));
        }
    };
    let booking = read(work, actor, id).await?;
    let paid = booking.paid;
    if body.amount.currency() != paid.currency() {
        return Err(AppError::refused(
            Code::CurrencyMismatch,
            format!("The booking was paid in {}. Nothing was given back.", paid.currency()),
        ));
    }
    if body.amount.is_zero() || body.amount.is_negative() {
        return Err(AppError::invalid_field("amount", "out_of_range", "an amount is above zero"));
    }
    if body.amount.amount() > paid.amount() {
        return Err(AppError::refused(
            Code::RefundTooLarge,
            format!("{paid} were paid and have not come back. Nothing was given back."),
        ));
    }
    let refunds = refunds::intend(work, &booking, body.amount, reason).await?;
    let retained = paid.minus(body.amount).map_err(|error| Fault::Broken(error.to_string()))?;
    let quote = Quote {
        captured: paid,
        refund: body.amount,
        retained,
        provider_keeps: cancellation::Shares::of(retained, &booking.amounts).provider,
        reason: "given back beyond the policy".to_owned(),
        until: None,
    };
    let seen = seen(work, actor, &booking).await?;
    Ok(Cancellation {
        quote,
        booking: Some(seen),
        refunds: refunds.iter().map(Stored::to_refund).collect(),
    })
}

async fn locked(
    work: &mut Work<'_>,
    actor: &Actor,
    id: BookingId,
) -> AppResult<(Payable, CancelledBy)> {
    let booking = read(work, actor, id).await?;
    let by = match actor.role {
        Role::Provider => CancelledBy::Provider,
        Role::Admin => CancelledBy::Admin,
        _ => CancelledBy::User,
    };
    if !booking.status.may_become(Status::Cancelled) {
        return Err(AppError::refused(
            Code::NotCancellable,
            format!(
                "The booking is {} already. Nothing was changed.",
                booking.status.as_str().replace('_', " ")
            ),
        ));
    }
    Ok((booking, by))
}

// Locked, and the actor's: an admin may see every one.
async fn read(work: &mut Work<'_>, actor: &Actor, id: BookingId) -> AppResult<Payable> {
    let found = checkouts::lock_bookings(work.db(), &[id]).await?.pop();
    let is_theirs = |booking: &Payable| match (actor.role, actor.provider) {
        (Role::Admin, _) => true,
        (Role::Provider, Some(provider)) => booking.provider == provider,
        (Role::Traveler, _) => booking.user == actor.user,
        _ => false,
    };
    found.filter(is_theirs).ok_or_else(|| AppError::not_found("booking"))
}

async fn quote(work: &mut Work<'_>, booking: &Payable, by: CancelledBy) -> AppResult<Quote> {
    let now = work.now;
    let terms = bookings::frozen(work.db(), booking.id).await?.terms;
    cancellation::quote(&terms, &booking.amounts, booking.paid, by, booking.starts_at, now)
        .map_err(|error| Fault::Broken(format!("the quote of {}: {error}", booking.id)).into())
}

async fn seen(
    work: &mut Work<'_>,
    actor: &Actor,
    booking: &Payable,
) -> AppResult<traveloure_core::api::booking::Booking> {
    let for_provider = actor.role != Role::Traveler;
    let scope = if for_provider {
        Scope::Provider(booking.provider)
    } else {
        Scope::Traveler(booking.user)
    };
    let now = work.now;
    let found = bookings::get(work.db(), booking.id, scope)
        .await?
        .ok_or_else(|| AppError::not_found("booking"))?;
    let movements = bookings::movements(work.db(), booking.id, booking.paid.currency()).await?;
    found.to_booking(for_provider, movements, now)
}
