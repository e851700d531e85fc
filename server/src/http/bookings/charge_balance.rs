//! `POST /api/bookings/charge-balance/`

use axum::extract::State;
use traveloure_core::api::{
    checkout::{ChargeBalance, PaymentStarted},
    problem::Problem,
};

use crate::{
    app::{Context, payments},
    error::AppResult,
    http::{answer::Answer, extract::Act},
};

/// Pay what is still owed after a deposit, now: with a saved card, or on the processor's page.
#[utoipa::path(
    post, path = "/api/bookings/charge-balance/", tag = "payments",
    params(("Idempotency-Key" = String, Header)),
    request_body = ChargeBalance,
    responses(
        (status = 200, body = PaymentStarted),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`nothing_due`, `payment_running`", body = Problem),
        (status = 503, description = "`processor_unavailable`", body = Problem),
    ),
)]
pub async fn charge_balance(
    State(context): State<Context>,
    act: Act<ChargeBalance>,
) -> AppResult<Answer<PaymentStarted>> {
    act.must_travel()?;
    let key = act.required_key()?;
    payments::charge_balance(&context, &act.actor, key, act.body).await.map(Answer::ok)
}
