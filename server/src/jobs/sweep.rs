//! How a job runs: sweep until nothing is due, sleep until something is.

use std::{future::Future, time::Duration};

use chrono::{DateTime, Utc};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::Tally;
use crate::{app::Context, error::AppResult};

/// No sleep is shorter: what is due and could not be worked on is in another server's hands.
const SHORTEST_SLEEP: Duration = Duration::from_millis(200);
/// After failures in a row the pauses double, up to this.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// A job that works on what is due.
pub(super) trait Sweep: Send + Sync + 'static {
    /// As it is called in the log and in the metrics.
    const NAME: &'static str;

    /// Works on some of what is due, in a transaction of its own; returns how much. Called again until it
    /// is nothing.
    fn sweep(&self, context: &Context) -> impl Future<Output = AppResult<usize>> + Send;

    /// When the next thing is due, as far as it is known.
    fn next_due(
        &self,
        context: &Context,
    ) -> impl Future<Output = AppResult<Option<DateTime<Utc>>>> + Send;
}

/// Works on everything that is due; returns how much it was.
pub(super) async fn all<S: Sweep>(sweep: &S, context: &Context) -> AppResult<usize> {
    let mut total = 0;
    loop {
        let done = sweep.sweep(context).await?;
        total += done;
        if done == 0 {
            return Ok(total);
        }
    }
}

/// Runs a job until `stop`. A failure is logged and tried again later; it never ends the job.
pub(super) async fn run<S: Sweep>(
    sweep: S,
    context: Context,
    longest_sleep: Duration,
    tally: Tally,
    stop: CancellationToken,
) {
    let mut failures = 0;
    loop {
        let wait = match turn(&sweep, &context, &tally, &stop).await {
            Ok(next) => {
                failures = 0;
                until(next, context.now(), longest_sleep)
            }
            Err(error) => {
                failures += 1;
                let pause = pause_after(failures);
                tracing::error!(job = S::NAME, %error, ?pause, "a job failed; trying again");
                tally.failed(S::NAME);
                pause
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(wait) => {}
        }
    }
}

// Ends between two transactions when the server stops; what is left is due at the next start.
async fn turn<S: Sweep>(
    sweep: &S,
    context: &Context,
    tally: &Tally,
    stop: &CancellationToken,
) -> AppResult<Option<DateTime<Utc>>> {
    while !stop.is_cancelled() {
        let done = sweep.sweep(context).await?;
        tally.done(S::NAME, done);
        if done == 0 {
            break;
        }
        tracing::debug!(job = S::NAME, done, "a job has worked");
    }
    sweep.next_due(context).await
}

// The longest sleep is also what a jump of the clock, or an entry made in the meantime, can go unnoticed.
fn until(next: Option<DateTime<Utc>>, now: DateTime<Utc>, longest_sleep: Duration) -> Duration {
    let Some(next) = next else { return longest_sleep };
    let left = (next - now).to_std().unwrap_or_default();
    left.clamp(SHORTEST_SLEEP.min(longest_sleep), longest_sleep)
}

fn pause_after(failures: u32) -> Duration {
    Duration::from_secs(1 << failures.clamp(1, 6)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONGEST: Duration = Duration::from_secs(10);

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn it_sleeps_until_something_is_due_but_not_for_long() {
        assert_eq!(until(None, at(0), LONGEST), LONGEST);
        assert_eq!(until(Some(at(3)), at(0), LONGEST), Duration::from_secs(3));
        assert_eq!(until(Some(at(30)), at(0), LONGEST), LONGEST);
        assert_eq!(until(Some(at(-5)), at(0), LONGEST), SHORTEST_SLEEP);
        let short = Duration::from_millis(50);
        assert_eq!(until(Some(at(-5)), at(0), short), short);
    }

    #[test]
    fn pauses_after_failures_grow_and_are_bounded() {
        let pauses: Vec<u64> = (1..9).map(|failures| pause_after(failures).as_secs()).collect();
        assert_eq!(pauses, [2, 4, 8, 16, 32, 60, 60, 60]);
    }
}
