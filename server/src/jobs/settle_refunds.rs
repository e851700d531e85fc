//! Makes refunds, and looks at those on their way.

use chrono::{DateTime, Utc};
use traveloure_core::{ids::RefundId, job::Job};

use super::sweep::{Sweep, Worked};
use crate::{
    app::{Context, refunds},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct SettleRefunds;

impl Sweep for SettleRefunds {
    const JOB: Job = Job::SettleRefunds;
    const AT_ONCE: usize = 8;
    type Subject = RefundId;

    async fn due(&self, context: &Context, limit: i64) -> AppResult<Vec<RefundId>> {
        refunds::to_look_at(context, limit).await
    }

    async fn work(&self, context: &Context, id: &RefundId) -> AppResult<Worked> {
        refunds::settle(context, *id).await.map(Worked::done)
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        refunds::next_look(context).await
    }
}
