//! Whether a demo is in the database, and the end of one that was never finished.

use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use super::read::count_of;

/// What is found of a demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Nothing,
    /// It was cut off while it was being made.
    Unfinished,
    Finished {
        providers: u32,
        requests: u32,
        bookings: u32,
    },
    /// Accounts that are not the demo's.
    Others,
}

/// Waits until nobody else makes a demo here. The lock goes with the connection, which is the database owner's.
pub async fn lock(options: &PgConnectOptions) -> sqlx::Result<PgConnection> {
    let mut db = PgConnection::connect_with(options).await?;
    sqlx::query!("SELECT pg_advisory_lock(hashtextextended('traveloure demo', 2))")
        .execute(&mut db)
        .await?;
    Ok(db)
}

/// Looks for accounts whose addresses end with `address`; the one called `last` is made last.
pub async fn found(db: &mut PgConnection, address: &str, last: &str) -> sqlx::Result<Found> {
    let people = sqlx::query!(
        r#"
        SELECT count(*) FILTER (WHERE right(lower(email), length($1)) = $1) AS "demo!",
               count(*) AS "all!",
               count(*) FILTER (WHERE lower(email) = $2) AS "last!"
        FROM users
        "#,
        address,
        last,
    )
    .fetch_one(&mut *db)
    .await?;
    if people.last == 0 {
        return Ok(match (people.all, people.demo) {
            (0, _) => Found::Nothing,
            (all, demo) if all == demo => Found::Unfinished,
            _ => Found::Others,
        });
    }
    let made = sqlx::query!(
        r#"
        SELECT (SELECT count(*) FROM service_providers) AS "providers!",
               (SELECT count(*) FROM booking_requests) AS "requests!",
               (SELECT count(*) FROM bookings) AS "bookings!"
        "#
    )
    .fetch_one(db)
    .await?;
    Ok(Found::Finished {
        providers: count_of(made.providers),
        requests: count_of(made.requests),
        bookings: count_of(made.bookings),
    })
}

/// Removes everything that the making of a demo leaves behind, the ledger too: none of it was ever anybody's money, and
/// only the database's owner can.
pub async fn clear(db: &mut PgConnection) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    sqlx::query!("ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_append_only")
        .execute(&mut *tx)
        .await?;
    sqlx::query!("DELETE FROM ledger_entries").execute(&mut *tx).await?;
    sqlx::query!("ALTER TABLE ledger_entries ENABLE TRIGGER ledger_entries_append_only")
        .execute(&mut *tx)
        .await?;
    sqlx::query!("DELETE FROM reconciliation_differences").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM reconciliation_days").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM processor_transactions").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM job_troubles").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM payout_reversals").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM payouts").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM refunds").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM payment_parts").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM payments").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM claims").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM capacity").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM booking_requests").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM bookings").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM checkouts").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM processor_customers").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM services").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM pools").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM service_providers").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM users").execute(&mut *tx).await?;
    sqlx::query!("DELETE FROM outbox").execute(&mut *tx).await?;
    tx.commit().await
}

/// Counts what the tables hold, for the planning of queries. Only the database's owner can.
pub async fn take_stock(db: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("ANALYZE bookings, capacity, claims, ledger_entries, payments")
        .execute(db)
        .await?;
    Ok(())
}
