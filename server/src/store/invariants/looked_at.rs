//! How much there is to look at.

use sqlx::PgConnection;

/// How many rows of each kind there are.
#[derive(Clone, Copy, Debug)]
pub struct LookedAt {
    pub capacity: i64,
    pub live_claims: i64,
    pub requests: i64,
    pub bookings: i64,
    pub entries: i64,
    pub payments: i64,
    pub refunds: i64,
    pub payouts: i64,
    pub keys: i64,
}

/// Counts them.
pub async fn looked_at(db: &mut PgConnection) -> sqlx::Result<LookedAt> {
    sqlx::query_as!(
        LookedAt,
        r#"
        SELECT (SELECT count(*) FROM capacity) AS "capacity!",
               (SELECT count(*) FROM claims WHERE released_at IS NULL) AS "live_claims!",
               (SELECT count(*) FROM booking_requests) AS "requests!",
               (SELECT count(*) FROM bookings) AS "bookings!",
               (SELECT count(*) FROM ledger_entries) AS "entries!",
               (SELECT count(*) FROM payments WHERE status = 'succeeded') AS "payments!",
               (SELECT count(*) FROM refunds) AS "refunds!",
               (SELECT count(*) FROM payouts) AS "payouts!",
               (SELECT count(*) FROM idempotency_keys) AS "keys!"
        "#
    )
    .fetch_one(db)
    .await
}
