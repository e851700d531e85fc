//! Bookings that are over: completing them, and whose their money is then.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, postgres::types::PgInterval};
use traveloure_core::ids::BookingId;
use uuid::Uuid;

/// Up to `limit` confirmed bookings that are over and paid for, the longest first.
pub async fn ended(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<BookingId>> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM bookings
         WHERE status = 'confirmed' AND ends_at <= $1 AND coalesce(balance_status, 'paid') = 'paid'
           AND NOT is_put_off('complete_bookings', id::text, $1)
         ORDER BY ends_at, id LIMIT $2",
        now,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(BookingId::from).collect())
}

/// Locks a confirmed booking that is over and paid for; says whether it was one, and nobody else's.
pub async fn lock_ended(
    db: &mut PgConnection,
    id: BookingId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let found = sqlx::query_scalar!(
        "SELECT id FROM bookings
         WHERE id = $1 AND status = 'confirmed' AND ends_at <= $2 AND coalesce(balance_status, 'paid') = 'paid'
         FOR UPDATE SKIP LOCKED",
        id.as_uuid(),
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(found.is_some())
}

/// When the next booking ends that can be completed then.
pub async fn next_end(
    db: &mut PgConnection,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT min(ends_at) FROM bookings
         WHERE status = 'confirmed' AND coalesce(balance_status, 'paid') = 'paid'
           AND NOT is_put_off('complete_bookings', id::text, $1)",
        now,
    )
    .fetch_one(db)
    .await
}

/// It took place. Returns the new version.
pub async fn complete(
    db: &mut PgConnection,
    id: BookingId,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "UPDATE bookings SET status = 'completed', completed_at = $2, updated_at = $2, version = version + 1
         WHERE id = $1 RETURNING version",
        id.as_uuid(),
        now,
    )
    .fetch_one(db)
    .await
}

/// Bookings whose money is to be shared out: completed ones, and cancelled ones that something was paid for, `hold`
/// after they would have ended. While a dispute is open its bookings wait.
pub async fn unearned(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    hold: TimeDelta,
    limit: i64,
) -> sqlx::Result<Vec<BookingId>> {
    let ids = sqlx::query_scalar!(
        "SELECT b.id FROM bookings b
         WHERE b.earned_at IS NULL
           AND (b.status = 'completed' OR (b.status = 'cancelled' AND b.payment_status = 'succeeded'))
           AND (b.status = 'completed' OR b.ends_at <= $1)
           AND NOT EXISTS (SELECT 1 FROM dispute_parts part JOIN disputes d ON d.id = part.dispute_id
                           WHERE part.booking_id = b.id AND d.status = 'open')
           AND NOT is_put_off('share_out', b.id::text, $3)
         ORDER BY b.ends_at, b.id LIMIT $2",
        now - hold,
        limit,
        now,
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(BookingId::from).collect())
}

/// Locks a booking whose money is to be shared out; says whether it was one, and nobody else's.
pub async fn lock_unearned(
    db: &mut PgConnection,
    id: BookingId,
    now: DateTime<Utc>,
    hold: TimeDelta,
) -> sqlx::Result<bool> {
    let found = sqlx::query_scalar!(
        "SELECT b.id FROM bookings b
         WHERE b.id = $1 AND b.earned_at IS NULL
           AND (b.status = 'completed' OR (b.status = 'cancelled' AND b.payment_status = 'succeeded'))
           AND (b.status = 'completed' OR b.ends_at <= $2)
           AND NOT EXISTS (SELECT 1 FROM dispute_parts part JOIN disputes d ON d.id = part.dispute_id
                           WHERE part.booking_id = b.id AND d.status = 'open')
         FOR UPDATE OF b SKIP LOCKED",
        id.as_uuid(),
        now - hold,
    )
    .fetch_optional(db)
    .await?;
    Ok(found.is_some())
}

/// When the next cancelled booking's retained money is to be shared out.
pub async fn next_unearned(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    hold: TimeDelta,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT min(b.ends_at) + $1 FROM bookings b
         WHERE b.earned_at IS NULL AND b.status = 'cancelled' AND b.payment_status = 'succeeded'
           AND NOT is_put_off('share_out', b.id::text, $2)",
        interval(hold),
        now,
    )
    .fetch_one(db)
    .await
}

fn interval(span: TimeDelta) -> PgInterval {
    PgInterval { months: 0, days: 0, microseconds: span.num_microseconds().unwrap_or(i64::MAX) }
}

/// Its money was shared out.
pub async fn earned(db: &mut PgConnection, id: BookingId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("UPDATE bookings SET earned_at = $2 WHERE id = $1", id.as_uuid(), now)
        .execute(db)
        .await?;
    Ok(())
}

/// What decides how a booking's money is shared out.
#[derive(Clone, Copy, Debug)]
pub struct Ending {
    pub ends_at: DateTime<Utc>,
    /// The traveler paid the provider, on site.
    pub on_site: bool,
}

pub async fn ending(db: &mut PgConnection, id: BookingId) -> sqlx::Result<Ending> {
    sqlx::query_as!(
        Ending,
        r#"SELECT ends_at, coalesce(payment_method = 'pay_later', false) AS "on_site!" FROM bookings WHERE id = $1"#,
        id.as_uuid(),
    )
    .fetch_one(db)
    .await
}

/// Which of these bookings are paid to the provider when their travelers are there.
pub async fn paid_on_site(
    db: &mut PgConnection,
    ids: &[BookingId],
) -> sqlx::Result<Vec<BookingId>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
    let found = sqlx::query_scalar!(
        "SELECT id FROM bookings WHERE id = ANY ($1) AND payment_method = 'pay_later'
           AND status IN ('confirmed', 'completed')",
        &ids,
    )
    .fetch_all(db)
    .await?;
    Ok(found.into_iter().map(BookingId::from).collect())
}
