//! `GET /api/auth/tokens/`, `DELETE /api/auth/tokens/{tokenId}/`

use axum::{extract::State, http::StatusCode};
use traveloure_core::{
    api::{auth::Token, problem::Problem},
    ids::TokenId,
};

use crate::{
    app::{Context, accounts},
    error::AppResult,
    http::{
        answer::Answer,
        extract::{Caller, Path},
    },
};

/// The person's sign-ins, newest first.
#[utoipa::path(get, path = "/api/auth/tokens/", tag = "auth", responses((status = 200, body = Vec<Token>)))]
pub async fn list(State(context): State<Context>, caller: Caller) -> AppResult<Answer<Vec<Token>>> {
    let signed_in = accounts::SignedIn { actor: caller.actor, token: caller.token };
    accounts::sign_ins(&context, &signed_in).await.map(Answer::ok)
}

/// End one of the person's sign-ins.
#[utoipa::path(
    delete, path = "/api/auth/tokens/{token_id}/", tag = "auth",
    params(("token_id" = TokenId, Path)),
    responses(
        (status = 204, description = "ended"),
        (status = 404, description = "`not_found`", body = Problem),
    ),
)]
pub async fn revoke(
    State(context): State<Context>,
    caller: Caller,
    Path(token): Path<TokenId>,
) -> AppResult<StatusCode> {
    accounts::sign_out(&context, &caller.actor, token).await?;
    Ok(StatusCode::NO_CONTENT)
}
