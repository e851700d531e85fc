//! `GET /metrics`

use axum::{Extension, extract::State, http::header, response::IntoResponse};

use super::text::{Kind, Text};
use crate::{app::Context, http::Operation};

/// Counts and gauges in the text format of Prometheus. Says nothing of people; a proxy in front should keep
/// it from the outside all the same.
#[utoipa::path(
    get, path = "/metrics/", tag = "operation", security(()),
    responses((status = 200, content_type = "text/plain", body = String)),
)]
pub async fn metrics(
    State(context): State<Context>,
    Extension(operation): Extension<Operation>,
) -> impl IntoResponse {
    let mut text = Text::default();
    requests(&mut text, &operation);
    events(&mut text, &operation);
    jobs(&mut text, &operation);
    pool(&mut text, &context);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text.finish())
}

fn requests(text: &mut Text, operation: &Operation) {
    let counts = operation.requests.counts();
    let statuses: Vec<String> = counts.keys().map(|key| key.status.to_string()).collect();
    let labelled: Vec<_> = counts
        .iter()
        .zip(&statuses)
        .map(|((key, counts), status)| {
            ([("route", key.route.as_str()), ("method", key.method), ("status", status)], counts)
        })
        .collect();
    let name = "traveloure_http_requests_total";
    text.metric(name, Kind::Counter, "Requests answered.");
    for (labels, counts) in &labelled {
        text.sample(name, labels, counts.requests);
    }
    let name = "traveloure_http_request_seconds_total";
    text.metric(name, Kind::Counter, "Time until their answers began.");
    for (labels, counts) in &labelled {
        text.seconds(name, labels, counts.time);
    }
}

fn events(text: &mut Text, operation: &Operation) {
    let name = "traveloure_relay_lag_seconds";
    text.metric(
        name,
        Kind::Gauge,
        "Age of the oldest event that has committed and is not told yet.",
    );
    text.seconds(name, &[], operation.watch.lag());
    let name = "traveloure_event_streams";
    text.metric(name, Kind::Gauge, "Event streams that are open.");
    text.sample(name, &[], operation.hub.watchers() as u64);
}

fn jobs(text: &mut Text, operation: &Operation) {
    let jobs = operation.tally.counts();
    let name = "traveloure_job_sweeps_total";
    text.metric(name, Kind::Counter, "Times that a job looked for something to do.");
    for (job, counts) in &jobs {
        text.sample(name, &[("job", job)], counts.sweeps);
    }
    let name = "traveloure_job_done_total";
    text.metric(name, Kind::Counter, "Things that a job has worked on.");
    for (job, counts) in &jobs {
        text.sample(name, &[("job", job)], counts.done);
    }
    let name = "traveloure_job_failures_total";
    text.metric(name, Kind::Counter, "Times that a job failed and tried again later.");
    for (job, counts) in &jobs {
        text.sample(name, &[("job", job)], counts.failures);
    }
}

fn pool(text: &mut Text, context: &Context) {
    let name = "traveloure_database_connections";
    text.metric(name, Kind::Gauge, "Connections to the database.");
    let (open, idle) = (u64::from(context.pool.size()), context.pool.num_idle() as u64);
    text.sample(name, &[("state", "idle")], idle);
    text.sample(name, &[("state", "used")], open.saturating_sub(idle));
}
