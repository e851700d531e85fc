//! Letting go of what a request holds when the time of the hold has passed.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use traveloure_core::api::event::Kind;

use super::Context;
use crate::{error::AppResult, store::capacity};

/// How many holds are released in one transaction: short enough not to hold up the readers of the outbox.
const BATCH: i64 = 200;

/// Releases holds whose time has passed, whatever became of their requests. Whoever takes a slot releases
/// what has lapsed there first, so nobody waits for this; it keeps the counters true where nobody takes
/// anything. Returns how many; call again while there are any. Safe to run twice and by several servers.
///
/// # Errors
/// A fault only.
pub async fn release_lapsed(context: &Context) -> AppResult<usize> {
    context
        .transact(|work| {
            Box::pin(async move {
                let now = work.now;
                let (db, counters) = work.db_and_counters();
                let released = capacity::release_lapsed(db, counters, now, BATCH).await?;
                let services: BTreeSet<_> = released.iter().copied().collect();
                for of in services {
                    work.tell(Kind::CapacityChanged, of.service, None, None, Some(of.provider));
                }
                Ok(released.len())
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
    Ok(capacity::next_lapse(&mut db).await?)
}
