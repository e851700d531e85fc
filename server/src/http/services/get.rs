//! `GET /api/services/{service_id}/`

use axum::extract::State;
use traveloure_core::{
    api::{problem::Problem, service::Service},
    ids::ServiceId,
};

use crate::{
    app::{Context, services},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Caller, Path},
    },
};

/// A service; one that is not listed, to its provider only.
#[utoipa::path(
    get, path = "/api/services/{service_id}/", tag = "services",
    params(("service_id" = ServiceId, Path)),
    responses((status = 200, body = Service), (status = 404, description = "`not_found`", body = Problem)),
)]
pub async fn get(
    State(context): State<Context>,
    caller: Caller,
    Path(id): Path<ServiceId>,
) -> AppResult<Answer<Service>> {
    let service = services::get(&context, &caller.actor, id).await?;
    let version = service.version;
    Ok(Answer::ok(service).at_version(version))
}
