//! Completes bookings that are over.

use chrono::{DateTime, Utc};
use traveloure_core::{ids::BookingId, job::Job};

use super::sweep::{Sweep, Worked};
use crate::{
    app::{Context, bookings},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct CompleteBookings;

impl Sweep for CompleteBookings {
    const JOB: Job = Job::CompleteBookings;
    type Subject = BookingId;

    async fn due(&self, context: &Context, limit: i64) -> AppResult<Vec<BookingId>> {
        bookings::ended(context, limit).await
    }

    async fn work(&self, context: &Context, id: &BookingId) -> AppResult<Worked> {
        bookings::complete(context, *id).await.map(Worked::or_skipped)
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        bookings::next_end(context).await
    }
}
