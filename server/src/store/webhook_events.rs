//! What the processor told us, once by its id, and whether it has been acted on.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A message that waits to be acted on.
#[derive(Clone, Debug)]
pub struct Told {
    pub id: String,
    /// Such as `payment_intent.succeeded`.
    pub kind: String,
    /// What it is about, to be fetched again.
    pub object: Option<String>,
    /// The connected account it is about.
    pub account: Option<String>,
    pub looks: u32,
}

/// Keeps a message; says whether it is new.
pub async fn keep(db: &mut PgConnection, told: &Told, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO webhook_events (id, kind, object_id, account_id, received_at, look_at)
         VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (id) DO NOTHING",
        told.id,
        told.kind,
        told.object,
        told.account,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Messages that wait, the oldest first.
pub async fn waiting(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<Told>> {
    let rows = sqlx::query!(
        "SELECT id, kind, object_id, account_id, looks FROM webhook_events
         WHERE look_at <= $1 ORDER BY look_at, id LIMIT $2",
        now,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Told {
            id: row.id,
            kind: row.kind,
            object: row.object_id,
            account: row.account_id,
            looks: super::read::count(row.looks),
        })
        .collect())
}

pub async fn next_look(db: &mut PgConnection) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("SELECT min(look_at) FROM webhook_events").fetch_one(db).await
}

/// Acted on.
pub async fn done(db: &mut PgConnection, id: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE webhook_events SET done_at = $2, look_at = NULL, failure = NULL
         WHERE id = $1 AND done_at IS NULL",
        id,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Could not be acted on; when it is tried again.
pub async fn failed(
    db: &mut PgConnection,
    id: &str,
    failure: &str,
    look_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE webhook_events SET failure = $2, look_at = $3, looks = looks + 1
         WHERE id = $1 AND done_at IS NULL",
        id,
        failure,
        look_at,
    )
    .execute(db)
    .await?;
    Ok(())
}
