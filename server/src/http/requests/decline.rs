//! `POST /api/booking-requests/{request_id}/decline/`

use axum::extract::State;
use traveloure_core::{
    api::{
        problem::Problem,
        request::{Answered, Decline},
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

/// Decline what is on the table, by the side whose turn it is.
#[utoipa::path(
    post, path = "/api/booking-requests/{request_id}/decline/", tag = "booking requests",
    params(("request_id" = RequestId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Decline,
    responses(
        (status = 200, body = Answered),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`not_your_turn`, `already_answered`, `request_expired`", body = Problem),
    ),
)]
pub async fn decline(
    State(context): State<Context>,
    Path(id): Path<RequestId>,
    act: Act<Decline>,
) -> AppResult<Answer<Answered>> {
    requests::decline(&context, &act.actor, act.key, id, act.body).await.map(Answer::ok)
}
