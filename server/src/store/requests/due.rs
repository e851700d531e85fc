//! Requests for which a moment has come. What another server works on is left to it.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::ids::{ProviderId, RequestId, UserId};

/// A request that is due.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    pub user: UserId,
    pub provider: ProviderId,
    pub turn_since: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Open requests whose deadline has passed, the longest first.
pub async fn expired(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<RequestId>> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM booking_requests
         WHERE status IN ('pending_provider', 'counter_offered') AND expires_at <= $1
           AND NOT is_put_off('expire_requests', id::text, $1)
         ORDER BY expires_at LIMIT $2",
        now,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(RequestId::from).collect())
}

/// Locks a request whose deadline has passed, if it is open still and nobody else's.
pub async fn lock_expired(
    db: &mut PgConnection,
    id: RequestId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Due>> {
    let row = sqlx::query!(
        "SELECT user_id, provider_id, turn_since, expires_at FROM booking_requests
         WHERE id = $1 AND status IN ('pending_provider', 'counter_offered') AND expires_at <= $2
         FOR UPDATE SKIP LOCKED",
        id.as_uuid(),
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Due {
        user: UserId::from(row.user_id),
        provider: ProviderId::from(row.provider_id),
        turn_since: row.turn_since,
        expires_at: row.expires_at,
    }))
}

/// Open requests of which a reminder is due, the longest first.
pub async fn to_remind(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<RequestId>> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM booking_requests
         WHERE status IN ('pending_provider', 'counter_offered') AND next_reminder_at <= $1 AND expires_at > $1
           AND NOT is_put_off('remind', id::text, $1)
         ORDER BY next_reminder_at LIMIT $2",
        now,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(RequestId::from).collect())
}

/// Locks an open request of which a reminder is due, if it is nobody else's.
pub async fn lock_reminder(
    db: &mut PgConnection,
    id: RequestId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Due>> {
    let row = sqlx::query!(
        "SELECT user_id, provider_id, turn_since, expires_at FROM booking_requests
         WHERE id = $1 AND status IN ('pending_provider', 'counter_offered') AND next_reminder_at <= $2
           AND expires_at > $2
         FOR UPDATE SKIP LOCKED",
        id.as_uuid(),
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Due {
        user: UserId::from(row.user_id),
        provider: ProviderId::from(row.provider_id),
        turn_since: row.turn_since,
        expires_at: row.expires_at,
    }))
}

/// Sets the next reminder, or none.
pub async fn reminded(
    db: &mut PgConnection,
    id: RequestId,
    next: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE booking_requests SET next_reminder_at = $2 WHERE id = $1",
        id.as_uuid(),
        next
    )
    .execute(db)
    .await?;
    Ok(())
}

/// When the next request expires.
pub async fn next_expiry(
    db: &mut PgConnection,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT min(expires_at) FROM booking_requests
         WHERE status IN ('pending_provider', 'counter_offered')
           AND NOT is_put_off('expire_requests', id::text, $1)",
        now,
    )
    .fetch_one(db)
    .await
}

/// When the next reminder is due.
pub async fn next_reminder(
    db: &mut PgConnection,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT min(next_reminder_at) FROM booking_requests
         WHERE status IN ('pending_provider', 'counter_offered') AND next_reminder_at IS NOT NULL
           AND expires_at > $1 AND NOT is_put_off('remind', id::text, $1)",
        now,
    )
    .fetch_one(db)
    .await
}
