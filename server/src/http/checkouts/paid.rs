//! `GET /paid/`

use axum::{
    http::header,
    response::{Html, IntoResponse},
};

const PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Traveloure</title>\
<body style=\"font-family: system-ui, sans-serif; margin: 3rem auto; max-width: 28rem; padding: 0 1rem\">\
<h1>Back to your terminal</h1>\
<p>You can close this page. Your terminal shows what was paid and what was booked, in a moment and by itself.</p>\
</body></html>";

/// Where the processor's page leads when it is done: it tells people to go back to where they came from.
#[utoipa::path(
    get, path = "/paid/", tag = "payments", security(()),
    responses((status = 200, content_type = "text/html", body = String)),
)]
pub async fn paid() -> impl IntoResponse {
    let policy = "default-src 'none'; style-src 'unsafe-inline'";
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(PAGE))
}
