//! Completes bookings that are over, and shares out their money.

use chrono::{DateTime, Utc};

use super::sweep::Sweep;
use crate::{
    app::{Context, bookings},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct CompleteBookings;

impl Sweep for CompleteBookings {
    const NAME: &'static str = "complete_bookings";

    async fn sweep(&self, context: &Context) -> AppResult<usize> {
        bookings::complete_ended(context).await
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        bookings::next_end(context).await
    }
}
