//! `POST /api/bookings/confirm/`

use axum::extract::State;
use traveloure_core::api::{
    checkout::{Checkout, ConfirmPayment},
    problem::Problem,
};

use crate::{
    app::{Context, payments},
    error::AppResult,
    http::{answer::Answer, extract::Act},
};

/// Ask the processor what became of a payment. It is looked up by itself as well; this is for the impatient.
#[utoipa::path(
    post, path = "/api/bookings/confirm/", tag = "payments",
    request_body = ConfirmPayment,
    responses(
        (status = 200, body = Checkout),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 503, description = "`processor_unavailable`", body = Problem),
    ),
)]
pub async fn confirm(
    State(context): State<Context>,
    act: Act<ConfirmPayment>,
) -> AppResult<Answer<Checkout>> {
    payments::confirm(&context, &act.actor, act.body).await.map(Answer::ok)
}
