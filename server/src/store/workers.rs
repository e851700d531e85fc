//! The server processes, and what each of them last said of the jobs.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::job::Job;
use uuid::Uuid;

use super::read::{column, count};

/// A server process as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub id: Uuid,
    pub name: String,
    pub started_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    pub lost_at: Option<DateTime<Utc>>,
    pub stopped_at: Option<DateTime<Utc>>,
}

/// What a server says of one job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub worker: Uuid,
    pub job: Job,
    pub swept_at: Option<DateTime<Utc>>,
    pub next_due: Option<DateTime<Utc>>,
    /// It never sleeps longer.
    pub sleeps_seconds: u32,
    pub done: u64,
    pub failures: u64,
    pub error: Option<String>,
}

/// It is there at `now`; the first time it is made known.
pub async fn seen(
    db: &mut PgConnection,
    id: Uuid,
    name: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO workers (id, name, started_at, seen_at) VALUES ($1, $2, $3, $3)
         ON CONFLICT (id) DO UPDATE SET seen_at = $3, lost_at = NULL",
        id,
        name,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps what a server says of its jobs.
pub async fn keep_runs(db: &mut PgConnection, runs: &[Run]) -> sqlx::Result<()> {
    let worker: Vec<Uuid> = runs.iter().map(|run| run.worker).collect();
    let job: Vec<String> = runs.iter().map(|run| run.job.to_string()).collect();
    let swept_at: Vec<Option<DateTime<Utc>>> = runs.iter().map(|run| run.swept_at).collect();
    let next_due: Vec<Option<DateTime<Utc>>> = runs.iter().map(|run| run.next_due).collect();
    let sleeps: Vec<i32> = runs.iter().map(|run| column(run.sleeps_seconds)).collect();
    let done: Vec<i64> = runs.iter().map(|run| big(run.done)).collect();
    let failures: Vec<i64> = runs.iter().map(|run| big(run.failures)).collect();
    let error: Vec<Option<String>> = runs.iter().map(|run| run.error.clone()).collect();
    sqlx::query!(
        "INSERT INTO job_runs (worker_id, job, swept_at, next_due, sleeps_seconds, done, failures, error)
         SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::int[], $6::bigint[],
                              $7::bigint[], $8::text[])
         ON CONFLICT (worker_id, job) DO UPDATE
         SET swept_at = excluded.swept_at, next_due = excluded.next_due,
             sleeps_seconds = excluded.sleeps_seconds, done = excluded.done,
             failures = excluded.failures, error = excluded.error",
        &worker,
        &job,
        &swept_at as _,
        &next_due as _,
        &sleeps,
        &done,
        &failures,
        &error as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// It stops by itself.
pub async fn stopped(db: &mut PgConnection, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("UPDATE workers SET stopped_at = $2, seen_at = $2 WHERE id = $1", id, now)
        .execute(db)
        .await?;
    Ok(())
}

/// Marks those as lost of which nothing was heard since `before`; returns the names of the ones that were not yet.
pub async fn lose(
    db: &mut PgConnection,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "UPDATE workers SET lost_at = $2
         WHERE seen_at < $1 AND lost_at IS NULL AND stopped_at IS NULL RETURNING name",
        before,
        now,
    )
    .fetch_all(db)
    .await
}

/// Every server that is known, in the order of their starts.
pub async fn all(db: &mut PgConnection) -> sqlx::Result<Vec<Stored>> {
    sqlx::query_as!(
        Stored,
        "SELECT id, name, started_at, seen_at, lost_at, stopped_at FROM workers ORDER BY started_at, id"
    )
    .fetch_all(db)
    .await
}

/// What the servers say of their jobs. Jobs of a newer version are left out.
pub async fn runs(db: &mut PgConnection) -> sqlx::Result<Vec<Run>> {
    let rows = sqlx::query!(
        "SELECT worker_id, job, swept_at, next_due, sleeps_seconds, done, failures, error FROM job_runs
         ORDER BY job, worker_id"
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Run {
                worker: row.worker_id,
                job: row.job.parse().ok()?,
                swept_at: row.swept_at,
                next_due: row.next_due,
                sleeps_seconds: count(row.sleeps_seconds),
                done: row.done.unsigned_abs(),
                failures: row.failures.unsigned_abs(),
                error: row.error,
            })
        })
        .collect())
}

/// Deletes servers that were not seen since `before`; returns how many.
pub async fn forget(db: &mut PgConnection, before: DateTime<Utc>) -> sqlx::Result<u64> {
    let done = sqlx::query!("DELETE FROM workers WHERE seen_at < $1", before).execute(db).await?;
    Ok(done.rows_affected())
}

fn big(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
