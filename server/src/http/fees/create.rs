//! `POST /api/platform/fees/`

use axum::extract::State;
use traveloure_core::api::{
    fee::{Fee, NewFee},
    problem::Problem,
};

use crate::{
    app::{Context, fees},
    error::AppResult,
    http::{answer::Answer, extract::Act},
};

/// Make a rule about what the platform keeps, as an administrator. It counts for what is priced from now on.
#[utoipa::path(
    post, path = "/api/platform/fees/", tag = "platform fees",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body = NewFee,
    responses(
        (status = 201, body = Fee),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 422, description = "`invalid`", body = Problem),
    ),
)]
pub async fn create(State(context): State<Context>, act: Act<NewFee>) -> AppResult<Answer<Fee>> {
    act.must_be_admin()?;
    let fee = fees::create(&context, act.key, act.body).await?;
    let version = fee.version;
    Ok(Answer::created(fee).at_version(version))
}
