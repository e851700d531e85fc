//! `PATCH /api/services/{service_id}/`

use axum::extract::State;
use traveloure_core::{
    api::{
        problem::Problem,
        service::{Service, ServicePatch},
    },
    ids::ServiceId,
};

use crate::{
    app::{Context, services},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{AsProvider, Body, IfMatch, Path},
    },
};

/// Edit a service itself; its rules and prices have addresses of their own. Bookings stay as they are.
#[utoipa::path(
    patch, path = "/api/services/{service_id}/", tag = "services",
    params(("service_id" = ServiceId, Path), ("If-Match" = String, Header)),
    request_body = ServicePatch,
    responses(
        (status = 200, body = Service),
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
    Path(id): Path<ServiceId>,
    IfMatch(version): IfMatch,
    Body(patch): Body<ServicePatch>,
) -> AppResult<Answer<Service>> {
    let service = services::edit(&context, caller.provider, id, version, patch).await?;
    let version = service.version;
    Ok(Answer::ok(service).at_version(version))
}
