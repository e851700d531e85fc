//! Which migrations the database has seen.

use sqlx::PgPool;

/// The number of the newest one that was applied whole.
pub async fn version(pool: &PgPool) -> sqlx::Result<Option<i64>> {
    // Unchecked: the table is the migrator's own and not part of the migrations.
    sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations WHERE success")
        .fetch_one(pool)
        .await
}
