//! Letting go of what a request holds when the time of the hold has passed.

use chrono::{DateTime, Utc};
use traveloure_core::{api::event::Kind, ids::RequestId};

use super::Context;
use crate::{error::AppResult, store::capacity};

/// Requests whose holds have lapsed. Whoever takes a slot releases what has lapsed there first, so nobody waits for
/// this; it keeps the counters true where nobody takes anything.
///
/// # Errors
/// A fault only.
pub async fn lapsed(context: &Context, limit: i64) -> AppResult<Vec<RequestId>> {
    let mut db = context.pool.acquire().await?;
    Ok(capacity::lapsed(&mut db, context.now(), limit).await?)
}

/// Releases what a request holds and whose time has passed, whatever became of it. Says whether there was anything
/// that nobody else releases. Safe to run twice and by several servers.
///
/// # Errors
/// A fault only.
pub async fn release(context: &Context, request: RequestId) -> AppResult<bool> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let (db, counters) = work.db_and_counters();
                let Some(of) = capacity::release_lapsed(db, counters, request, now).await? else {
                    return Ok(false);
                };
                work.tell(Kind::CapacityChanged, of.service, None, None, Some(of.provider));
                Ok(true)
            })
        })
        .await
}

/// When the next hold lapses.
///
/// # Errors
/// A fault only.
pub async fn next_lapse(context: &Context) -> AppResult<Option<DateTime<Utc>>> {
    let mut db = context.pool.acquire().await?;
    Ok(capacity::next_lapse(&mut db, context.now()).await?)
}
