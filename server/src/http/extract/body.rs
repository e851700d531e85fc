//! JSON bodies, refused with the place of the fault.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::{HeaderMap, header},
};
use serde::de::DeserializeOwned;
use traveloure_core::{
    api::problem::{Code, Problem},
    field::FieldError,
};

use crate::{
    app::Context,
    error::{AppError, AppResult},
};

/// A JSON body. Unknown fields are refused; an empty body stands for `{}`.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Context> for Body<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, context: &Context) -> AppResult<Self> {
        let (headers, bytes) = read(request, context).await?;
        parse(&headers, &bytes).map(Self)
    }
}

/// The headers and the whole body, at most as large as the router allows.
pub(super) async fn read(request: Request, context: &Context) -> AppResult<(HeaderMap, Bytes)> {
    let headers = request.headers().clone();
    let bytes =
        Bytes::from_request(request, context).await.map_err(|rejection| match rejection {
            BytesRejection::FailedToBufferBody(failed) if failed.status() == 413 => {
                AppError::refused(
                    Code::BodyTooLarge,
                    "A body has at most 1 MiB. Nothing was changed.",
                )
            }
            other => AppError::refused(
                Code::MalformedBody,
                format!(
                    "The body did not arrive whole: {}. Nothing was changed.",
                    other.body_text()
                ),
            ),
        })?;
    Ok((headers, bytes))
}

pub(super) fn parse<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> AppResult<T> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if let Some(kind) = kind
        && !kind.to_ascii_lowercase().starts_with("application/json")
    {
        return Err(AppError::refused(
            Code::UnsupportedMediaType,
            "Bodies are JSON: send Content-Type application/json. Nothing was changed.",
        ));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let body = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let field = error.path().to_string();
        unreadable(Some(field).filter(|_| error.inner().is_data()), error.inner())
    })?;
    reader.end().map_err(|error| unreadable(None, &error))?;
    Ok(body)
}

// What is JSON and not of the documented form has a field to point at; what is no JSON has a line and a column.
fn unreadable(field: Option<String>, error: &serde_json::Error) -> AppError {
    let words = error.to_string();
    let Some(field) = field.filter(|field| field != ".") else {
        return AppError::refused(
            Code::MalformedBody,
            format!("The body could not be read: {words}. Nothing was changed."),
        );
    };
    let words = words.split(" at line ").next().unwrap_or_default().to_owned();
    let mut problem = Problem::new(
        Code::MalformedBody,
        format!("The body could not be read: {field}: {words}. Nothing was changed."),
    );
    problem.fields.push(FieldError::new(field, "malformed", words));
    AppError::Refused(Box::new(problem))
}
