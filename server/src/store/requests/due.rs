//! Requests for which a moment has come. What another server works on is left to it.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::ids::{ProviderId, RequestId, UserId};

/// A request that is due.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    pub id: RequestId,
    pub user: UserId,
    pub provider: ProviderId,
    pub turn_since: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Locks up to `limit` open requests whose deadline has passed.
pub async fn lock_due(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<Due>> {
    let rows = sqlx::query!(
        "SELECT id, user_id, provider_id, turn_since, expires_at FROM booking_requests
         WHERE status IN ('pending_provider', 'counter_offered') AND expires_at <= $1
         ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED",
        now,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Due {
            id: RequestId::from(row.id),
            user: UserId::from(row.user_id),
            provider: ProviderId::from(row.provider_id),
            turn_since: row.turn_since,
            expires_at: row.expires_at,
        })
        .collect())
}

/// Locks up to `limit` open requests of which a reminder is due.
pub async fn lock_reminders(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<Due>> {
    let rows = sqlx::query!(
        "SELECT id, user_id, provider_id, turn_since, expires_at FROM booking_requests
         WHERE status IN ('pending_provider', 'counter_offered') AND next_reminder_at <= $1
           AND expires_at > $1
         ORDER BY next_reminder_at LIMIT $2 FOR UPDATE SKIP LOCKED",
        now,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Due {
            id: RequestId::from(row.id),
            user: UserId::from(row.user_id),
            provider: ProviderId::from(row.provider_id),
            turn_since: row.turn_since,
            expires_at: row.expires_at,
        })
        .collect())
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
pub async fn next_expiry(db: &mut PgConnection) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT min(expires_at) FROM booking_requests
         WHERE status IN ('pending_provider', 'counter_offered')"
    )
    .fetch_one(db)
    .await
}

/// When the next reminder is due.
pub async fn next_reminder(db: &mut PgConnection) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT min(next_reminder_at) FROM booking_requests
         WHERE status IN ('pending_provider', 'counter_offered') AND next_reminder_at IS NOT NULL"
    )
    .fetch_one(db)
    .await
}
