//! `POST /api/bookings/{booking_id}/refund/`

use axum::extract::State;
use traveloure_core::{
    api::{
        cancel::{Cancellation, NewRefund},
        problem::Problem,
    },
    ids::BookingId,
};

use crate::{
    app::{Context, bookings},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Act, Path},
    },
};

/// Give money of a booking back beyond what its policy gives, as its provider or an administrator.
#[utoipa::path(
    post, path = "/api/bookings/{booking_id}/refund/", tag = "bookings",
    params(("booking_id" = BookingId, Path), ("Idempotency-Key" = String, Header)),
    request_body = NewRefund,
    responses(
        (status = 200, body = Cancellation),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`refund_too_large`", body = Problem),
        (status = 422, description = "`invalid`, `currency_mismatch`", body = Problem),
    ),
)]
pub async fn refund(
    State(context): State<Context>,
    Path(id): Path<BookingId>,
    act: Act<NewRefund>,
) -> AppResult<Answer<Cancellation>> {
    let key = act.required_key()?;
    bookings::refund(&context, &act.actor, key, id, act.body).await.map(Answer::ok)
}
