//! Capacity after an edit of what it follows from. Whoever calls this keeps everybody out who could claim
//! ([`super::capacity::change_rules`]); releases may go on meanwhile, which is why counters move by differences.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::ids::PoolId;

use super::read::column;

/// Gives the rows of a pool that are still to come another target, in the order of ids.
pub async fn pool(
    db: &mut PgConnection,
    pool: PoolId,
    target: u32,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        WITH locked AS MATERIALIZED (
            SELECT id FROM capacity WHERE pool_id = $1 AND bucket > $3::timestamptz - interval '15 minutes'
            ORDER BY id FOR NO KEY UPDATE
        )
        UPDATE capacity row SET target = $2, capacity = greatest($2, row.booked)
        FROM locked WHERE row.id = locked.id
        "#,
        pool.as_uuid(),
        column(target),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
