//! `POST /api/providers/`

use axum::extract::State;
use traveloure_core::api::{
    problem::Problem,
    provider::{NewProvider, Provider},
};

use crate::{
    app::{Context, providers},
    error::AppResult,
    http::{answer::Answer, extract::Act},
};

/// Become a provider, with the account that is signed in.
#[utoipa::path(
    post, path = "/api/providers/", tag = "providers",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body = NewProvider,
    responses(
        (status = 201, body = Provider),
        (status = 409, description = "`already_provider`", body = Problem),
        (status = 422, description = "`invalid`", body = Problem),
    ),
)]
pub async fn create(
    State(context): State<Context>,
    act: Act<NewProvider>,
) -> AppResult<Answer<Provider>> {
    let provider = providers::create(&context, &act.actor, act.key, act.body).await?;
    let version = provider.version;
    Ok(Answer::created(provider).at_version(version))
}
