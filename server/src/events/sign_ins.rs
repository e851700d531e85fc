//! Ending streams whose sign-in was revoked or has run out: a stream is opened once and lasts for days.

use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::Hub;
use crate::{app::Context, error::AppResult, store::tokens};

/// Ends streams whose sign-in has ended, with one question for all of them `every` so often, until `stop`.
pub async fn end_watching(context: Context, hub: Hub, every: Duration, stop: CancellationToken) {
    while stop.run_until_cancelled(sleep(every)).await.is_some() {
        if let Err(error) = end_those_that_have(&context, &hub).await {
            tracing::warn!(%error, "whether sign-ins have ended is not known; asking again");
        }
    }
}

async fn end_those_that_have(context: &Context, hub: &Hub) -> AppResult<()> {
    let watching = hub.tokens();
    if watching.is_empty() {
        return Ok(());
    }
    let mut db = context.pool.acquire().await?;
    let ended = tokens::ended(&mut db, &watching, context.now()).await?;
    if !ended.is_empty() {
        hub.end(&ended);
    }
    Ok(())
}
