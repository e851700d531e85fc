//! `POST /api/providers/{provider_id}/pools/`

use axum::extract::State;
use traveloure_core::{
    api::{
        problem::Problem,
        service::{NewPool, Pool},
    },
    ids::ProviderId,
};

use crate::{
    app::{Context, pools},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Act, Path},
    },
};

/// Make a resource that several services can share: one guide, two vans.
#[utoipa::path(
    post, path = "/api/providers/{provider_id}/pools/", tag = "pools",
    params(("provider_id" = ProviderId, Path), ("Idempotency-Key" = Option<String>, Header)),
    request_body = NewPool,
    responses(
        (status = 201, body = Pool),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 422, description = "`invalid`", body = Problem),
    ),
)]
pub async fn create(
    State(context): State<Context>,
    Path(provider): Path<ProviderId>,
    act: Act<NewPool>,
) -> AppResult<Answer<Pool>> {
    let provider = act.own_provider(provider)?;
    let pool = pools::create(&context, provider, act.key, act.body).await?;
    let version = pool.version;
    Ok(Answer::created(pool).at_version(version))
}
