//! `POST /api/bookings/process-cart/`

use axum::extract::State;
use traveloure_core::api::{
    cart::{CartResult, ProcessCart},
    problem::Problem,
};

use crate::{
    app::{Context, cart},
    error::AppResult,
    http::{answer::Answer, extract::Act},
};

/// Book, ask for, link and hand over what is in a cart, item by item. What is wrong with one item is in the answer and
/// costs the others nothing.
///
/// A cart of one item that is refused leaves nothing behind: asked again under its key, it is looked at anew.
#[utoipa::path(
    post, path = "/api/bookings/process-cart/", tag = "bookings",
    params(("Idempotency-Key" = String, Header)),
    request_body = ProcessCart,
    responses(
        (status = 200, body = CartResult),
        (status = 400, description = "`key_required`", body = Problem),
        (status = 409, description = "`still_running`", body = Problem),
        (status = 422, description = "`invalid`, `key_reused`", body = Problem),
    ),
)]
pub async fn process_cart(
    State(context): State<Context>,
    act: Act<ProcessCart>,
) -> AppResult<Answer<CartResult>> {
    act.must_travel()?;
    let key = act.needed_key()?;
    cart::process(&context, &act.actor, &key, act.body).await.map(Answer::ok)
}
