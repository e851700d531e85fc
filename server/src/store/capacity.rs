//! Capacity and the claims on it.
//!
//! One row per (service, date, slot) or (pool, quarter of an hour). The database refuses to sell
//! more than there is (`CHECK (booked BETWEEN 0 AND capacity)`); everything here only keeps the order
//! in which rows are touched, so that no two transactions wait for each other: rows are made in the
//! order of their keys, claims are written next, and the counters move last, in the order of ids.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sqlx::PgConnection;
use traveloure_core::ids::{BookingId, PoolId, ProviderId, RequestId, ServiceId};
use uuid::Uuid;

/// The name of the constraint that refuses to sell more than there is.
pub const NOT_EXCEEDED: &str = "capacity_not_exceeded";

/// One row to be claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowKey {
    pub service: Option<ServiceId>,
    pub date: Option<NaiveDate>,
    pub slot: Option<NaiveTime>,
    pub pool: Option<PoolId>,
    pub bucket: Option<DateTime<Utc>>,
}

impl RowKey {
    #[must_use]
    pub fn of_service(service: ServiceId, date: NaiveDate, slot: Option<NaiveTime>) -> Self {
        Self { service: Some(service), date: Some(date), slot, pool: None, bucket: None }
    }

    #[must_use]
    pub fn of_pool(pool: PoolId, bucket: DateTime<Utc>) -> Self {
        Self { service: None, date: None, slot: None, pool: Some(pool), bucket: Some(bucket) }
    }
}

/// What is wanted of one row, and what the rules say there is.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub key: RowKey,
    pub target: i32,
    pub quantity: i32,
}

/// Who claims.
#[derive(Clone, Copy, Debug, Default)]
pub struct Holder {
    pub request: Option<RequestId>,
    pub booking: Option<BookingId>,
    /// Until when; for good if none.
    pub until: Option<DateTime<Utc>>,
}

/// How the counters of rows will move: what is freed, then what is taken.
#[derive(Debug, Default)]
pub struct Counters(BTreeMap<Uuid, Movement>);

#[derive(Clone, Copy, Debug, Default)]
struct Movement {
    freed: i32,
    taken: i32,
}

impl Counters {
    fn free(&mut self, row: Uuid, quantity: i32) {
        self.0.entry(row).or_default().freed += quantity;
    }

    fn take(&mut self, row: Uuid, quantity: i32) {
        self.0.entry(row).or_default().taken += quantity;
    }
}

/// Keeps the rules of these services as they are until the transaction ends; many may do so at once.
pub async fn keep_rules(db: &mut PgConnection, service: ServiceId) -> sqlx::Result<()> {
    sqlx::query!(
        "SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 1))",
        service.to_string()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Waits until nobody relies on the service's rules, and keeps everybody out until the transaction ends.
pub async fn change_rules(db: &mut PgConnection, service: ServiceId) -> sqlx::Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", service.to_string())
        .execute(db)
        .await?;
    Ok(())
}

/// Claims all of `wanted`, which must be sorted by key, for `holder`. What has expired on those rows is
/// released first. The counters move when `counters` is applied, and refuse there.
pub async fn claim(
    db: &mut PgConnection,
    counters: &mut Counters,
    wanted: &[Wanted],
    holder: Holder,
    now: DateTime<Utc>,
    mut new_id: impl FnMut() -> Uuid,
) -> sqlx::Result<()> {
    if wanted.is_empty() {
        return Ok(());
    }
    let mut rows = find(db, wanted, now).await?;
    if rows.len() < wanted.len() {
        make(db, wanted, &mut new_id).await?;
        rows = find(db, wanted, now).await?;
    }
    if rows.iter().any(|row| row.has_expired) {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        release_expired(db, counters, &ids, now).await?;
    }
    let quantities: BTreeMap<RowKey, i32> =
        wanted.iter().map(|one| (one.key, one.quantity)).collect();
    let mut ids = Vec::with_capacity(rows.len());
    let mut claims = Vec::with_capacity(rows.len());
    let mut amounts = Vec::with_capacity(rows.len());
    for row in &rows {
        let quantity = quantities.get(&row.key).copied().unwrap_or(0);
        ids.push(row.id);
        claims.push(new_id());
        amounts.push(quantity);
        counters.take(row.id, quantity);
    }
    sqlx::query!(
        r#"
        INSERT INTO claims (id, capacity_id, request_id, booking_id, quantity, held_until, created_at)
        SELECT claim.id, claim.capacity_id, $4, $5, claim.quantity, $6, $7
        FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS claim (id, capacity_id, quantity)
        "#,
        &claims,
        &ids,
        &amounts,
        holder.request.map(Uuid::from),
        holder.booking.map(Uuid::from),
        holder.until,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Hands what a request holds over to the booking it became; says whether there was anything.
pub async fn hand_over(
    db: &mut PgConnection,
    request: RequestId,
    booking: BookingId,
    until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "UPDATE claims SET booking_id = $2, held_until = $3
         WHERE request_id = $1 AND released_at IS NULL AND (held_until IS NULL OR held_until > $4)",
        request.as_uuid(),
        booking.as_uuid(),
        until,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Releases what a request holds and no booking has taken over.
pub async fn release_request(
    db: &mut PgConnection,
    counters: &mut Counters,
    request: RequestId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let freed = sqlx::query!(
        "UPDATE claims SET released_at = $2
         WHERE request_id = $1 AND booking_id IS NULL AND released_at IS NULL
         RETURNING capacity_id, quantity",
        request.as_uuid(),
        now,
    )
    .fetch_all(db)
    .await?;
    for claim in freed {
        counters.free(claim.capacity_id, claim.quantity);
    }
    Ok(())
}

/// Releases what a booking holds.
pub async fn release_booking(
    db: &mut PgConnection,
    counters: &mut Counters,
    booking: BookingId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let freed = sqlx::query!(
        "UPDATE claims SET released_at = $2 WHERE booking_id = $1 AND released_at IS NULL
         RETURNING capacity_id, quantity",
        booking.as_uuid(),
        now,
    )
    .fetch_all(db)
    .await?;
    for claim in freed {
        counters.free(claim.capacity_id, claim.quantity);
    }
    Ok(())
}

/// Keeps what a booking holds for good. Returns whether anything of it was let go of before, as when its time
/// had passed and somebody else came.
pub async fn keep_for_good(db: &mut PgConnection, booking: BookingId) -> sqlx::Result<bool> {
    sqlx::query!(
        "UPDATE claims SET held_until = NULL WHERE booking_id = $1 AND released_at IS NULL",
        booking.as_uuid(),
    )
    .execute(&mut *db)
    .await?;
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM claims WHERE booking_id = $1 AND released_at IS NOT NULL) AS "lost!""#,
        booking.as_uuid(),
    )
    .fetch_one(db)
    .await
}

/// A hold that was let go of because its time had passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lapsed {
    pub service: ServiceId,
    pub provider: ProviderId,
}

/// Requests that hold something whose time has passed, the longest first. What a booking holds goes with the booking.
pub async fn lapsed(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<RequestId>> {
    let ids = sqlx::query_scalar!(
        r#"SELECT request_id AS "request_id!" FROM claims
           WHERE released_at IS NULL AND held_until <= $1 AND booking_id IS NULL AND request_id IS NOT NULL
             AND NOT is_put_off('expire_holds', request_id::text, $1)
           GROUP BY request_id ORDER BY min(held_until), request_id LIMIT $2"#,
        now,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(RequestId::from).collect())
}

/// Releases what a request holds and whose time has passed; what another server works on is left to it. None: there
/// was nothing.
pub async fn release_lapsed(
    db: &mut PgConnection,
    counters: &mut Counters,
    request: RequestId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Lapsed>> {
    let freed = sqlx::query!(
        "WITH lapsed AS (
             SELECT id FROM claims
             WHERE request_id = $2 AND released_at IS NULL AND held_until <= $1 AND booking_id IS NULL
             FOR UPDATE SKIP LOCKED
         )
         UPDATE claims SET released_at = $1
         FROM lapsed, booking_requests request
         WHERE claims.id = lapsed.id AND request.id = claims.request_id
         RETURNING claims.capacity_id, claims.quantity, request.service_id, request.provider_id",
        now,
        request.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    for claim in &freed {
        counters.free(claim.capacity_id, claim.quantity);
    }
    Ok(freed.first().map(|claim| Lapsed {
        service: ServiceId::from(claim.service_id),
        provider: ProviderId::from(claim.provider_id),
    }))
}

/// When the next hold of a request lapses.
pub async fn next_lapse(
    db: &mut PgConnection,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT min(held_until) FROM claims
         WHERE released_at IS NULL AND held_until IS NOT NULL AND booking_id IS NULL AND request_id IS NOT NULL
           AND NOT is_put_off('expire_holds', request_id::text, $1)",
        now,
    )
    .fetch_one(db)
    .await
}

/// Deletes up to `limit` claims that were released before `before` and never became a booking; returns how
/// many.
pub async fn forget(db: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "DELETE FROM claims WHERE id IN (
             SELECT id FROM claims WHERE released_at < $1 AND booking_id IS NULL
             LIMIT $2 FOR UPDATE SKIP LOCKED
         )",
        before,
        limit,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// Moves the counters, in the order of ids: the last statement of a transaction that claims.
///
/// A row that would hold more than its capacity violates [`NOT_EXCEEDED`] and undoes everything.
pub async fn move_counters(db: &mut PgConnection, counters: Counters) -> sqlx::Result<()> {
    if counters.0.is_empty() {
        return Ok(());
    }
    let rows: Vec<Uuid> = counters.0.keys().copied().collect();
    let freed: Vec<i32> = counters.0.values().map(|movement| movement.freed).collect();
    let taken: Vec<i32> = counters.0.values().map(|movement| movement.taken).collect();
    sqlx::query!(
        r#"
        WITH moved AS (
            SELECT move.id, move.freed, move.taken
            FROM unnest($1::uuid[], $2::int[], $3::int[]) AS move (id, freed, taken)
        ), locked AS MATERIALIZED (
            SELECT id FROM capacity WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE
        )
        UPDATE capacity row
        SET capacity = greatest(row.target, row.booked - moved.freed),
            booked = row.booked - moved.freed + moved.taken
        FROM moved JOIN locked USING (id)
        WHERE row.id = moved.id
        "#,
        &rows,
        &freed,
        &taken,
    )
    .execute(db)
    .await?;
    Ok(())
}

struct Found {
    id: Uuid,
    key: RowKey,
    has_expired: bool,
}

async fn find(
    db: &mut PgConnection,
    wanted: &[Wanted],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Found>> {
    let columns = Columns::of(wanted);
    let rows = sqlx::query!(
        r#"
        SELECT row.id, row.service_id, row.date, row.slot, row.pool_id, row.bucket,
               EXISTS (
                   SELECT 1 FROM claims
                   WHERE claims.capacity_id = row.id AND released_at IS NULL AND held_until <= $6
               ) AS "has_expired!"
        FROM unnest($1::uuid[], $2::date[], $3::time[]) AS want (service_id, date, slot)
        JOIN capacity row ON row.service_id = want.service_id AND row.date = want.date
            AND row.slot IS NOT DISTINCT FROM want.slot
        UNION ALL
        SELECT row.id, row.service_id, row.date, row.slot, row.pool_id, row.bucket,
               EXISTS (
                   SELECT 1 FROM claims
                   WHERE claims.capacity_id = row.id AND released_at IS NULL AND held_until <= $6
               )
        FROM unnest($4::uuid[], $5::timestamptz[]) AS want (pool_id, bucket)
        JOIN capacity row ON row.pool_id = want.pool_id AND row.bucket = want.bucket
        "#,
        &columns.services as &[Option<Uuid>],
        &columns.dates as &[Option<NaiveDate>],
        &columns.slots as &[Option<NaiveTime>],
        &columns.pools as &[Option<Uuid>],
        &columns.buckets as &[Option<DateTime<Utc>>],
        now,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Found {
                id: row.id?,
                key: RowKey {
                    service: row.service_id.map(ServiceId::from),
                    date: row.date,
                    slot: row.slot,
                    pool: row.pool_id.map(PoolId::from),
                    bucket: row.bucket,
                },
                has_expired: row.has_expired,
            })
        })
        .collect())
}

// Rows that exist already are left alone: their target is kept by whoever edits the rules.
async fn make(
    db: &mut PgConnection,
    wanted: &[Wanted],
    new_id: &mut impl FnMut() -> Uuid,
) -> sqlx::Result<()> {
    let columns = Columns::of(wanted);
    let ids: Vec<Uuid> = wanted.iter().map(|_| new_id()).collect();
    let targets: Vec<i32> = wanted.iter().map(|one| one.target).collect();
    sqlx::query!(
        r#"
        INSERT INTO capacity (id, service_id, date, slot, pool_id, bucket, target, capacity)
        SELECT want.id, want.service_id, want.date, want.slot, want.pool_id, want.bucket,
               want.target, want.target
        FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::time[], $5::uuid[], $6::timestamptz[], $7::int[])
            WITH ORDINALITY AS want (id, service_id, date, slot, pool_id, bucket, target, place)
        ORDER BY want.place
        ON CONFLICT ON CONSTRAINT capacity_key DO NOTHING
        "#,
        &ids,
        &columns.services as &[Option<Uuid>],
        &columns.dates as &[Option<NaiveDate>],
        &columns.slots as &[Option<NaiveTime>],
        &columns.pools as &[Option<Uuid>],
        &columns.buckets as &[Option<DateTime<Utc>>],
        &targets,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn release_expired(
    db: &mut PgConnection,
    counters: &mut Counters,
    rows: &[Uuid],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let freed = sqlx::query!(
        "UPDATE claims SET released_at = $2
         WHERE capacity_id = ANY ($1) AND released_at IS NULL AND held_until <= $2
         RETURNING capacity_id, quantity",
        rows,
        now,
    )
    .fetch_all(db)
    .await?;
    for claim in freed {
        counters.free(claim.capacity_id, claim.quantity);
    }
    Ok(())
}

/// The keys as the arrays that a statement takes.
struct Columns {
    services: Vec<Option<Uuid>>,
    dates: Vec<Option<NaiveDate>>,
    slots: Vec<Option<NaiveTime>>,
    pools: Vec<Option<Uuid>>,
    buckets: Vec<Option<DateTime<Utc>>>,
}

impl Columns {
    fn of(wanted: &[Wanted]) -> Self {
        Self {
            services: wanted.iter().map(|one| one.key.service.map(Uuid::from)).collect(),
            dates: wanted.iter().map(|one| one.key.date).collect(),
            slots: wanted.iter().map(|one| one.key.slot).collect(),
            pools: wanted.iter().map(|one| one.key.pool.map(Uuid::from)).collect(),
            buckets: wanted.iter().map(|one| one.key.bucket).collect(),
        }
    }
}
