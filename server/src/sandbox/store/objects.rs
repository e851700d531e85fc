//! Documents of every kind.

use serde_json::{Map, Value};
use sqlx::PgConnection;

use crate::sandbox::object::{Kind, Object, fields};

struct Row {
    id: String,
    kind: String,
    account: String,
    created: i64,
    doc: Value,
    hidden: Value,
}

impl Row {
    fn object(self) -> sqlx::Result<Object> {
        let kind = Kind::parse(&self.kind)
            .ok_or_else(|| sqlx::Error::Decode(format!("{} is no kind", self.kind).into()))?;
        Ok(Object {
            id: self.id,
            kind,
            account: self.account,
            created: self.created,
            doc: fields(self.doc),
            hidden: fields(self.hidden),
        })
    }
}

pub(in crate::sandbox) async fn insert(db: &mut PgConnection, object: &Object) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO sandbox.objects (id, kind, account, created, doc, hidden)
         VALUES ($1, $2, $3, $4, $5, $6)",
        object.id,
        object.kind.as_str(),
        object.account,
        object.created,
        Value::Object(object.doc.clone()),
        Value::Object(object.hidden.clone()),
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::sandbox) async fn save(db: &mut PgConnection, object: &Object) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE sandbox.objects SET doc = $2, hidden = $3 WHERE id = $1",
        object.id,
        Value::Object(object.doc.clone()),
        Value::Object(object.hidden.clone()),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The object of an id, of whatever kind.
pub(in crate::sandbox) async fn find(
    db: &mut PgConnection,
    account: &str,
    id: &str,
) -> sqlx::Result<Option<Object>> {
    sqlx::query_as!(
        Row,
        "SELECT id, kind, account, created, doc, hidden FROM sandbox.objects
         WHERE id = $1 AND account = $2",
        id,
        account,
    )
    .fetch_optional(db)
    .await?
    .map(Row::object)
    .transpose()
}

/// The same, and nobody else changes it until the end of the transaction.
pub(in crate::sandbox) async fn lock(
    db: &mut PgConnection,
    account: &str,
    id: &str,
) -> sqlx::Result<Option<Object>> {
    sqlx::query_as!(
        Row,
        "SELECT id, kind, account, created, doc, hidden FROM sandbox.objects
         WHERE id = $1 AND account = $2 FOR UPDATE",
        id,
        account,
    )
    .fetch_optional(db)
    .await?
    .map(Row::object)
    .transpose()
}

/// What a list is asked for.
#[derive(Clone, Debug, Default)]
pub(in crate::sandbox) struct Filter {
    /// The document has these fields with these values.
    pub(in crate::sandbox) fields: Map<String, Value>,
    pub(in crate::sandbox) from: Option<i64>,
    pub(in crate::sandbox) until: Option<i64>,
    /// Only what is older than this object.
    pub(in crate::sandbox) after: Option<String>,
    /// Only what is newer than this object.
    pub(in crate::sandbox) before: Option<String>,
}

/// At most `limit` objects of a kind, newest first. With `before` they are those that are next to it.
pub(in crate::sandbox) async fn list(
    db: &mut PgConnection,
    kind: Kind,
    account: &str,
    filter: &Filter,
    limit: i64,
) -> sqlx::Result<Vec<Object>> {
    let wanted = Value::Object(filter.fields.clone());
    if filter.before.is_some() {
        let mut rows = sqlx::query_as!(
            Row,
            "SELECT id, kind, account, created, doc, hidden FROM sandbox.objects
             WHERE kind = $1 AND account = $2 AND doc @> $3
                 AND ($4::bigint IS NULL OR created >= $4) AND ($5::bigint IS NULL OR created <= $5)
                 AND seq > (SELECT seq FROM sandbox.objects WHERE id = $6)
             ORDER BY seq LIMIT $7",
            kind.as_str(),
            account,
            wanted,
            filter.from,
            filter.until,
            filter.before,
            limit,
        )
        .fetch_all(db)
        .await?;
        rows.reverse();
        return rows.into_iter().map(Row::object).collect();
    }
    sqlx::query_as!(
        Row,
        "SELECT id, kind, account, created, doc, hidden FROM sandbox.objects
         WHERE kind = $1 AND account = $2 AND doc @> $3
             AND ($4::bigint IS NULL OR created >= $4) AND ($5::bigint IS NULL OR created <= $5)
             AND ($6::text IS NULL OR seq < (SELECT seq FROM sandbox.objects WHERE id = $6))
         ORDER BY seq DESC LIMIT $7",
        kind.as_str(),
        account,
        wanted,
        filter.from,
        filter.until,
        filter.after,
        limit,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(Row::object)
    .collect()
}

/// An open checkout whose time is over, locked, that nobody else is working on.
pub(in crate::sandbox) async fn lapsed_checkout(
    db: &mut PgConnection,
    now: i64,
) -> sqlx::Result<Option<Object>> {
    sqlx::query_as!(
        Row,
        "SELECT id, kind, account, created, doc, hidden FROM sandbox.objects
         WHERE kind = 'checkout.session' AND doc ->> 'status' = 'open'
             AND (doc ->> 'expires_at')::bigint <= $1
         ORDER BY (doc ->> 'expires_at')::bigint LIMIT 1 FOR UPDATE SKIP LOCKED",
        now,
    )
    .fetch_optional(db)
    .await?
    .map(Row::object)
    .transpose()
}

/// A refund that is to succeed or fail by now, that nobody else is working on. It is not locked: its
/// charge is to be locked first.
pub(in crate::sandbox) async fn settling_refund(
    db: &mut PgConnection,
    now: i64,
) -> sqlx::Result<Option<Object>> {
    sqlx::query_as!(
        Row,
        "SELECT id, kind, account, created, doc, hidden FROM sandbox.objects
         WHERE kind = 'refund' AND hidden ? 'settles_at' AND (hidden ->> 'settles_at')::bigint <= $1
         ORDER BY (hidden ->> 'settles_at')::bigint LIMIT 1",
        now,
    )
    .fetch_optional(db)
    .await?
    .map(Row::object)
    .transpose()
}
