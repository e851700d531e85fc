//! `GET /api/providers/{provider_id}/`

use axum::extract::State;
use traveloure_core::{
    api::{problem::Problem, provider::Provider},
    ids::ProviderId,
};

use crate::{
    app::{Context, providers},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Caller, Path},
    },
};

/// A provider as everyone who is signed in may see it.
#[utoipa::path(
    get, path = "/api/providers/{provider_id}/", tag = "providers",
    params(("provider_id" = ProviderId, Path)),
    responses((status = 200, body = Provider), (status = 404, description = "`not_found`", body = Problem)),
)]
pub async fn get(
    State(context): State<Context>,
    _: Caller,
    Path(id): Path<ProviderId>,
) -> AppResult<Answer<Provider>> {
    let provider = providers::get(&context, id).await?;
    let version = provider.version;
    Ok(Answer::ok(provider).at_version(version))
}
