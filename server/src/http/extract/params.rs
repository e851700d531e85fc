//! Path and query parameters, refused as problems.

use axum::{
    extract::{FromRequestParts, rejection::PathRejection},
    http::request::Parts,
};
use serde::de::DeserializeOwned;
use traveloure_core::api::problem::Code;

use crate::{
    app::Context,
    error::{AppError, AppResult},
};

/// The parameters in the path. One that cannot be read names nothing, so it is not found.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Context> for Path<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> AppResult<Self> {
        axum::extract::Path::<T>::from_request_parts(parts, context)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|_: PathRejection| AppError::not_found("thing"))
    }
}

/// The query's parameters. Unknown ones are refused where the type says so.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Context> for Query<T> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> AppResult<Self> {
        axum::extract::Query::<T>::from_request_parts(parts, context)
            .await
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection| AppError::refused(Code::MalformedParameter, rejection.body_text()))
    }
}
