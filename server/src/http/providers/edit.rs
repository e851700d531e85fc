//! `PATCH /api/providers/{provider_id}/`

use axum::extract::State;
use traveloure_core::{
    api::{
        problem::Problem,
        provider::{Provider, ProviderPatch},
    },
    ids::ProviderId,
};

use crate::{
    app::{Context, providers},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{AsProvider, Body, IfMatch, Path},
    },
};

/// Edit what a provider says about itself, and what holds for its services that say nothing else.
#[utoipa::path(
    patch, path = "/api/providers/{provider_id}/", tag = "providers",
    params(("provider_id" = ProviderId, Path), ("If-Match" = String, Header)),
    request_body = ProviderPatch,
    responses(
        (status = 200, body = Provider),
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
    Path(id): Path<ProviderId>,
    IfMatch(version): IfMatch,
    Body(patch): Body<ProviderPatch>,
) -> AppResult<Answer<Provider>> {
    caller.must_be(id)?;
    let provider = providers::edit(&context, id, version, patch).await?;
    let version = provider.version;
    Ok(Answer::ok(provider).at_version(version))
}
