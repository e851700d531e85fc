//! Lets go of what offers hold once their time has passed.

use chrono::{DateTime, Utc};
use traveloure_core::{ids::RequestId, job::Job};

use super::sweep::{Sweep, Worked};
use crate::{
    app::{Context, holds},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct ExpireHolds;

impl Sweep for ExpireHolds {
    const JOB: Job = Job::ExpireHolds;
    type Subject = RequestId;

    async fn due(&self, context: &Context, limit: i64) -> AppResult<Vec<RequestId>> {
        holds::lapsed(context, limit).await
    }

    async fn work(&self, context: &Context, id: &RequestId) -> AppResult<Worked> {
        holds::release(context, *id).await.map(Worked::or_skipped)
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        holds::next_lapse(context).await
    }
}
