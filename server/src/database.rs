//! The connection to PostgreSQL and the schema it must have.

use std::{cmp::Ordering, time::Duration};

use sqlx::{
    Connection, PgConnection, PgPool,
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
    /// An older one has, or none.
    #[error(
        "the database is at schema {found}, and this version of traveloure works with schema {known}; nothing was \
         changed. Start its server once, which brings it up to date"
    )]
    Older { found: i64, known: i64 },
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

/// Looks whether the schema is the one that this program works with; changes nothing.
///
/// # Errors
/// [`DatabaseError::Newer`], [`DatabaseError::Older`]; the database does not answer.
pub async fn must_be_current(db: &mut PgConnection) -> Result<(), DatabaseError> {
    let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
    let found =
        if schema::is_there(&mut *db).await? { schema::version(db).await?.unwrap_or(0) } else { 0 };
    match found.cmp(&known) {
        Ordering::Less => Err(DatabaseError::Older { found, known }),
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(DatabaseError::Newer { found }),
    }
}

/// So long an idle connection is taken to be there.
const TRUSTED: Duration = Duration::from_secs(1);

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
        // One that was in use a moment ago need not be asked whether it is there: under load that is a round trip for
        // every request.
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for >= TRUSTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options)
        .await?;
    Ok(pool)
}
