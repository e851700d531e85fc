//! What happened.

use serde_json::Value;
use sqlx::PgConnection;

use super::objects::Filter;

pub(in crate::sandbox) async fn insert(
    db: &mut PgConnection,
    id: &str,
    account: &str,
    kind: &str,
    created: i64,
    doc: &Value,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO sandbox.events (id, account, type, created, doc) VALUES ($1, $2, $3, $4, $5)",
        id,
        account,
        kind,
        created,
        doc,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::sandbox) async fn find(
    db: &mut PgConnection,
    account: &str,
    id: &str,
) -> sqlx::Result<Option<Value>> {
    sqlx::query_scalar!(
        "SELECT doc FROM sandbox.events WHERE id = $1 AND account = $2",
        id,
        account
    )
    .fetch_optional(db)
    .await
}

/// At most `limit` events of these types (all where none is named), newest first.
pub(in crate::sandbox) async fn list(
    db: &mut PgConnection,
    account: &str,
    kinds: &[String],
    filter: &Filter,
    limit: i64,
) -> sqlx::Result<Vec<Value>> {
    sqlx::query_scalar!(
        "SELECT doc FROM sandbox.events
         WHERE account = $1 AND (cardinality($2::text[]) = 0 OR type = ANY ($2))
             AND ($3::bigint IS NULL OR created >= $3) AND ($4::bigint IS NULL OR created <= $4)
             AND ($5::text IS NULL OR seq < (SELECT seq FROM sandbox.events WHERE id = $5))
         ORDER BY seq DESC LIMIT $6",
        account,
        kinds,
        filter.from,
        filter.until,
        filter.after,
        limit,
    )
    .fetch_all(db)
    .await
}
