//! `DELETE /api/providers/{provider_id}/pools/{pool_id}/`

use axum::{extract::State, http::StatusCode};
use traveloure_core::{
    api::problem::Problem,
    ids::{PoolId, ProviderId},
};

use crate::{
    app::{Context, pools},
    error::AppResult,
    http::extract::{AsProvider, Path},
};

/// Delete a shared resource that nothing draws from and that was never booked.
#[utoipa::path(
    delete, path = "/api/providers/{provider_id}/pools/{pool_id}/", tag = "pools",
    params(("provider_id" = ProviderId, Path), ("pool_id" = PoolId, Path)),
    responses(
        (status = 204, description = "deleted"),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`in_use`", body = Problem),
    ),
)]
pub async fn delete(
    State(context): State<Context>,
    caller: AsProvider,
    Path((provider, pool)): Path<(ProviderId, PoolId)>,
) -> AppResult<StatusCode> {
    caller.must_be(provider)?;
    pools::delete(&context, provider, pool).await?;
    Ok(StatusCode::NO_CONTENT)
}
