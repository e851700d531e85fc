//! `GET /api/providers/{provider_id}/services/`

use axum::extract::State;
use serde::Deserialize;
use traveloure_core::{
    api::{page::Page, problem::Problem, service::Service},
    ids::ProviderId,
};
use utoipa::IntoParams;

use crate::{
    app::{
        Context,
        services::{self, ListQuery},
    },
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Caller, Path, Query},
    },
};

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// The `next` of the page before.
    after: Option<String>,
    /// 1 to 500, 50 without it.
    limit: Option<u32>,
}

/// A provider's services by name; to the provider (who acts as one) also those that are not listed.
#[utoipa::path(
    get, path = "/api/providers/{provider_id}/services/", tag = "services",
    params(("provider_id" = ProviderId, Path), Paging),
    responses(
        (status = 200, body = Page<Service>),
        (status = 400, description = "`malformed_parameter`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
)]
pub async fn of_provider(
    State(context): State<Context>,
    caller: Caller,
    Path(provider): Path<ProviderId>,
    Query(paging): Query<Paging>,
) -> AppResult<Answer<Page<Service>>> {
    let query = ListQuery { after: paging.after, limit: paging.limit };
    services::of_provider(&context, &caller.actor, provider, query).await.map(Answer::ok)
}
