//! Bookings that were not paid in time.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::ids::{BookingId, ProviderId, ServiceId, UserId};

/// A booking whose time to be paid has passed.
#[derive(Clone, Copy, Debug)]
pub struct Unpaid {
    pub user: UserId,
    pub provider: ProviderId,
    pub service: ServiceId,
}

/// Bookings that wait for their payment past its deadline, the longest first.
pub async fn unpaid(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<BookingId>> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM bookings
         WHERE status = 'pending_payment' AND payment_deadline <= $1
           AND NOT is_put_off('cancel_unpaid', id::text, $1)
         ORDER BY payment_deadline LIMIT $2",
        now,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(BookingId::from).collect())
}

/// Locks a booking that waits for its payment past its deadline, if it is nobody else's.
pub async fn lock_unpaid(
    db: &mut PgConnection,
    id: BookingId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Unpaid>> {
    let row = sqlx::query!(
        "SELECT user_id, provider_id, service_id FROM bookings
         WHERE id = $1 AND status = 'pending_payment' AND payment_deadline <= $2 FOR UPDATE SKIP LOCKED",
        id.as_uuid(),
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Unpaid {
        user: UserId::from(row.user_id),
        provider: ProviderId::from(row.provider_id),
        service: ServiceId::from(row.service_id),
    }))
}

/// When the next payment deadline is.
pub async fn next_unpaid(
    db: &mut PgConnection,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT min(payment_deadline) FROM bookings
         WHERE status = 'pending_payment' AND NOT is_put_off('cancel_unpaid', id::text, $1)",
        now,
    )
    .fetch_one(db)
    .await
}

/// Cancels a booking that was not paid in time. Returns the new version.
pub async fn cancel_unpaid(
    db: &mut PgConnection,
    id: BookingId,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "UPDATE bookings
         SET status = 'cancelled', cancelled_at = $2, cancelled_by = 'system',
             cancellation_reason = 'not paid in time', payment_status = 'failed', updated_at = $2,
             version = version + 1
         WHERE id = $1 RETURNING version",
        id.as_uuid(),
        now,
    )
    .fetch_one(db)
    .await
}
