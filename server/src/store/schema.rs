//! Which migrations the database has seen.

use sqlx::PgExecutor;

/// The number of the newest one that was applied whole.
pub async fn version(db: impl PgExecutor<'_>) -> sqlx::Result<Option<i64>> {
    // Unchecked: the table is the migrator's own and not part of the migrations.
    sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
        .fetch_one(db)
        .await
}

/// Whether a migration was ever applied.
pub async fn is_there(db: impl PgExecutor<'_>) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL").fetch_one(db).await
}
