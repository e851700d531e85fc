//! Looking at payments that nothing was heard of: whoever was cut off is finished here.

use chrono::{DateTime, Utc};
use traveloure_core::ids::PaymentId;

use super::{next_time, settle};
use crate::{app::Context, error::AppResult, store::payments};

/// How many are looked at in one go.
const BATCH: i64 = 20;

/// Looks at payments whose time has come. Returns how many; call again while there are any.
///
/// # Errors
/// A fault of the database only; what the processor says is kept for the next look.
pub async fn look_at_payments(context: &Context) -> AppResult<usize> {
    let mut db = context.pool.acquire().await?;
    let due = payments::to_look_at(&mut db, context.now(), BATCH).await?;
    drop(db);
    for id in &due {
        if let Err(error) = settle(context, *id).await {
            tracing::warn!(payment = %id, %error, "a payment could not be settled yet");
        }
        put_off(context, *id).await?;
    }
    Ok(due.len())
}

// Whatever the look brought, a payment that is still due would be looked at again at once, and for ever.
async fn put_off(context: &Context, id: PaymentId) -> AppResult<()> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let Some(payment) = payments::get(work.db(), id).await? else { return Ok(()) };
                if payment.look_at.is_some_and(|look_at| look_at <= now) {
                    let look_at = next_time(payment.looks, now);
                    payments::looked_at(work.db(), id, look_at, false).await?;
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
    Ok(payments::next_look(&mut db).await?)
}
