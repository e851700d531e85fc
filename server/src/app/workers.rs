//! Which servers there are and what they say of their jobs.
//!
//! A server that dies holds nothing: transactions end with their connections, and what was not finished is due still.
//! So nobody has to take anything over; what is seen here is for operators.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use traveloure_core::{
    api::{
        event::Kind,
        job::{JobRow, JobState, Jobs, Worker, WorkerState},
    },
    job::Job,
};
use uuid::Uuid;

pub use crate::store::workers::Run;

use super::Context;
use crate::{
    error::AppResult,
    store::{
        troubles::{self, Counted},
        workers::{self, Stored},
    },
};

/// A server of which nothing was heard for so long is lost.
const LOST_AFTER: TimeDelta = TimeDelta::seconds(60);
/// No job sleeps longer than its longest sleep, and the heartbeat and one long call to the processor come on top.
const GRACE: TimeDelta = TimeDelta::minutes(3);
/// How long servers that are gone are shown.
const SHOWN: TimeDelta = TimeDelta::days(1);

/// Says that the server `id` is there, and what it says of its jobs; notices servers that are not any more.
///
/// # Errors
/// A fault only.
pub async fn beat(context: &Context, id: Uuid, name: String, runs: Vec<Run>) -> AppResult<()> {
    let lost = context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                workers::seen(work.db(), id, &name, now).await?;
                workers::keep_runs(work.db(), &runs).await?;
                let lost = workers::lose(work.db(), now - LOST_AFTER, now).await?;
                if !lost.is_empty() {
                    work.tell(Kind::JobsChanged, Uuid::nil(), None, None, None);
                }
                Ok(lost)
            })
        })
        .await?;
    for worker in lost {
        tracing::warn!(worker, "nothing was heard of a server for a minute; others do its work");
    }
    Ok(())
}

/// Says that the server `id` stops.
///
/// # Errors
/// A fault only.
pub async fn stop(context: &Context, id: Uuid) -> AppResult<()> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                Ok(workers::stopped(work.db(), id, now).await?)
            })
        })
        .await
}

/// Forgets servers that are gone for a day. Returns how many.
///
/// # Errors
/// A fault only.
pub async fn forget(context: &Context) -> AppResult<u64> {
    context
        .transact(|work| {
            Box::pin(async move {
                let before = work.now - SHOWN;
                Ok(workers::forget(work.db(), before).await?)
            })
        })
        .await
}

/// How every job does, and which servers there are.
///
/// # Errors
/// A fault only.
pub async fn overview(context: &Context) -> AppResult<Jobs> {
    let now = context.now();
    let mut db = context.pool.acquire().await?;
    let stored = workers::all(&mut db).await?;
    let runs = workers::runs(&mut db).await?;
    let counts = troubles::counts(&mut db).await?;
    drop(db);
    let workers: HashMap<Uuid, Worker> =
        stored.into_iter().map(|one| (one.id, worker(one, now))).collect();
    let jobs = Job::ALL
        .iter()
        .map(|job| {
            let of_job = runs.iter().filter(|run| run.job == *job);
            let said: Vec<(&Run, &Worker)> =
                of_job.filter_map(|run| Some((run, workers.get(&run.worker)?))).collect();
            let counted = counts.iter().find(|counted| counted.job == *job);
            row(*job, &said, counted, now)
        })
        .collect();
    let mut workers: Vec<Worker> = workers.into_values().collect();
    workers.sort_by_key(|worker| (worker.state, worker.started_at, worker.id));
    Ok(Jobs { jobs, workers })
}

fn worker(stored: Stored, now: DateTime<Utc>) -> Worker {
    let is_lost = stored.lost_at.is_some() || now - stored.seen_at > LOST_AFTER;
    let state = match stored.stopped_at {
        Some(_) => WorkerState::Stopped,
        None if is_lost => WorkerState::Lost,
        None => WorkerState::Works,
    };
    Worker {
        id: stored.id,
        name: stored.name,
        state,
        started_at: stored.started_at,
        seen_at: stored.seen_at,
    }
}

fn row(
    job: Job,
    said: &[(&Run, &Worker)],
    counted: Option<&Counted>,
    now: DateTime<Utc>,
) -> JobRow {
    let at_work = || said.iter().filter(|(_, worker)| worker.state == WorkerState::Works).copied();
    let last = said.iter().max_by_key(|(run, _)| run.swept_at).copied();
    let current = at_work().max_by_key(|(run, _)| run.swept_at);
    let error = at_work().find_map(|(run, _)| run.error.clone());
    let is_fresh = at_work().any(|(run, worker)| {
        let silent_after = TimeDelta::seconds(run.sleeps_seconds.into()) + GRACE;
        now - run.swept_at.unwrap_or(worker.started_at) <= silent_after
    });
    // As of the moment at which it was said: what is due later was not late then.
    let lag = current.and_then(|(run, worker)| {
        let late = worker.seen_at - run.next_due?;
        u64::try_from(late.num_seconds()).ok()
    });
    JobRow {
        job,
        state: match (&error, is_fresh) {
            (Some(_), _) => JobState::Fails,
            (None, true) => JobState::Runs,
            (None, false) => JobState::Silent,
        },
        last_run: last.and_then(|(run, _)| run.swept_at),
        last_worker: last
            .filter(|(run, _)| run.swept_at.is_some())
            .map(|(_, worker)| worker.name.clone()),
        next_due: current.and_then(|(run, _)| run.next_due),
        lag_seconds: lag.unwrap_or(0),
        done: at_work().map(|(run, _)| run.done).sum(),
        failures: at_work().map(|(run, _)| run.failures).sum(),
        error,
        retrying: counted.map_or(0, |counted| counted.retrying),
        stuck: counted.map_or(0, |counted| counted.stuck),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn server(state: WorkerState, seen_at: i64) -> Worker {
        Worker {
            id: Uuid::nil(),
            name: "one".to_owned(),
            state,
            started_at: at(0),
            seen_at: at(seen_at),
        }
    }

    fn run(swept_at: i64, next_due: Option<i64>, error: Option<&str>) -> Run {
        Run {
            worker: Uuid::nil(),
            job: Job::PayOut,
            swept_at: Some(at(swept_at)),
            next_due: next_due.map(at),
            sleeps_seconds: 10,
            done: 7,
            failures: 1,
            error: error.map(ToOwned::to_owned),
        }
    }

    #[test]
    fn a_job_is_silent_when_only_the_dead_ran_it_or_nobody_did_for_long() {
        let works = server(WorkerState::Works, 1000);
        let lost = server(WorkerState::Lost, 900);
        let run = run(900, None, None);
        let state = |said: &[(&Run, &Worker)], now| row(Job::PayOut, said, None, at(now)).state;
        assert_eq!(state(&[(&run, &works)], 900 + 190), JobState::Runs);
        assert_eq!(state(&[(&run, &works)], 900 + 191), JobState::Silent);
        assert_eq!(state(&[(&run, &lost)], 900), JobState::Silent);
        assert_eq!(state(&[], 900), JobState::Silent);
        let seen = row(Job::PayOut, &[(&run, &lost)], None, at(900));
        assert_eq!((seen.last_run, seen.done), (Some(at(900)), 0));
    }

    #[test]
    fn what_is_late_is_late_as_of_when_it_was_said() {
        let works = server(WorkerState::Works, 1000);
        let lag = |next_due| {
            let run = run(950, next_due, None);
            row(Job::PayOut, &[(&run, &works)], None, at(1000)).lag_seconds
        };
        assert_eq!((lag(None), lag(Some(1010)), lag(Some(960))), (0, 0, 40));
    }

    #[test]
    fn a_job_that_fails_says_why_and_counts_what_is_in_trouble() {
        let works = server(WorkerState::Works, 1000);
        let run = run(990, None, Some("database: gone"));
        let counted = Counted { job: Job::PayOut, retrying: 2, stuck: 1 };
        let seen = row(Job::PayOut, &[(&run, &works)], Some(&counted), at(1000));
        assert_eq!((seen.state, seen.retrying, seen.stuck), (JobState::Fails, 2, 1));
        assert_eq!(seen.error.as_deref(), Some("database: gone"));
    }
}
