//! `GET /api/platform/fees/calculate/`

use axum::extract::State;
use rust_decimal::Decimal;
use serde::Deserialize;
use traveloure_core::{
    api::{fee::FeeCalculation, problem::Problem},
    category::Category,
    ids::ProviderId,
    money::Currency,
};
use utoipa::IntoParams;

use crate::{
    app::{Context, fees},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Caller, Query},
    },
};

/// What is to be divided.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Booking {
    /// What the service costs, such as `120.00`.
    #[param(value_type = String)]
    amount: Decimal,
    currency: Currency,
    category: Category,
    /// A provider asks for themselves; for an administrator, a provider without rules of their own unless named.
    provider_id: Option<ProviderId>,
}

/// What the platform would keep of an amount, what the provider would receive, and by which rule.
#[utoipa::path(
    get, path = "/api/platform/fees/calculate/", tag = "platform fees",
    params(Booking),
    responses(
        (status = 200, body = FeeCalculation),
        (status = 400, description = "`malformed_parameter`", body = Problem),
        (status = 403, description = "`role_required`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 422, description = "`invalid`", body = Problem),
    ),
)]
pub async fn calculate(
    State(context): State<Context>,
    caller: Caller,
    Query(booking): Query<Booking>,
) -> AppResult<Answer<FeeCalculation>> {
    let Booking { amount, currency, category, provider_id } = booking;
    fees::calculate(&context, &caller.actor, amount, currency, category, provider_id)
        .await
        .map(Answer::ok)
}
