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

/// The ids of messages that wait, the oldest first.
pub async fn waiting(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "SELECT id FROM webhook_events
         WHERE look_at <= $1 AND NOT is_put_off('act_on_webhooks', id, $1) ORDER BY look_at, id LIMIT $2",
        now,
        limit,
    )
    .fetch_all(db)
    .await
}

/// The message, if it waits.
pub async fn get_waiting(db: &mut PgConnection, id: &str) -> sqlx::Result<Option<Told>> {
    let row = sqlx::query!(
        "SELECT id, kind, object_id, account_id FROM webhook_events WHERE id = $1 AND done_at IS NULL",
        id,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Told {
        id: row.id,
        kind: row.kind,
        object: row.object_id,
        account: row.account_id,
    }))
}

pub async fn next_look(
    db: &mut PgConnection,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT min(look_at) FROM webhook_events
         WHERE look_at IS NOT NULL AND NOT is_put_off('act_on_webhooks', id, $1)",
        now,
    )
    .fetch_one(db)
    .await
}

/// Acted on.
pub async fn done(db: &mut PgConnection, id: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE webhook_events SET done_at = $2, look_at = NULL
         WHERE id = $1 AND done_at IS NULL",
        id,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
