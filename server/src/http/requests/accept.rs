//! `POST /api/booking-requests/{request_id}/accept/`

use axum::extract::State;
use traveloure_core::{
    api::{
        problem::Problem,
        request::{Accept, Answered},
    },
    ids::RequestId,
};

use crate::{
    app::{Context, requests},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Act, Path},
    },
};

/// Accept what is on the table, by the side whose turn it is: takes the slot and makes the booking.
#[utoipa::path(
    post, path = "/api/booking-requests/{request_id}/accept/", tag = "booking requests",
    params(("request_id" = RequestId, Path), ("Idempotency-Key" = String, Header)),
    request_body = Accept,
    responses(
        (status = 200, body = Answered),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`not_your_turn`, `already_answered`, `request_expired`, `slot_taken`, `not_offered`, `price_required`", body = Problem),
    ),
)]
pub async fn accept(
    State(context): State<Context>,
    Path(id): Path<RequestId>,
    act: Act<Accept>,
) -> AppResult<Answer<Answered>> {
    let key = act.required_key()?;
    requests::accept(&context, &act.actor, key, id, act.body).await.map(Answer::ok)
}
