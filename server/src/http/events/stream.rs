//! `GET /api/events/`

use std::convert::Infallible;

use axum::{
    Extension,
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde::Deserialize;
use traveloure_core::api::{event::Event, problem::Problem};
use utoipa::IntoParams;

use crate::{
    app::{Context, accounts::SignedIn},
    error::AppResult,
    events::Follower,
    http::{
        Operation,
        extract::{Caller, Query},
    },
};

const LAST_ID_HEADER: &str = "last-event-id";

/// Where to go on.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Resume {
    /// The same as the header `Last-Event-ID`, for those who cannot set headers; the header counts more.
    last_event_id: Option<String>,
}

/// What happens, as it happens: Server-Sent Events, each with its `id`, its kind as `event`, and an
/// `Event` as JSON in `data`. A comment, sometimes with a new `id`, comes at least every 15 seconds.
///
/// In the role of a traveler, what concerns them; of a provider, what concerns their business; of an
/// administrator, everything. With `Last-Event-ID` it goes on behind that event without a gap; where that
/// is not possible any more, `reset` says to fetch everything anew.
#[utoipa::path(
    get, path = "/api/events/", tag = "events",
    params(Resume, ("Last-Event-ID" = Option<String>, Header)),
    responses(
        (status = 200, content_type = "text/event-stream", body = Event),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 429, description = "`rate_limited`", body = Problem),
    ),
)]
pub async fn stream(
    State(context): State<Context>,
    Extension(operation): Extension<Operation>,
    Caller { actor, token }: Caller,
    Query(resume): Query<Resume>,
    headers: HeaderMap,
) -> AppResult<Response> {
    let sent = headers.get(LAST_ID_HEADER).map(|value| value.to_str().unwrap_or_default());
    let last = sent.or(resume.last_event_id.as_deref());
    let follower = Follower::open(context, operation.hub, SignedIn { actor, token }, last).await?;
    let frames = stream::unfold(follower, |mut follower| async move {
        let frame = follower.next().await?;
        Some((Ok::<_, Infallible>(frame), follower))
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // A proxy that collects the answer first would keep the events from arriving.
        (header::HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((headers, Body::from_stream(frames)).into_response())
}
