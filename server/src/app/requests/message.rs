//! A word between the two that decides nothing; also after the request is closed.

use traveloure_core::{
    actor::Actor,
    api::{
        event::Kind,
        request::{NewMessage, Request},
    },
    ids::{RequestId, uuid_v7},
    text,
};

use super::{lock, read, side};
use crate::{
    app::{Context, work::Key},
    error::{AppError, AppResult},
    store::requests,
};

/// Leaves a message to the other side.
///
/// # Errors
/// `not_found`, `invalid`.
pub async fn message(
    context: &Context,
    actor: &Actor,
    key: Option<Key>,
    id: RequestId,
    body: NewMessage,
) -> AppResult<Request> {
    let (side, scope) = side(actor)?;
    let words = text::clean_text(body.text.trim()).into_owned();
    if !(1..=2000).contains(&words.chars().count()) {
        return Err(AppError::invalid_field(
            "text",
            "out_of_range",
            "a message has 1 to 2,000 characters",
        ));
    }
    context
        .transact_once(key, move |work| {
            Box::pin(async move {
                let request = lock(work, id, scope).await?;
                let (now, message) = (work.now, uuid_v7(work.now, work.random()));
                requests::add_message(work.db(), message, id, side, &words, now).await?;
                let version = requests::message_left(work.db(), id, side, now).await?;
                let (user, provider) = (Some(request.user), Some(request.provider));
                work.tell(Kind::RequestMessage, id, Some(version), user, provider);
                read::whole(work.db(), id, side, scope, now).await
            })
        })
        .await
}
