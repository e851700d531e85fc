//! Makes payouts that are due, and takes money of transfers back.

use chrono::{DateTime, Utc};

use super::sweep::Sweep;
use crate::{
    app::{Context, payouts},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct PayOut;

impl Sweep for PayOut {
    const NAME: &'static str = "pay_out";

    async fn sweep(&self, context: &Context) -> AppResult<usize> {
        Ok(payouts::look_at_reversals(context).await? + payouts::look_at_payouts(context).await?)
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        payouts::next_look(context).await
    }
}
