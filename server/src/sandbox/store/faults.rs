//! Switches to fail on purpose.

use sqlx::PgConnection;

#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Stored {
    pub(in crate::sandbox) id: i64,
    pub(in crate::sandbox) operation: String,
    pub(in crate::sandbox) effect: String,
    pub(in crate::sandbox) amount: i64,
    pub(in crate::sandbox) remaining: Option<i32>,
    pub(in crate::sandbox) per_mille: i32,
}

/// Those that are not used up, oldest first.
pub(in crate::sandbox) async fn armed(db: &mut PgConnection) -> sqlx::Result<Vec<Stored>> {
    sqlx::query_as!(
        Stored,
        "SELECT id, operation, effect, amount, remaining, per_mille FROM sandbox.faults
         WHERE remaining IS NULL OR remaining > 0 ORDER BY id",
    )
    .fetch_all(db)
    .await
}

pub(in crate::sandbox) async fn insert(
    db: &mut PgConnection,
    operation: &str,
    effect: &str,
    amount: i64,
    remaining: Option<i32>,
    per_mille: i32,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "INSERT INTO sandbox.faults (operation, effect, amount, remaining, per_mille)
         VALUES ($1, $2, $3, $4, $5) RETURNING id",
        operation,
        effect,
        amount,
        remaining,
        per_mille,
    )
    .fetch_one(db)
    .await
}

/// Uses up one that is counted; says whether there was one left. Until the end of the transaction nobody else uses it.
pub(in crate::sandbox) async fn spend(db: &mut PgConnection, id: i64) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "UPDATE sandbox.faults SET remaining = remaining - 1 WHERE id = $1 AND remaining > 0",
        id,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(in crate::sandbox) async fn clear(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM sandbox.faults").execute(db).await?;
    Ok(())
}
