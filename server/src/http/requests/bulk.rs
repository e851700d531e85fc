//! `POST /api/booking-requests/bulk/`

use axum::extract::State;
use traveloure_core::api::{
    problem::Problem,
    request::{Bulk, BulkResult},
};

use crate::{
    app::{Context, requests},
    error::AppResult,
    http::{answer::Answer, extract::Act},
};

/// The same answer to up to 100 requests, each on its own; a result per row.
#[utoipa::path(
    post, path = "/api/booking-requests/bulk/", tag = "booking requests",
    params(("Idempotency-Key" = String, Header)),
    request_body = Bulk,
    responses(
        (status = 200, body = BulkResult),
        (status = 422, description = "`invalid`", body = Problem),
    ),
)]
pub async fn bulk(State(context): State<Context>, act: Act<Bulk>) -> AppResult<Answer<BulkResult>> {
    let key = act.required_key()?;
    requests::bulk(&context, &act.actor, key.as_ref(), act.body).await.map(Answer::ok)
}
