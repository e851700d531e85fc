//! The balance of a deposit: charged off-session on its due date, with reminders before and a ladder of
//! retries that ends in a state with a name.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// Where the balance of a booking stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = BalanceStatus))]
#[serde(rename_all = "snake_case")]
pub enum Balance {
    /// Due later.
    Scheduled,
    /// Turned down; it is tried again.
    Retrying,
    /// The bank wants the cardholder: they have a link, and nothing is tried by itself.
    NeedsCardholder,
    /// Every try failed: the provider cancels or waits, the traveler can still pay.
    Overdue,
    Paid,
}

impl Balance {
    pub const ALL: [Self; 5] =
        [Self::Scheduled, Self::Retrying, Self::NeedsCardholder, Self::Overdue, Self::Paid];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Retrying => "retrying",
            Self::NeedsCardholder => "needs_cardholder",
            Self::Overdue => "overdue",
            Self::Paid => "paid",
        }
    }
}

/// After how long the first, second and third failure are followed by another try.
const LADDER: [TimeDelta; 3] = [TimeDelta::hours(6), TimeDelta::hours(24), TimeDelta::hours(72)];

/// How long before the due date the traveler is reminded, the longest first.
const REMINDERS: [TimeDelta; 2] = [TimeDelta::days(7), TimeDelta::days(1)];

/// What follows a failed try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    At(DateTime<Utc>),
    /// No try is left before the booking begins.
    Never,
}

/// What follows the `failures`th failure in a row, at `now`. A balance is never charged once the booking has
/// begun.
#[must_use]
pub fn after_failure(failures: u32, now: DateTime<Utc>, starts_at: DateTime<Utc>) -> Retry {
    let next = usize::try_from(failures.saturating_sub(1))
        .ok()
        .and_then(|index| LADDER.get(index))
        .map(|pause| now + *pause);
    match next {
        Some(at) if at < starts_at => Retry::At(at),
        _ => Retry::Never,
    }
}

/// When the traveler is reminded first of a balance due at `due`; none if both moments have passed.
#[must_use]
pub fn first_reminder(due: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    REMINDERS.iter().map(|before| due - *before).find(|at| *at > now)
}

/// Whether a reminder set for `at` is still worth giving at `now`: not once the balance is due.
#[must_use]
pub fn is_reminder_due(at: DateTime<Utc>, due: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    at <= now && now < due
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_ends_and_never_passes_the_start() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let start = now + TimeDelta::days(7);
        assert_eq!(after_failure(1, now, start), Retry::At(now + TimeDelta::hours(6)));
        assert_eq!(after_failure(3, now, start), Retry::At(now + TimeDelta::hours(72)));
        assert_eq!(after_failure(4, now, start), Retry::Never);
        assert_eq!(after_failure(1, now, now + TimeDelta::hours(5)), Retry::Never);
    }

    #[test]
    fn reminders_come_a_week_and_a_day_before() {
        let due = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let at = |days| due - TimeDelta::days(days);
        assert_eq!(first_reminder(due, at(20)), Some(at(7)));
        assert_eq!(first_reminder(due, at(7)), Some(at(1)));
        assert_eq!(first_reminder(due, at(1)), None);
        assert!(is_reminder_due(at(7), due, at(6)) && !is_reminder_due(at(7), due, due));
    }
}
