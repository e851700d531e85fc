//! `GET /api/cart/`

use axum::extract::State;
use traveloure_core::api::cart::Cart;

use crate::{
    app::{Context, cart},
    error::AppResult,
    http::{answer::Answer, extract::Caller},
};

/// The cart that lasts.
#[utoipa::path(
    get, path = "/api/cart/", tag = "cart",
    responses((status = 200, body = Cart)),
)]
pub async fn get(State(context): State<Context>, caller: Caller) -> AppResult<Answer<Cart>> {
    let cart = cart::get(&context, &caller.actor).await?;
    let version = cart.version;
    Ok(Answer::ok(cart).at_version(version))
}
