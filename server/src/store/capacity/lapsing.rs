//! Holds whose time has passed, and claims that nobody needs any more.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::ids::{ProviderId, RequestId, ServiceId};

use super::Counters;

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
