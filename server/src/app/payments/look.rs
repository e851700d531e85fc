//! Looking at payments that nothing was heard of: whoever was cut off is finished here.

use chrono::{DateTime, Utc};

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
            let id = *id;
            context
                .transact(move |work| {
                    Box::pin(async move {
                        let now = work.now;
                        let looks =
                            payments::get(work.db(), id).await?.map_or(0, |payment| payment.looks);
                        let look_at = next_time(looks, now);
                        Ok(payments::looked_at(work.db(), id, look_at, false).await?)
                    })
                })
                .await?;
        }
    }
    Ok(due.len())
}

/// When the next payment is looked at.
///
/// # Errors
/// A fault only.
pub async fn next_look(context: &Context) -> AppResult<Option<DateTime<Utc>>> {
    let mut db = context.pool.acquire().await?;
    Ok(payments::next_look(&mut db).await?)
}
