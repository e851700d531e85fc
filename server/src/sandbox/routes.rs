//! Every route, in two lists: those of the API, and those of people and of tests.

use axum::{
    Router,
    body::Bytes,
    extract::{OriginalUri, State},
    http::{HeaderMap, Method, Uri},
    response::Response,
};

use super::{
    Sandbox, api,
    call::Call,
    control, pages,
    params::Params,
    refusal::{Outcome, Refusal},
    request::Request,
    resources::{
        account_links, accounts, balance, charges, customers, disputes, events, payment_intents,
        payment_methods, refunds, reversals, sessions, setup_intents, transfers, webhook_endpoints,
    },
};

/// The sandbox as a service, to be nested somewhere: its API below `/v1`, its pages, and `/control`.
pub fn router(sandbox: Sandbox) -> Router {
    // One fallback instead of routes: whatever it is nested in may add a slash to the path.
    Router::new().fallback(serve).with_state(sandbox)
}

async fn serve(
    State(sandbox): State<Sandbox>,
    method: Method,
    uri: Uri,
    original: OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let public_url = sandbox.0.public_url.as_deref();
    let request = Request::new(public_url, method, &uri, &original, headers, body);
    let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
    match (request.method.as_str(), path.as_slice()) {
        (_, ["v1", ..]) => api::answer(sandbox, request).await,
        (_, ["control", ..]) => control::answer(sandbox, request).await,
        ("GET" | "HEAD", ["pay", session]) => pages::pay::show(&sandbox, &request, session).await,
        ("POST", ["pay", session]) => pages::pay::pay(&sandbox, &request, session).await,
        ("POST", ["pay", session, "authenticate"]) => {
            pages::pay::authenticate(&sandbox, &request, session).await
        }
        ("GET" | "HEAD", ["authenticate", intent]) => {
            pages::authenticate::show(&sandbox, &request, intent).await
        }
        ("POST", ["authenticate", intent]) => {
            pages::authenticate::answer(&sandbox, &request, intent).await
        }
        ("GET" | "HEAD", ["onboard", link]) => pages::onboard::show(&sandbox, &request, link).await,
        ("POST", ["onboard", link]) => pages::onboard::finish(&sandbox, &request, link).await,
        _ => pages::not_found(),
    }
}

/// Does what a request of the API asks for; `path` is what stands behind `/v1`.
pub(super) async fn operate(
    call: &mut Call<'_>,
    method: &Method,
    path: &[&str],
    params: Params,
) -> Outcome {
    match (method.as_str(), path) {
        ("POST", ["customers"]) => customers::create(call, params).await,
        ("GET", ["customers"]) => customers::list(call, params).await,
        ("GET", ["customers", id]) => customers::retrieve(call, params, id).await,
        ("POST", ["customers", id]) => customers::update(call, params, id).await,
        ("DELETE", ["customers", id]) => customers::delete(call, params, id).await,
        ("GET", ["customers", id, "payment_methods"]) => {
            payment_methods::list(call, params, Some(id)).await
        }

        ("POST", ["payment_methods"]) => payment_methods::create(call, params).await,
        ("GET", ["payment_methods"]) => payment_methods::list(call, params, None).await,
        ("GET", ["payment_methods", id]) => payment_methods::retrieve(call, params, id).await,
        ("POST", ["payment_methods", id, "attach"]) => {
            payment_methods::attach(call, params, id).await
        }
        ("POST", ["payment_methods", id, "detach"]) => {
            payment_methods::detach(call, params, id).await
        }

        ("POST", ["payment_intents"]) => payment_intents::create(call, params).await,
        ("GET", ["payment_intents"]) => payment_intents::list(call, params).await,
        ("GET", ["payment_intents", id]) => payment_intents::retrieve(call, params, id).await,
        ("POST", ["payment_intents", id]) => payment_intents::update(call, params, id).await,
        ("POST", ["payment_intents", id, "confirm"]) => {
            payment_intents::confirm(call, params, id).await
        }
        ("POST", ["payment_intents", id, "cancel"]) => {
            payment_intents::cancel(call, params, id).await
        }

        ("POST", ["setup_intents"]) => setup_intents::create(call, params).await,
        ("GET", ["setup_intents"]) => setup_intents::list(call, params).await,
        ("GET", ["setup_intents", id]) => setup_intents::retrieve(call, params, id).await,
        ("POST", ["setup_intents", id, "confirm"]) => {
            setup_intents::confirm(call, params, id).await
        }
        ("POST", ["setup_intents", id, "cancel"]) => setup_intents::cancel(call, params, id).await,

        ("POST", ["checkout", "sessions"]) => sessions::create(call, params).await,
        ("GET", ["checkout", "sessions"]) => sessions::list(call, params).await,
        ("GET", ["checkout", "sessions", id]) => sessions::retrieve(call, params, id).await,
        ("GET", ["checkout", "sessions", id, "line_items"]) => {
            sessions::line_items(call, params, id).await
        }
        ("POST", ["checkout", "sessions", id, "expire"]) => {
            sessions::expire(call, params, id).await
        }

        ("GET", ["charges"]) => charges::list(call, params).await,
        ("GET", ["charges", id]) => charges::retrieve(call, params, id).await,
        ("POST", ["charges", id]) => charges::update(call, params, id).await,

        ("POST", ["refunds"]) => refunds::create(call, params).await,
        ("GET", ["refunds"]) => refunds::list(call, params).await,
        ("GET", ["refunds", id]) => refunds::retrieve(call, params, id).await,
        ("POST", ["refunds", id]) => refunds::update(call, params, id).await,

        ("GET", ["disputes"]) => disputes::list(call, params).await,
        ("GET", ["disputes", id]) => disputes::retrieve(call, params, id).await,
        ("POST", ["disputes", id]) => disputes::update(call, params, id).await,
        ("POST", ["disputes", id, "close"]) => disputes::close(call, params, id).await,

        ("GET", ["balance"]) => balance::retrieve(call, params).await,
        ("GET", ["balance_transactions"]) => balance::list(call, params).await,
        ("GET", ["balance_transactions", id]) => balance::transaction(call, params, id).await,

        ("POST", ["accounts"]) => accounts::create(call, params).await,
        ("GET", ["accounts"]) => accounts::list(call, params).await,
        ("GET", ["accounts", id]) => accounts::retrieve(call, params, id).await,
        ("POST", ["accounts", id]) => accounts::update(call, params, id).await,
        ("POST", ["account_links"]) => account_links::create(call, params).await,

        ("POST", ["transfers"]) => transfers::create(call, params).await,
        ("GET", ["transfers"]) => transfers::list(call, params).await,
        ("GET", ["transfers", id]) => transfers::retrieve(call, params, id).await,
        ("POST", ["transfers", id]) => transfers::update(call, params, id).await,
        ("POST", ["transfers", id, "reversals"]) => reversals::create(call, params, id).await,
        ("GET", ["transfers", id, "reversals"]) => reversals::list(call, params, id).await,
        ("GET", ["transfers", id, "reversals", reversal]) => {
            reversals::retrieve(call, params, id, reversal).await
        }

        ("GET", ["events"]) => events::list(call, params).await,
        ("GET", ["events", id]) => events::retrieve(call, params, id).await,

        ("POST", ["webhook_endpoints"]) => webhook_endpoints::create(call, params).await,
        ("GET", ["webhook_endpoints"]) => webhook_endpoints::list(call, params).await,
        ("GET", ["webhook_endpoints", id]) => webhook_endpoints::retrieve(call, params, id).await,
        ("DELETE", ["webhook_endpoints", id]) => webhook_endpoints::delete(call, params, id).await,

        (method, path) => {
            Err(Refusal::no_such_route(method, &format!("/v1/{}", path.join("/"))).into())
        }
    }
}
