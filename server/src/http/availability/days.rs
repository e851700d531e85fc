//! `GET /api/services/{service_id}/availability/`

use axum::extract::State;
use chrono::NaiveDate;
use serde::Deserialize;
use traveloure_core::{
    api::{availability::Days, problem::Problem},
    ids::ServiceId,
};
use utoipa::IntoParams;

use crate::{
    app::{Context, availability},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Caller, Path, Query},
    },
};

/// Local dates of the service.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Range {
    /// Today without it.
    from: Option<NaiveDate>,
    /// Not included; 31 days later without it, at most 400.
    to: Option<NaiveDate>,
}

/// The days of a service. To its provider (who acts as one): open by the rules, with what is booked and held. To
/// everybody else: as they can book now, with what is left; `booked` and `held` are 0.
#[utoipa::path(
    get, path = "/api/services/{service_id}/availability/", tag = "availability",
    params(("service_id" = ServiceId, Path), Range),
    responses(
        (status = 200, body = Days),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 422, description = "`invalid`", body = Problem),
    ),
)]
pub async fn days(
    State(context): State<Context>,
    caller: Caller,
    Path(service): Path<ServiceId>,
    Query(range): Query<Range>,
) -> AppResult<Answer<Days>> {
    availability::days(&context, &caller.actor, service, range.from, range.to).await.map(Answer::ok)
}
