//! Giving money back: written down first, then asked of the processor, then booked.

use chrono::{DateTime, Utc};
use traveloure_core::{
    api::{cancel::RefundStatus, event::Kind},
    asking::First,
    booking::Status,
    cancellation::Shares,
    ids::{LedgerTransactionId, RefundId},
    job::Job,
    ledger::{self, Posting},
    money::Money,
    refund::{self, Reason},
};

use super::{
    Context,
    gateway::{
        GatewayError, IdempotencyKey, IntentId, Metadata, NewRefund, PaymentGateway, Refund,
        RefundReason, RefundStatus as Said,
    },
    payments::{next_time, told},
    payouts::{self, For},
    troubles::put_down,
    work::Work,
};
use crate::{
    error::{AppError, AppResult, Fault},
    store::{
        bookings,
        checkouts::{self, Payable},
        ledger as books, payments,
        refunds::{self, Refundable, Stored},
        troubles,
    },
};

/// How many are sent at once where somebody waits for it.
const AT_ONCE: i64 = 20;

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
            follows: None,
            tries: 1,
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

/// Asks at once for refunds that were intended a moment ago, for whoever waits for it. What does not work now is the
/// job's.
pub async fn send(context: &Context) {
    let due = match to_look_at(context, AT_ONCE).await {
        Ok(due) => due,
        Err(error) => return tracing::warn!(%error, "refunds are sent later"),
    };
    for id in due {
        if let Err(error) = settle(context, id).await {
            tracing::warn!(refund = %id, %error, "a refund is sent later");
        }
    }
}

/// Refunds that are to be made, or to be looked at on their way.
///
/// # Errors
/// A fault only.
pub async fn to_look_at(context: &Context, limit: i64) -> AppResult<Vec<RefundId>> {
    let mut db = context.pool.acquire().await?;
    Ok(refunds::to_look_at(&mut db, context.now(), limit).await?)
}

/// When the next refund is looked at.
///
/// # Errors
/// A fault only.
pub async fn next_look(context: &Context) -> AppResult<Option<DateTime<Utc>>> {
    let mut db = context.pool.acquire().await?;
    Ok(refunds::next_look(&mut db, context.now()).await?)
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
    if let Some(reference) = &refund.reference {
        let said = gateway.refund(&reference.as_str().into()).await;
        return apply(context, id, said.map_err(|error| told(&error))?).await;
    }
    if refund.status != RefundStatus::Intended {
        return Ok(());
    }
    let Some(intent) = payment.intent.as_deref().map(IntentId::from) else {
        return Err(Fault::Broken(format!("refund {id} of a payment without intent")).into());
    };
    let mut asking = refund.asking();
    let first = asking.first(context.now());
    if first != First::Ask {
        let made = find(gateway.as_ref(), &intent, &refund).await;
        if let Some(made) = made.map_err(|error| told(&error))? {
            return apply(context, id, made).await;
        }
        if first == First::LookUpForNewKey {
            tried(context, id, true).await?;
            asking = asking.anew();
        }
    }
    let key = IdempotencyKey::of("refund", id.as_uuid(), asking.attempt);
    match gateway.create_refund(&key, &new(&refund, intent)).await {
        Ok(made) => apply(context, id, made).await,
        Err(GatewayError::Refused { code, message }) => {
            failed(context, id, format!("{code}: {message}")).await
        }
        Err(error) => {
            tried(context, id, false).await?;
            Err(told(&error))
        }
    }
}

// Asked in vain; with `new_key` nothing came of the key, and another is taken.
async fn tried(context: &Context, id: RefundId, new_key: bool) -> AppResult<()> {
    context
        .transact(move |work| {
            Box::pin(async move { Ok(refunds::tried(work.db(), id, new_key).await?) })
        })
        .await
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
    gateway: &dyn PaymentGateway,
    intent: &IntentId,
    refund: &Stored,
) -> Result<Option<Refund>, GatewayError> {
    let id = refund.id.to_string();
    let made = gateway.refunds(intent).await?;
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
    match status {
        RefundStatus::Succeeded => all_back(work, &booking).await,
        RefundStatus::Failed => make_anew(work, &refund, failure).await,
        _ => Ok(()),
    }
}

// What did not arrive is owed still. While another refund of it is intended nobody else gives it back, and no payout
// of it leaves.
async fn make_anew(work: &mut Work<'_>, failed: &Stored, failure: Option<&str>) -> AppResult<()> {
    let why = failure.unwrap_or("the processor does not say why").trim_end_matches('.');
    let Some(pause) = refund::retry_after(failed.tries) else {
        let why = format!(
            "The refund did not arrive, {} times: {why}. The money is with us; give it back in another way, or retry.",
            failed.tries,
        );
        return put_down(work, Job::SettleRefunds, failed.id, failed.tries, &why, None).await;
    };
    let at = work.now + pause;
    let next = follow(work, failed, at).await?;
    let why = format!("The refund did not arrive: {why}. It is made anew by itself.");
    put_down(work, Job::SettleRefunds, next, failed.tries, &why, Some(at)).await
}

// Over the same payment: what else was paid is none of this one's.
async fn follow(work: &mut Work<'_>, failed: &Stored, at: DateTime<Utc>) -> AppResult<RefundId> {
    let now = work.now;
    let reason = refunds::reason(work.db(), failed.id).await?;
    let next = Stored {
        id: RefundId::new(now, work.random()),
        status: RefundStatus::Intended,
        attempt: 1,
        reference: None,
        of_earned: bookings::frozen(work.db(), failed.booking).await?.is_earned,
        failure: None,
        looks: 0,
        follows: Some(failed.id),
        tries: failed.tries + 1,
        created_at: now,
        ..failed.clone()
    };
    refunds::insert(work.db(), &next, reason, at).await?;
    Ok(next.id)
}

/// Has a refund tried at once: one that is intended is asked for now, one that has failed is made anew. Returns the id
/// of what is tried. Of one that was given back in another way since nothing is tried; it is in trouble no more.
///
/// # Errors
/// `not_found`: there is no such refund.
pub(super) async fn retry(work: &mut Work<'_>, subject: &str) -> AppResult<String> {
    let now = work.now;
    let gone = || AppError::not_found("refund");
    let id: RefundId = subject.parse().map_err(|_| gone())?;
    let refund = refunds::get(work.db(), id).await?.ok_or_else(gone)?;
    // The booking first, as everywhere.
    let booking = checkouts::lock_bookings(work.db(), &[refund.booking]).await?.pop();
    let booking = booking.ok_or_else(gone)?;
    let refund = refunds::lock(work.db(), id).await?.ok_or_else(gone)?;
    if refund.status != RefundStatus::Failed {
        refunds::hurry(work.db(), id, now).await?;
        return Ok(subject.to_owned());
    }
    troubles::resolve(work.db(), Job::SettleRefunds, subject).await?;
    if let Some(next) = refunds::follower(work.db(), id).await? {
        refunds::hurry(work.db(), next.id, now).await?;
        return Ok(next.id.to_string());
    }
    let currency = refund.amount.currency();
    let left = refunds::refundable(work.db(), refund.booking, currency).await?;
    let enough = |source: &Refundable| {
        source.payment == refund.payment && source.left.amount() >= refund.amount.amount()
    };
    if !left.iter().any(enough) {
        // It was given back in another way since.
        return Ok(subject.to_owned());
    }
    let next = follow(work, &refund, now).await?;
    work.tell(Kind::RefundChanged, next, None, Some(booking.user), Some(booking.provider));
    Ok(next.to_string())
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
