//! `GET /api/platform/reports/revenue/`

use axum::extract::State;
use chrono::NaiveDate;
use serde::Deserialize;
use traveloure_core::api::{problem::Problem, report::Revenue};
use utoipa::IntoParams;

use crate::{
    app::{Context, reports},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{AsAdmin, Query},
    },
};

/// Dates in UTC; the last year without them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Period {
    from: Option<NaiveDate>,
    /// Not included.
    to: Option<NaiveDate>,
}

/// What was sold and what the platform kept of it, by category and month.
#[utoipa::path(
    get, path = "/api/platform/reports/revenue/", tag = "platform", params(Period),
    responses(
        (status = 200, body = Revenue),
        (status = 400, description = "`malformed_parameter`", body = Problem),
        (status = 403, description = "`role_required`", body = Problem),
    ),
)]
pub async fn revenue(
    State(context): State<Context>,
    _: AsAdmin,
    Query(period): Query<Period>,
) -> AppResult<Answer<Revenue>> {
    reports::revenue(&context, period.from, period.to).await.map(Answer::ok)
}
