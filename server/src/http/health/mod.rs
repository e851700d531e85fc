//! `/healthz`: the process is alive. `/readyz`: it can do its work.

use axum::{extract::State, http::StatusCode};

use crate::{app::Context, error::AppResult};

/// The process is alive.
#[utoipa::path(get, path = "/healthz/", tag = "operation", security(()), responses((status = 200)))]
pub async fn alive() -> StatusCode {
    StatusCode::OK
}

/// The database answers.
#[utoipa::path(
    get, path = "/readyz/", tag = "operation", security(()),
    responses((status = 200), (status = 503, description = "`unavailable`")),
)]
pub async fn ready(State(context): State<Context>) -> AppResult<StatusCode> {
    drop(context.pool.acquire().await?);
    Ok(StatusCode::OK)
}
