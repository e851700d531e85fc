//! Answers kept under their `Idempotency-Key`.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use traveloure_core::ids::UserId;

/// An `Idempotency-Key` and what it was sent with.
#[derive(Clone, Debug)]
pub struct Key {
    pub user: UserId,
    /// Method and path with the path's ids, such as `POST /api/booking-requests/{id}/accept/`.
    pub route: String,
    pub key: String,
    /// SHA-256 over method, path, query and body.
    pub fingerprint: [u8; 32],
}

/// What is known of a key.
#[derive(Debug)]
pub enum Begun {
    /// Nothing: go on. The key is locked until the transaction ends.
    New,
    /// Another transaction has it.
    Running,
    Answered(Stored),
}

/// A stored answer.
#[derive(Debug)]
pub struct Stored {
    pub fingerprint: Vec<u8>,
    pub status: u16,
    pub body: Value,
}

/// Locks the key for this transaction and looks it up.
///
/// The lock and the look share one snapshot, so an answer stored in between is not seen here; the
/// primary key then refuses the second [`store`], and the whole transaction with it.
pub async fn begin(db: &mut PgConnection, key: &Key) -> sqlx::Result<Begun> {
    let user = key.user.as_uuid();
    let row = sqlx::query!(
        r#"
        SELECT pg_try_advisory_xact_lock(hashtextextended($1::text || ' ' || $2 || ' ' || $3, 0)) AS "locked!",
               stored.fingerprint AS "fingerprint?", stored.status AS "status?", stored.body AS "body?"
        FROM (VALUES (1)) AS one
        LEFT JOIN idempotency_keys stored ON stored.user_id = $4 AND stored.route = $2 AND stored.key = $3
        "#,
        user.to_string(),
        key.route,
        key.key,
        user,
    )
    .fetch_one(db)
    .await?;
    Ok(match (row.locked, row.fingerprint, row.status, row.body) {
        (_, Some(fingerprint), Some(status), Some(body)) => Begun::Answered(Stored {
            fingerprint,
            status: u16::try_from(status).unwrap_or(500),
            body,
        }),
        (true, ..) => Begun::New,
        (false, ..) => Begun::Running,
    })
}

/// Whether there is an answer under the key; nothing is locked.
pub async fn is_answered(db: &mut PgConnection, key: &Key) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT 1 FROM idempotency_keys WHERE user_id = $1 AND route = $2 AND key = $3
           ) AS "answered!""#,
        key.user.as_uuid(),
        key.route,
        key.key,
    )
    .fetch_one(db)
    .await
}

/// Keeps the answer, in the transaction of its effects.
pub async fn store(
    db: &mut PgConnection,
    key: &Key,
    status: u16,
    body: &Value,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO idempotency_keys (user_id, route, key, fingerprint, status, body, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        key.user.as_uuid(),
        key.route,
        key.key,
        &key.fingerprint[..],
        i32::from(status),
        body,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets up to `limit` answers from before `before`; returns how many.
pub async fn forget(db: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM idempotency_keys WHERE (user_id, route, key) IN (
             SELECT user_id, route, key FROM idempotency_keys WHERE created_at < $1
             LIMIT $2 FOR UPDATE SKIP LOCKED
         )",
        before,
        limit,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
