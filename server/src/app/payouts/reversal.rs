//! Money of a transfer that is taken back: what the account cannot give stays owed.

use chrono::{DateTime, Utc};
use traveloure_core::{api::payout::PayoutStatus, asking::First, ids::ReversalId, ledger};

use super::tell;
use crate::{
    app::{
        Context,
        books::post,
        context::Processor,
        gateway::{
            GatewayError, IdempotencyKey, Metadata, NewReversal, Reversal as Made, TransferId,
        },
        payments::{next_time, told},
    },
    error::{AppResult, Fault},
    store::{
        checkouts,
        payouts::{self, Reversal},
    },
};

/// Reversals that are to be made.
///
/// # Errors
/// A fault only.
pub async fn reversals_to_look_at(context: &Context, limit: i64) -> AppResult<Vec<ReversalId>> {
    let mut db = context.pool.acquire().await?;
    Ok(payouts::reversals_to_look_at(&mut db, context.now(), limit).await?)
}

/// When the next reversal is looked at.
///
/// # Errors
/// A fault only.
pub async fn next_reversal(context: &Context) -> AppResult<Option<DateTime<Utc>>> {
    let mut db = context.pool.acquire().await?;
    Ok(payouts::next_reversal(&mut db, context.now()).await?)
}

/// Takes money of a transfer back, if the account can give it. Safe to call any number of times.
///
/// # Errors
/// `processor_unavailable`, or a fault.
pub async fn reverse(context: &Context, id: ReversalId) -> AppResult<()> {
    let mut db = context.pool.acquire().await?;
    let Some(reversal) = payouts::reversal(&mut db, id).await? else { return Ok(()) };
    let Some(payout) = payouts::get(&mut db, reversal.payout).await? else { return Ok(()) };
    drop(db);
    if !reversal.is_intended {
        return Ok(());
    }
    let transfer = match (payout.status, &payout.transfer) {
        (PayoutStatus::Paid, Some(transfer)) => TransferId::from(transfer.as_str()),
        (PayoutStatus::Settled, _) => {
            return done(context, id, Err("nothing was transferred".to_owned())).await;
        }
        // What has not been transferred cannot come back.
        _ => return later(context, id).await,
    };
    let processor = context.processor()?;
    let mut asking = reversal.asking();
    let first = asking.first(context.now());
    if first != First::Ask {
        let made = find(processor, &transfer, id).await.map_err(|error| told(&error))?;
        if let Some(made) = made {
            return done(context, id, Ok(made)).await;
        }
        if first == First::LookUpForNewKey {
            tried(context, id, true).await?;
            asking = asking.anew();
        }
    }
    let new = new(&reversal, transfer);
    let key = IdempotencyKey::of("reversal", id.as_uuid(), asking.attempt);
    match processor.gateway.create_reversal(&key, &new).await {
        Ok(made) => done(context, id, Ok(made)).await,
        Err(GatewayError::Refused { code, message }) => {
            done(context, id, Err(format!("{code}: {message}"))).await
        }
        Err(error) => {
            tried(context, id, false).await?;
            Err(told(&error))
        }
    }
}

fn new(reversal: &Reversal, transfer: TransferId) -> NewReversal {
    NewReversal {
        transfer,
        amount: reversal.amount,
        metadata: Metadata::from([
            ("reversal_id".to_owned(), reversal.id.to_string()),
            ("payout_id".to_owned(), reversal.payout.to_string()),
        ]),
    }
}

async fn find(
    processor: &Processor,
    transfer: &TransferId,
    id: ReversalId,
) -> Result<Option<Made>, GatewayError> {
    let id = id.to_string();
    let made = processor.gateway.reversals(transfer).await?;
    Ok(made.into_iter().find(|one| one.metadata.get("reversal_id") == Some(&id)))
}

// It came back, or it stays owed, and why.
async fn done(context: &Context, id: ReversalId, outcome: Result<Made, String>) -> AppResult<()> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let Some(reversal) = payouts::reversal(work.db(), id).await? else { return Ok(()) };
                let Some(payout) = payouts::get(work.db(), reversal.payout).await? else {
                    return Ok(());
                };
                let booking = checkouts::lock_bookings(work.db(), &[payout.booking]).await?.pop();
                let booking =
                    booking.ok_or_else(|| Fault::Broken(format!("reversal {id} of no booking")))?;
                let Some(reversal) = payouts::lock_reversal(work.db(), id).await? else {
                    return Ok(());
                };
                if !reversal.is_intended {
                    return Ok(());
                }
                match &outcome {
                    Ok(made) if made.amount == reversal.amount => {
                        let posting = ledger::payout_reversed(booking.parties(), made.amount);
                        post(work, &format!("reversal:{id}"), &posting).await?;
                        let reference = Some(made.id.as_str());
                        payouts::reversal_moved(work.db(), id, reference, None, now).await?;
                    }
                    Ok(made) => {
                        let (intended, made) = (reversal.amount, made.amount);
                        let what =
                            format!("reversal {id}: {intended} was intended and {made} came back");
                        return Err(Fault::Broken(what).into());
                    }
                    Err(why) => {
                        payouts::reversal_moved(work.db(), id, None, Some(why), now).await?;
                    }
                }
                tell(work, payout.id, payout.provider);
                Ok(())
            })
        })
        .await
}

async fn later(context: &Context, id: ReversalId) -> AppResult<()> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let looks = payouts::reversal(work.db(), id).await?.map_or(0, |one| one.looks);
                let look_at = next_time(looks, work.now);
                Ok(payouts::reversal_looked_at(work.db(), id, look_at).await?)
            })
        })
        .await
}

// Asked in vain; with `new_key` nothing came of the key, and another is taken.
async fn tried(context: &Context, id: ReversalId, new_key: bool) -> AppResult<()> {
    context
        .transact(move |work| {
            Box::pin(async move { Ok(payouts::reversal_tried(work.db(), id, new_key).await?) })
        })
        .await
}
