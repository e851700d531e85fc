//! What is going to happen, in the order of its moments.

use std::{cmp::Reverse, collections::BinaryHeap};

use chrono::{DateTime, Utc};
use traveloure_core::{
    ids::{BookingId, RefundId, RequestId},
    job::Job,
};

use crate::demo::story::{Cancelling, Paying, Step, Story};

/// What is going to happen.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    entries: BinaryHeap<Reverse<Entry>>,
    count: u32,
}

impl Agenda {
    pub(super) fn enter(&mut self, at: DateTime<Utc>, what: What) {
        self.count += 1;
        self.entries.push(Reverse(Entry { at, number: self.count, what }));
    }

    /// What happens next, if it does so by `moment`.
    pub(super) fn next_by(&mut self, moment: DateTime<Utc>) -> Option<Entry> {
        let is_time = self.entries.peek().is_some_and(|Reverse(entry)| entry.at <= moment);
        if is_time { self.entries.pop().map(|Reverse(entry)| entry) } else { None }
    }
}

#[derive(Debug)]
pub(super) struct Entry {
    pub at: DateTime<Utc>,
    /// Keeps what was entered first ahead at the same moment.
    number: u32,
    pub what: What,
}

/// Who wants what from whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Case {
    pub desk: usize,
    pub traveler: &'static str,
    pub offer: &'static str,
    pub paying: Option<Paying>,
}

#[derive(Debug)]
pub(super) enum What {
    Ask {
        desk: usize,
        story: Box<Story>,
    },
    Step {
        case: Case,
        request: RequestId,
        step: Step,
    },
    /// The time to answer this request ends.
    Expiry(RequestId),
    /// The time to pay some booking ends.
    Unpaid,
    Money(Move),
}

/// Something that moves money.
#[derive(Debug)]
pub(super) enum Move {
    /// A provider fills in the processor's form.
    Onboard {
        desk: usize,
    },
    Pay {
        case: Case,
        booking: BookingId,
        paying: Paying,
    },
    Cancel {
        case: Case,
        booking: BookingId,
        cancelling: Cancelling,
    },
    /// A bank does not take these.
    Bounce(Vec<RefundId>),
    /// There is work for a job.
    Due(Job),
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.number) == (other.at, other.number)
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}
