//! Reminds travelers of balances that are due soon.

use chrono::{DateTime, Utc};

use super::sweep::Sweep;
use crate::{
    app::{Context, payments},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct RemindOfBalances;

impl Sweep for RemindOfBalances {
    const NAME: &'static str = "remind_of_balances";

    async fn sweep(&self, context: &Context) -> AppResult<usize> {
        payments::remind_due(context).await
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        payments::next_reminder(context).await
    }
}
