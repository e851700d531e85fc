//! `GET /api/providers/{provider_id}/availability/`

use axum::extract::State;
use serde::Deserialize;
use traveloure_core::{
    api::{availability::Availability, problem::Problem},
    ids::{ProviderId, ServiceId},
};
use utoipa::IntoParams;

use crate::{
    app::{Context, availability},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{AsProvider, Path, Query},
    },
};

/// Which service.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Which {
    service_id: ServiceId,
}

/// The rules of one of the provider's services, as a document and as text.
#[utoipa::path(
    get, path = "/api/providers/{provider_id}/availability/", tag = "availability",
    params(("provider_id" = ProviderId, Path), Which),
    responses(
        (status = 200, body = Availability),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
)]
pub async fn rules(
    State(context): State<Context>,
    caller: AsProvider,
    Path(provider): Path<ProviderId>,
    Query(which): Query<Which>,
) -> AppResult<Answer<Availability>> {
    caller.must_be(provider)?;
    let rules = availability::rules(&context, provider, which.service_id).await?;
    let version = rules.version;
    Ok(Answer::ok(rules).at_version(version))
}
