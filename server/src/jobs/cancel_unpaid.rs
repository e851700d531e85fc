//! Cancels bookings that were not paid in time.

use chrono::{DateTime, Utc};
use traveloure_core::{ids::BookingId, job::Job};

use super::sweep::{Sweep, Worked};
use crate::{
    app::{Context, bookings},
    error::AppResult,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct CancelUnpaid;

impl Sweep for CancelUnpaid {
    const JOB: Job = Job::CancelUnpaid;
    type Subject = BookingId;

    async fn due(&self, context: &Context, limit: i64) -> AppResult<Vec<BookingId>> {
        bookings::unpaid(context, limit).await
    }

    async fn work(&self, context: &Context, id: &BookingId) -> AppResult<Worked> {
        bookings::cancel_unpaid(context, *id).await.map(Worked::or_skipped)
    }

    async fn next_due(&self, context: &Context) -> AppResult<Option<DateTime<Utc>>> {
        bookings::next_unpaid(context).await
    }
}
