//! `GET /api/jobs/troubles/`

use axum::extract::State;
use serde::Deserialize;
use traveloure_core::{
    api::{
        job::Trouble,
        page::{DEFAULT_LIMIT, MAX_LIMIT, Page},
        problem::Problem,
    },
    job::Job,
};
use utoipa::IntoParams;

use crate::{
    app::{Context, troubles},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{AsAdmin, Query},
    },
};

/// Which troubles.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WantedTroubles {
    /// Of one job.
    job: Option<Job>,
    /// Only those that a person should look at.
    #[serde(default)]
    stuck: bool,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500, 50 without it.
    limit: Option<u32>,
}

/// What the jobs could not do and try again, the oldest first.
#[utoipa::path(
    get, path = "/api/jobs/troubles/", tag = "jobs", params(WantedTroubles),
    responses(
        (status = 200, body = Page<Trouble>),
        (status = 400, description = "`malformed_parameter`", body = Problem),
        (status = 403, description = "`role_required`", body = Problem),
    ),
)]
pub async fn troubles(
    State(context): State<Context>,
    _: AsAdmin,
    Query(wanted): Query<WantedTroubles>,
) -> AppResult<Answer<Page<Trouble>>> {
    let WantedTroubles { job, stuck, after, limit } = wanted;
    let limit = limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    troubles::list(&context, job, stuck, after.as_deref(), limit).await.map(Answer::ok)
}
