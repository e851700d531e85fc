//! `POST /api/webhooks/stripe/`

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use traveloure_core::api::problem::{Code, Problem};

use crate::{
    app::{Context, payments},
    error::{AppError, AppResult},
};

/// The payment processor tells that something happened. Signed, not signed in; what it is about is fetched again.
#[utoipa::path(
    post, path = "/api/webhooks/stripe/", tag = "payments",
    security(()),
    params(("Stripe-Signature" = String, Header)),
    request_body(content = String, content_type = "application/json"),
    responses(
        (status = 200, description = "kept"),
        (status = 400, description = "`wrong_signature`", body = Problem),
    ),
)]
pub async fn stripe(
    State(context): State<Context>,
    headers: HeaderMap,
    raw: Bytes,
) -> AppResult<StatusCode> {
    let signature = headers.get("stripe-signature").and_then(|value| value.to_str().ok());
    let Some(signature) = signature else {
        return Err(AppError::refused(
            Code::WrongSignature,
            "There is no Stripe-Signature. The message was not kept.",
        ));
    };
    payments::receive_webhook(&context, &raw, signature).await?;
    Ok(StatusCode::OK)
}
