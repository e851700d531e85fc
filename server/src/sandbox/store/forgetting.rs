//! The end of everything but the keys.

use sqlx::PgConnection;

/// Deletes every object, balance, answer, event and fault.
pub(in crate::sandbox) async fn everything(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM sandbox.deliveries").execute(&mut *db).await?;
    sqlx::query!("DELETE FROM sandbox.events").execute(&mut *db).await?;
    sqlx::query!("DELETE FROM sandbox.idempotency").execute(&mut *db).await?;
    sqlx::query!("DELETE FROM sandbox.balances").execute(&mut *db).await?;
    sqlx::query!("DELETE FROM sandbox.objects").execute(&mut *db).await?;
    sqlx::query!("DELETE FROM sandbox.faults").execute(&mut *db).await?;
    Ok(())
}
