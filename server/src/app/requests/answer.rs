//! Answers that close a request without a booking: declining and withdrawing.

use traveloure_core::{
    actor::Actor,
    api::{
        event::Kind,
        request::{Answered, Decline},
    },
    ids::RequestId,
    request::{Command, Side, Status},
    text,
};

use super::{lock, read, refuse, side};
use crate::{
    app::{Context, work::Key, work::Work},
    error::{AppError, AppResult},
    store::{
        capacity,
        requests::{self, Scope},
    },
};

/// Declines what is on the table, by the side whose turn it is.
///
/// # Errors
/// `not_your_turn`, `already_answered`, `request_expired`.
pub async fn decline(
    context: &Context,
    actor: &Actor,
    key: Option<Key>,
    id: RequestId,
    body: Decline,
) -> AppResult<Answered> {
    let (side, scope) = side(actor)?;
    let message = text::clean_text(body.message.trim()).into_owned();
    if message.chars().count() > 2000 {
        return Err(AppError::invalid_field("message", "too_long", "at most 2,000 characters"));
    }
    context
        .transact_once(key, move |work| {
            Box::pin(async move { close(work, id, side, scope, Command::Decline, &message).await })
        })
        .await
}

/// Takes a request back, by the traveler who made it.
///
/// # Errors
/// `not_your_turn` for the provider, `already_answered`, `request_expired`.
pub async fn withdraw(
    context: &Context,
    actor: &Actor,
    key: Option<Key>,
    id: RequestId,
) -> AppResult<Answered> {
    let (side, scope) = side(actor)?;
    context
        .transact_once(key, move |work| {
            Box::pin(async move { close(work, id, side, scope, Command::Withdraw, "").await })
        })
        .await
}

async fn close(
    work: &mut Work<'_>,
    id: RequestId,
    side: Side,
    scope: Scope,
    command: Command,
    message: &str,
) -> AppResult<Answered> {
    let request = lock(work, id, scope).await?;
    let transition = request
        .negotiation()
        .apply(command, side, work.now)
        .map_err(|refusal| refuse(&refusal, &request))?;
    let now = work.now;
    let response = Some(message).filter(|words| !words.is_empty());
    let (db, counters) = work.db_and_counters();
    capacity::release_request(db, counters, id, now).await?;
    let status = transition.status();
    let version = requests::closed(work.db(), id, status, Some(side), response, now).await?;
    let kind =
        if status == Status::Withdrawn { Kind::RequestWithdrawn } else { Kind::RequestDeclined };
    work.tell(kind, id, Some(version), Some(request.user), Some(request.provider));
    let request = read::whole(work.db(), id, side, scope, now).await?;
    Ok(Answered { request, booking: None })
}
