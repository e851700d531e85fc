//! A payout that is due: how much of it is transferred, the asking, and what came of it.

use chrono::{DateTime, Utc};
use traveloure_core::{
    api::{cancel::RefundStatus, payout::PayoutStatus},
    asking::First,
    ids::PayoutId,
    ledger,
    money::Money,
};

use super::{minus, money, owed, smaller, tell};
use crate::{
    app::{
        Context,
        books::post,
        context::Processor,
        gateway::{GatewayError, IdempotencyKey, Metadata, NewTransfer, Transfer},
        payments::{next_time, told},
        work::Work,
    },
    error::{AppError, AppResult, Fault},
    store::{
        checkouts::{self, Payable},
        disputes,
        payouts::{self, Move, Stored},
        refunds,
    },
};

/// Payouts that are due, and those on their way.
///
/// # Errors
/// A fault only.
pub async fn payouts_to_look_at(context: &Context, limit: i64) -> AppResult<Vec<PayoutId>> {
    let mut db = context.pool.acquire().await?;
    Ok(payouts::to_look_at(&mut db, context.now(), limit).await?)
}

/// When the next payout is looked at.
///
/// # Errors
/// A fault only.
pub async fn next_payout(context: &Context) -> AppResult<Option<DateTime<Utc>>> {
    let mut db = context.pool.acquire().await?;
    Ok(payouts::next_look(&mut db, context.now()).await?)
}

/// Makes a payout, or reads what became of it. Safe to call any number of times, by several servers at once.
///
/// # Errors
/// `processor_unavailable`; a fault, also where the processor refuses: there may be enough in the balance later.
pub async fn pay_out(context: &Context, id: PayoutId) -> AppResult<()> {
    context.transact(move |work| Box::pin(async move { decide(work, id).await })).await?;
    ask(context, id).await
}

// The booking first, as everywhere; then the provider, so that what they owe is not kept twice; then the payout.
async fn decide(work: &mut Work<'_>, id: PayoutId) -> AppResult<()> {
    let now = work.now;
    let Some((payout, booking)) = locked(work, id).await? else { return Ok(()) };
    if !payout.status.is_open() || payout.due_at > now {
        return Ok(());
    }
    if disputes::is_open_about(work.db(), booking.id).await? {
        payouts::moved(work.db(), id, &Move::Frozen, now).await?;
        tell(work, id, payout.provider);
        return Ok(());
    }
    // A refund that is being asked for takes its share before anything is transferred.
    let refunds = refunds::of_booking(work.db(), booking.id).await?;
    if refunds.iter().any(|one| one.of_earned && one.status == RefundStatus::Intended) {
        return wait(work, &payout).await;
    }
    let standing = payouts::standing(work.db(), payout.provider, payout.amount.currency()).await?;
    let kept = smaller(money(owed(standing), payout.amount)?, payout.amount);
    let transferred = minus(payout.amount, kept)?;
    if transferred.is_zero() {
        payouts::moved(work.db(), id, &Move::Settled, now).await?;
        tell(work, id, payout.provider);
        return Ok(());
    }
    let account = payouts::account(work.db(), payout.provider, false).await?;
    if !account.is_some_and(|account| account.can_receive) {
        // The account itself wakes it.
        payouts::sleeps(work.db(), id).await?;
        return Ok(());
    }
    let look_at = next_time(0, now);
    payouts::moved(work.db(), id, &Move::Intended { transferred, look_at }, now).await?;
    tell(work, id, payout.provider);
    Ok(())
}

async fn locked(work: &mut Work<'_>, id: PayoutId) -> AppResult<Option<(Stored, Payable)>> {
    let Some(payout) = payouts::get(work.db(), id).await? else { return Ok(None) };
    let Some(booking) = checkouts::lock_bookings(work.db(), &[payout.booking]).await?.pop() else {
        return Err(Fault::Broken(format!("payout {id} of no booking")).into());
    };
    payouts::account(work.db(), payout.provider, true).await?;
    Ok(payouts::lock(work.db(), id).await?.map(|payout| (payout, booking)))
}

async fn wait(work: &mut Work<'_>, payout: &Stored) -> AppResult<()> {
    let look_at = next_time(payout.looks, work.now);
    Ok(payouts::looked_at(work.db(), payout.id, look_at).await?)
}

async fn ask(context: &Context, id: PayoutId) -> AppResult<()> {
    let mut db = context.pool.acquire().await?;
    let Some(payout) = payouts::get(&mut db, id).await? else { return Ok(()) };
    let (PayoutStatus::Intended, Some(amount)) = (payout.status, payout.transferred) else {
        return Ok(());
    };
    let account = payouts::account(&mut db, payout.provider, false).await?;
    let group = checkouts::group_of(&mut db, payout.booking).await?;
    drop(db);
    let Some(destination) = account.and_then(|account| account.id) else {
        return Err(Fault::Broken(format!("payout {id} to no account")).into());
    };
    let processor = context.processor()?;
    let mut asking = payout.asking();
    let first = asking.first(context.now());
    if first != First::Ask {
        let made = find(processor, &group, id).await.map_err(|error| told(&error))?;
        if let Some(made) = made {
            return paid(context, id, made).await;
        }
        if first == First::LookUpForNewKey {
            tried(context, id, true).await?;
            asking = asking.anew();
        }
    }
    let new = NewTransfer {
        amount,
        destination: destination.into(),
        transfer_group: Some(group),
        source_charge: None,
        metadata: Metadata::from([
            ("payout_id".to_owned(), id.to_string()),
            ("booking_id".to_owned(), payout.booking.to_string()),
        ]),
    };
    let key = IdempotencyKey::of("payout", id.as_uuid(), asking.attempt);
    match processor.gateway.create_transfer(&key, &new).await {
        Ok(made) => paid(context, id, made).await,
        Err(GatewayError::Refused { code, message }) => {
            refused(context, id, asking.attempt, format!("{code}: {message}")).await
        }
        Err(error @ GatewayError::NotFound) => {
            refused(context, id, asking.attempt, error.to_string()).await
        }
        Err(error) => {
            tried(context, id, false).await?;
            Err(told(&error))
        }
    }
}

// What the processor made of it before, found by its metadata.
async fn find(
    processor: &Processor,
    group: &str,
    id: PayoutId,
) -> Result<Option<Transfer>, GatewayError> {
    let id = id.to_string();
    let made = processor.gateway.transfers(group).await?;
    Ok(made.into_iter().find(|one| one.metadata.get("payout_id") == Some(&id)))
}

async fn paid(context: &Context, id: PayoutId, made: Transfer) -> AppResult<()> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let Some((payout, booking)) = locked(work, id).await? else { return Ok(()) };
                let (PayoutStatus::Intended, Some(amount)) = (payout.status, payout.transferred)
                else {
                    return Ok(());
                };
                if made.amount != amount {
                    return Err(wrong_amount(id, amount, made.amount));
                }
                let posting = ledger::paid_out(booking.parties(), amount);
                post(work, &format!("payout:{id}"), &posting).await?;
                let transfer = made.id.as_str();
                payouts::moved(work.db(), id, &Move::Paid { transfer }, now).await?;
                tell(work, id, payout.provider);
                Ok(())
            })
        })
        .await
}

fn wrong_amount(id: PayoutId, intended: Money, made: Money) -> AppError {
    Fault::Broken(format!("payout {id}: {intended} was intended and {made} was transferred")).into()
}

async fn refused(context: &Context, id: PayoutId, attempt: u32, why: String) -> AppResult<()> {
    let said = why.clone();
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let Some((payout, _)) = locked(work, id).await? else { return Ok(()) };
                if payout.status != PayoutStatus::Intended || payout.attempt != attempt {
                    return Ok(());
                }
                payouts::moved(work.db(), id, &Move::Failed { why: &why, look_at: now }, now)
                    .await?;
                tell(work, id, payout.provider);
                Ok(())
            })
        })
        .await?;
    Err(Fault::Broken(format!("The processor refused the transfer: {said}")).into())
}

// Asked in vain; with `new_key` nothing came of the key, and another is taken.
async fn tried(context: &Context, id: PayoutId, new_key: bool) -> AppResult<()> {
    context
        .transact(move |work| {
            Box::pin(async move { Ok(payouts::tried(work.db(), id, new_key).await?) })
        })
        .await
}
