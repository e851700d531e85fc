//! What the jobs could not do: one row for each piece of work, gone when it is done.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use traveloure_core::{
    api::job::{About, Trouble},
    ids::UserId,
    job::Job,
    money::{Currency, Money},
};

use super::read::{column, corrupt, count, enumerated};
use crate::error::AppResult;

/// A failure to be written down.
#[derive(Clone, Debug)]
pub struct Failure<'a> {
    pub job: Job,
    pub subject: &'a str,
    /// How often it has failed by now.
    pub failures: u32,
    pub error: &'a str,
    /// None: it waits for an operator.
    pub try_at: Option<DateTime<Utc>>,
    pub is_stuck: bool,
}

/// What is known of a piece of work that failed before.
#[derive(Clone, Debug)]
pub struct Known {
    pub failures: u32,
    pub error: String,
    pub last_failed_at: DateTime<Utc>,
}

/// Which of these have failed before.
pub async fn among(
    db: &mut PgConnection,
    job: Job,
    subjects: &[String],
) -> sqlx::Result<HashSet<String>> {
    let found = sqlx::query_scalar!(
        "SELECT subject FROM job_troubles WHERE job = $1 AND subject = ANY ($2)",
        job.as_str(),
        subjects,
    )
    .fetch_all(db)
    .await?;
    Ok(found.into_iter().collect())
}

/// Takes the next try for whoever calls first: until `until` nobody else has it. Says whether it was had.
pub async fn claim(
    db: &mut PgConnection,
    job: Job,
    subject: &str,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "UPDATE job_troubles SET try_at = $3 WHERE job = $1 AND subject = $2 AND try_at <= $4",
        job.as_str(),
        subject,
        until,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What is known of it, locked until the transaction ends.
pub async fn lock(db: &mut PgConnection, job: Job, subject: &str) -> sqlx::Result<Option<Known>> {
    let row = sqlx::query!(
        "SELECT failures, error, last_failed_at FROM job_troubles
         WHERE job = $1 AND subject = $2 FOR UPDATE",
        job.as_str(),
        subject,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Known {
        failures: count(row.failures),
        error: row.error,
        last_failed_at: row.last_failed_at,
    }))
}

/// Writes a failure down.
pub async fn note(
    db: &mut PgConnection,
    failure: &Failure<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO job_troubles (job, subject, failures, error, first_failed_at, last_failed_at, try_at, is_stuck)
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7)
         ON CONFLICT (job, subject) DO UPDATE
         SET failures = $3, error = $4, last_failed_at = $5, try_at = $6, is_stuck = $7",
        failure.job.as_str(),
        failure.subject,
        column(failure.failures),
        failure.error,
        now,
        failure.try_at,
        failure.is_stuck,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// It is done. What waits for an operator stays. Says whether there was a trouble.
pub async fn clear(db: &mut PgConnection, job: Job, subject: &str) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "DELETE FROM job_troubles WHERE job = $1 AND subject = $2 AND try_at IS NOT NULL",
        job.as_str(),
        subject,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// An operator's answer was followed: it waits no longer.
pub async fn resolve(db: &mut PgConnection, job: Job, subject: &str) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM job_troubles WHERE job = $1 AND subject = $2", job.as_str(), subject)
        .execute(db)
        .await?;
    Ok(())
}

/// Clears what could be tried at `now` and was not found due: it has been settled in another way. Returns how many.
pub async fn clear_settled(
    db: &mut PgConnection,
    job: Job,
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM job_troubles WHERE job = $1 AND try_at <= $2",
        job.as_str(),
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// When the next trouble of a job is tried again.
pub async fn next_try(db: &mut PgConnection, job: Job) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("SELECT min(try_at) FROM job_troubles WHERE job = $1", job.as_str())
        .fetch_one(db)
        .await
}

/// Whether a piece of work is left alone at that moment.
pub async fn is_put_off(
    db: &mut PgConnection,
    job: Job,
    subject: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"SELECT is_put_off($1, $2, $3) AS "is!""#, job.as_str(), subject, now)
        .fetch_one(db)
        .await
}

/// To be tried at `now`.
pub async fn try_now(
    db: &mut PgConnection,
    job: Job,
    subject: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE job_troubles SET try_at = $3 WHERE job = $1 AND subject = $2",
        job.as_str(),
        subject,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps for ever who had what tried again.
pub async fn note_retry(
    db: &mut PgConnection,
    job: Job,
    subject: &str,
    error: &str,
    by: UserId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO job_retries (job, subject, error, retried_by, retried_at) VALUES ($1, $2, $3, $4, $5)",
        job.as_str(),
        subject,
        error,
        by.as_uuid(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How many troubles a job has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub job: Job,
    pub retrying: u64,
    pub stuck: u64,
}

/// The jobs that have troubles. Those of a newer version's jobs are not counted.
pub async fn counts(db: &mut PgConnection) -> sqlx::Result<Vec<Counted>> {
    let rows = sqlx::query!(
        r#"SELECT job, count(*) FILTER (WHERE NOT is_stuck) AS "retrying!",
                  count(*) FILTER (WHERE is_stuck) AS "stuck!"
           FROM job_troubles GROUP BY job ORDER BY job"#,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Counted {
                job: row.job.parse().ok()?,
                retrying: row.retrying.unsigned_abs(),
                stuck: row.stuck.unsigned_abs(),
            })
        })
        .collect())
}

/// Which troubles.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub jobs: &'a [Job],
    /// The only one, where it is named.
    pub subject: Option<&'a str>,
    pub only_stuck: bool,
    /// Behind this one, in the order of the list.
    pub after: Option<(DateTime<Utc>, String, String)>,
    pub limit: i64,
}

struct Raw {
    job: String,
    subject: String,
    failures: i32,
    error: String,
    first_failed_at: DateTime<Utc>,
    last_failed_at: DateTime<Utc>,
    try_at: Option<DateTime<Utc>>,
    is_stuck: bool,
    booking_id: Option<uuid::Uuid>,
    title: Option<String>,
    traveler: Option<String>,
    provider: Option<String>,
    amount: Option<Decimal>,
    currency: Option<String>,
}

/// The troubles, the oldest first, with what they are about.
pub async fn list(db: &mut PgConnection, wanted: &Wanted<'_>) -> AppResult<Vec<Trouble>> {
    let (at, job, subject) = match &wanted.after {
        Some((at, job, subject)) => (Some(*at), Some(job.as_str()), Some(subject.as_str())),
        None => (None, None, None),
    };
    let jobs: Vec<String> = wanted.jobs.iter().map(Job::to_string).collect();
    // A subject is a uuid where its job says so, and only then.
    let rows = sqlx::query_as!(
        Raw,
        r#"
        WITH page AS (
            SELECT *, CASE WHEN job IN ('expire_requests', 'expire_holds', 'remind') THEN subject::uuid END AS request,
                   CASE WHEN job IN ('cancel_unpaid', 'charge_balances', 'remind_of_balances', 'complete_bookings',
                                     'share_out') THEN subject::uuid END AS booking,
                   CASE WHEN job = 'settle_payments' THEN subject::uuid END AS payment,
                   CASE WHEN job = 'settle_refunds' THEN subject::uuid END AS refund,
                   CASE WHEN job = 'pay_out' THEN subject::uuid END AS payout,
                   CASE WHEN job = 'take_back' THEN subject::uuid END AS reversal
            FROM job_troubles
            WHERE job = ANY ($1) AND (is_stuck OR NOT $2) AND ($7::text IS NULL OR subject = $7)
              AND ($3::timestamptz IS NULL OR (first_failed_at, job, subject) > ($3, $4::text, $5::text))
            ORDER BY first_failed_at, job, subject LIMIT $6
        )
        SELECT page.job AS "job!", page.subject AS "subject!", page.failures AS "failures!", page.error AS "error!",
               page.first_failed_at AS "first_failed_at!", page.last_failed_at AS "last_failed_at!", page.try_at,
               page.is_stuck AS "is_stuck!", b.id AS "booking_id?", s.name AS "title?", u.name AS "traveler?",
               p.name AS "provider?",
               coalesce(pay.amount, r.amount, out.amount, rev.amount) AS amount,
               coalesce(pay.currency, r.currency, out.currency, rev.currency)::text AS currency
        FROM page
        LEFT JOIN payments pay ON pay.id = page.payment
        LEFT JOIN refunds r ON r.id = page.refund
        LEFT JOIN payout_reversals rev ON rev.id = page.reversal
        LEFT JOIN payouts out ON out.id = coalesce(page.payout, rev.payout_id)
        LEFT JOIN LATERAL (
            SELECT part.booking_id FROM payment_parts part WHERE part.payment_id = pay.id
            ORDER BY part.booking_id LIMIT 1
        ) AS part ON true
        LEFT JOIN bookings b ON b.id = coalesce(page.booking, r.booking_id, out.booking_id, part.booking_id)
        LEFT JOIN booking_requests q ON q.id = page.request
        LEFT JOIN services s ON s.id = coalesce(b.service_id, q.service_id)
        LEFT JOIN users u ON u.id = coalesce(b.user_id, q.user_id)
        LEFT JOIN service_providers p ON p.id = coalesce(b.provider_id, q.provider_id)
        ORDER BY page.first_failed_at, page.job, page.subject
        "#,
        &jobs,
        wanted.only_stuck,
        at,
        job,
        subject,
        wanted.limit,
        wanted.subject,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(trouble).collect()
}

fn trouble(raw: Raw) -> AppResult<Trouble> {
    let amount = match (raw.amount, raw.currency) {
        (Some(amount), Some(currency)) => {
            let currency: Currency =
                currency.parse().map_err(|error| corrupt("currency", &raw.subject, error))?;
            let amount = Money::try_new(amount, currency);
            Some(amount.map_err(|error| corrupt("amount", &raw.subject, error))?)
        }
        _ => None,
    };
    Ok(Trouble {
        job: enumerated("job", &raw.subject, &raw.job)?,
        subject: raw.subject,
        is_stuck: raw.is_stuck,
        failures: count(raw.failures),
        error: raw.error,
        first_failed_at: raw.first_failed_at,
        last_failed_at: raw.last_failed_at,
        try_at: raw.try_at,
        about: About {
            booking_id: raw.booking_id.map(Into::into),
            title: raw.title,
            traveler: raw.traveler,
            provider: raw.provider,
            amount,
        },
    })
}
