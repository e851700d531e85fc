//! Deletes what is of no more use.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::sweep::Sweep;
use crate::{
    app::{Context, retention},
    error::AppResult,
};

/// Nothing waits for it.
pub(super) const INTERVAL: Duration = Duration::from_mins(10);

#[derive(Clone, Copy, Debug)]
pub(super) struct Forget {
    /// How long events are kept.
    pub(super) events: TimeDelta,
}

impl Sweep for Forget {
    const NAME: &'static str = "forget";

    async fn sweep(&self, context: &Context) -> AppResult<usize> {
        let forgotten = retention::forget_events(context, self.events).await?
            + retention::forget_answers(context).await?
            + retention::forget_sign_ins(context).await?
            + retention::forget_holds(context).await?;
        Ok(usize::try_from(forgotten).unwrap_or(usize::MAX))
    }

    async fn next_due(&self, _: &Context) -> AppResult<Option<DateTime<Utc>>> {
        Ok(None)
    }
}
