//! `GET /api/jobs/`

use axum::extract::State;
use traveloure_core::api::{job::Jobs, problem::Problem};

use crate::{
    app::{Context, workers},
    error::AppResult,
    http::{answer::Answer, extract::AsAdmin},
};

/// How every job does, and which servers run them. What a server says of its jobs is up to a quarter of a minute old.
#[utoipa::path(
    get, path = "/api/jobs/", tag = "jobs",
    responses(
        (status = 200, body = Jobs),
        (status = 403, description = "`role_required`", body = Problem),
    ),
)]
pub async fn list(State(context): State<Context>, _: AsAdmin) -> AppResult<Answer<Jobs>> {
    workers::overview(&context).await.map(Answer::ok)
}
