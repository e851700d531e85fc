//! `DELETE /api/cart/`

use axum::{extract::State, http::StatusCode};

use crate::{
    app::{Context, cart},
    error::AppResult,
    http::extract::Caller,
};

/// Empty the cart.
#[utoipa::path(
    delete, path = "/api/cart/", tag = "cart",
    responses((status = 204, description = "empty")),
)]
pub async fn empty(State(context): State<Context>, caller: Caller) -> AppResult<StatusCode> {
    cart::empty(&context, &caller.actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
