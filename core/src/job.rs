//! What the clock brings about: the jobs by name, and what happens to work that fails.
//!
//! A job works on what is due, one piece at a time. A piece that fails is a trouble: it is left alone for a pause that
//! doubles with each failure, and counts as stuck after [`STUCK_AFTER`] of them. It is tried all the same, at the
//! longest pause, until it succeeds or is due no more.

use std::{fmt, str::FromStr};

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// After so many failures a person should look: about an hour after the first.
pub const STUCK_AFTER: u32 = 8;

/// The pause behind the first failure.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(30);
/// No pause is longer.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(1);

macro_rules! jobs {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $title:literal;)+) => {
        /// A job.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum Job {
            $($(#[$doc])* $name,)+
        }

        impl Job {
            /// In the order in which they follow each other when everything is due at once.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The name on the wire, in the log and in the metrics.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// What it does, in a few words for a person.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }
        }
    };
}

jobs! {
    /// Closes requests that nobody has answered in time. Works on requests.
    ExpireRequests = "expire_requests", "close requests not answered in time";
    /// Lets go of what offers hold once their time has passed. Works on requests.
    ExpireHolds = "expire_holds", "release holds that have lapsed";
    /// Cancels bookings that were not paid in time. Works on bookings.
    CancelUnpaid = "cancel_unpaid", "cancel bookings not paid in time";
    /// Reminds of answers that are still owed. Works on requests.
    Remind = "remind", "remind of answers owed";
    /// Acts on what the payment processor told us. Works on its events.
    ActOnWebhooks = "act_on_webhooks", "act on the processor's messages";
    /// Looks at payments that nothing was heard of. Works on payments.
    SettlePayments = "settle_payments", "look up payments under way";
    /// Makes refunds, and looks at those on their way. Works on refunds.
    SettleRefunds = "settle_refunds", "give refunds back";
    /// Charges balances that are due. Works on bookings.
    ChargeBalances = "charge_balances", "charge balances that are due";
    /// Reminds travelers of balances that are due soon. Works on bookings.
    RemindOfBalances = "remind_of_balances", "remind of balances due soon";
    /// Completes bookings that are over. Works on bookings.
    CompleteBookings = "complete_bookings", "complete bookings that are over";
    /// Shares out the money of bookings that are over. Works on bookings.
    ShareOut = "share_out", "share out what bookings brought";
    /// Takes money of transfers back. Works on reversals.
    TakeBack = "take_back", "take money of payouts back";
    /// Makes payouts that are due. Works on payouts.
    PayOut = "pay_out", "pay providers out";
    /// Compares our books with the processor's. Works on days, such as `2026-06-10`.
    Reconcile = "reconcile", "compare the books, day by day";
    /// Deletes what is of no more use. Works on kinds of rows.
    Forget = "forget", "delete what is of no more use";
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that names no job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such job; `traveloure jobs list` names them")]
pub struct UnknownJob;

impl FromStr for Job {
    type Err = UnknownJob;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|job| job.as_str() == text).ok_or(UnknownJob)
    }
}

/// How long something is left alone that has failed so often; `jitter` takes up to a quarter off, so that what failed
/// together is not tried together for ever.
#[must_use]
pub fn pause(failures: u32, jitter: u8) -> TimeDelta {
    let doublings = failures.saturating_sub(1).min(16);
    let pause = (FIRST_PAUSE * (1 << doublings)).min(LONGEST_PAUSE);
    pause - pause * i32::from(jitter) / (4 * 256)
}

/// Whether something that has failed so often should be looked at by a person.
#[must_use]
pub const fn is_stuck(failures: u32) -> bool {
    failures >= STUCK_AFTER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_is_found_by_its_name_which_is_also_the_one_on_the_wire() {
        for job in Job::ALL {
            assert_eq!(job.as_str().parse(), Ok(*job));
            assert_eq!(serde_json::to_value(job).unwrap(), job.as_str());
            assert!(job.title().len() <= 36, "{}", job.title());
        }
        assert_eq!("sleep".parse::<Job>(), Err(UnknownJob));
    }

    #[test]
    fn pauses_double_up_to_an_hour() {
        let seconds: Vec<i64> = (1..=10).map(|failures| pause(failures, 0).num_seconds()).collect();
        assert_eq!(seconds, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
        assert_eq!(pause(u32::MAX, 0), LONGEST_PAUSE);
    }

    #[test]
    fn jitter_takes_up_to_a_quarter_off_and_never_more() {
        for failures in 1..12 {
            let whole = pause(failures, 0);
            for jitter in [1, 100, 255] {
                let pause = pause(failures, jitter);
                assert!(pause < whole && pause >= whole * 3 / 4, "{failures} {jitter}: {pause}");
            }
        }
    }

    #[test]
    fn what_has_failed_for_about_an_hour_is_stuck() {
        let tried_for =
            (1..STUCK_AFTER).fold(TimeDelta::zero(), |sum, failures| sum + pause(failures, 0));
        assert!(
            tried_for > TimeDelta::minutes(45) && tried_for < TimeDelta::hours(2),
            "{tried_for}"
        );
        assert!(!is_stuck(STUCK_AFTER - 1) && is_stuck(STUCK_AFTER));
    }
}
