//! Compares our books with the processor's, a day at a time.

use chrono::{DateTime, Utc};

use super::sweep::Sweep;
use crate::{
    app::{Context, reconciliation},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct Reconcile;

impl Sweep for Reconcile {
    const NAME: &'static str = "reconcile";

    async fn sweep(&self, context: &Context) -> AppResult<usize> {
        reconciliation::reconcile_due(context).await
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        reconciliation::next_reconciliation(context).await
    }
}
