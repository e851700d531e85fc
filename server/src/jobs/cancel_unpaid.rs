//! Cancels bookings that were not paid in time.

use chrono::{DateTime, Utc};

use super::sweep::Sweep;
use crate::{
    app::{Context, bookings},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct CancelUnpaid;

impl Sweep for CancelUnpaid {
    const NAME: &'static str = "cancel_unpaid";

    async fn sweep(&self, context: &Context) -> AppResult<usize> {
        bookings::cancel_unpaid(context).await
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        bookings::next_unpaid(context).await
    }
}
