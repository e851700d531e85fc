//! Acts on what the payment processor told us.

use chrono::{DateTime, Utc};

use super::sweep::Sweep;
use crate::{
    app::{Context, payments},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct ActOnWebhooks;

impl Sweep for ActOnWebhooks {
    const NAME: &'static str = "act_on_webhooks";

    async fn sweep(&self, context: &Context) -> AppResult<usize> {
        payments::act_on_webhooks(context).await
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        payments::next_webhook(context).await
    }
}
