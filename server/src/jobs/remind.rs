//! Reminds of answers that are still owed.

use chrono::{DateTime, Utc};
use traveloure_core::{ids::RequestId, job::Job};

use super::sweep::{Sweep, Worked};
use crate::{
    app::{Context, requests},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct Remind;

impl Sweep for Remind {
    const JOB: Job = Job::Remind;
    type Subject = RequestId;

    async fn due(&self, context: &Context, limit: i64) -> AppResult<Vec<RequestId>> {
        requests::to_remind(context, limit).await
    }

    async fn work(&self, context: &Context, id: &RequestId) -> AppResult<Worked> {
        requests::remind(context, *id).await.map(Worked::or_skipped)
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        requests::next_reminder_due(context).await
    }
}
