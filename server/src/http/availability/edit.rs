//! `PATCH /api/providers/{provider_id}/availability/`

use axum::extract::State;
use serde::Deserialize;
use traveloure_core::{
    api::{
        availability::{AvailabilityChange, AvailabilityEdit},
        problem::Problem,
    },
    ids::{ProviderId, ServiceId},
};
use utoipa::IntoParams;

use crate::{
    app::{Context, availability},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{AsProvider, Body, IfMatch, Path, Query},
    },
};

/// Which service, and whether to change it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct How {
    service_id: ServiceId,
    /// Only say what the edit would do.
    #[serde(default)]
    dry_run: bool,
}

/// Edit the rules: the whole document, as rules or as text. Bookings stay; those that the new rules no longer offer
/// are in the plan, and on the list of conflicts until somebody settles them.
#[utoipa::path(
    patch, path = "/api/providers/{provider_id}/availability/", tag = "availability",
    params(("provider_id" = ProviderId, Path), How, ("If-Match" = String, Header)),
    request_body = AvailabilityEdit,
    responses(
        (status = 200, body = AvailabilityChange),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 412, description = "`version_mismatch`", body = Problem),
        (status = 422, description = "`invalid`; of a text, `field` is `text:LINE:COLUMN`", body = Problem),
        (status = 428, description = "`precondition_required`", body = Problem),
    ),
)]
pub async fn edit(
    State(context): State<Context>,
    caller: AsProvider,
    Path(provider): Path<ProviderId>,
    Query(how): Query<How>,
    IfMatch(version): IfMatch,
    Body(body): Body<AvailabilityEdit>,
) -> AppResult<Answer<AvailabilityChange>> {
    caller.must_be(provider)?;
    let How { service_id, dry_run } = how;
    let change = availability::edit(&context, provider, service_id, version, body, dry_run).await?;
    let version = change.availability.version;
    Ok(Answer::ok(change).at_version(version))
}
