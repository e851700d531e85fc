//! `GET /api/providers/{provider_id}/conflicts/`

use axum::extract::State;
use traveloure_core::{
    api::{availability::ServiceConflict, problem::Problem},
    ids::ProviderId,
};

use crate::{
    app::{Context, availability},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{AsProvider, Path},
    },
};

/// The provider's worklist: days and slots from today on of which more is booked and held than the rules offer.
#[utoipa::path(
    get, path = "/api/providers/{provider_id}/conflicts/", tag = "availability",
    params(("provider_id" = ProviderId, Path)),
    responses(
        (status = 200, body = Vec<ServiceConflict>),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
)]
pub async fn conflicts(
    State(context): State<Context>,
    caller: AsProvider,
    Path(provider): Path<ProviderId>,
) -> AppResult<Answer<Vec<ServiceConflict>>> {
    caller.must_be(provider)?;
    availability::conflicts(&context, provider).await.map(Answer::ok)
}
