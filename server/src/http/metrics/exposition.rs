//! `GET /metrics`

use axum::{Extension, extract::State, http::header, response::IntoResponse};

use traveloure_core::job::Job;

use super::text::{Kind, Text};
use crate::{
    app::{self, Context},
    http::Operation,
    jobs::Counts,
};

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
    troubles(&mut text, &context).await;
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
    let mut counter = |name, help, count: fn(&Counts) -> u64| {
        text.metric(name, Kind::Counter, help);
        for (job, counts) in &jobs {
            text.sample(name, &[("job", job.as_str())], count(counts));
        }
    };
    let help = "Times that a job went through with what was due.";
    counter("traveloure_job_sweeps_total", help, |counts| counts.sweeps);
    let help = "Things that a job has worked on.";
    counter("traveloure_job_done_total", help, |counts| counts.done);
    let help = "Things that failed and are tried again after a pause.";
    counter("traveloure_job_troubles_total", help, |counts| counts.troubles);
    let help = "Times that a job itself failed and tried again later.";
    counter("traveloure_job_failures_total", help, |counts| counts.failures);
}

// Of all servers together, as the database has it; left out while it cannot be asked.
async fn troubles(text: &mut Text, context: &Context) {
    let Ok(counts) = app::troubles::counts(context).await else { return };
    let name = "traveloure_job_troubles";
    text.metric(name, Kind::Gauge, "Things that failed and are not made good yet.");
    for job in Job::ALL {
        let counted = counts.iter().find(|counted| counted.job == *job);
        let labels = |state| [("job", job.as_str()), ("state", state)];
        let (retrying, stuck) = counted.map_or((0, 0), |counted| (counted.retrying, counted.stuck));
        text.sample(name, &labels("retrying"), retrying);
        text.sample(name, &labels("stuck"), stuck);
    }
}

fn pool(text: &mut Text, context: &Context) {
    let name = "traveloure_database_connections";
    text.metric(name, Kind::Gauge, "Connections to the database.");
    let (open, idle) = (u64::from(context.pool.size()), context.pool.num_idle() as u64);
    text.sample(name, &[("state", "idle")], idle);
    text.sample(name, &[("state", "used")], open.saturating_sub(idle));
}
