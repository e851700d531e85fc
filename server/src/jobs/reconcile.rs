//! Compares our books with the processor's, a day at a time.

use chrono::{DateTime, NaiveDate, Utc};
use traveloure_core::job::Job;

use super::sweep::{Sweep, Worked};
use crate::{
    app::{Context, reconciliation},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct Reconcile;

impl Sweep for Reconcile {
    const JOB: Job = Job::Reconcile;
    type Subject = NaiveDate;

    async fn due(&self, context: &Context, _: i64) -> AppResult<Vec<NaiveDate>> {
        Ok(reconciliation::due_day(context).await?.into_iter().collect())
    }

    async fn work(&self, context: &Context, day: &NaiveDate) -> AppResult<Worked> {
        reconciliation::compare(context, *day).await.map(Worked::done)
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        reconciliation::next_reconciliation(context).await
    }
}
