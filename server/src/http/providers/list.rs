//! `GET /api/providers/`

use axum::extract::State;
use serde::Deserialize;
use traveloure_core::api::{page::Page, problem::Problem, provider::Provider};
use utoipa::IntoParams;

use crate::{
    app::{Context, providers},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{AsAdmin, Query},
    },
};

/// Which providers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Part of the name or the city.
    q: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500, 50 without it.
    limit: Option<u32>,
}

/// Every provider by name, for administrators.
#[utoipa::path(
    get, path = "/api/providers/", tag = "providers", params(Wanted),
    responses(
        (status = 200, body = Page<Provider>),
        (status = 400, description = "`malformed_parameter`", body = Problem),
        (status = 403, description = "`role_required`", body = Problem),
    ),
)]
pub async fn list(
    State(context): State<Context>,
    _: AsAdmin,
    Query(wanted): Query<Wanted>,
) -> AppResult<Answer<Page<Provider>>> {
    let words = wanted.q.as_deref().filter(|words| !words.is_empty());
    providers::list(&context, words, wanted.after.as_deref(), wanted.limit).await.map(Answer::ok)
}
