//! `GET /api/docs`

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{Html, IntoResponse},
};

use super::render;
use crate::http::router;

static PAGE: LazyLock<String> =
    LazyLock::new(|| render::page(&serde_json::to_value(router::openapi()).unwrap_or_default()));

/// The documentation as a page to read: all of it in one answer, nothing is loaded from elsewhere.
#[utoipa::path(
    get, path = "/api/docs/", tag = "operation", security(()),
    responses((status = 200, content_type = "text/html", body = String)),
)]
pub async fn docs() -> impl IntoResponse {
    let policy = "default-src 'none'; style-src 'unsafe-inline'";
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(PAGE.as_str()))
}
