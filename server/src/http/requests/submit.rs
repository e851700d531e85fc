//! `POST /api/booking-requests/submit/`

use axum::extract::State;
use traveloure_core::api::{
    problem::Problem,
    request::{Request, Submit},
};

use crate::{
    app::{Context, requests},
    error::AppResult,
    http::{answer::Answer, extract::Act},
};

/// Ask a provider, as a traveler.
#[utoipa::path(
    post, path = "/api/booking-requests/submit/", tag = "booking requests",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body = Submit,
    responses(
        (status = 201, body = Request),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`not_offered`, `slot_taken`, `own_service`", body = Problem),
        (status = 422, description = "`invalid`", body = Problem),
    ),
)]
pub async fn submit(
    State(context): State<Context>,
    act: Act<Submit>,
) -> AppResult<Answer<Request>> {
    requests::submit(&context, &act.actor, act.key, act.body).await.map(Answer::created)
}
