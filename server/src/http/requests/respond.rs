//! `PATCH /api/booking-requests/{request_id}/respond/`

use axum::extract::State;
use traveloure_core::{
    api::{
        problem::Problem,
        request::{Answered, Respond},
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

/// The three answers through the plan's one door.
#[utoipa::path(
    patch, path = "/api/booking-requests/{request_id}/respond/", tag = "booking requests",
    params(("request_id" = RequestId, Path), ("Idempotency-Key" = String, Header)),
    request_body = Respond,
    responses(
        (status = 200, body = Answered),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "as accept, decline and counter-offer", body = Problem),
    ),
)]
pub async fn respond(
    State(context): State<Context>,
    Path(id): Path<RequestId>,
    act: Act<Respond>,
) -> AppResult<Answer<Answered>> {
    let key = act.required_key()?;
    let answered = match act.body {
        Respond::Accept(body) => requests::accept(&context, &act.actor, key, id, body).await,
        Respond::Decline(body) => requests::decline(&context, &act.actor, key, id, body).await,
        Respond::CounterOffer(body) => {
            requests::counter_offer(&context, &act.actor, key, id, body).await
        }
    };
    answered.map(Answer::ok)
}
