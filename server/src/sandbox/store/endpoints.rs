//! Where events are sent.

use serde_json::Value;
use sqlx::PgConnection;

#[derive(Clone)]
pub(in crate::sandbox) struct Endpoint {
    pub(in crate::sandbox) id: String,
    /// Hears of connected accounts; else of the platform's own.
    pub(in crate::sandbox) connect: bool,
    /// None: the server that does the sending.
    pub(in crate::sandbox) url: Option<String>,
    pub(in crate::sandbox) secret: String,
    /// Types of events, or `*`.
    pub(in crate::sandbox) enabled_events: Vec<String>,
    pub(in crate::sandbox) enabled: bool,
    pub(in crate::sandbox) metadata: Value,
    pub(in crate::sandbox) created: i64,
}

/// Keeps it, unless there is one of that id.
pub(in crate::sandbox) async fn offer(
    db: &mut PgConnection,
    endpoint: &Endpoint,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO sandbox.endpoints
             (id, connect, url, secret, enabled_events, enabled, metadata, created)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
        endpoint.id,
        endpoint.connect,
        endpoint.url,
        endpoint.secret,
        &endpoint.enabled_events,
        endpoint.enabled,
        endpoint.metadata,
        endpoint.created,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::sandbox) async fn find(
    db: &mut PgConnection,
    id: &str,
) -> sqlx::Result<Option<Endpoint>> {
    sqlx::query_as!(
        Endpoint,
        "SELECT id, connect, url, secret, enabled_events, enabled, metadata, created
         FROM sandbox.endpoints WHERE id = $1",
        id,
    )
    .fetch_optional(db)
    .await
}

/// Those that somebody registered, newest first.
pub(in crate::sandbox) async fn registered(db: &mut PgConnection) -> sqlx::Result<Vec<Endpoint>> {
    sqlx::query_as!(
        Endpoint,
        "SELECT id, connect, url, secret, enabled_events, enabled, metadata, created
         FROM sandbox.endpoints WHERE url IS NOT NULL ORDER BY seq DESC",
    )
    .fetch_all(db)
    .await
}

/// The ids of those that hear of an event.
pub(in crate::sandbox) async fn hearing(
    db: &mut PgConnection,
    connect: bool,
    kind: &str,
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "SELECT id FROM sandbox.endpoints
         WHERE connect = $1 AND enabled AND enabled_events && ARRAY['*', $2] ORDER BY seq",
        connect,
        kind,
    )
    .fetch_all(db)
    .await
}

/// Takes a registered one away, with what was to be sent there.
pub(in crate::sandbox) async fn delete(db: &mut PgConnection, id: &str) -> sqlx::Result<bool> {
    let done = sqlx::query!("DELETE FROM sandbox.endpoints WHERE id = $1 AND url IS NOT NULL", id)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}
