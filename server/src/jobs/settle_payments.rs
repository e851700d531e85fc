//! Looks at payments that nothing was heard of.

use chrono::{DateTime, Utc};
use traveloure_core::{ids::PaymentId, job::Job};

use super::sweep::{Sweep, Worked};
use crate::{
    app::{Context, payments},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct SettlePayments;

impl Sweep for SettlePayments {
    const JOB: Job = Job::SettlePayments;
    const AT_ONCE: usize = 8;
    type Subject = PaymentId;

    async fn due(&self, context: &Context, limit: i64) -> AppResult<Vec<PaymentId>> {
        payments::to_look_at(context, limit).await
    }

    async fn work(&self, context: &Context, id: &PaymentId) -> AppResult<Worked> {
        payments::look(context, *id).await.map(Worked::done)
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        payments::next_look(context).await
    }
}
