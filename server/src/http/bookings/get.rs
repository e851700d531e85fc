//! `GET /api/bookings/{booking_id}/`

use axum::extract::State;
use traveloure_core::{
    api::{booking::Booking, problem::Problem},
    ids::BookingId,
};

use crate::{
    app::{Context, bookings},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Caller, Path},
    },
};

/// A booking with its price line by line; fee and payout for its provider.
#[utoipa::path(
    get, path = "/api/bookings/{booking_id}/", tag = "bookings",
    params(("booking_id" = BookingId, Path)),
    responses((status = 200, body = Booking), (status = 404, description = "`not_found`", body = Problem)),
)]
pub async fn get(
    State(context): State<Context>,
    caller: Caller,
    Path(id): Path<BookingId>,
) -> AppResult<Answer<Booking>> {
    let booking = bookings::get(&context, &caller.actor, id).await?;
    let version = booking.row.version;
    Ok(Answer::ok(booking).at_version(version))
}
