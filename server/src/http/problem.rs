//! Errors as RFC 9457 problem documents.
//!
//! A handler's error becomes a response that carries the problem beside it; [`finish`], which wraps
//! the router, knows the request's id, writes the document and, for a fault, the log.

use std::sync::Arc;

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use traveloure_core::api::problem::{Code, Problem};

use super::{answer::clean_json, extract::RequestId};
use crate::error::{AppError, Fault};

#[derive(Clone, Debug)]
struct Unwritten {
    problem: Problem,
    fault: Option<Arc<Fault>>,
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let unwritten = match self {
            Self::Refused(problem) => Unwritten { problem: *problem, fault: None },
            Self::Fault(fault) => {
                Unwritten { problem: seen_from_outside(&fault), fault: Some(Arc::new(fault)) }
            }
        };
        let status = StatusCode::from_u16(unwritten.problem.status)
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(unwritten);
        response
    }
}

// Of the inside, nothing: what broke is in the log, under the request's id.
fn seen_from_outside(fault: &Fault) -> Problem {
    match fault {
        Fault::Unavailable(_) => Problem::new(
            Code::Unavailable,
            "The database cannot be reached right now. Nothing was changed; try again in a moment.",
        ),
        Fault::DiskFull(_) => Problem::new(
            Code::Unavailable,
            "The disk of the database is full. Nothing was changed; once there is room again, try again.",
        ),
        _ => Problem::new(
            Code::Internal,
            "The server failed at this. Nothing was changed; try again, and tell us the request id if it stays.",
        ),
    }
}

/// Writes the problem document of a response that carries one.
pub async fn finish(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let method = request.method().clone();
    // The matched route, not the path: paths can carry tokens.
    let route = request.extensions().get::<axum::extract::MatchedPath>().cloned();
    let mut response = next.run(request).await;
    let unwritten = response.extensions_mut().remove::<Unwritten>().or_else(|| bare(&response));
    if let Some(Unwritten { mut problem, fault }) = unwritten {
        problem.request_id = id.as_ref().map(ToString::to_string);
        if let Some(fault) = fault {
            let route = route.as_ref().map_or("", |route| route.as_str());
            let id = problem.request_id.as_deref().unwrap_or_default();
            tracing::error!(%method, route, request_id = id, error = %fault, "a request failed");
        }
        write(&mut response, &problem);
    }
    if let Some(id) = id
        && let Ok(value) = HeaderValue::from_str(&id.to_string())
    {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

fn write(response: &mut Response, problem: &Problem) {
    let body = clean_json(problem).unwrap_or_default();
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    *response.body_mut() = body.into();
}

// What the layers around the handlers answer by status alone.
fn bare(response: &Response) -> Option<Unwritten> {
    let (code, detail) = match response.status() {
        StatusCode::NOT_FOUND => (Code::NotFound, "There is nothing at this address."),
        StatusCode::METHOD_NOT_ALLOWED => (
            Code::MethodNotAllowed,
            "This address does not know that method; see the Allow header.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => {
            (Code::BodyTooLarge, "A body has at most 1 MiB. Nothing was changed.")
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => (
            Code::TimedOut,
            "The server did not finish in time. Look whether it took effect, or repeat it with the same Idempotency-Key.",
        ),
        StatusCode::INTERNAL_SERVER_ERROR => (
            Code::Internal,
            "The server failed at this. Nothing was changed; try again, and tell us the request id if it stays.",
        ),
        _ => return None,
    };
    let is_document = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/"));
    (!is_document).then(|| Unwritten { problem: Problem::new(code, detail), fault: None })
}
