//! `If-Match`: the version an edit was made on.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use traveloure_core::api::problem::Code;

use crate::{
    app::Context,
    error::{AppError, AppResult},
};

/// The version that the caller has read.
#[derive(Clone, Copy, Debug)]
pub struct IfMatch(pub i64);

impl FromRequestParts<Context> for IfMatch {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &Context) -> AppResult<Self> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Err(AppError::refused(
                Code::PreconditionRequired,
                "Send If-Match with the ETag that was read, so that nobody else's change is overwritten. \
                 Nothing was saved.",
            ));
        };
        value
            .to_str()
            .ok()
            .and_then(|tag| tag.trim().trim_start_matches("W/").trim_matches('"').parse().ok())
            .map(Self)
            .ok_or_else(|| {
                AppError::refused(
                    Code::MalformedParameter,
                    "If-Match is not an ETag of this API, such as \"7\". Nothing was saved.",
                )
            })
    }
}
