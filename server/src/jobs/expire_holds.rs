//! Lets go of what offers hold once their time has passed.

use chrono::{DateTime, Utc};

use super::sweep::Sweep;
use crate::{
    app::{Context, holds},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct ExpireHolds;

impl Sweep for ExpireHolds {
    const NAME: &'static str = "expire_holds";

    async fn sweep(&self, context: &Context) -> AppResult<usize> {
        holds::release_lapsed(context).await
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        holds::next_lapse(context).await
    }
}
