//! What the jobs have done since the server started.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The counts of all jobs; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Tally(Arc<Mutex<BTreeMap<&'static str, Counts>>>);

/// The counts of one job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub sweeps: u64,
    /// Things worked on: requests expired, rows deleted.
    pub done: u64,
    pub failures: u64,
}

impl Tally {
    /// Each job's name and counts.
    #[must_use]
    pub fn counts(&self) -> Vec<(&'static str, Counts)> {
        self.jobs().iter().map(|(name, counts)| (*name, *counts)).collect()
    }

    pub(super) fn begin(&self, job: &'static str) {
        self.jobs().entry(job).or_default();
    }

    pub(super) fn done(&self, job: &'static str, done: usize) {
        let mut jobs = self.jobs();
        let counts = jobs.entry(job).or_default();
        counts.sweeps += 1;
        counts.done += done as u64;
    }

    pub(super) fn failed(&self, job: &'static str) {
        self.jobs().entry(job).or_default().failures += 1;
    }

    fn jobs(&self) -> MutexGuard<'_, BTreeMap<&'static str, Counts>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
