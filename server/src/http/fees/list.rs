//! `GET /api/platform/fees/`

use axum::extract::State;
use traveloure_core::api::{fee::Fee, problem::Problem};

use crate::{
    app::{Context, fees},
    error::AppResult,
    http::{answer::Answer, extract::Caller},
};

/// What the platform keeps: to an administrator every rule, to a provider the active ones that can apply to them; the
/// ones that count most first.
#[utoipa::path(
    get, path = "/api/platform/fees/", tag = "platform fees",
    responses(
        (status = 200, body = Vec<Fee>),
        (status = 403, description = "`role_required`", body = Problem),
    ),
)]
pub async fn list(State(context): State<Context>, caller: Caller) -> AppResult<Answer<Vec<Fee>>> {
    fees::list(&context, &caller.actor).await.map(Answer::ok)
}
