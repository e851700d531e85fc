//! Which servers run the jobs, and whether they do.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::{sleep, timeout};
use traveloure_core::{
    api::{
        event::Kind,
        job::{JobState, Jobs, WorkerState},
    },
    job::Job,
};
use traveloure_server::{app::workers, serve::serve, testing::Backend};
use uuid::Uuid;

use crate::stream::Stream;

async fn jobs(backend: &Backend, ada: &traveloure_server::testing::Person) -> Jobs {
    backend.get(ada, "/api/jobs/").await.ok()
}

#[tokio::test]
async fn a_server_says_that_it_is_there_what_it_runs_and_that_it_stops() {
    let backend = Backend::start().await;
    let ada = backend.admin("Ada").await;
    let before = jobs(&backend, &ada).await;
    assert_eq!(before.jobs.len(), Job::ALL.len());
    assert!(before.jobs.iter().all(|row| row.state == JobState::Silent && row.last_run.is_none()));

    let server = serve(backend.setup(), |_| ()).await.unwrap();
    let all_run = async {
        loop {
            let seen = jobs(&backend, &ada).await;
            if seen.jobs.iter().all(|row| row.last_run.is_some()) {
                return seen;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    let seen = timeout(Duration::from_secs(20), all_run).await.expect("every job runs");
    assert!(seen.jobs.iter().all(|row| row.state == JobState::Runs && row.lag_seconds == 0));
    let [worker] = &seen.workers[..] else { panic!("{:?}", seen.workers) };
    assert_eq!(worker.state, WorkerState::Works);
    assert!(worker.name.starts_with(&server.address().to_string()), "{}", worker.name);
    assert_eq!(seen.jobs[0].last_worker.as_ref(), Some(&worker.name));

    server.stop().await;
    let seen = jobs(&backend, &ada).await;
    assert_eq!(seen.workers[0].state, WorkerState::Stopped);
    assert!(seen.jobs.iter().all(|row| row.state == JobState::Silent));
}

#[tokio::test]
async fn a_server_that_is_heard_of_no_more_is_lost_to_everybody_and_forgotten_after_a_day() {
    let backend = Backend::start().await;
    let ada = backend.admin("Ada").await;
    let (dead, alive) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let beat = async |id: Uuid, name: &str| {
        workers::beat(&backend.context, id, name.to_owned(), Vec::new()).await.unwrap();
    };
    beat(dead, "one").await;
    beat(alive, "two").await;
    let mut events = Stream::open(&backend, &ada).await;
    backend.clock.advance(TimeDelta::seconds(61));
    beat(alive, "two").await;
    assert_eq!(events.after(Kind::JobsChanged).await.kind, Kind::JobsChanged);
    let states: Vec<_> = jobs(&backend, &ada)
        .await
        .workers
        .iter()
        .map(|one| (one.name.clone(), one.state))
        .collect();
    let expected = [("two", WorkerState::Works), ("one", WorkerState::Lost)];
    assert_eq!(states, expected.map(|(name, state)| (name.to_owned(), state)));
    // It was only out of reach.
    beat(dead, "one").await;
    assert!(jobs(&backend, &ada).await.workers.iter().all(|one| one.state == WorkerState::Works));

    backend.clock.advance(TimeDelta::days(2));
    beat(alive, "two").await;
    assert_eq!(workers::forget(&backend.context).await.unwrap(), 1);
    assert_eq!(jobs(&backend, &ada).await.workers.len(), 1);
}
