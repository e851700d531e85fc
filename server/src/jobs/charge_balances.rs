//! Charges balances that are due.

use chrono::{DateTime, Utc};

use super::sweep::Sweep;
use crate::{
    app::{Context, payments},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct ChargeBalances;

impl Sweep for ChargeBalances {
    const NAME: &'static str = "charge_balances";

    async fn sweep(&self, context: &Context) -> AppResult<usize> {
        payments::charge_due(context).await
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        payments::next_balance(context).await
    }
}
