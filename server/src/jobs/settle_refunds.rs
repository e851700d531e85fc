//! Makes refunds, and looks at those on their way.

use chrono::{DateTime, Utc};

use super::sweep::Sweep;
use crate::{
    app::{Context, refunds},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct SettleRefunds;

impl Sweep for SettleRefunds {
    const NAME: &'static str = "settle_refunds";

    async fn sweep(&self, context: &Context) -> AppResult<usize> {
        refunds::look_at_refunds(context).await
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        refunds::next_look(context).await
    }
}
