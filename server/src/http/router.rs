//! Every route of the API, in one list.

use std::time::Duration;

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Request},
    http::{StatusCode, Uri, uri::PathAndQuery},
    middleware::{from_fn, from_fn_with_state},
    response::Response,
};
use tower::{ServiceExt, service_fn};
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Operation, auth, availability, bookings, cart, checkouts, docs, events, extract, fees, health,
    jobs, limits, metrics, platform, pools, pricing, problem, providers, refunds, requests,
    services, webhooks,
};
use crate::app::Context;

/// No body is larger.
const BODY_LIMIT: usize = 1024 * 1024;
/// No answer takes longer; the transaction behind it goes on to its end all the same.
const TIMEOUT: Duration = Duration::from_secs(30);

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Traveloure",
        description = "Bookings: availability, prices, requests. Money is a decimal string beside its \
                       currency; local dates and times stand beside their IANA zone; instants are UTC.",
    ),
    security(("bearer" = [])),
    modifiers(&Bearer),
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        openapi
            .components
            .get_or_insert_default()
            .add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    }
}

fn routes() -> OpenApiRouter<Context> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(auth::register::register))
        .routes(routes!(auth::login::login))
        .routes(routes!(auth::logout::logout))
        .routes(routes!(auth::me::me))
        .routes(routes!(auth::tokens::list))
        .routes(routes!(auth::tokens::revoke))
        .routes(routes!(providers::create::create, providers::list::list))
        .routes(routes!(providers::get::get, providers::edit::edit))
        .routes(routes!(providers::onboard::onboard, providers::onboard::account))
        .routes(routes!(providers::earnings::earnings))
        .routes(routes!(providers::earnings::entries))
        .routes(routes!(providers::earnings::statement))
        .routes(routes!(providers::manifest::manifest))
        .routes(routes!(pools::list::list, pools::create::create))
        .routes(routes!(pools::edit::edit, pools::delete::delete))
        .routes(routes!(services::search::search, services::create::create))
        .routes(routes!(services::of_provider::of_provider))
        .routes(routes!(services::get::get, services::edit::edit))
        .routes(routes!(availability::rules::rules, availability::edit::edit))
        .routes(routes!(availability::conflicts::conflicts))
        .routes(routes!(availability::days::days))
        .routes(routes!(availability::check::check))
        .routes(routes!(pricing::terms::terms, pricing::edit::edit))
        .routes(routes!(pricing::quote::quote))
        .routes(routes!(fees::list::list, fees::create::create))
        .routes(routes!(fees::edit::edit))
        .routes(routes!(fees::calculate::calculate))
        .routes(routes!(platform::simulate::simulate))
        .routes(routes!(platform::revenue::revenue))
        .routes(routes!(platform::revenue::entries))
        .routes(routes!(platform::reconciliation::worklist))
        .routes(routes!(jobs::list::list))
        .routes(routes!(jobs::troubles::troubles))
        .routes(routes!(jobs::retry::retry))
        .routes(routes!(refunds::given_back::given_back))
        .routes(routes!(requests::submit::submit))
        .routes(routes!(requests::list::of_provider))
        .routes(routes!(requests::list::of_user))
        .routes(routes!(requests::bulk::bulk))
        .routes(routes!(requests::get::get))
        .routes(routes!(requests::respond::respond))
        .routes(routes!(requests::accept::accept))
        .routes(routes!(requests::decline::decline))
        .routes(routes!(requests::counter_offer::counter_offer))
        .routes(routes!(requests::withdraw::withdraw))
        .routes(routes!(requests::messages::message))
        .routes(routes!(bookings::list::of_provider))
        .routes(routes!(bookings::list::of_user))
        .routes(routes!(bookings::process_cart::process_cart))
        .routes(routes!(bookings::create_payment_intent::create_payment_intent))
        .routes(routes!(bookings::confirm::confirm))
        .routes(routes!(bookings::charge_balance::charge_balance))
        .routes(routes!(bookings::get::get))
        .routes(routes!(bookings::cancel::cancel))
        .routes(routes!(bookings::refund::refund))
        .routes(routes!(cart::get::get, cart::save::save, cart::empty::empty))
        .routes(routes!(checkouts::get::get))
        .routes(routes!(checkouts::cards::list))
        .routes(routes!(checkouts::cards::forget))
        .routes(routes!(webhooks::stripe::stripe))
        .routes(routes!(checkouts::paid::paid))
        .routes(routes!(events::stream::stream))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(metrics::exposition::metrics))
        .routes(routes!(docs::document::openapi))
        .routes(routes!(docs::page::docs))
}

/// The OpenAPI 3.1 document of the routes.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

/// The API as a service. Paths end in a slash, as the plan writes them; without it they answer too.
pub fn router(context: Context, operation: Operation) -> Router {
    let (router, _) = routes().split_for_parts();
    let router = router
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, TIMEOUT))
        .layer(from_fn(limits::measure))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(problem::finish))
        .layer(from_fn_with_state(context.clone(), extract::give_id))
        .layer(from_fn(metrics::count))
        .layer(Extension(operation))
        .with_state(context);
    Router::new().fallback_service(service_fn(move |request: Request| {
        let router = router.clone();
        async move { router.oneshot(with_slash(request)).await as Result<Response, _> }
    }))
}

fn with_slash(mut request: Request) -> Request {
    let uri = request.uri();
    if uri.path().ends_with('/') {
        return request;
    }
    let path = match uri.query() {
        Some(query) => format!("{}/?{query}", uri.path()),
        None => format!("{}/", uri.path()),
    };
    if let Ok(path) = PathAndQuery::try_from(path) {
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(path);
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_routes_go_together() {
        // utoipa-axum panics when two handlers share a method of a path.
        assert!(openapi().paths.paths.len() > 5);
    }

    #[test]
    fn a_missing_slash_is_added_before_the_query() {
        let request = Request::builder().uri("/api/x?y=1").body(axum::body::Body::empty()).unwrap();
        assert_eq!(with_slash(request).uri(), "/api/x/?y=1");
    }
}
