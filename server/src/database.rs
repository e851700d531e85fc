//! The connection to PostgreSQL and the schema it must have.

use std::time::Duration;

use sqlx::{
    PgPool,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::store::schema;

/// Every migration, in order.
pub static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    #[error("the database does not answer: {0}")]
    Unreachable(#[from] sqlx::Error),
    #[error("the database could not be brought up to date: {0}")]
    Migration(#[source] MigrateError),
    /// A newer Traveloure has migrated it.
    #[error(
        "the database is at schema {found}, which this version of traveloure does not know; nothing was \
         changed. Use the newer version"
    )]
    Newer { found: i64 },
}

/// Brings the schema up to date; on a current one this does nothing.
///
/// # Errors
/// [`DatabaseError::Newer`] where a newer program has been at work; nothing is changed then.
pub async fn migrate(options: PgConnectOptions) -> Result<(), DatabaseError> {
    let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await?;
    let outcome = MIGRATIONS.run(&pool).await;
    pool.close().await;
    outcome.map_err(|error| match error {
        MigrateError::VersionMissing(found) => DatabaseError::Newer { found },
        other => DatabaseError::Migration(other),
    })
}

/// Whether every migration that this program knows has been applied.
///
/// # Errors
/// The database does not answer.
pub async fn is_migrated(pool: &PgPool) -> sqlx::Result<bool> {
    let known = MIGRATIONS.iter().map(|migration| migration.version).max();
    Ok(schema::version(pool).await? >= known)
}

/// A pool of at most `connections` for the application.
///
/// # Errors
/// [`DatabaseError::Unreachable`].
pub async fn connect(options: PgConnectOptions, connections: u32) -> Result<PgPool, DatabaseError> {
    let options = options
        .application_name("traveloure")
        // A transaction left open would hide later events from every reader of the outbox.
        .options([("idle_in_transaction_session_timeout", "5000"), ("timezone", "UTC")]);
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(5))
        .connect_with(options)
        .await?;
    Ok(pool)
}
