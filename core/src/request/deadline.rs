//! Until when an answer counts, and when to remind of it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Until when the provider can answer: the earlier of their response window and the service's
/// notice cutoff (`start` less the minimum notice), after which nobody could book it any more.
///
/// The result can lie in the past: then the request comes too late and is refused.
#[must_use]
pub fn deadline(
    now: DateTime<Utc>,
    response_window: TimeDelta,
    start: DateTime<Utc>,
    min_notice: TimeDelta,
) -> DateTime<Utc> {
    (now + response_window).min(start - min_notice)
}

/// A reminder of an answer that is still owed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reminder {
    HalfTime,
    LastHour,
}

/// The next reminder after `now` for an answer awaited since `since` and due at `deadline`: at half
/// time, and an hour before the end where that comes later. None is sent for a past moment, so a
/// server that was down does not send a bundle of old ones.
#[must_use]
pub fn next_reminder(
    since: DateTime<Utc>,
    deadline: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<(Reminder, DateTime<Utc>)> {
    let half = since + (deadline - since) / 2;
    let last_hour = deadline - TimeDelta::hours(1);
    if half > now && half < deadline {
        return Some((Reminder::HalfTime, half));
    }
    (last_hour > now && last_hour > half).then_some((Reminder::LastHour, last_hour))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000, 0).unwrap() + TimeDelta::hours(hour)
    }

    #[test]
    fn the_earlier_of_window_and_cutoff() {
        let window = TimeDelta::hours(24);
        assert_eq!(deadline(at(0), window, at(100), TimeDelta::hours(12)), at(24));
        assert_eq!(deadline(at(0), window, at(30), TimeDelta::hours(12)), at(18));
    }

    #[test]
    fn half_time_then_the_last_hour_then_none() {
        assert_eq!(next_reminder(at(0), at(24), at(0)), Some((Reminder::HalfTime, at(12))));
        assert_eq!(next_reminder(at(0), at(24), at(12)), Some((Reminder::LastHour, at(23))));
        assert_eq!(next_reminder(at(0), at(24), at(23)), None);
    }

    #[test]
    fn a_short_window_has_no_last_hour() {
        let half = at(0) + TimeDelta::minutes(45);
        let end = at(0) + TimeDelta::minutes(90);
        assert_eq!(next_reminder(at(0), end, at(0)), Some((Reminder::HalfTime, half)));
        assert_eq!(next_reminder(at(0), end, half), None);
    }
}
