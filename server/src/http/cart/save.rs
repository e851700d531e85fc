//! `PUT /api/cart/`

use axum::extract::State;
use traveloure_core::api::{
    cart::{Cart, SaveCart},
    problem::Problem,
};

use crate::{
    app::{Context, cart},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Body, Caller, IfMatch},
    },
};

/// Save all of the cart over the version that was read.
#[utoipa::path(
    put, path = "/api/cart/", tag = "cart",
    params(("If-Match" = String, Header)),
    request_body = SaveCart,
    responses(
        (status = 200, body = Cart),
        (status = 412, description = "`version_mismatch`", body = Problem),
        (status = 422, description = "`invalid`", body = Problem),
        (status = 428, description = "`precondition_required`", body = Problem),
    ),
)]
pub async fn save(
    State(context): State<Context>,
    caller: Caller,
    IfMatch(version): IfMatch,
    Body(body): Body<SaveCart>,
) -> AppResult<Answer<Cart>> {
    let cart = cart::save(&context, &caller.actor, version, body).await?;
    let version = cart.version;
    Ok(Answer::ok(cart).at_version(version))
}
