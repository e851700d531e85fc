//! Tells the database, and so every operator, that this server is there and how its jobs do.

use std::time::Duration;

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Tally;
use crate::app::{
    Context,
    workers::{self, Run},
};

/// A server is lost after four that did not come.
const INTERVAL: Duration = Duration::from_secs(15);
/// The first says that the server is there; the second, that its jobs have run.
const SOON: Duration = Duration::from_secs(2);

/// Beats until `stop`, and then says that the server stops. `name` is what operators know it by.
pub(super) async fn run(context: Context, name: String, tally: Tally, stop: CancellationToken) {
    let id = Uuid::from_bytes(context.entropy.bytes());
    let mut wait = SOON;
    loop {
        if let Err(error) = workers::beat(&context, id, name.clone(), runs(id, &tally)).await {
            tracing::warn!(%error, "the server could not say that it is there");
        }
        tokio::select! {
            () = stop.cancelled() => break,
            () = sleep(wait) => wait = INTERVAL,
        }
    }
    if let Err(error) = workers::stop(&context, id).await {
        tracing::debug!(%error, "the server could not say that it stops");
    }
}

fn runs(worker: Uuid, tally: &Tally) -> Vec<Run> {
    tally
        .counts()
        .into_iter()
        .map(|(job, counts)| Run {
            worker,
            job,
            swept_at: counts.swept_at,
            next_due: counts.next_due,
            sleeps_seconds: counts.sleeps.as_secs().try_into().unwrap_or(u32::MAX),
            done: counts.done,
            failures: counts.failures + counts.troubles,
            error: counts.error,
        })
        .collect()
}
