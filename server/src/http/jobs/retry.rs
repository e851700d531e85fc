//! `POST /api/jobs/{job}/{subject}/retry/`

use axum::extract::State;
use traveloure_core::{
    api::{job::Retried, problem::Problem, request::Nothing},
    job::Job,
};

use crate::{
    app::{Context, retries},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Act, Path},
    },
};

/// Have something tried now that a job could not do. A refund that waits for an operator is made anew. Who asked for it
/// is kept.
#[utoipa::path(
    post, path = "/api/jobs/{job}/{subject}/retry/", tag = "jobs",
    params(("job" = Job, Path), ("subject" = String, Path)),
    request_body = Nothing,
    responses(
        (status = 200, body = Retried),
        (status = 400, description = "`key_required`", body = Problem),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`: nothing of that name is in trouble", body = Problem),
    ),
)]
pub async fn retry(
    State(context): State<Context>,
    Path((job, subject)): Path<(Job, String)>,
    act: Act<Nothing>,
) -> AppResult<Answer<Retried>> {
    act.must_be_admin()?;
    let key = act.required_key()?;
    let Nothing {} = act.body;
    retries::retry(&context, &act.actor, key, job, subject).await.map(Answer::ok)
}
