//! `POST /api/providers/{provider_id}/stripe-onboard/`, `GET` of the same

use axum::extract::State;
use serde::Deserialize;
use traveloure_core::{
    api::{
        payout::{Onboarding, PayoutAccount},
        problem::Problem,
    },
    ids::ProviderId,
};
use utoipa::ToSchema;

use crate::{
    app::{Context, payouts},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Act, AsProvider, Path},
    },
};

/// Nothing needs to be said.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Onboard {}

/// A link on which you tell the processor who you are, so that you can be paid. Your account is made the first time;
/// each link is good once and for minutes.
#[utoipa::path(
    post, path = "/api/providers/{provider_id}/stripe-onboard/", tag = "payouts",
    params(("provider_id" = ProviderId, Path)),
    request_body = Onboard,
    responses(
        (status = 200, body = Onboarding),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 503, description = "`processor_unavailable`", body = Problem),
    ),
)]
pub async fn onboard(
    State(context): State<Context>,
    Path(id): Path<ProviderId>,
    act: Act<Onboard>,
) -> AppResult<Answer<Onboarding>> {
    let provider = act.own_provider(id)?;
    payouts::onboard(&context, provider).await.map(Answer::ok)
}

/// How far your account at the processor is, asked of it just now.
#[utoipa::path(
    get, path = "/api/providers/{provider_id}/stripe-onboard/", tag = "payouts",
    params(("provider_id" = ProviderId, Path)),
    responses(
        (status = 200, body = PayoutAccount),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 503, description = "`processor_unavailable`", body = Problem),
    ),
)]
pub async fn account(
    State(context): State<Context>,
    caller: AsProvider,
    Path(id): Path<ProviderId>,
) -> AppResult<Answer<PayoutAccount>> {
    caller.must_be(id)?;
    payouts::account(&context, id).await.map(Answer::ok)
}
