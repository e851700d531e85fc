//! `POST /api/platform/fees/simulate/`

use axum::extract::State;
use traveloure_core::api::{
    problem::Problem,
    report::{FeeSimulation, SimulateFee},
};

use crate::{
    app::{Context, reports},
    error::AppResult,
    http::{answer::Answer, extract::Act},
};

/// What would have been kept of past bookings under a changed rule. Nothing is saved.
#[utoipa::path(
    post, path = "/api/platform/fees/simulate/", tag = "platform fees",
    request_body = SimulateFee,
    responses(
        (status = 200, body = FeeSimulation),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 422, description = "`invalid`", body = Problem),
    ),
)]
pub async fn simulate(
    State(context): State<Context>,
    act: Act<SimulateFee>,
) -> AppResult<Answer<FeeSimulation>> {
    act.must_be_admin()?;
    reports::simulate(&context, act.body).await.map(Answer::ok)
}
