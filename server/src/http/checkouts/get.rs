//! `GET /api/checkouts/{checkout_id}/`

use axum::extract::State;
use traveloure_core::{
    api::{checkout::Checkout, problem::Problem},
    ids::CheckoutId,
};

use crate::{
    app::{Context, payments},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Caller, Path},
    },
};

/// What is paid together: the bookings, the ways to pay, and the payments so far.
#[utoipa::path(
    get, path = "/api/checkouts/{checkout_id}/", tag = "payments",
    params(("checkout_id" = CheckoutId, Path)),
    responses((status = 200, body = Checkout), (status = 404, description = "`not_found`", body = Problem)),
)]
pub async fn get(
    State(context): State<Context>,
    caller: Caller,
    Path(id): Path<CheckoutId>,
) -> AppResult<Answer<Checkout>> {
    payments::checkout(&context, &caller.actor, id).await.map(Answer::ok)
}
