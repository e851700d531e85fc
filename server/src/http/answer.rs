//! Answers as JSON, with the version as `ETag` where there is one.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::Value;
use traveloure_core::text;

use crate::error::{AppError, Fault};

/// A JSON answer.
#[derive(Debug)]
pub struct Answer<T> {
    status: StatusCode,
    version: Option<i64>,
    body: T,
}

impl<T> Answer<T> {
    pub const fn ok(body: T) -> Self {
        Self { status: StatusCode::OK, version: None, body }
    }

    pub const fn created(body: T) -> Self {
        Self { status: StatusCode::CREATED, version: None, body }
    }

    /// The version goes into the `ETag`; an edit sends it back as `If-Match`.
    pub const fn at_version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let json = match clean_json(&self.body) {
            Ok(json) => json,
            Err(error) => {
                return AppError::from(Fault::Broken(format!(
                    "an answer that is no JSON: {error}"
                )))
                .into_response();
            }
        };
        let mut response = (self.status, json).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(version) = self.version
            && let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\""))
        {
            headers.insert(header::ETAG, tag);
        }
        response
    }
}

/// JSON without a character that could act on the terminal it is drawn in. Words are cleaned on the
/// way in; this is the second lock on the same door, and costs a scan where there is nothing to do.
pub(super) fn clean_json<T: Serialize>(body: &T) -> serde_json::Result<String> {
    let json = serde_json::to_string(body)?;
    // serde_json escapes C0 as \u00XX; everything else is written as it is.
    if !json.contains("\\u00") && !json.chars().any(text::is_refused) {
        return Ok(json);
    }
    let mut value: Value = serde_json::from_str(&json)?;
    clean_value(&mut value);
    serde_json::to_string(&value)
}

fn clean_value(value: &mut Value) {
    match value {
        Value::String(words) => *words = text::clean_text(words).into_owned(),
        Value::Array(items) => items.iter_mut().for_each(clean_value),
        Value::Object(fields) => fields.values_mut().for_each(clean_value),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_that_acts_on_a_terminal_gets_out() {
        let json =
            clean_json(&json!({"words": "a\u{1b}[2Jb\u{202e}c", "list": ["\u{7}"]})).unwrap();
        let back: Value = serde_json::from_str(&json).unwrap();
        for words in [back["words"].as_str().unwrap(), back["list"][0].as_str().unwrap()] {
            assert!(!words.chars().any(text::is_refused), "{words:?}");
        }
    }

    #[test]
    fn lines_of_a_longer_text_stay() {
        assert_eq!(clean_json(&"one\ntwo").unwrap(), r#""one\ntwo""#);
    }
}
