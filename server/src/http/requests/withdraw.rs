//! `POST /api/booking-requests/{request_id}/withdraw/`

use axum::extract::State;
use traveloure_core::{
    api::{
        problem::Problem,
        request::{Answered, Nothing},
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

/// Take a request back, by the traveler who made it.
#[utoipa::path(
    post, path = "/api/booking-requests/{request_id}/withdraw/", tag = "booking requests",
    params(("request_id" = RequestId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = Nothing,
    responses(
        (status = 200, body = Answered),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`not_your_turn`, `already_answered`, `request_expired`", body = Problem),
    ),
)]
pub async fn withdraw(
    State(context): State<Context>,
    Path(id): Path<RequestId>,
    act: Act<Nothing>,
) -> AppResult<Answer<Answered>> {
    let Nothing {} = act.body;
    requests::withdraw(&context, &act.actor, act.key, id).await.map(Answer::ok)
}
