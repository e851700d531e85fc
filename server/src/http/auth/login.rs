//! `POST /api/auth/login/`

use axum::{Extension, extract::State};
use traveloure_core::api::{auth, problem::Problem};

use crate::{
    app::{Context, accounts},
    error::AppResult,
    http::{answer::Answer, extract::Body, limits::Meter},
};

/// Sign in with e-mail and password.
#[utoipa::path(
    post, path = "/api/auth/login/", tag = "auth", security(()),
    request_body = auth::Login,
    responses(
        (status = 200, body = auth::Session),
        (status = 401, description = "`wrong_credentials`", body = Problem),
        (status = 429, description = "`rate_limited`", body = Problem),
    ),
)]
pub async fn login(
    State(context): State<Context>,
    Extension(meter): Extension<Meter>,
    Body(body): Body<auth::Login>,
) -> AppResult<Answer<auth::Session>> {
    meter.sign_in(&body.email)?;
    accounts::login(&context, body).await.map(Answer::ok)
}
