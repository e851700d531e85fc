//! A refusal of Stripe's as an error of the port.

use std::time::Duration;

use reqwest::{
    StatusCode,
    header::{HeaderMap, RETRY_AFTER},
};
use serde::Deserialize;
use traveloure_config::Secret;
use traveloure_core::text::clean_line;

use super::wire::Reference;
use crate::app::gateway::GatewayError;

/// Stripe's sentences are shorter; what is longer is another's.
const LONGEST_MESSAGE: usize = 500;

#[derive(Deserialize)]
struct Body {
    error: Refusal,
}

#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default, rename = "type")]
    kind: String,
    code: Option<String>,
    decline_code: Option<String>,
    message: Option<String>,
    payment_intent: Option<Reference>,
}

/// What an answer without success means.
pub(super) fn refusal(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    key: &Secret,
) -> GatewayError {
    let Ok(Body { error }) = serde_json::from_slice(body) else {
        return not_stripes(status, headers);
    };
    let message = presentable(error.message.as_deref().unwrap_or_default(), key);
    let named = error.code.as_deref();
    match (status.as_u16(), error.kind.as_str(), named) {
        (_, "card_error", _) => GatewayError::Card {
            code: error.code.unwrap_or_else(|| "card_declined".to_owned()),
            decline_code: error.decline_code,
            message,
            intent: error.payment_intent.map(Reference::into_id),
        },
        (409, ..) | (429, _, Some("lock_timeout")) => GatewayError::KeyInUse,
        (429, ..) => GatewayError::RateLimited { retry_after: retry_after(headers) },
        (_, "idempotency_error", _) => GatewayError::KeyReused,
        // Our key is good, the account is not (or no longer) connected to us.
        (403, _, Some("account_invalid")) | (404, _, Some("resource_missing")) => {
            GatewayError::NotFound
        }
        (401 | 403, ..) => GatewayError::Unauthorized,
        (408 | 500.., ..) => failed(status, headers),
        _ => GatewayError::Refused { code: error.code.unwrap_or(error.kind), message },
    }
}

/// An answer in a form that Stripe does not use: of a proxy, or of something at a wrong address.
fn not_stripes(status: StatusCode, headers: &HeaderMap) -> GatewayError {
    match status.as_u16() {
        401 | 403 => GatewayError::Unauthorized,
        409 => GatewayError::KeyInUse,
        429 => GatewayError::RateLimited { retry_after: retry_after(headers) },
        408 | 500.. => failed(status, headers),
        code => GatewayError::Refused {
            code: format!("http_{code}"),
            message: "What answered does not speak its language; whoever runs the server must \
                      check the setting stripe.base_url."
                .to_owned(),
        },
    }
}

fn failed(status: StatusCode, headers: &HeaderMap) -> GatewayError {
    GatewayError::Unknown {
        because: format!("it failed with status {}", status.as_u16()),
        request_id: request_id(headers),
    }
}

/// Stripe's name for the request, for its support.
pub(super) fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("request-id")?.to_str().ok()?;
    (id.len() <= 100).then(|| id.to_owned())
}

/// How long we are asked to stay away, where it is said in seconds.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

/// Stripe masks keys in what it says; whatever else answers need not.
fn presentable(message: &str, key: &Secret) -> String {
    let line = clean_line(message).replace(key.expose(), "…");
    line.chars().take(LONGEST_MESSAGE).collect()
}
