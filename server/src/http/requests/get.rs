//! `GET /api/booking-requests/{request_id}/`

use axum::extract::State;
use traveloure_core::{
    api::{problem::Problem, request::Request},
    ids::RequestId,
};

use crate::{
    app::{Context, requests},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Caller, Path},
    },
};

/// A request with everything a decision needs: price, fee, what accepting uses up, rounds, messages.
#[utoipa::path(
    get, path = "/api/booking-requests/{request_id}/", tag = "booking requests",
    params(("request_id" = RequestId, Path)),
    responses((status = 200, body = Request), (status = 404, description = "`not_found`", body = Problem)),
)]
pub async fn get(
    State(context): State<Context>,
    caller: Caller,
    Path(id): Path<RequestId>,
) -> AppResult<Answer<Request>> {
    let request = requests::get(&context, &caller.actor, id).await?;
    let version = request.row.version;
    Ok(Answer::ok(request).at_version(version))
}
