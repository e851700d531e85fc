//! What happens in the demo: a request, and how its two sides go on from there.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use traveloure_core::request::Side;

/// A traveler asks; then what follows, in the order of time. What has become impossible by then (somebody was
/// faster, the time is over) does not happen, as in life.
#[derive(Clone, Debug)]
pub struct Story {
    pub at: DateTime<Utc>,
    /// The traveler's account.
    pub traveler: &'static str,
    /// The service's key.
    pub offer: &'static str,
    pub wish: Wish,
    pub steps: Vec<Step>,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Local to the service.
    pub date: NaiveDate,
    /// Of a stay; 0 for anything else.
    pub nights: u32,
    pub time: Option<NaiveTime>,
    pub party: u32,
    pub words: String,
    /// So many days later would do as well, where the date is closed or full.
    pub or_later: u32,
}

/// One thing that one side does.
#[derive(Clone, Debug)]
pub struct Step {
    pub at: DateTime<Utc>,
    pub by: Side,
    pub act: Act,
}

#[derive(Clone, Debug)]
pub enum Act {
    Accept(&'static str),
    Decline(&'static str),
    Counter(Counter),
    Say(&'static str),
    Withdraw,
    /// The provider blocks the date that is on the table, with a note.
    BlockTheDay(&'static str),
    /// The provider wants to know earlier from now on: so many hours before the start.
    RaiseNotice(u32),
}

/// Other terms.
#[derive(Clone, Debug)]
pub struct Counter {
    /// Percent of the price on the table; of an estimated range, how far into it.
    pub percent: u32,
    pub days_later: i64,
    pub time: Option<NaiveTime>,
    pub hold: bool,
    pub valid: TimeDelta,
    pub words: &'static str,
}

impl Story {
    /// Goes on with what `by` does at `at`.
    #[must_use]
    pub fn then(mut self, at: DateTime<Utc>, by: Side, act: Act) -> Self {
        self.steps.push(Step { at, by, act });
        self
    }
}
