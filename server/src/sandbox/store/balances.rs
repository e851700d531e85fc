//! What accounts have.

use sqlx::PgConnection;

/// Adds to what an account has, also below zero; the row stays locked until the end of the transaction.
pub(in crate::sandbox) async fn add(
    db: &mut PgConnection,
    account: &str,
    currency: &str,
    amount: i64,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO sandbox.balances (account, currency, available) VALUES ($1, $2, $3)
         ON CONFLICT (account, currency) DO UPDATE SET available = balances.available + $3",
        account,
        currency,
        amount,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes from what an account has, unless there is less; says whether it did.
pub(in crate::sandbox) async fn take(
    db: &mut PgConnection,
    account: &str,
    currency: &str,
    amount: i64,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "UPDATE sandbox.balances SET available = available - $3
         WHERE account = $1 AND currency = $2 AND available >= $3",
        account,
        currency,
        amount,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Currencies and amounts, by currency.
pub(in crate::sandbox) async fn of(
    db: &mut PgConnection,
    account: &str,
) -> sqlx::Result<Vec<(String, i64)>> {
    let rows = sqlx::query!(
        "SELECT currency, available FROM sandbox.balances WHERE account = $1 ORDER BY currency",
        account,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.currency, row.available)).collect())
}
