//! What the jobs of this server have done since it started.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use traveloure_core::job::Job;

use crate::error::AppError;

/// The counts of all jobs; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<Mutex<BTreeMap<Job, Counts>>>);

/// The counts of one job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Times that it went through with what was due.
    pub sweeps: u64,
    /// Things worked on: requests expired, rows deleted.
    pub done: u64,
    /// Things that failed.
    pub troubles: u64,
    /// Times that the job itself failed.
    pub failures: u64,
    /// When it last went through, and when something is due next.
    pub swept_at: Option<DateTime<Utc>>,
    pub next_due: Option<DateTime<Utc>>,
    /// It never sleeps longer.
    pub sleeps: Duration,
    /// Why the job itself failed, if it has not gone through since.
    pub error: Option<String>,
}

impl Tally {
    /// Each job's name and counts.
    #[must_use]
    pub fn counts(&self) -> Vec<(Job, Counts)> {
        self.jobs().iter().map(|(job, counts)| (*job, counts.clone())).collect()
    }

    /// The counts of one.
    #[must_use]
    pub fn of(&self, job: Job) -> Counts {
        self.jobs().get(&job).cloned().unwrap_or_default()
    }

    pub(super) fn begin(&self, job: Job, sleeps: Duration) {
        self.jobs().entry(job).or_default().sleeps = sleeps;
    }

    pub(super) fn swept(&self, job: Job, at: DateTime<Utc>, next_due: Option<DateTime<Utc>>) {
        let mut jobs = self.jobs();
        let counts = jobs.entry(job).or_default();
        counts.sweeps += 1;
        counts.swept_at = Some(at);
        counts.next_due = next_due;
        counts.error = None;
    }

    pub(super) fn done(&self, job: Job, done: u64) {
        self.jobs().entry(job).or_default().done += done;
    }

    pub(super) fn trouble(&self, job: Job) {
        self.jobs().entry(job).or_default().troubles += 1;
    }

    pub(super) fn failed(&self, job: Job, error: &AppError) {
        let mut jobs = self.jobs();
        let counts = jobs.entry(job).or_default();
        counts.failures += 1;
        counts.error = Some(error.to_string());
    }

    fn jobs(&self) -> MutexGuard<'_, BTreeMap<Job, Counts>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
