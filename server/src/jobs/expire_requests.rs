//! Closes requests that nobody has answered in time.

use chrono::{DateTime, Utc};

use super::sweep::Sweep;
use crate::{
    app::{Context, requests},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct ExpireRequests;

impl Sweep for ExpireRequests {
    const NAME: &'static str = "expire_requests";

    async fn sweep(&self, context: &Context) -> AppResult<usize> {
        requests::expire_due(context).await
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        requests::next_expiry(context).await
    }
}
