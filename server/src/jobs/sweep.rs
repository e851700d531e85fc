//! How a job runs: work on what is due until nothing is, one piece at a time or some side by side; sleep until something
//! is.
//!
//! A piece that fails is noted and left alone for a pause, and the others go on. Only what is nobody's own fault, such as
//! a database out of reach, ends the turn.

use std::{collections::HashSet, fmt::Display, future::Future, hash::Hash, time::Duration};

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, TryFutureExt, stream};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use traveloure_core::job::Job;

use super::Tally;
use crate::{
    app::{Context, troubles},
    error::{AppError, AppResult, Fault},
};

/// How many are fetched at once.
const BATCH: i64 = 50;
/// No sleep is shorter: what is due and could not be worked on is in another server's hands.
const SHORTEST_SLEEP: Duration = Duration::from_millis(200);
/// After failures in a row the pauses double, up to this.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// A job that works on what is due.
pub(super) trait Sweep: Send + Sync + 'static {
    const JOB: Job;

    /// How many pieces a server works on side by side. More than one where a piece mostly waits for an answer of the
    /// processor: one that does not answer must not hold up all the others.
    const AT_ONCE: usize = 1;

    /// What it works on. Printed, it is the subject of a trouble.
    type Subject: Clone + Display + Eq + Hash + Send + Sync;

    /// Up to `limit` pieces that are due and not put off, the longest due first.
    fn due(
        &self,
        context: &Context,
        limit: i64,
    ) -> impl Future<Output = AppResult<Vec<Self::Subject>>> + Send;

    /// Works on one, in a transaction of its own. Doing it twice, or with another server at the same time, does no more
    /// than doing it once.
    fn work(
        &self,
        context: &Context,
        subject: &Self::Subject,
    ) -> impl Future<Output = AppResult<Worked>> + Send;

    /// When the next piece that is not put off is due, as far as it is known.
    fn next_due(
        &self,
        context: &Context,
    ) -> impl Future<Output = AppResult<Option<DateTime<Utc>>>> + Send;
}

/// What came of working on a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Worked {
    /// It is due no more.
    Done,
    /// Another server has it, or somebody settled it a moment ago.
    Skipped,
    /// So many rows; it is due at every turn.
    Routine(u64),
}

impl Worked {
    pub(super) const fn done((): ()) -> Self {
        Self::Done
    }

    pub(super) const fn or_skipped(was_due: bool) -> Self {
        if was_due { Self::Done } else { Self::Skipped }
    }
}

/// Works on everything that is due, one after the other, so that what comes of it is always the same; returns how much
/// was done. What fails is noted and no error.
pub(super) async fn all<S: Sweep>(sweep: &S, context: &Context) -> AppResult<usize> {
    let tally = Tally::default();
    turn(sweep, context, &tally, &CancellationToken::new(), 1).await?;
    let counts = tally.of(S::JOB);
    Ok(usize::try_from(counts.done).unwrap_or(usize::MAX))
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
        let retried = context.retried.notified();
        let wait = match turn(&sweep, &context, &tally, &stop, S::AT_ONCE).await {
            Ok(next) => {
                failures = 0;
                let now = context.now();
                tally.swept(S::JOB, now, next);
                until(next, now, longest_sleep)
            }
            Err(error) => {
                failures += 1;
                let pause = pause_after(failures);
                tracing::error!(job = %S::JOB, %error, ?pause, "a job failed; trying again");
                tally.failed(S::JOB, &error);
                pause
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = retried => {}
            () = sleep(wait) => {}
        }
    }
}

// Ends between two pieces when the server stops; what is left is due at the next start. Returns when something is due
// next.
async fn turn<S: Sweep>(
    sweep: &S,
    context: &Context,
    tally: &Tally,
    stop: &CancellationToken,
    at_once: usize,
) -> AppResult<Option<DateTime<Utc>>> {
    let mut done = HashSet::new();
    let mut seen = HashSet::new();
    loop {
        let now = context.now();
        let due = sweep.due(context, BATCH).await?;
        for subject in due.iter().filter(|subject| done.contains(*subject)) {
            fail(sweep, context, tally, subject, &troubles::due_again(), now).await?;
        }
        let fresh: Vec<_> = due.into_iter().filter(|one| seen.insert(one.clone())).collect();
        if fresh.is_empty() {
            troubles::clear_settled(context, S::JOB, now).await?;
            break;
        }
        let names: Vec<String> = fresh.iter().map(S::Subject::to_string).collect();
        let known = troubles::known(context, S::JOB, &names).await?;
        // The first that cannot be noted is the last that is begun; those that are under way are waited for.
        let breaks_off = stop.child_token();
        let pieces: Vec<_> = fresh
            .iter()
            .zip(&names)
            .map(|(subject, name)| {
                let one = piece(sweep, context, tally, &breaks_off, subject, known.contains(name));
                one.inspect_err(|_| breaks_off.cancel())
            })
            .collect();
        let worked: Vec<_> = stream::iter(pieces).buffer_unordered(at_once).collect().await;
        for subject in worked {
            done.extend(subject?);
        }
        if stop.is_cancelled() {
            return Ok(None);
        }
    }
    let next = sweep.next_due(context).await?;
    let next_try = troubles::next_try(context, S::JOB).await?;
    Ok([next, next_try].into_iter().flatten().min())
}

// Returns what was worked on and must not be due again.
async fn piece<S: Sweep>(
    sweep: &S,
    context: &Context,
    tally: &Tally,
    stop: &CancellationToken,
    subject: &S::Subject,
    failed_before: bool,
) -> AppResult<Option<S::Subject>> {
    let name = subject.to_string();
    if stop.is_cancelled() || failed_before && !troubles::claim(context, S::JOB, &name).await? {
        return Ok(None);
    }
    let since = context.now();
    let worked = match sweep.work(context, subject).await {
        Ok(worked) => worked,
        Err(error) => {
            fail(sweep, context, tally, subject, &error, since).await?;
            return Ok(None);
        }
    };
    let settled = match worked {
        Worked::Skipped => return Ok(None),
        Worked::Routine(rows) => {
            tally.done(S::JOB, rows);
            None
        }
        Worked::Done => {
            tally.done(S::JOB, 1);
            Some(subject.clone())
        }
    };
    if failed_before {
        troubles::clear(context, S::JOB, &name).await?;
    }
    Ok(settled)
}

async fn fail<S: Sweep>(
    _: &S,
    context: &Context,
    tally: &Tally,
    subject: &S::Subject,
    error: &AppError,
    since: DateTime<Utc>,
) -> AppResult<()> {
    let subject = subject.to_string();
    if let AppError::Fault(Fault::Unavailable(_) | Fault::DiskFull(_)) = error {
        return Err(Fault::Broken(format!("{subject}: {error}")).into());
    }
    tracing::warn!(job = %S::JOB, subject, %error, "a piece of work failed; it is left alone for a while");
    tally.trouble(S::JOB);
    troubles::note(context, S::JOB, &subject, error, since).await
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
