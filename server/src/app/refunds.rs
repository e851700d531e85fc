//! Giving money back: written down first, then asked of the processor, then booked.

use chrono::{DateTime, TimeDelta, Utc};
use traveloure_core::{
    api::{cancel::RefundStatus, event::Kind},
    booking::Status,
    cancellation::Shares,
    ids::{LedgerTransactionId, RefundId},
    ledger::{self, Posting},
    money::Money,
};

use super::{
    Context,
    gateway::{
        GatewayError, IdempotencyKey, IntentId, Metadata, NewRefund, Refund, RefundReason,
        RefundStatus as Said,
    },
    payments::{next_time, told},
    payouts::{self, For},
    work::Work,
};
use crate::{
    error::{AppResult, Fault},
    store::{
        bookings,
        checkouts::{self, Payable},
        ledger as books, payments,
        refunds::{self, Reason, Stored},
    },
};

const BATCH: i64 = 20;
/// The processor may forget a key after a day; before that, what it was asked is looked up.
const KEY_LASTS: TimeDelta = TimeDelta::hours(20);

/// Writes down that so much of what was paid for a booking goes back, over its payments, the newest first. The
/// booking must be locked. More than was paid is a fault: callers decide how much.
///
/// # Errors
/// A fault only.
pub(super) async fn intend(
    work: &mut Work<'_>,
    booking: &Payable,
    amount: Money,
    reason: Reason,
) -> AppResult<Vec<Stored>> {
    let now = work.now;
    let currency = amount.currency();
    let mut left = amount;
    let is_earned = bookings::frozen(work.db(), booking.id).await?.is_earned;
    let mut intended = Vec::new();
    for source in refunds::refundable(work.db(), booking.id, currency).await? {
        if left.is_zero() {
            break;
        }
        let part = if left.amount() < source.left.amount() { left } else { source.left };
        if part.is_zero() {
            continue;
        }
        left = left.minus(part).map_err(|error| Fault::Broken(error.to_string()))?;
        let refund = Stored {
            id: RefundId::new(now, work.random()),
            booking: booking.id,
            payment: source.payment,
            amount: part,
            status: RefundStatus::Intended,
            attempt: 1,
            reference: None,
            of_earned: is_earned,
            failure: None,
            looks: 0,
            created_at: now,
        };
        refunds::insert(work.db(), &refund, reason, now).await?;
        work.tell(Kind::RefundChanged, refund.id, None, Some(booking.user), Some(booking.provider));
        intended.push(refund);
    }
    if left.is_zero() {
        Ok(intended)
    } else {
        Err(Fault::Broken(format!("booking {}: {left} more to refund than was paid", booking.id))
            .into())
    }
}

/// Asks the processor for refunds that are intended, and what became of those that are on their way. Returns how
/// many it looked at; call again while there are any.
///
/// # Errors
/// A fault of the database only; what the processor says is kept for the next look.
pub async fn look_at_refunds(context: &Context) -> AppResult<usize> {
    let mut db = context.pool.acquire().await?;
    let due = refunds::to_look_at(&mut db, context.now(), BATCH).await?;
    drop(db);
    for id in &due {
        if let Err(error) = settle(context, *id).await {
            tracing::warn!(refund = %id, %error, "a refund could not be made yet");
            let id = *id;
            context
                .transact(move |work| {
                    Box::pin(async move {
                        let now = work.now;
                        let looks = refunds::get(work.db(), id).await?.map_or(0, |one| one.looks);
                        let look_at = next_time(looks, now);
                        Ok(refunds::looked_at(work.db(), id, look_at, false).await?)
                    })
                })
                .await?;
        }
    }
    Ok(due.len())
}

/// When the next refund is looked at.
///
/// # Errors
/// A fault only.
pub async fn next_look(context: &Context) -> AppResult<Option<DateTime<Utc>>> {
    let mut db = context.pool.acquire().await?;
    Ok(refunds::next_look(&mut db).await?)
}

/// Reads what became of the refund that the processor knows by this id.
pub(super) async fn settle_reference(context: &Context, reference: &str) -> AppResult<()> {
    let mut db = context.pool.acquire().await?;
    let Some(refund) = refunds::by_reference(&mut db, reference).await? else { return Ok(()) };
    drop(db);
    settle(context, refund.id).await
}

/// Makes a refund, or reads what became of it. Safe to call any number of times.
///
/// # Errors
/// `processor_unavailable`, or a fault.
pub async fn settle(context: &Context, id: RefundId) -> AppResult<()> {
    let mut db = context.pool.acquire().await?;
    let Some(refund) = refunds::get(&mut db, id).await? else { return Ok(()) };
    let payment = payments::get(&mut db, refund.payment)
        .await?
        .ok_or_else(|| Fault::Broken(format!("refund {id} of no payment")))?;
    drop(db);
    let gateway = &context.processor()?.gateway;
    let answer = if let Some(reference) = &refund.reference {
        gateway.refund(&reference.as_str().into()).await
    } else {
        let Some(intent) = payment.intent.as_deref().map(IntentId::from) else {
            return Err(Fault::Broken(format!("refund {id} of a payment without intent")).into());
        };
        let is_old = context.now() - refund.created_at > KEY_LASTS;
        let made = if refund.looks > 0 && (is_old || refund.looks.is_multiple_of(2)) {
            find(context, &intent, &refund).await.map_err(|error| told(&error))?
        } else {
            None
        };
        match made {
            Some(made) => Ok(made),
            None => gateway.create_refund(&key(&refund), &new(&refund, intent)).await,
        }
    };
    match answer {
        Ok(answer) => apply(context, id, answer).await,
        Err(GatewayError::Refused { code, message }) => {
            failed(context, id, format!("{code}: {message}")).await
        }
        Err(error) => Err(told(&error)),
    }
}

fn key(refund: &Stored) -> IdempotencyKey {
    IdempotencyKey::of("refund", refund.id.as_uuid(), refund.attempt)
}

fn new(refund: &Stored, intent: IntentId) -> NewRefund {
    NewRefund {
        intent,
        amount: refund.amount,
        reason: Some(RefundReason::RequestedByCustomer),
        metadata: Metadata::from([
            ("refund_id".to_owned(), refund.id.to_string()),
            ("booking_id".to_owned(), refund.booking.to_string()),
        ]),
    }
}

// What the processor made of it before, found by its metadata; one that failed is not it.
async fn find(
    context: &Context,
    intent: &IntentId,
    refund: &Stored,
) -> Result<Option<Refund>, GatewayError> {
    let Ok(processor) = context.processor() else { return Ok(None) };
    let id = refund.id.to_string();
    let made = processor.gateway.refunds(intent).await?;
    Ok(made.into_iter().find(|one| {
        one.metadata.get("refund_id") == Some(&id)
            && !matches!(one.status, Said::Failed | Said::Canceled)
    }))
}

async fn apply(context: &Context, id: RefundId, said: Refund) -> AppResult<()> {
    let status = match said.status {
        Said::Pending | Said::RequiresAction => RefundStatus::Pending,
        Said::Succeeded => RefundStatus::Succeeded,
        Said::Failed | Said::Canceled => RefundStatus::Failed,
    };
    context
        .transact(move |work| {
            Box::pin(async move {
                let reference = said.id.as_str();
                let failure = said.failure_reason.as_deref();
                moved(work, id, status, Some(reference), failure).await
            })
        })
        .await
}

async fn failed(context: &Context, id: RefundId, why: String) -> AppResult<()> {
    context
        .transact(move |work| {
            Box::pin(async move { moved(work, id, RefundStatus::Failed, None, Some(&why)).await })
        })
        .await
}

async fn moved(
    work: &mut Work<'_>,
    id: RefundId,
    status: RefundStatus,
    reference: Option<&str>,
    failure: Option<&str>,
) -> AppResult<()> {
    let now = work.now;
    let Some(refund) = refunds::get(work.db(), id).await? else { return Ok(()) };
    // The booking first, as everywhere: whoever decides about its money holds it.
    let Some(booking) = checkouts::lock_bookings(work.db(), &[refund.booking]).await?.pop() else {
        return Err(Fault::Broken(format!("refund {id} of no booking")).into());
    };
    let Some(refund) = refunds::lock(work.db(), id).await? else { return Ok(()) };
    if refund.status == status {
        let look_at = (status == RefundStatus::Pending).then(|| next_time(8, now));
        refunds::moved(work.db(), id, status, reference, failure, look_at, now).await?;
        return Ok(());
    }
    if refund.status == RefundStatus::Failed {
        return Ok(());
    }
    let was_booked = refund.status != RefundStatus::Intended;
    let cause = format!("refund:{id}:{}", refund.attempt);
    let posting = posting(&refund, &booking);
    match (was_booked, status) {
        (false, RefundStatus::Pending | RefundStatus::Succeeded) => {
            post(work, &cause, &posting).await?;
            if refund.of_earned {
                let share = Shares::of(refund.amount, &booking.amounts).provider;
                payouts::take_back(work, &booking, share, For::Refund(id)).await?;
            }
        }
        (was_booked, RefundStatus::Failed) => {
            if was_booked {
                let back = ledger::reversed(&posting, "refund failed");
                post(work, &format!("{cause}:failed"), &back).await?;
            }
            theirs_again(work, &refund, &booking).await?;
        }
        _ => {}
    }
    let look_at = (status == RefundStatus::Pending).then(|| next_time(8, now));
    refunds::moved(work.db(), id, status, reference, failure, look_at, now).await?;
    work.tell(Kind::RefundChanged, id, None, Some(booking.user), Some(booking.provider));
    if status == RefundStatus::Succeeded {
        all_back(work, &booking).await?;
    }
    Ok(())
}

// What a refund that failed was to give back belongs to those again who had earned it, or would have by now.
async fn theirs_again(work: &mut Work<'_>, refund: &Stored, booking: &Payable) -> AppResult<()> {
    let was_booked = refund.status != RefundStatus::Intended;
    let is_earned = bookings::frozen(work.db(), booking.id).await?.is_earned;
    if !is_earned || (refund.of_earned && !was_booked) {
        return Ok(());
    }
    if !refund.of_earned {
        let posting = ledger::earned(booking.parties(), refund.amount, &booking.amounts);
        post(work, &format!("earned:{}:{}", booking.id, refund.id), &posting).await?;
    }
    let share = Shares::of(refund.amount, &booking.amounts).provider;
    let ends_at = bookings::ending(work.db(), booking.id).await?.ends_at;
    payouts::owe(work, booking, share, ends_at, Some(refund.id)).await
}

// When everything that was paid is back, a booking that is over is refunded.
async fn all_back(work: &mut Work<'_>, booking: &Payable) -> AppResult<()> {
    let now = work.now;
    let is_over = matches!(booking.status, Status::Cancelled | Status::Completed);
    let under_way = refunds::of_booking(work.db(), booking.id)
        .await?
        .iter()
        .any(|one| matches!(one.status, RefundStatus::Intended | RefundStatus::Pending));
    if !is_over || under_way || !booking.paid.is_zero() {
        return Ok(());
    }
    let version = bookings::refunded(work.db(), booking.id, now).await?;
    let (user, provider) = (Some(booking.user), Some(booking.provider));
    work.tell(Kind::BookingRefunded, booking.id, Some(version), user, provider);
    Ok(())
}

fn posting(refund: &Stored, booking: &Payable) -> Posting {
    if refund.of_earned {
        ledger::refunded_earned(booking.parties(), refund.amount, &booking.amounts)
    } else {
        ledger::refunded_held(booking.parties(), refund.amount)
    }
}

async fn post(work: &mut Work<'_>, cause: &str, posting: &Posting) -> AppResult<()> {
    let now = work.now;
    let id = LedgerTransactionId::new(now, work.random());
    Ok(books::post(work.db(), id, cause, posting, now).await?)
}
