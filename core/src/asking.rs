//! How something is asked of the payment processor until there is an answer: under which key, and when it is looked up first.
//!
//! Under one key the processor does a thing once. It keeps a key for a day at least, and gives the same answer under it
//! for as long, even a failure of its own. So a key that only brings such failures has to be left, and a key that may
//! be forgotten proves nothing any more. Both are done only after looking whether the thing was done.
//!
//! Two servers never ask for the same thing under two keys at a time: the pauses before a new key are longer than any
//! call lasts.

use chrono::{DateTime, TimeDelta, Utc};

/// The processor may forget a key after a day; a while before that what it was asked is looked up.
const KEY_LASTS: TimeDelta = TimeDelta::hours(20);
/// After so many askings in vain another key is tried.
const ASKED_PER_KEY: u32 = 4;

/// How often something was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asking {
    /// When it was intended: nobody asked before.
    pub since: DateTime<Utc>,
    /// How often there was no answer.
    pub in_vain: u32,
    /// Which key of the row it is.
    pub attempt: u32,
}

/// What to do first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// Nothing: ask.
    Ask,
    /// See whether it was done; if not, ask under the same key.
    LookUp,
    /// See whether it was done; if not, ask under another key.
    LookUpForNewKey,
}

impl Asking {
    /// What to do before asking again.
    #[must_use]
    pub fn first(&self, now: DateTime<Utc>) -> First {
        if self.in_vain > 0 && self.in_vain.is_multiple_of(ASKED_PER_KEY) {
            First::LookUpForNewKey
        } else if self.is_old(now)
            || self.attempt > 1
            || (self.in_vain > 0 && self.in_vain.is_multiple_of(2))
        {
            First::LookUp
        } else {
            First::Ask
        }
    }

    /// The same under another key.
    #[must_use]
    pub const fn anew(self) -> Self {
        Self { attempt: self.attempt + 1, ..self }
    }

    fn is_old(&self, now: DateTime<Utc>) -> bool {
        now - self.since > KEY_LASTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(in_vain: u32, attempt: u32, hours: i64) -> First {
        let since = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        Asking { since, in_vain, attempt }.first(since + TimeDelta::hours(hours))
    }

    #[test]
    fn it_is_looked_up_every_other_time_and_before_every_new_key() {
        let steps: Vec<First> = (0..6).map(|in_vain| first(in_vain, 1, 0)).collect();
        assert_eq!(
            steps,
            [First::Ask, First::Ask, First::LookUp, First::Ask, First::LookUpForNewKey, First::Ask]
        );
    }

    #[test]
    fn after_a_key_was_left_nothing_is_asked_without_looking() {
        for in_vain in 0..20 {
            assert_ne!(first(in_vain, 2, 0), First::Ask);
        }
    }

    #[test]
    fn a_key_that_may_be_forgotten_proves_nothing() {
        assert_eq!(first(0, 1, 21), First::LookUp);
        assert_eq!(first(1, 1, 21), First::LookUp);
        assert_eq!(first(4, 1, 21), First::LookUpForNewKey);
    }
}
