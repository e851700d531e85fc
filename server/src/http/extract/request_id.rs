//! An id for each request, in the answer and in the log.

use std::fmt;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use traveloure_core::ids::uuid_v7;
use uuid::Uuid;

use crate::app::Context;

/// The id of a request.
#[derive(Clone, Debug)]
pub struct RequestId(Uuid);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Gives every request its id; one sent by the caller is not taken over, it could be anything.
pub async fn give_id(State(context): State<Context>, mut request: Request, next: Next) -> Response {
    let id = RequestId(uuid_v7(context.now(), context.entropy.bytes()));
    request.extensions_mut().insert(id);
    next.run(request).await
}
