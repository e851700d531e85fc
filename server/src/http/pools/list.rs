//! `GET /api/providers/{provider_id}/pools/`

use axum::extract::State;
use traveloure_core::{
    api::{problem::Problem, service::Pool},
    ids::ProviderId,
};

use crate::{
    app::{Context, pools},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{AsProvider, Path},
    },
};

/// The provider's shared resources, by name.
#[utoipa::path(
    get, path = "/api/providers/{provider_id}/pools/", tag = "pools",
    params(("provider_id" = ProviderId, Path)),
    responses(
        (status = 200, body = Vec<Pool>),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
)]
pub async fn list(
    State(context): State<Context>,
    caller: AsProvider,
    Path(provider): Path<ProviderId>,
) -> AppResult<Answer<Vec<Pool>>> {
    caller.must_be(provider)?;
    pools::list(&context, provider).await.map(Answer::ok)
}
