//! What the clock does to requests: reminders and expiry. Run by jobs, safe to run twice and by several
//! servers at once.

use chrono::{DateTime, Utc};
use traveloure_core::{
    api::event::Kind,
    request::{Status, next_reminder},
};

use crate::{
    app::Context,
    error::AppResult,
    store::{
        capacity,
        requests::{self},
    },
};

/// How many are closed in one transaction: short enough not to hold up the readers of the outbox.
const BATCH: i64 = 50;

/// Closes requests whose deadline has passed and lets go of what they held. Returns how many; call again
/// while there are any.
///
/// # Errors
/// A fault only.
pub async fn expire_due(context: &Context) -> AppResult<usize> {
    context
        .transact(|work| {
            Box::pin(async move {
                let now = work.now;
                let due = requests::lock_due(work.db(), now, BATCH).await?;
                for request in &due {
                    let (db, counters) = work.db_and_counters();
                    capacity::release_request(db, counters, request.id, now).await?;
                    let version =
                        requests::closed(work.db(), request.id, Status::Expired, None, None, now)
                            .await?;
                    let (user, provider) = (Some(request.user), Some(request.provider));
                    work.tell(Kind::RequestExpired, request.id, Some(version), user, provider);
                }
                Ok(due.len())
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
    Ok(requests::next_expiry(&mut db).await?)
}

/// When the next reminder is due.
///
/// # Errors
/// A fault only.
pub async fn next_reminder_due(context: &Context) -> AppResult<Option<DateTime<Utc>>> {
    let mut db = context.pool.acquire().await?;
    Ok(requests::next_reminder(&mut db).await?)
}

/// Tells of answers that are still owed: at half time and an hour before the end. Returns how many; call
/// again while there are any.
///
/// # Errors
/// A fault only.
pub async fn remind_due(context: &Context) -> AppResult<usize> {
    context
        .transact(|work| {
            Box::pin(async move {
                let now = work.now;
                let due = requests::lock_reminders(work.db(), now, BATCH).await?;
                for request in &due {
                    let next = next_reminder(request.turn_since, request.expires_at, now)
                        .map(|(_, at)| at);
                    requests::reminded(work.db(), request.id, next).await?;
                    let (user, provider) = (Some(request.user), Some(request.provider));
                    work.tell(Kind::RequestReminder, request.id, None, user, provider);
                }
                Ok(due.len())
            })
        })
        .await
}
