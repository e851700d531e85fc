//! Shares out the money of bookings that are over.

use chrono::{DateTime, Utc};
use traveloure_core::{ids::BookingId, job::Job};

use super::sweep::{Sweep, Worked};
use crate::{
    app::{Context, bookings},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct ShareOut;

impl Sweep for ShareOut {
    const JOB: Job = Job::ShareOut;
    type Subject = BookingId;

    async fn due(&self, context: &Context, limit: i64) -> AppResult<Vec<BookingId>> {
        bookings::unearned(context, limit).await
    }

    async fn work(&self, context: &Context, id: &BookingId) -> AppResult<Worked> {
        bookings::share_out(context, *id).await.map(Worked::or_skipped)
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        bookings::next_share(context).await
    }
}
