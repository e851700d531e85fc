//! Who is a customer of the processor's.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::ids::UserId;

/// The processor's customer for a user.
pub async fn customer(db: &mut PgConnection, user: UserId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "SELECT customer_id FROM processor_customers WHERE user_id = $1",
        user.as_uuid()
    )
    .fetch_optional(db)
    .await
}

/// Keeps the processor's customer; the first one stays.
pub async fn keep_customer(
    db: &mut PgConnection,
    user: UserId,
    customer: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO processor_customers (user_id, customer_id, created_at) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING",
        user.as_uuid(),
        customer,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
