//! What is asked of the backend, and what it answers.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header, request::Builder},
    response::Response,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tower::ServiceExt;
use traveloure_core::api::problem::{Code, Problem};

use super::{Backend, Person};

/// More than any answer of the API.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

impl Backend {
    pub async fn get(&self, as_whom: &Person, path: &str) -> Reply {
        self.send(self.request(as_whom, Method::GET, path).body(Body::empty()).expect("a request"))
            .await
    }

    /// With an `Idempotency-Key` that no other call has.
    pub async fn post(&self, as_whom: &Person, path: &str, body: &impl Serialize) -> Reply {
        let key = format!("key-{}", self.next());
        self.post_with_key(as_whom, path, &key, body).await
    }

    pub async fn post_with_key(
        &self,
        as_whom: &Person,
        path: &str,
        key: &str,
        body: &impl Serialize,
    ) -> Reply {
        let request = self.request(as_whom, Method::POST, path).header("idempotency-key", key);
        self.send(request.body(json_body(body)).expect("a request")).await
    }

    /// With `If-Match`, as an edit of that version.
    pub async fn patch(
        &self,
        as_whom: &Person,
        path: &str,
        version: i64,
        body: &impl Serialize,
    ) -> Reply {
        let tag = format!("\"{version}\"");
        let request = self.request(as_whom, Method::PATCH, path).header(header::IF_MATCH, tag);
        self.send(request.body(json_body(body)).expect("a request")).await
    }

    /// With an `Idempotency-Key`, as an act.
    pub async fn patch_with_key(
        &self,
        as_whom: &Person,
        path: &str,
        key: &str,
        body: &impl Serialize,
    ) -> Reply {
        let request = self.request(as_whom, Method::PATCH, path).header("idempotency-key", key);
        self.send(request.body(json_body(body)).expect("a request")).await
    }

    /// With `If-Match`, as a document put over that version.
    pub async fn put(
        &self,
        as_whom: &Person,
        path: &str,
        version: i64,
        body: &impl Serialize,
    ) -> Reply {
        let tag = format!("\"{version}\"");
        let request = self.request(as_whom, Method::PUT, path).header(header::IF_MATCH, tag);
        self.send(request.body(json_body(body)).expect("a request")).await
    }

    pub async fn delete(&self, as_whom: &Person, path: &str) -> Reply {
        let request = self.request(as_whom, Method::DELETE, path);
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    /// A request of the person's that the caller completes.
    #[must_use]
    pub fn request(&self, as_whom: &Person, method: Method, path: &str) -> Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", as_whom.token))
            .header("traveloure-role", as_whom.role.as_str())
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&self, request: Request<Body>) -> Reply {
        let (parts, body) = self.respond(request).await.into_parts();
        let bytes = to_bytes(body, LARGEST_ANSWER).await.expect("the answer arrives whole");
        let text = String::from_utf8(bytes.to_vec()).expect("answers are text");
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Reply { status: parts.status, headers: parts.headers, body }
    }

    /// Sends a request and leaves the body unread, such as an event stream's.
    pub async fn respond(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.expect("the router always answers")
    }
}

pub(super) fn json_body(body: &impl Serialize) -> Body {
    Body::from(serde_json::to_vec(body).expect("bodies are JSON"))
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Null without a body; a string where it is no JSON.
    pub body: Value,
}

impl Reply {
    /// The body of an answer that must be a success.
    #[track_caller]
    pub fn ok<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{}: {:#}", self.status, self.body);
        serde_json::from_value(self.body.clone()).expect("the body has the form that was asked for")
    }

    /// The problem of an answer that must be a refusal of this kind.
    #[track_caller]
    pub fn refused(&self, code: Code) -> Problem {
        assert!(!self.status.is_success(), "was not refused: {:#}", self.body);
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        assert_eq!(kind, Some("application/problem+json"), "{}: {:#}", self.status, self.body);
        let problem: Problem =
            serde_json::from_value(self.body.clone()).expect("refusals are problem documents");
        assert_eq!(problem.code, code, "{problem:#?}");
        assert_eq!(problem.status, self.status.as_u16());
        problem
    }

    /// The version in the `ETag`.
    #[must_use]
    #[track_caller]
    pub fn version(&self) -> i64 {
        let tag = self.headers.get(header::ETAG).and_then(|value| value.to_str().ok());
        tag.and_then(|tag| tag.trim_matches('"').parse().ok()).expect("the answer has an ETag")
    }
}
