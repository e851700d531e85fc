//! Forgetting what is of no more use: events that every client has long seen, answers kept for replays,
//! ended sign-ins, released holds. Each call deletes one batch and says how many; call again while there
//! are any. Safe to run twice and by several servers at once.

use chrono::TimeDelta;

use super::Context;
use crate::{
    error::AppResult,
    store::{capacity, idempotency, outbox, tokens},
};

/// How many rows one transaction deletes: short enough not to hold up the readers of the outbox.
const BATCH: i64 = 2000;
/// How long an answer is kept for a repeated request.
const ANSWERS: TimeDelta = TimeDelta::hours(24);
/// How long an ended sign-in and a released hold can still be looked up.
const TRACES: TimeDelta = TimeDelta::days(30);

/// Deletes events older than `keep`. A stream that stopped before them will begin with `reset`.
///
/// # Errors
/// A fault only.
pub async fn forget_events(context: &Context, keep: TimeDelta) -> AppResult<u64> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let before = work.now - keep;
                Ok(outbox::forget(work.db(), before, BATCH).await?)
            })
        })
        .await
}

/// Deletes answers that were kept for 24 hours.
///
/// # Errors
/// A fault only.
pub async fn forget_answers(context: &Context) -> AppResult<u64> {
    context
        .transact(|work| {
            Box::pin(async move {
                let before = work.now - ANSWERS;
                Ok(idempotency::forget(work.db(), before, BATCH).await?)
            })
        })
        .await
}

/// Deletes sign-ins that ended 30 days ago.
///
/// # Errors
/// A fault only.
pub async fn forget_sign_ins(context: &Context) -> AppResult<u64> {
    context
        .transact(|work| {
            Box::pin(async move {
                let before = work.now - TRACES;
                Ok(tokens::forget(work.db(), before, BATCH).await?)
            })
        })
        .await
}

/// Deletes holds that were released 30 days ago and never became a booking.
///
/// # Errors
/// A fault only.
pub async fn forget_holds(context: &Context) -> AppResult<u64> {
    context
        .transact(|work| {
            Box::pin(async move {
                let before = work.now - TRACES;
                Ok(capacity::forget(work.db(), before, BATCH).await?)
            })
        })
        .await
}
