//! Closes requests that nobody has answered in time.

use chrono::{DateTime, Utc};
use traveloure_core::{ids::RequestId, job::Job};

use super::sweep::{Sweep, Worked};
use crate::{
    app::{Context, requests},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct ExpireRequests;

impl Sweep for ExpireRequests {
    const JOB: Job = Job::ExpireRequests;
    type Subject = RequestId;

    async fn due(&self, context: &Context, limit: i64) -> AppResult<Vec<RequestId>> {
        requests::expired(context, limit).await
    }

    async fn work(&self, context: &Context, id: &RequestId) -> AppResult<Worked> {
        requests::expire(context, *id).await.map(Worked::or_skipped)
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        requests::next_expiry(context).await
    }
}
