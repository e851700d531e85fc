//! Capacity and the claims on it.
//!
//! One row per (service, date, slot) or (pool, quarter of an hour). The database refuses to sell
//! more than there is (`CHECK (booked BETWEEN 0 AND capacity)`); everything here only keeps the order
//! in which rows are touched, so that no two transactions wait for each other: rows are made in the
//! order of their keys, claims are written next, and the counters move last, in the order of ids.

mod claiming;
mod lapsing;

pub use claiming::claim;
pub use lapsing::{forget, lapsed, next_lapse, release_lapsed};

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sqlx::PgConnection;
use traveloure_core::ids::{BookingId, PoolId, RequestId, ServiceId};
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
