//! Giving money back: written down first, then asked of the processor, then booked.

mod anew;
mod given_back;
mod outcome;

pub(super) use anew::{lock_booking, retry};
pub use given_back::given_back;

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use traveloure_core::{
    api::{cancel::RefundStatus, event::Kind},
    asking::First,
    ids::RefundId,
    money::Money,
    refund::Reason,
};

use super::{
    Context,
    gateway::{
        GatewayError, IdempotencyKey, IntentId, Metadata, NewRefund, PaymentGateway, Refund,
        RefundReason, RefundStatus as Said,
    },
    payments::told,
    work::Work,
};
use crate::{
    error::{AppResult, Fault},
    store::{
        bookings,
        checkouts::Payable,
        payments,
        refunds::{self, Stored},
    },
};
use outcome::{apply, failed};

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

/// Asks at once for refunds that were intended a moment ago, side by side, for whoever waits for it. What does not work
/// now is the job's.
pub async fn send(context: &Context, intended: impl IntoIterator<Item = RefundId>) {
    let asked = intended.into_iter().map(|id| async move {
        if let Err(error) = settle(context, id).await {
            tracing::warn!(refund = %id, %error, "a refund is sent later");
        }
    });
    join_all(asked).await;
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
