//! Charges balances that are due.

use chrono::{DateTime, Utc};
use traveloure_core::{ids::BookingId, job::Job};

use super::sweep::{Sweep, Worked};
use crate::{
    app::{Context, payments},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct ChargeBalances;

impl Sweep for ChargeBalances {
    const JOB: Job = Job::ChargeBalances;
    const AT_ONCE: usize = 8;
    type Subject = BookingId;

    async fn due(&self, context: &Context, limit: i64) -> AppResult<Vec<BookingId>> {
        payments::balances_due(context, limit).await
    }

    async fn work(&self, context: &Context, id: &BookingId) -> AppResult<Worked> {
        payments::charge(context, *id).await.map(Worked::done)
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        payments::next_balance(context).await
    }
}
