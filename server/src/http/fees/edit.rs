//! `PATCH /api/platform/fees/{fee_id}/`

use axum::extract::State;
use traveloure_core::{
    api::{
        fee::{Fee, FeePatch},
        problem::Problem,
    },
    ids::FeeId,
};

use crate::{
    app::{Context, fees},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{AsAdmin, Body, IfMatch, Path},
    },
};

/// Change a rule's figures, or switch it off, as an administrator. What is booked already keeps its fee.
#[utoipa::path(
    patch, path = "/api/platform/fees/{fee_id}/", tag = "platform fees",
    params(("fee_id" = FeeId, Path), ("If-Match" = String, Header)),
    request_body = FeePatch,
    responses(
        (status = 200, body = Fee),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 412, description = "`version_mismatch`", body = Problem),
        (status = 422, description = "`invalid`", body = Problem),
        (status = 428, description = "`precondition_required`", body = Problem),
    ),
)]
pub async fn edit(
    State(context): State<Context>,
    _: AsAdmin,
    Path(id): Path<FeeId>,
    IfMatch(version): IfMatch,
    Body(patch): Body<FeePatch>,
) -> AppResult<Answer<Fee>> {
    let fee = fees::edit(&context, id, version, patch).await?;
    let version = fee.version;
    Ok(Answer::ok(fee).at_version(version))
}
