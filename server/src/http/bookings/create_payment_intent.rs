//! `POST /api/bookings/create-payment-intent/`

use axum::extract::State;
use traveloure_core::api::{
    checkout::{PaymentStarted, StartPayment},
    problem::Problem,
};

use crate::{
    app::{Context, payments},
    error::AppResult,
    http::{answer::Answer, extract::Act},
};

/// Begin to pay a checkout or bookings: in full, by deposit, or on site. Answers with the processor's page, unless a
/// saved card is charged.
#[utoipa::path(
    post, path = "/api/bookings/create-payment-intent/", tag = "payments",
    params(("Idempotency-Key" = String, Header)),
    request_body = StartPayment,
    responses(
        (status = 200, body = PaymentStarted),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`nothing_due`, `method_not_offered`, `payment_running`", body = Problem),
        (status = 503, description = "`processor_unavailable`", body = Problem),
    ),
)]
pub async fn create_payment_intent(
    State(context): State<Context>,
    act: Act<StartPayment>,
) -> AppResult<Answer<PaymentStarted>> {
    act.must_travel()?;
    let key = act.required_key()?;
    payments::create_payment_intent(&context, &act.actor, key, act.body).await.map(Answer::ok)
}
