//! `POST /api/services/`

use axum::extract::State;
use traveloure_core::api::{
    problem::Problem,
    service::{NewService, Service},
};

use crate::{
    app::{Context, services},
    error::AppResult,
    http::{answer::Answer, extract::Act},
};

/// Offer something to be booked, as a provider.
#[utoipa::path(
    post, path = "/api/services/", tag = "services",
    params(("Idempotency-Key" = Option<String>, Header)),
    request_body = NewService,
    responses(
        (status = 201, body = Service),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 422, description = "`invalid`", body = Problem),
    ),
)]
pub async fn create(
    State(context): State<Context>,
    act: Act<NewService>,
) -> AppResult<Answer<Service>> {
    let provider = act.provider()?;
    let service = services::create(&context, provider, act.key, act.body).await?;
    let version = service.version;
    Ok(Answer::created(service).at_version(version))
}
