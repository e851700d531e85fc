//! `GET /api/openapi.json`

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

use crate::{
    error::{AppError, Fault},
    http::router,
};

static DOCUMENT: LazyLock<Result<String, String>> =
    LazyLock::new(|| router::openapi().to_pretty_json().map_err(|error| error.to_string()));

/// This document.
#[utoipa::path(
    get, path = "/api/openapi.json/", tag = "operation", security(()),
    responses((status = 200, content_type = "application/json", body = Object)),
)]
pub async fn openapi() -> Response {
    match &*DOCUMENT {
        Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json.as_str()).into_response(),
        Err(error) => AppError::from(Fault::Broken(format!("the document is no JSON: {error}")))
            .into_response(),
    }
}
