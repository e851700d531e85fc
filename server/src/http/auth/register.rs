//! `POST /api/auth/register/`

use axum::extract::State;
use traveloure_core::api::{auth, problem::Problem};

use crate::{
    app::{Context, accounts},
    error::AppResult,
    http::{answer::Answer, extract::Body},
};

/// Make an account and sign in.
#[utoipa::path(
    post, path = "/api/auth/register/", tag = "auth", security(()),
    request_body = auth::Register,
    responses(
        (status = 201, body = auth::Session),
        (status = 409, description = "`email_taken`", body = Problem),
        (status = 422, description = "`invalid`", body = Problem),
    ),
)]
pub async fn register(
    State(context): State<Context>,
    Body(body): Body<auth::Register>,
) -> AppResult<Answer<auth::Session>> {
    accounts::register(&context, body).await.map(Answer::created)
}
