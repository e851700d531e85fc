//! `POST /api/booking-requests/{request_id}/messages/`

use axum::extract::State;
use traveloure_core::{
    api::{
        problem::Problem,
        request::{NewMessage, Request},
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

/// Leave a word to the other side that decides nothing.
#[utoipa::path(
    post, path = "/api/booking-requests/{request_id}/messages/", tag = "booking requests",
    params(("request_id" = RequestId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewMessage,
    responses(
        (status = 200, body = Request),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`still_running`", body = Problem),
    ),
)]
pub async fn message(
    State(context): State<Context>,
    Path(id): Path<RequestId>,
    act: Act<NewMessage>,
) -> AppResult<Answer<Request>> {
    requests::message(&context, &act.actor, act.key, id, act.body).await.map(Answer::ok)
}
