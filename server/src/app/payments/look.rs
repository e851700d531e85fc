//! Looking at payments that nothing was heard of: whoever was cut off is finished here.

use chrono::{DateTime, Utc};
use traveloure_core::ids::PaymentId;

use super::{ask::try_ask, next_time, settle::read_back};
use crate::{app::Context, error::AppResult, store::payments};

/// Payments whose time has come to be looked at, the longest due first.
///
/// # Errors
/// A fault only.
pub async fn to_look_at(context: &Context, limit: i64) -> AppResult<Vec<PaymentId>> {
    let mut db = context.pool.acquire().await?;
    Ok(payments::to_look_at(&mut db, context.now(), limit).await?)
}

/// Asks for a payment, or reads what became of it. Safe to call any number of times, by several servers at once.
///
/// # Errors
/// `processor_unavailable`, or a fault.
pub async fn look(context: &Context, id: PaymentId) -> AppResult<()> {
    try_ask(context, id, true).await?;
    read_back(context, id).await?;
    put_off(context, id).await
}

// Nothing new, and nothing wrong either: a webhook says sooner what becomes of it.
async fn put_off(context: &Context, id: PaymentId) -> AppResult<()> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let Some(payment) = payments::get(work.db(), id).await? else { return Ok(()) };
                if payment.look_at.is_some_and(|look_at| look_at <= now) {
                    let look_at = next_time(payment.looks, now);
                    payments::looked_at(work.db(), id, look_at).await?;
                }
                Ok(())
            })
        })
        .await
}

/// When the next payment is looked at.
///
/// # Errors
/// A fault only.
pub async fn next_look(context: &Context) -> AppResult<Option<DateTime<Utc>>> {
    let mut db = context.pool.acquire().await?;
    Ok(payments::next_look(&mut db, context.now()).await?)
}
