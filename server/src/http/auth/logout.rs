//! `POST /api/auth/logout/`

use axum::{extract::State, http::StatusCode};

use crate::{
    app::{Context, accounts},
    error::AppResult,
    http::extract::Caller,
};

/// End the sign-in that the request came with.
#[utoipa::path(
    post, path = "/api/auth/logout/", tag = "auth",
    responses((status = 204, description = "signed out")),
)]
pub async fn logout(State(context): State<Context>, caller: Caller) -> AppResult<StatusCode> {
    accounts::sign_out(&context, &caller.actor, caller.token).await?;
    Ok(StatusCode::NO_CONTENT)
}
