//! `PATCH /api/providers/{provider_id}/pools/{pool_id}/`

use axum::extract::State;
use traveloure_core::{
    api::{
        problem::Problem,
        service::{Pool, PoolPatch},
    },
    ids::{PoolId, ProviderId},
};

use crate::{
    app::{Context, pools},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{AsProvider, Body, IfMatch, Path},
    },
};

/// Rename a shared resource or change how many of it there are. A smaller number cancels nothing.
#[utoipa::path(
    patch, path = "/api/providers/{provider_id}/pools/{pool_id}/", tag = "pools",
    params(("provider_id" = ProviderId, Path), ("pool_id" = PoolId, Path), ("If-Match" = String, Header)),
    request_body = PoolPatch,
    responses(
        (status = 200, body = Pool),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 412, description = "`version_mismatch`", body = Problem),
        (status = 422, description = "`invalid`", body = Problem),
        (status = 428, description = "`precondition_required`", body = Problem),
    ),
)]
pub async fn edit(
    State(context): State<Context>,
    caller: AsProvider,
    Path((provider, pool)): Path<(ProviderId, PoolId)>,
    IfMatch(version): IfMatch,
    Body(patch): Body<PoolPatch>,
) -> AppResult<Answer<Pool>> {
    caller.must_be(provider)?;
    let pool = pools::edit(&context, provider, pool, version, patch).await?;
    let version = pool.version;
    Ok(Answer::ok(pool).at_version(version))
}
