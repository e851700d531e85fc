//! What the clock does to requests: reminders and expiry. Run by jobs, safe to run twice and by several
//! servers at once.

use chrono::{DateTime, Utc};
use traveloure_core::{
    api::event::Kind,
    ids::RequestId,
    request::{Status, next_reminder},
};

use crate::{
    app::Context,
    error::AppResult,
    store::{capacity, requests},
};

/// Open requests whose deadline has passed.
///
/// # Errors
/// A fault only.
pub async fn expired(context: &Context, limit: i64) -> AppResult<Vec<RequestId>> {
    let mut db = context.pool.acquire().await?;
    Ok(requests::expired(&mut db, context.now(), limit).await?)
}

/// Closes a request whose deadline has passed and lets go of what it held. Says whether it was open still, and nobody
/// else's.
///
/// # Errors
/// A fault only.
pub async fn expire(context: &Context, id: RequestId) -> AppResult<bool> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let Some(request) = requests::lock_expired(work.db(), id, now).await? else {
                    return Ok(false);
                };
                let (db, counters) = work.db_and_counters();
                capacity::release_request(db, counters, id, now).await?;
                let version =
                    requests::closed(work.db(), id, Status::Expired, None, None, now).await?;
                let (user, provider) = (Some(request.user), Some(request.provider));
                work.tell(Kind::RequestExpired, id, Some(version), user, provider);
                Ok(true)
            })
        })
        .await
}

/// When the next deadline of an open request is.
///
/// # Errors
/// A fault only.
pub async fn next_expiry(context: &Context) -> AppResult<Option<DateTime<Utc>>> {
    let mut db = context.pool.acquire().await?;
    Ok(requests::next_expiry(&mut db, context.now()).await?)
}

/// Open requests of which a reminder is due.
///
/// # Errors
/// A fault only.
pub async fn to_remind(context: &Context, limit: i64) -> AppResult<Vec<RequestId>> {
    let mut db = context.pool.acquire().await?;
    Ok(requests::to_remind(&mut db, context.now(), limit).await?)
}

/// Tells that an answer is still owed: at half time and an hour before the end. Says whether it was due, and nobody
/// else's.
///
/// # Errors
/// A fault only.
pub async fn remind(context: &Context, id: RequestId) -> AppResult<bool> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let Some(request) = requests::lock_reminder(work.db(), id, now).await? else {
                    return Ok(false);
                };
                let next =
                    next_reminder(request.turn_since, request.expires_at, now).map(|(_, at)| at);
                requests::reminded(work.db(), id, next).await?;
                let (user, provider) = (Some(request.user), Some(request.provider));
                work.tell(Kind::RequestReminder, id, None, user, provider);
                Ok(true)
            })
        })
        .await
}

/// When the next reminder is due.
///
/// # Errors
/// A fault only.
pub async fn next_reminder_due(context: &Context) -> AppResult<Option<DateTime<Utc>>> {
    let mut db = context.pool.acquire().await?;
    Ok(requests::next_reminder(&mut db, context.now()).await?)
}
