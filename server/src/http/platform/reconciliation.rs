//! `GET /api/platform/reconciliation/`

use axum::extract::State;
use serde::Deserialize;
use traveloure_core::api::{problem::Problem, report::Reconciliation};
use utoipa::IntoParams;

use crate::{
    app::{Context, reconciliation},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{AsAdmin, Query},
    },
};

/// Which differences.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// Also those that were settled.
    #[serde(default)]
    settled: bool,
}

/// Where our books and the processor's differ.
#[utoipa::path(
    get, path = "/api/platform/reconciliation/", tag = "platform", params(Wanted),
    responses(
        (status = 200, body = Reconciliation),
        (status = 403, description = "`role_required`", body = Problem),
    ),
)]
pub async fn worklist(
    State(context): State<Context>,
    _: AsAdmin,
    Query(wanted): Query<Wanted>,
) -> AppResult<Answer<Reconciliation>> {
    reconciliation::worklist(&context, !wanted.settled).await.map(Answer::ok)
}
