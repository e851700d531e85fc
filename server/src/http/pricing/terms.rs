//! `GET /api/providers/{provider_id}/pricing/`

use axum::extract::State;
use serde::Deserialize;
use traveloure_core::{
    api::{pricing::Pricing, problem::Problem},
    ids::{ProviderId, ServiceId},
};
use utoipa::IntoParams;

use crate::{
    app::{Context, pricing},
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

/// The prices of one of the provider's services, as a document and as text.
#[utoipa::path(
    get, path = "/api/providers/{provider_id}/pricing/", tag = "pricing",
    params(("provider_id" = ProviderId, Path), Which),
    responses(
        (status = 200, body = Pricing),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
)]
pub async fn terms(
    State(context): State<Context>,
    caller: AsProvider,
    Path(provider): Path<ProviderId>,
    Query(which): Query<Which>,
) -> AppResult<Answer<Pricing>> {
    caller.must_be(provider)?;
    let terms = pricing::terms(&context, provider, which.service_id).await?;
    let version = terms.version;
    Ok(Answer::ok(terms).at_version(version))
}
