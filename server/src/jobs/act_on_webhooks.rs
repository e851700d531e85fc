//! Acts on what the payment processor told us.

use chrono::{DateTime, Utc};
use traveloure_core::job::Job;

use super::sweep::{Sweep, Worked};
use crate::{
    app::{Context, payments},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct ActOnWebhooks;

impl Sweep for ActOnWebhooks {
    const JOB: Job = Job::ActOnWebhooks;
    type Subject = String;

    async fn due(&self, context: &Context, limit: i64) -> AppResult<Vec<String>> {
        payments::waiting_webhooks(context, limit).await
    }

    async fn work(&self, context: &Context, id: &String) -> AppResult<Worked> {
        payments::act_on_webhook(context, id).await.map(Worked::done)
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        payments::next_webhook(context).await
    }
}
