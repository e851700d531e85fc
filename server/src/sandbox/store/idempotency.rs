//! Answers that are replayed.

use sqlx::PgConnection;

/// How long an answer is kept, in seconds.
const KEPT: i64 = 24 * 60 * 60;

/// An answer that was given.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Stored {
    pub(in crate::sandbox) path: String,
    pub(in crate::sandbox) fingerprint: Vec<u8>,
    pub(in crate::sandbox) status: i32,
    pub(in crate::sandbox) body: String,
    pub(in crate::sandbox) request_id: String,
}

/// Whether nobody else works under this key now; nobody will until the end of the transaction.
pub(in crate::sandbox) async fn claim(
    db: &mut PgConnection,
    account: &str,
    key: &str,
) -> sqlx::Result<bool> {
    let name = format!("sandbox idempotency {account} {key}");
    let claimed =
        sqlx::query_scalar!("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))", name)
            .fetch_one(db)
            .await?;
    Ok(claimed.unwrap_or(false))
}

/// The answer under a key, younger than a day.
pub(in crate::sandbox) async fn find(
    db: &mut PgConnection,
    account: &str,
    key: &str,
    now: i64,
) -> sqlx::Result<Option<Stored>> {
    sqlx::query_as!(
        Stored,
        "SELECT path, fingerprint, status, body, request_id FROM sandbox.idempotency
         WHERE account = $1 AND key = $2 AND created > $3",
        account,
        key,
        now - KEPT,
    )
    .fetch_optional(db)
    .await
}

/// Keeps an answer, in place of one that is a day old.
pub(in crate::sandbox) async fn keep(
    db: &mut PgConnection,
    account: &str,
    key: &str,
    answer: &Stored,
    now: i64,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO sandbox.idempotency
             (account, key, path, fingerprint, status, body, request_id, created)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (account, key) DO UPDATE SET path = $3, fingerprint = $4, status = $5, body = $6,
             request_id = $7, created = $8",
        account,
        key,
        answer.path,
        &answer.fingerprint[..],
        answer.status,
        answer.body,
        answer.request_id,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets what is a day old.
pub(in crate::sandbox) async fn forget(db: &mut PgConnection, now: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "DELETE FROM sandbox.idempotency WHERE (account, key) IN (
             SELECT account, key FROM sandbox.idempotency WHERE created <= $1
             LIMIT 1000 FOR UPDATE SKIP LOCKED
         )",
        now - KEPT,
    )
    .execute(db)
    .await?;
    Ok(())
}
