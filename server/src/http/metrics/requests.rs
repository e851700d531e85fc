//! Requests by route and status.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The counts of one route, method and status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) requests: u64,
    /// Until the answer begins; an event stream goes on for days after that.
    pub(super) time: Duration,
}

/// What the counts are kept by. Routes and methods are ours, not what was sent: that would be without end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) route: String,
    pub(super) method: &'static str,
    pub(super) status: u16,
}

/// The requests since the server started; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Requests(Arc<Mutex<BTreeMap<Key, Counts>>>);

impl Requests {
    pub(super) fn counts(&self) -> BTreeMap<Key, Counts> {
        self.kept().clone()
    }

    pub(super) fn add(&self, key: Key, time: Duration) {
        let mut kept = self.kept();
        let counts = kept.entry(key).or_default();
        counts.requests += 1;
        counts.time += time;
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<Key, Counts>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
