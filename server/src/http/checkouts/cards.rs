//! `GET /api/payment-methods/`, `DELETE /api/payment-methods/{card}/`

use axum::{extract::State, http::StatusCode};
use traveloure_core::api::{checkout::SavedCard, problem::Problem};

use crate::{
    app::{Context, payments},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Caller, Path},
    },
};

/// The cards that the processor keeps for the caller.
#[utoipa::path(
    get, path = "/api/payment-methods/", tag = "payments",
    responses(
        (status = 200, body = Vec<SavedCard>),
        (status = 503, description = "`processor_unavailable`", body = Problem),
    ),
)]
pub async fn list(
    State(context): State<Context>,
    caller: Caller,
) -> AppResult<Answer<Vec<SavedCard>>> {
    payments::saved_cards(&context, &caller.actor).await.map(Answer::ok)
}

/// Forget a card: it can never be charged again.
#[utoipa::path(
    delete, path = "/api/payment-methods/{card}/", tag = "payments",
    params(("card" = String, Path)),
    responses(
        (status = 204, description = "forgotten"),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 503, description = "`processor_unavailable`", body = Problem),
    ),
)]
pub async fn forget(
    State(context): State<Context>,
    caller: Caller,
    Path(card): Path<String>,
) -> AppResult<StatusCode> {
    payments::forget_card(&context, &caller.actor, &card).await?;
    Ok(StatusCode::NO_CONTENT)
}
