//! Events on their way.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

/// An event to be sent now.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Due {
    pub(in crate::sandbox) id: i64,
    pub(in crate::sandbox) doc: Value,
    pub(in crate::sandbox) connect: bool,
    pub(in crate::sandbox) url: Option<String>,
    pub(in crate::sandbox) secret: String,
    /// How often it has been tried, this time included.
    pub(in crate::sandbox) attempts: i32,
    /// This attempt is to be lost on the way.
    pub(in crate::sandbox) is_lost: bool,
}

pub(in crate::sandbox) async fn insert(
    db: &mut PgConnection,
    event: &str,
    endpoint: &str,
    due_at: DateTime<Utc>,
    lose: i32,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO sandbox.deliveries (event, endpoint, due_at, lose) VALUES ($1, $2, $3, $4)",
        event,
        endpoint,
        due_at,
        lose,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes up to `limit` of what is due; nobody else is given it until `until`.
pub(in crate::sandbox) async fn claim(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<Due>> {
    sqlx::query_as!(
        Due,
        r#"WITH taken AS (
             UPDATE sandbox.deliveries SET claimed_until = $2, attempts = attempts + 1
             WHERE id IN (
                 SELECT id FROM sandbox.deliveries
                 WHERE state = 'due' AND due_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $1)
                 ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED
             )
             RETURNING id, event, endpoint, due_at, attempts, lose
         )
         SELECT t.id, e.doc, p.connect, p.url, p.secret, t.attempts,
             t.attempts <= t.lose AS "is_lost!"
         FROM taken t JOIN sandbox.events e ON e.id = t.event
         JOIN sandbox.endpoints p ON p.id = t.endpoint
         ORDER BY t.due_at, t.id"#,
        now,
        until,
        limit,
    )
    .fetch_all(db)
    .await
}

/// It arrived.
pub(in crate::sandbox) async fn arrived(db: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE sandbox.deliveries SET state = 'delivered', claimed_until = NULL, last_outcome = NULL
         WHERE id = $1",
        id,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// It did not arrive, and is tried again at `again`, or never.
pub(in crate::sandbox) async fn failed(
    db: &mut PgConnection,
    id: i64,
    outcome: &str,
    again: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE sandbox.deliveries SET claimed_until = NULL, last_outcome = $2,
             state = CASE WHEN $3::timestamptz IS NULL THEN 'given_up' ELSE 'due' END,
             due_at = coalesce($3, due_at)
         WHERE id = $1",
        id,
        outcome,
        again,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Makes everything that waits due at `now`, also what was given up or taken by a process that died.
pub(in crate::sandbox) async fn hurry(
    db: &mut PgConnection,
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "UPDATE sandbox.deliveries SET state = 'due', due_at = $1, claimed_until = NULL
         WHERE state <> 'delivered' AND (state = 'given_up' OR due_at > $1 OR claimed_until IS NOT NULL)",
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Counts everything that waits as arrived; returns how many.
pub(in crate::sandbox) async fn pass_over(db: &mut PgConnection) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "UPDATE sandbox.deliveries SET state = 'delivered', claimed_until = NULL WHERE state = 'due'",
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// How many are in which state.
pub(in crate::sandbox) async fn count(db: &mut PgConnection) -> sqlx::Result<(i64, i64, i64)> {
    let row = sqlx::query!(
        r#"SELECT count(*) FILTER (WHERE state = 'due') AS "due!",
             count(*) FILTER (WHERE state = 'delivered') AS "delivered!",
             count(*) FILTER (WHERE state = 'given_up') AS "given_up!"
         FROM sandbox.deliveries"#,
    )
    .fetch_one(db)
    .await?;
    Ok((row.due, row.delivered, row.given_up))
}
