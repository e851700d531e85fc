//! `POST /api/booking-requests/{request_id}/counter-offer/`

use axum::extract::State;
use traveloure_core::{
    api::{
        problem::Problem,
        request::{Answered, CounterOffer},
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

/// Put other terms on the table, by the side whose turn it is.
#[utoipa::path(
    post, path = "/api/booking-requests/{request_id}/counter-offer/", tag = "booking requests",
    params(("request_id" = RequestId, Path), ("Idempotency-Key" = String, Header)),
    request_body = CounterOffer,
    responses(
        (status = 200, body = Answered),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`not_your_turn`, `already_answered`, `request_expired`, `slot_taken`, `not_offered`, `too_many_rounds`", body = Problem),
    ),
)]
pub async fn counter_offer(
    State(context): State<Context>,
    Path(id): Path<RequestId>,
    act: Act<CounterOffer>,
) -> AppResult<Answer<Answered>> {
    let key = act.required_key()?;
    requests::counter_offer(&context, &act.actor, key, id, act.body).await.map(Answer::ok)
}
