//! The one question, answered and explained.

use chrono::{DateTime, Utc};

use super::{
    answer::{Answer, Explanation},
    ask::Ask,
    judge::{Judge, Reasons, Steps},
    occupancy::Occupancy,
    prepared::PreparedRules,
    reason::Reason,
};

/// Whether `ask` can be booked at the moment `now`.
///
/// Of a stay every night must be open. Where a rule refuses several nights the first is named;
/// otherwise every reason is given, not only the first.
#[must_use]
pub fn check(
    prepared: &PreparedRules,
    occupancy: &Occupancy,
    ask: &Ask,
    now: DateTime<Utc>,
) -> Answer {
    let mut judge = Judge { prepared, occupancy, trace: Reasons::default() };
    let left = judge.judge(ask, now);
    answer(left, judge.trace.0)
}

/// The same answer as [`check`], with what each rule had to say, in the order of [`Rule`](super::Rule).
#[must_use]
pub fn explain(
    prepared: &PreparedRules,
    occupancy: &Occupancy,
    ask: &Ask,
    now: DateTime<Utc>,
) -> Explanation {
    let mut judge = Judge { prepared, occupancy, trace: Steps::default() };
    let left = judge.judge(ask, now);
    Explanation { answer: answer(left, judge.trace.reasons), steps: judge.trace.steps }
}

fn answer(left: Option<u32>, reasons: Vec<Reason>) -> Answer {
    if reasons.is_empty() { Answer::Open { left } } else { Answer::Closed { reasons } }
}
