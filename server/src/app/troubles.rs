//! Work of the jobs that failed: tried again after pauses that grow, shown to operators.
//!
//! What is due is said by the rows themselves. A trouble only takes a row out of what is due until `try_at`, and counts;
//! so there is one copy of each deadline, and losing this table would lose no work.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use traveloure_core::{
    api::{event::Kind, job::Trouble, page::Page},
    job::{self, Job},
};
use uuid::Uuid;

use super::{Context, work::Work};
use crate::{
    error::{AppError, AppResult, Fault},
    store::troubles::{self, Counted, Failure, Wanted},
};

/// What is kept of an error.
const LONGEST_ERROR: usize = 500;

/// Which of these failed before. Whoever works on one of them claims it first.
///
/// # Errors
/// A fault only.
pub async fn known(context: &Context, job: Job, subjects: &[String]) -> AppResult<HashSet<String>> {
    let mut db = context.pool.acquire().await?;
    Ok(troubles::among(&mut db, job, subjects).await?)
}

/// Takes the next try of a trouble, so that no other server tries at the same time. Says whether it was had. Whoever
/// dies with it has it only until the pause is over.
///
/// # Errors
/// A fault only.
pub async fn claim(context: &Context, job: Job, subject: &str) -> AppResult<bool> {
    let subject = subject.to_owned();
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let failures = troubles::lock(work.db(), job, &subject)
                    .await?
                    .map_or(1, |known| known.failures);
                let until = now + pause(work, failures);
                Ok(troubles::claim(work.db(), job, &subject, until, now).await?)
            })
        })
        .await
}

/// Writes down that work begun at `since` failed. Where another server has noted a failure since then, it is the same
/// one and counts once.
///
/// # Errors
/// A fault only.
pub async fn note(
    context: &Context,
    job: Job,
    subject: &str,
    error: &AppError,
    since: DateTime<Utc>,
) -> AppResult<()> {
    let said = match error {
        AppError::Refused(problem) => problem.detail.clone(),
        AppError::Fault(fault) => fault.to_string(),
    };
    let (subject, error) = (subject.to_owned(), bounded(&said));
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let known = troubles::lock(work.db(), job, &subject).await?;
                if known.as_ref().is_some_and(|known| known.last_failed_at > since) {
                    return Ok(());
                }
                let failures = known.as_ref().map_or(0, |known| known.failures) + 1;
                let failure = Failure {
                    job,
                    subject: &subject,
                    failures,
                    error: &error,
                    try_at: Some(now + pause(work, failures)),
                    is_stuck: job::is_stuck(failures),
                };
                troubles::note(work.db(), &failure, now).await?;
                tell(work);
                Ok(())
            })
        })
        .await
}

/// Writes down, with what else a use case does, that something failed and when it is tried again; with no moment it
/// waits for an operator.
pub(super) async fn put_down(
    work: &mut Work<'_>,
    job: Job,
    subject: impl Into<Uuid>,
    failures: u32,
    error: &str,
    try_at: Option<DateTime<Utc>>,
) -> AppResult<()> {
    let now = work.now;
    let subject = subject.into().to_string();
    let failure = Failure {
        job,
        subject: &subject,
        failures,
        error: &bounded(error),
        try_at,
        is_stuck: try_at.is_none() || job::is_stuck(failures),
    };
    troubles::note(work.db(), &failure, now).await?;
    tell(work);
    Ok(())
}

/// What failed before is done.
///
/// # Errors
/// A fault only.
pub async fn clear(context: &Context, job: Job, subject: &str) -> AppResult<()> {
    let subject = subject.to_owned();
    context
        .transact(move |work| {
            Box::pin(async move {
                if troubles::clear(work.db(), job, &subject).await? {
                    tell(work);
                }
                Ok(())
            })
        })
        .await
}

/// Clears troubles that could have been tried at `now` and were not found due.
///
/// # Errors
/// A fault only.
pub async fn clear_settled(context: &Context, job: Job, now: DateTime<Utc>) -> AppResult<()> {
    let mut db = context.pool.acquire().await?;
    let has_any = troubles::next_try(&mut db, job).await?.is_some_and(|next| next <= now);
    drop(db);
    if !has_any {
        return Ok(());
    }
    context
        .transact(move |work| {
            Box::pin(async move {
                if troubles::clear_settled(work.db(), job, now).await? > 0 {
                    tell(work);
                }
                Ok(())
            })
        })
        .await
}

/// When the next trouble of a job is tried again.
///
/// # Errors
/// A fault only.
pub async fn next_try(context: &Context, job: Job) -> AppResult<Option<DateTime<Utc>>> {
    let mut db = context.pool.acquire().await?;
    Ok(troubles::next_try(&mut db, job).await?)
}

/// Whether a piece of work is left alone now because it failed.
///
/// # Errors
/// A fault only.
pub async fn is_put_off(context: &Context, job: Job, subject: &str) -> AppResult<bool> {
    let mut db = context.pool.acquire().await?;
    Ok(troubles::is_put_off(&mut db, job, subject, context.now()).await?)
}

/// The troubles, the oldest first: of one job or of all, those that are stuck or all.
///
/// # Errors
/// `malformed_parameter` for a cursor of another list.
pub async fn list(
    context: &Context,
    job: Option<Job>,
    only_stuck: bool,
    after: Option<&str>,
    limit: u32,
) -> AppResult<Page<Trouble>> {
    let wanted = Wanted {
        jobs: job.as_ref().map_or(Job::ALL, std::slice::from_ref),
        subject: None,
        only_stuck,
        after: after.map(read_cursor).transpose()?,
        limit: i64::from(limit) + 1,
    };
    let mut db = context.pool.acquire().await?;
    let mut items = troubles::list(&mut db, &wanted).await?;
    let counts = troubles::counts(&mut db).await?;
    let total = counts
        .iter()
        .filter(|counted| job.is_none_or(|job| job == counted.job))
        .map(|counted| counted.stuck + if only_stuck { 0 } else { counted.retrying })
        .sum();
    let limit = limit as usize;
    let next = (items.len() > limit).then(|| cursor(&items[limit - 1]));
    items.truncate(limit);
    Ok(Page { items, next, total: Some(total) })
}

/// How many troubles each job has that has any.
///
/// # Errors
/// A fault only.
pub async fn counts(context: &Context) -> AppResult<Vec<Counted>> {
    let mut db = context.pool.acquire().await?;
    Ok(troubles::counts(&mut db).await?)
}

fn pause(work: &Work<'_>, failures: u32) -> TimeDelta {
    let [jitter] = work.random_bytes();
    job::pause(failures, jitter)
}

/// Administrators hear that what is in trouble has changed.
pub(super) fn tell(work: &mut Work<'_>) {
    work.tell(Kind::JobsChanged, Uuid::nil(), None, None, None);
}

// One line, and no more of it than a screen can show.
fn bounded(error: &str) -> String {
    let line: String =
        error.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_ERROR).collect();
    line.trim().to_owned()
}

fn cursor(trouble: &Trouble) -> String {
    format!("{:x}.{}.{}", trouble.first_failed_at.timestamp_micros(), trouble.job, trouble.subject)
}

fn read_cursor(cursor: &str) -> AppResult<(DateTime<Utc>, String, String)> {
    let mut parts = cursor.splitn(3, '.');
    let parts = (parts.next(), parts.next(), parts.next());
    let read = |(at, job, subject): (Option<&str>, Option<&str>, Option<&str>)| {
        let at = DateTime::from_timestamp_micros(i64::from_str_radix(at?, 16).ok()?)?;
        let job: Job = job?.parse().ok()?;
        Some((at, job.to_string(), subject.filter(|text| !text.contains('\0'))?.to_owned()))
    };
    read(parts).ok_or_else(super::cursor::malformed)
}

/// What a job says of a piece of work that it has done and that is due all the same.
#[must_use]
pub fn due_again() -> AppError {
    Fault::Broken("it was worked on without an error and is due all the same".to_owned()).into()
}
