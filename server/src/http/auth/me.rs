//! `GET /api/auth/me/`

use axum::extract::State;
use traveloure_core::api::auth::User;

use crate::{
    app::{Context, accounts},
    error::AppResult,
    http::{answer::Answer, extract::Caller},
};

/// The signed-in person and the roles their account holds.
#[utoipa::path(get, path = "/api/auth/me/", tag = "auth", responses((status = 200, body = User)))]
pub async fn me(State(context): State<Context>, caller: Caller) -> AppResult<Answer<User>> {
    accounts::me(&context, &caller.actor).await.map(Answer::ok)
}
