//! Reminds of answers that are still owed.

use chrono::{DateTime, Utc};

use super::sweep::Sweep;
use crate::{
    app::{Context, requests},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct Remind;

impl Sweep for Remind {
    const NAME: &'static str = "remind";

    async fn sweep(&self, context: &Context) -> AppResult<usize> {
        requests::remind_due(context).await
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        requests::next_reminder_due(context).await
    }
}
