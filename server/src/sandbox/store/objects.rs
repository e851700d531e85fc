//! Documents of every kind.

use serde_json::Value;
use sqlx::PgConnection;

use crate::sandbox::object::{Kind, Object, fields};

/// What lists can be filtered by.
const NAMED: [&str; 13] = [
    "charge",
    "currency",
    "customer",
    "destination",
    "email",
    "payment_intent",
    "payment_method",
    "source",
    "source_transaction",
    "status",
    "transfer",
    "transfer_group",
    "type",
];

/// A field and its value, as they are found by.
fn name(field: &str, value: &str) -> String {
    format!("{field}={value}")
}

fn named(object: &Object) -> Vec<String> {
    let plain = NAMED.into_iter().filter_map(|field| Some(name(field, object.text(field)?)));
    let details = object.doc.get("customer_details").and_then(|details| details["email"].as_str());
    plain.chain(details.map(|email| name("customer_details.email", email))).collect()
}

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
        "INSERT INTO sandbox.objects (id, kind, account, created, doc, hidden, named)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        object.id,
        object.kind.as_str(),
        object.account,
        object.created,
        Value::Object(object.doc.clone()),
        Value::Object(object.hidden.clone()),
        &named(object),
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::sandbox) async fn save(db: &mut PgConnection, object: &Object) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE sandbox.objects SET doc = $2, hidden = $3, named = $4 WHERE id = $1",
        object.id,
        Value::Object(object.doc.clone()),
        Value::Object(object.hidden.clone()),
        &named(object),
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
    /// Fields and values that the objects have, in the form of [`Filter::by`].
    named: Vec<String>,
    pub(in crate::sandbox) from: Option<i64>,
    pub(in crate::sandbox) until: Option<i64>,
    /// Only what is older than this object.
    pub(in crate::sandbox) after: Option<String>,
    /// Only what is newer than this object.
    pub(in crate::sandbox) before: Option<String>,
}

impl Filter {
    /// Only objects whose field has this value; a field of [`NAMED`], or `customer_details.email`.
    #[must_use]
    pub(in crate::sandbox) fn by(mut self, field: &str, value: &str) -> Self {
        self.named.push(name(field, value));
        self
    }
}

/// At most `limit` objects of a kind, newest first. With `before` they are those that are next to it.
pub(in crate::sandbox) async fn list(
    db: &mut PgConnection,
    kind: Kind,
    account: &str,
    filter: &Filter,
    limit: i64,
) -> sqlx::Result<Vec<Object>> {
    let mut rows = if filter.named.is_empty() && filter.before.is_none() {
        newest(db, kind, account, filter, limit).await?
    } else {
        named_so(db, kind, account, filter, limit).await?
    };
    if filter.before.is_some() {
        rows.reverse();
    }
    rows.into_iter().map(Row::object).collect()
}

async fn newest(
    db: &mut PgConnection,
    kind: Kind,
    account: &str,
    filter: &Filter,
    limit: i64,
) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        "SELECT id, kind, account, created, doc, hidden FROM sandbox.objects
         WHERE kind = $1 AND account = $2
             AND ($3::bigint IS NULL OR created >= $3) AND ($4::bigint IS NULL OR created <= $4)
             AND ($5::text IS NULL OR seq < (SELECT seq FROM sandbox.objects WHERE id = $5))
         ORDER BY seq DESC LIMIT $6",
        kind.as_str(),
        account,
        filter.from,
        filter.until,
        filter.after,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Found first and sorted then: with the limit in sight the planner would read the whole list backwards.
async fn named_so(
    db: &mut PgConnection,
    kind: Kind,
    account: &str,
    filter: &Filter,
    limit: i64,
) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"WITH found AS MATERIALIZED (
             SELECT seq, id FROM sandbox.objects
             WHERE kind = $1 AND account = $2 AND named @> $3
                 AND ($4::bigint IS NULL OR created >= $4) AND ($5::bigint IS NULL OR created <= $5)
         ), page AS (
             SELECT seq, id FROM found
             WHERE ($6::text IS NULL OR seq < (SELECT seq FROM sandbox.objects WHERE id = $6))
                 AND ($7::text IS NULL OR seq > (SELECT seq FROM sandbox.objects WHERE id = $7))
             ORDER BY CASE WHEN $7::text IS NULL THEN -seq ELSE seq END LIMIT $8
         )
         SELECT o.id, o.kind, o.account, o.created, o.doc, o.hidden
         FROM page JOIN sandbox.objects o ON o.id = page.id
         ORDER BY CASE WHEN $7::text IS NULL THEN -page.seq ELSE page.seq END"#,
        kind.as_str(),
        account,
        &filter.named,
        filter.from,
        filter.until,
        filter.after,
        filter.before,
        limit,
    )
    .fetch_all(db)
    .await
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
