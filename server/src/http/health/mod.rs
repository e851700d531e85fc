//! `/healthz`: the process is alive. `/readyz`: it can do its work.

use axum::{Extension, extract::State, http::StatusCode};
use traveloure_core::api::problem::{Code, Problem};

use super::Operation;
use crate::{
    app::Context,
    database,
    error::{AppError, AppResult},
};

/// The process is alive.
#[utoipa::path(get, path = "/healthz/", tag = "operation", security(()), responses((status = 200)))]
pub async fn alive() -> StatusCode {
    StatusCode::OK
}

/// The database answers, its schema is not older than this program, and events are being told.
#[utoipa::path(
    get, path = "/readyz/", tag = "operation", security(()),
    responses((status = 200), (status = 503, description = "`unavailable`, with what is missing", body = Problem)),
)]
pub async fn ready(
    State(context): State<Context>,
    Extension(operation): Extension<Operation>,
) -> AppResult<StatusCode> {
    if !database::is_migrated(&context.pool).await? {
        return Err(not_ready("The database's schema is older than this program; migrate it."));
    }
    if !operation.watch.is_running() {
        return Err(not_ready(
            "Events are not being told: the outbox has not been read for seconds.",
        ));
    }
    Ok(StatusCode::OK)
}

fn not_ready(what: &str) -> AppError {
    AppError::refused(Code::Unavailable, what)
}
