//! Looks at payments that nothing was heard of.

use chrono::{DateTime, Utc};

use super::sweep::Sweep;
use crate::{
    app::{Context, payments},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct SettlePayments;

impl Sweep for SettlePayments {
    const NAME: &'static str = "settle_payments";

    async fn sweep(&self, context: &Context) -> AppResult<usize> {
        payments::look_at_payments(context).await
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        payments::next_look(context).await
    }
}
