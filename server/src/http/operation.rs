//! What the API works with beside the use cases: what is told, limited and counted.

use traveloure_config::RateLimit;

use super::{limits::Limits, metrics::Requests};
use crate::{
    events::{Hub, Relay, Watch},
    jobs::Tally,
};

/// The running of one server; cheap to clone.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Where the event streams meet.
    pub hub: Hub,
    /// How the relay does.
    pub watch: Watch,
    pub(super) tally: Tally,
    pub(super) limits: Limits,
    pub(super) requests: Requests,
}

impl Operation {
    /// With the events that `relay` tells, the jobs that `tally` counts, and no limits where none are given,
    /// as for a backend that serves its own process.
    #[must_use]
    pub fn new(relay: &Relay, tally: Tally, limits: Option<&RateLimit>) -> Self {
        Self {
            hub: relay.hub(),
            watch: relay.watch(),
            tally,
            limits: limits.map_or_else(Limits::none, Limits::new),
            requests: Requests::default(),
        }
    }

    /// Forgets who has not asked for anything lately.
    pub fn tidy(&self) {
        self.limits.tidy();
    }
}
