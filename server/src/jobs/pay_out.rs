//! Makes payouts that are due.

use chrono::{DateTime, Utc};
use traveloure_core::{ids::PayoutId, job::Job};

use super::sweep::{Sweep, Worked};
use crate::{
    app::{Context, payouts},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct PayOut;

impl Sweep for PayOut {
    const JOB: Job = Job::PayOut;
    type Subject = PayoutId;

    async fn due(&self, context: &Context, limit: i64) -> AppResult<Vec<PayoutId>> {
        payouts::payouts_to_look_at(context, limit).await
    }

    async fn work(&self, context: &Context, id: &PayoutId) -> AppResult<Worked> {
        payouts::pay_out(context, *id).await.map(Worked::done)
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        payouts::next_payout(context).await
    }
}
