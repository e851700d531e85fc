//! The time that is left: by the hour while there are days, by the minute, and only in the last
//! minute by the second, so that a screen of countdowns is at rest most of the time.

use chrono::{DateTime, TimeDelta, Utc};

use crate::tui::theme::Theme;
use ratatui::style::Style;

/// What is left until `end`: `3d 4h`, `5h 12m`, `12m`, `45s`, `over`.
#[must_use]
pub fn left(end: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = seconds_left(end, now);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match seconds {
        0 => "over".to_owned(),
        1..=60 => format!("{seconds}s"),
        _ if days > 0 => format!("{days}d {hours}h"),
        _ if hours > 0 => format!("{hours}h {minutes:02}m"),
        _ => format!("{minutes}m"),
    }
}

/// When [`left`] says something else for the next time; none once it is over.
#[must_use]
pub fn next_change(end: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let seconds = seconds_left(end, now);
    let step = match seconds {
        0 => return None,
        1..=60 => 1,
        61..=86_400 => 60,
        _ => 3_600,
    };
    // The text holds while `seconds_left` is at or above this.
    let floor = match seconds {
        1..=60 => seconds,
        _ => (seconds / step * step).max(61),
    };
    Some(end - TimeDelta::seconds(floor - 1))
}

/// How urgent it is: an hour left is a warning, ten minutes are bad.
#[must_use]
pub fn style(end: DateTime<Utc>, now: DateTime<Utc>, theme: &Theme) -> Style {
    match seconds_left(end, now) {
        0 => theme.dim,
        1..=600 => theme.bad,
        601..=3_600 => theme.warn,
        _ => theme.text,
    }
}

/// Whole seconds, begun ones included: a countdown says `1s` until it is over.
fn seconds_left(end: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
    let left = (end - now).num_milliseconds().max(0);
    (left + 999) / 1000
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn start() -> DateTime<Utc> {
        DateTime::from_timestamp(1_780_000_000, 0).unwrap()
    }

    #[test]
    fn it_says_what_matters() {
        let after = |seconds| left(start() + TimeDelta::seconds(seconds), start());
        assert_eq!(after(3 * 86_400 + 4 * 3_600 + 59), "3d 4h");
        assert_eq!(after(5 * 3_600 + 120), "5h 02m");
        assert_eq!(after(61), "1m");
        assert_eq!(after(60), "60s");
        assert_eq!(after(1), "1s");
        assert_eq!(after(0), "over");
        assert_eq!(after(-5), "over");
    }

    proptest! {
        #[test]
        fn it_changes_at_the_moment_it_names_and_not_before(millis in 1_i64..900_000_000) {
            let end = start() + TimeDelta::milliseconds(millis);
            let change = next_change(end, start()).unwrap();
            prop_assert!(change > start());
            let just_before = change - TimeDelta::milliseconds(1);
            prop_assert_eq!(left(end, just_before), left(end, start()));
            prop_assert_ne!(left(end, change), left(end, start()));
        }
    }
}
