//! Reading events in the order in which they are told, and forgetting the old ones.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::ids::{ProviderId, UserId};
use uuid::Uuid;

use super::Position;

/// An event as it was appended.
#[derive(Clone, Debug)]
pub struct Stored {
    pub position: Position,
    /// A kind's name; one of a newer version may be unknown here.
    pub kind: String,
    pub subject: Uuid,
    pub version: Option<i64>,
    pub user: Option<UserId>,
    pub provider: Option<ProviderId>,
    pub at: DateTime<Utc>,
}

/// What comes after a position.
#[derive(Debug)]
pub struct Batch {
    /// What can be told, in order.
    pub events: Vec<Stored>,
    /// The moment of the first event that has committed and cannot be told yet, because an older
    /// transaction is still open.
    pub held_back: Option<DateTime<Utc>>,
    /// There may be more to be told.
    pub is_full: bool,
}

/// Who may see an event: its traveler, its provider, and every administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    Traveler(UserId),
    Provider(ProviderId),
    Admins,
}

/// How far back events are kept, and how far the database has come.
#[derive(Clone, Copy, Debug)]
pub struct Kept {
    /// Events up to here have been deleted; none yet without it.
    pub forgotten: Option<Position>,
    /// No transaction has this number yet.
    pub next_txid: i64,
}

/// Where someone begins who wants to be told of everything that commits from now on.
pub async fn begin(db: &mut PgConnection) -> sqlx::Result<Position> {
    let txid = sqlx::query_scalar!(
        r#"SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS "xmin!""#
    )
    .fetch_one(db)
    .await?;
    Ok(Position::before(txid))
}

/// Up to `limit` events after `position` that can be told.
pub async fn after(db: &mut PgConnection, position: Position, limit: u16) -> sqlx::Result<Batch> {
    // What is held back is read as well, to say since when; it lies behind all that can be told.
    let rows = sqlx::query_as!(
        Raw,
        r#"
        SELECT txid::text::bigint AS "txid!", id, kind, subject, subject_version, user_id, provider_id,
               created_at, txid < pg_snapshot_xmin(pg_current_snapshot()) AS "is_settled!"
        FROM outbox
        WHERE (txid, id) > ($1::bigint::text::xid8, $2)
        ORDER BY txid, id
        LIMIT $3
        "#,
        position.txid,
        position.seq,
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    Ok(Batch {
        is_full: rows.len() == usize::from(limit) && rows.last().is_some_and(|row| row.is_settled),
        held_back: rows.iter().find(|row| !row.is_settled).map(|row| row.created_at),
        events: rows.into_iter().take_while(|row| row.is_settled).map(Stored::from).collect(),
    })
}

/// Up to `limit` events after `from`, up to and with `until`, that `audience` may see. Whatever can be
/// told at `until` could be told long before.
pub async fn missed(
    db: &mut PgConnection,
    from: Position,
    until: Position,
    audience: Audience,
    limit: u16,
) -> sqlx::Result<Vec<Stored>> {
    let (user, provider) = match audience {
        Audience::Traveler(user) => (Some(user.as_uuid()), None),
        Audience::Provider(provider) => (None, Some(provider.as_uuid())),
        Audience::Admins => (None, None),
    };
    let rows = sqlx::query_as!(
        Raw,
        r#"
        SELECT txid::text::bigint AS "txid!", id, kind, subject, subject_version, user_id, provider_id,
               created_at, true AS "is_settled!"
        FROM outbox
        WHERE (txid, id) > ($1::bigint::text::xid8, $2)
          AND (txid, id) <= ($3::bigint::text::xid8, $4)
          AND ($5 OR user_id = $6 OR provider_id = $7)
        ORDER BY txid, id
        LIMIT $8
        "#,
        from.txid,
        from.seq,
        until.txid,
        until.seq,
        audience == Audience::Admins,
        user,
        provider,
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Stored::from).collect())
}

struct Raw {
    txid: i64,
    id: i64,
    kind: String,
    subject: Uuid,
    subject_version: Option<i64>,
    user_id: Option<Uuid>,
    provider_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    is_settled: bool,
}

impl From<Raw> for Stored {
    fn from(row: Raw) -> Self {
        Self {
            position: Position { txid: row.txid, seq: row.id },
            kind: row.kind,
            subject: row.subject,
            version: row.subject_version,
            user: row.user_id.map(UserId::from),
            provider: row.provider_id.map(ProviderId::from),
            at: row.created_at,
        }
    }
}

/// What is kept. Ask after reading: whatever was deleted before the reading is counted then.
pub async fn kept(db: &mut PgConnection) -> sqlx::Result<Kept> {
    let row = sqlx::query!(
        r#"
        SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS "next_txid!",
               forgotten.txid::text::bigint AS "txid?", forgotten.seq AS "seq?"
        FROM (VALUES (1)) AS one
        LEFT JOIN outbox_cursors forgotten ON forgotten.name = 'forgotten'
        "#
    )
    .fetch_one(db)
    .await?;
    let forgotten = row.txid.zip(row.seq).map(|(txid, seq)| Position { txid, seq });
    Ok(Kept { forgotten, next_txid: row.next_txid })
}

/// Deletes up to `limit` events from before `before` and notes how far they went. Returns how many.
pub async fn forget(db: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> sqlx::Result<u64> {
    let forgotten = sqlx::query_scalar!(
        r#"
        WITH old AS (
            SELECT id FROM outbox
            WHERE created_at < $1 AND txid < pg_snapshot_xmin(pg_current_snapshot())
            ORDER BY created_at LIMIT $2
            FOR UPDATE SKIP LOCKED
        ), gone AS (
            DELETE FROM outbox USING old WHERE outbox.id = old.id RETURNING outbox.txid, outbox.id
        ), last AS (
            INSERT INTO outbox_cursors AS cursor (name, txid, seq)
            SELECT 'forgotten', txid, id FROM gone ORDER BY txid DESC, id DESC LIMIT 1
            ON CONFLICT (name) DO UPDATE SET txid = excluded.txid, seq = excluded.seq
            WHERE (excluded.txid, excluded.seq) > (cursor.txid, cursor.seq)
        )
        SELECT count(*) AS "count!" FROM gone
        "#,
        before,
        limit,
    )
    .fetch_one(db)
    .await?;
    Ok(forgotten.unsigned_abs())
}

/// Deletes events of transactions that this cluster has never seen: they came with a dump of another
/// one, and would hold back everything until its numbers are reached. Returns how many.
pub async fn remove_foreign(db: &mut PgConnection) -> sqlx::Result<u64> {
    let events =
        sqlx::query!("DELETE FROM outbox WHERE txid >= pg_snapshot_xmax(pg_current_snapshot())")
            .execute(&mut *db)
            .await?;
    sqlx::query!(
        "DELETE FROM outbox_cursors WHERE txid >= pg_snapshot_xmax(pg_current_snapshot())"
    )
    .execute(db)
    .await?;
    Ok(events.rows_affected())
}
