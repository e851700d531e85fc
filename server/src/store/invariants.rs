//! What must never be found: each function returns the rows that break one rule.
//!
//! They read whole tables and are for tests and for an operator's check, never for a request.

mod looked_at;
mod money;
mod rights;

pub use looked_at::{LookedAt, looked_at};
pub use money::{
    booked_twice, currencies_mixed, ledger_unbalanced, paid_twice, payable_forgotten, payments_off,
    payouts_early, payouts_over, refunds_off, refunds_over,
};
pub use rights::unprotected;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use futures_util::TryStreamExt;
use sqlx::{Connection, PgConnection, Postgres, Transaction, postgres::PgConnectOptions};
use uuid::Uuid;

/// The name under which servers are connected.
const SERVER: &str = "traveloure";

/// A connection of the check's own, told from a server's by its name. It ends with the value.
pub async fn connect(options: &PgConnectOptions) -> sqlx::Result<PgConnection> {
    let options = options.clone().application_name("traveloure check");
    PgConnection::connect_with(&options.options([("timezone", "UTC")])).await
}

/// A transaction in which all that is read is of one moment, and nothing can be written. It waits for nobody and
/// holds nobody up, but for a migration.
pub async fn snapshot(db: &mut PgConnection) -> sqlx::Result<Transaction<'_, Postgres>> {
    db.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await
}

/// Whether a server is connected to this database.
pub async fn is_served(db: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (SELECT 1 FROM pg_stat_activity
                       WHERE datname = current_database() AND application_name = $1) AS "is_served!"
        "#,
        SERVER,
    )
    .fetch_one(db)
    .await
}

/// When something happened last; none where nothing has.
pub async fn last_event(db: &mut PgConnection) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("SELECT max(created_at) FROM outbox").fetch_one(db).await
}

/// A row that breaks a rule, and in which way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub id: Uuid,
    pub how: String,
}

/// Rows of capacity that have sold more than they have, or offer other than what the rules want.
pub async fn capacity_exceeded(db: &mut PgConnection) -> sqlx::Result<Vec<Broken>> {
    sqlx::query_as!(
        Broken,
        r#"
        SELECT id, format('%s booked of %s, and the rules want %s', booked, capacity, target) AS "how!"
        FROM capacity
        WHERE booked < 0 OR booked > capacity OR capacity <> greatest(target, booked)
        ORDER BY id
        "#
    )
    .fetch_all(db)
    .await
}

/// Rows of capacity whose counter is not the sum of their live claims.
pub async fn counters_off(db: &mut PgConnection) -> sqlx::Result<Vec<Broken>> {
    sqlx::query_as!(
        Broken,
        r#"
        SELECT row.id, format('%s booked, live claims are %s', row.booked, live.claimed) AS "how!"
        FROM capacity row
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(quantity), 0) AS claimed FROM claims
            WHERE capacity_id = row.id AND released_at IS NULL
        ) live
        WHERE row.booked <> live.claimed
        ORDER BY row.id
        "#
    )
    .fetch_all(db)
    .await
}

/// Live claims that ran out before `before`, or whose request or booking holds nothing any more:
/// `holding` are the statuses in which a booking takes up capacity.
pub async fn claims_outlived(
    db: &mut PgConnection,
    before: DateTime<Utc>,
    holding: &[String],
) -> sqlx::Result<Vec<Broken>> {
    sqlx::query_as!(
        Broken,
        r#"
        SELECT claim.id,
               format('held until %s by request %s (%s), booking %s (%s)', claim.held_until,
                      claim.request_id, request.status, claim.booking_id, booking.status) AS "how!"
        FROM claims claim
        LEFT JOIN bookings booking ON booking.id = claim.booking_id
        LEFT JOIN booking_requests request ON request.id = claim.request_id
        WHERE claim.released_at IS NULL
          AND (claim.held_until < $1
               OR booking.status <> ALL ($2)
               OR (claim.booking_id IS NULL AND request.status <> 'counter_offered'))
        ORDER BY claim.id
        "#,
        before,
        holding,
    )
    .fetch_all(db)
    .await
}

/// Bookings that take up capacity and whose claims are not for each of their dates, and no others: the
/// nights of a stay, else the one date. A toggle claims no dates.
pub async fn dates_not_claimed(
    db: &mut PgConnection,
    holding: &[String],
) -> sqlx::Result<Vec<Broken>> {
    sqlx::query_as!(
        Broken,
        r#"
        SELECT booking.id, format('booked %s, claimed %s', booked.dates, claimed.dates) AS "how!"
        FROM bookings booking
        JOIN provider_availability rules ON rules.service_id = booking.service_id
        CROSS JOIN LATERAL (
            SELECT array_agg(booking.booking_date + night ORDER BY night) AS dates
            FROM generate_series(
                0, coalesce(booking.end_date, booking.booking_date + 1) - booking.booking_date - 1
            ) AS night
        ) booked
        CROSS JOIN LATERAL (
            SELECT array_agg(DISTINCT row.date ORDER BY row.date) AS dates
            FROM claims claim JOIN capacity row ON row.id = claim.capacity_id
            WHERE claim.booking_id = booking.id AND claim.released_at IS NULL
              AND row.service_id = booking.service_id
        ) claimed
        WHERE booking.status = ANY ($1) AND rules.availability_type <> 'toggle'
          AND booked.dates IS DISTINCT FROM claimed.dates
        ORDER BY booking.id
        "#,
        holding,
    )
    .fetch_all(db)
    .await
}

/// Bookings whose amounts do not add up.
pub async fn amounts_off(db: &mut PgConnection) -> sqlx::Result<Vec<Broken>> {
    sqlx::query_as!(
        Broken,
        r#"
        SELECT id,
               format('service %s, fee %s, payout %s, expert %s, total %s', service_amount, platform_fee,
                      provider_payout, expert_fee, total_amount) AS "how!"
        FROM bookings
        WHERE provider_payout + platform_fee <> service_amount
           OR total_amount <> service_amount + expert_fee
        ORDER BY id
        "#
    )
    .fetch_all(db)
    .await
}

/// Requests whose rounds do not alternate from the traveler on, are not counted right, or do not end in
/// the terms on the table.
pub async fn rounds_off(db: &mut PgConnection) -> sqlx::Result<Vec<Broken>> {
    sqlx::query_as!(
        Broken,
        r#"
        SELECT request.id,
               format('%s rounds on the table, %s kept, %s out of turn, terms as in the last: %s',
                      request.rounds, said.many, said.out_of_turn, said.same_terms) AS "how!"
        FROM booking_requests request
        CROSS JOIN LATERAL (
            SELECT count(*) AS many,
                   count(*) FILTER (WHERE (by = 'traveler') <> (number % 2 = 1)) AS out_of_turn,
                   coalesce(bool_or((date, end_date, time, travelers, price)
                       IS NOT DISTINCT FROM (request.terms_date, request.terms_end_date,
                           request.terms_time, request.terms_travelers, request.terms_price))
                       FILTER (WHERE number = request.rounds), false) AS same_terms
            FROM request_rounds WHERE request_id = request.id
        ) said
        WHERE said.many <> request.rounds OR said.out_of_turn > 0 OR NOT said.same_terms
           OR (request.status = 'pending_provider' AND request.rounds % 2 = 0)
           OR (request.status = 'counter_offered' AND request.rounds % 2 = 1)
        ORDER BY request.id
        "#
    )
    .fetch_all(db)
    .await
}

/// Where something stands, and the events of how it got there, oldest first.
#[derive(Clone, Debug)]
pub struct History {
    pub id: Uuid,
    pub status: String,
    pub kinds: Vec<String>,
    /// Older than the oldest event that is kept: the history may lack its beginning.
    pub is_cut: bool,
}

/// Tells of every request how it came to where it stands, one after the other.
pub async fn request_histories(
    db: &mut PgConnection,
    mut tell: impl FnMut(History) + Send,
) -> sqlx::Result<()> {
    let mut rows = sqlx::query_as!(
        History,
        r#"
        SELECT request.id, request.status, coalesce(told.kinds, '{}') AS "kinds!",
               coalesce(request.created_at < oldest.created_at, true) AS "is_cut!"
        FROM booking_requests request
        CROSS JOIN (SELECT min(created_at) AS created_at FROM outbox) oldest
        LEFT JOIN (
            -- Drawn while the row was locked, ids are in the order of its changes; transaction ids need not be.
            SELECT subject, array_agg(kind ORDER BY id) AS kinds FROM outbox GROUP BY subject
        ) told ON told.subject = request.id
        ORDER BY request.id
        "#
    )
    .fetch(db);
    while let Some(history) = rows.try_next().await? {
        tell(history);
    }
    Ok(())
}

/// Tells of every booking how it came to where it stands, one after the other.
pub async fn booking_histories(
    db: &mut PgConnection,
    mut tell: impl FnMut(History) + Send,
) -> sqlx::Result<()> {
    let mut rows = sqlx::query_as!(
        History,
        r#"
        SELECT booking.id, booking.status, coalesce(told.kinds, '{}') AS "kinds!",
               coalesce(booking.created_at < oldest.created_at, true) AS "is_cut!"
        FROM bookings booking
        CROSS JOIN (SELECT min(created_at) AS created_at FROM outbox) oldest
        LEFT JOIN (
            SELECT subject, array_agg(kind ORDER BY id) AS kinds FROM outbox GROUP BY subject
        ) told ON told.subject = booking.id
        ORDER BY booking.id
        "#
    )
    .fetch(db);
    while let Some(history) = rows.try_next().await? {
        tell(history);
    }
    Ok(())
}

/// Requests that are open although their deadline passed before `before`.
pub async fn requests_overdue(
    db: &mut PgConnection,
    before: DateTime<Utc>,
) -> sqlx::Result<Vec<Broken>> {
    sqlx::query_as!(
        Broken,
        r#"
        SELECT id, format('%s, expired at %s', status, expires_at) AS "how!"
        FROM booking_requests
        WHERE status IN ('pending_provider', 'counter_offered') AND expires_at < $1
        ORDER BY expires_at, id
        "#,
        before,
    )
    .fetch_all(db)
    .await
}

/// A local date and time, its zone, and the instant that is stored for it.
#[derive(Clone, Debug)]
pub struct Start {
    pub id: Uuid,
    pub date: NaiveDate,
    pub time: Option<NaiveTime>,
    pub zone: String,
    pub starts_at: DateTime<Utc>,
}

/// Tells of every booking when it starts, one after the other.
pub async fn starts(db: &mut PgConnection, mut tell: impl FnMut(Start) + Send) -> sqlx::Result<()> {
    let mut rows = sqlx::query_as!(
        Start,
        "SELECT id, booking_date AS date, booking_time AS time, zone, starts_at FROM bookings ORDER BY id"
    )
    .fetch(db);
    while let Some(start) = rows.try_next().await? {
        tell(start);
    }
    Ok(())
}

/// Keys under which more than one request was answered.
pub async fn keys_reused(db: &mut PgConnection) -> sqlx::Result<Vec<Broken>> {
    sqlx::query_as!(
        Broken,
        r#"
        SELECT user_id AS id, format('%s requests were answered under one key to %s', count(*), route) AS "how!"
        FROM idempotency_keys GROUP BY user_id, route, key HAVING count(*) > 1
        ORDER BY user_id, route
        "#
    )
    .fetch_all(db)
    .await
}
