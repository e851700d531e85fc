//! `POST /api/refunds/{refund_id}/given-back/`

use axum::extract::State;
use traveloure_core::{
    api::{
        cancel::{GivenBack, Refund},
        problem::Problem,
    },
    ids::RefundId,
};

use crate::{
    app::{Context, refunds},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Act, Path},
    },
};

/// Write down that a refund which did not arrive was paid in another way, such as a bank transfer. The answer is the
/// refund that stands for it in the books; who wrote it down is kept.
#[utoipa::path(
    post, path = "/api/refunds/{refund_id}/given-back/", tag = "jobs",
    params(("refund_id" = RefundId, Path), ("Idempotency-Key" = String, Header)),
    request_body = GivenBack,
    responses(
        (status = 200, body = Refund),
        (status = 400, description = "`key_required`", body = Problem),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`: it has not failed for good, or was given back already", body = Problem),
        (status = 422, description = "`invalid`", body = Problem),
    ),
)]
pub async fn given_back(
    State(context): State<Context>,
    Path(id): Path<RefundId>,
    act: Act<GivenBack>,
) -> AppResult<Answer<Refund>> {
    act.must_be_admin()?;
    let key = act.required_key()?;
    refunds::given_back(&context, &act.actor, key, id, act.body).await.map(Answer::ok)
}
