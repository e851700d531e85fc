//! Takes money of transfers back.

use chrono::{DateTime, Utc};
use traveloure_core::{ids::ReversalId, job::Job};

use super::sweep::{Sweep, Worked};
use crate::{
    app::{Context, payouts},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct TakeBack;

impl Sweep for TakeBack {
    const JOB: Job = Job::TakeBack;
    type Subject = ReversalId;

    async fn due(&self, context: &Context, limit: i64) -> AppResult<Vec<ReversalId>> {
        payouts::reversals_to_look_at(context, limit).await
    }

    async fn work(&self, context: &Context, id: &ReversalId) -> AppResult<Worked> {
        payouts::reverse(context, *id).await.map(Worked::done)
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        payouts::next_reversal(context).await
    }
}
