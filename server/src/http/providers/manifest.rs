//! `GET /api/providers/{provider_id}/manifest/`

use axum::extract::State;
use chrono::NaiveDate;
use serde::Deserialize;
use traveloure_core::{
    api::{manifest::Manifest, problem::Problem},
    ids::ProviderId,
};
use utoipa::IntoParams;

use crate::{
    app::{Context, bookings},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{AsProvider, Path, Query},
    },
};

/// Which day.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Day {
    /// Local to each service.
    date: NaiveDate,
}

/// Who comes on a day: when, for what, how many, what they asked for, and what is still to be paid.
#[utoipa::path(
    get, path = "/api/providers/{provider_id}/manifest/", tag = "bookings",
    params(("provider_id" = ProviderId, Path), Day),
    responses(
        (status = 200, body = Manifest),
        (status = 400, description = "`malformed_parameter`", body = Problem),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
)]
pub async fn manifest(
    State(context): State<Context>,
    caller: AsProvider,
    Path(id): Path<ProviderId>,
    Query(day): Query<Day>,
) -> AppResult<Answer<Manifest>> {
    caller.must_be(id)?;
    bookings::manifest(&context, id, day.date).await.map(Answer::ok)
}
