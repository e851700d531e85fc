//! `PATCH /api/bookings/{booking_id}/cancel/`

use axum::extract::State;
use serde::Deserialize;
use traveloure_core::{
    api::{
        cancel::{Cancel, Cancellation},
        problem::Problem,
    },
    ids::BookingId,
};
use utoipa::IntoParams;

use crate::{
    app::{Context, bookings},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Act, Path, Query},
    },
};

/// Whether to cancel.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct How {
    /// Only say what would come back.
    #[serde(default)]
    quote: bool,
}

/// Cancel a booking at the quote that was read, by its traveler, its provider or an administrator.
#[utoipa::path(
    patch, path = "/api/bookings/{booking_id}/cancel/", tag = "bookings",
    params(("booking_id" = BookingId, Path), How, ("Idempotency-Key" = Option<String>, Header)),
    request_body = Cancel,
    responses(
        (status = 200, body = Cancellation),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`not_cancellable`, `refund_changed`", body = Problem),
        (status = 422, description = "`invalid`", body = Problem),
    ),
)]
pub async fn cancel(
    State(context): State<Context>,
    Path(id): Path<BookingId>,
    Query(how): Query<How>,
    act: Act<Cancel>,
) -> AppResult<Answer<Cancellation>> {
    if how.quote {
        return bookings::quote_cancellation(&context, &act.actor, id).await.map(Answer::ok);
    }
    let key = act.required_key()?;
    bookings::cancel(&context, &act.actor, key, id, act.body).await.map(Answer::ok)
}
