//! Reminds travelers of balances that are due soon.

use chrono::{DateTime, Utc};
use traveloure_core::{ids::BookingId, job::Job};

use super::sweep::{Sweep, Worked};
use crate::{
    app::{Context, payments},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct RemindOfBalances;

impl Sweep for RemindOfBalances {
    const JOB: Job = Job::RemindOfBalances;
    type Subject = BookingId;

    async fn due(&self, context: &Context, limit: i64) -> AppResult<Vec<BookingId>> {
        payments::to_remind(context, limit).await
    }

    async fn work(&self, context: &Context, id: &BookingId) -> AppResult<Worked> {
        payments::remind(context, *id).await.map(Worked::or_skipped)
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        payments::next_reminder(context).await
    }
}
