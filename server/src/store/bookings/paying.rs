//! What paying, cancelling and refunding write into a booking.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, types::Json};
use traveloure_core::{
    availability::Ask,
    booking::CancelledBy,
    cancellation::Terms as CancellationTerms,
    ids::{BookingId, UserId},
    money::Money,
    payment::{Balance, Method},
};

/// How a booking is to be paid, as its traveler chose.
#[derive(Clone, Copy, Debug)]
pub struct Chosen {
    pub method: Method,
    pub balance: Option<Money>,
    pub balance_due: Option<NaiveDate>,
}

/// Writes down how a booking is to be paid.
pub async fn choose_payment(
    db: &mut PgConnection,
    id: BookingId,
    chosen: &Chosen,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE bookings
         SET payment_method = $2, balance_amount = $3, balance_due_date = $4
         WHERE id = $1",
        id.as_uuid(),
        chosen.method.as_str(),
        chosen.balance.map(Money::amount),
        chosen.balance_due,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// On which date the balance of a booking is due, local to it.
pub async fn balance_due(db: &mut PgConnection, id: BookingId) -> sqlx::Result<Option<NaiveDate>> {
    sqlx::query_scalar!(
        "SELECT balance_due_date FROM bookings WHERE id = $1 AND payment_method = 'deposit'",
        id.as_uuid()
    )
    .fetch_optional(db)
    .await
    .map(Option::flatten)
}

/// What the booking asks of the availability.
pub async fn asked(db: &mut PgConnection, id: BookingId) -> sqlx::Result<Ask> {
    let row = sqlx::query!(
        "SELECT booking_date, end_date, booking_time, travelers FROM bookings WHERE id = $1",
        id.as_uuid()
    )
    .fetch_one(db)
    .await?;
    Ok(Ask {
        date: row.booking_date,
        end_date: row.end_date,
        time: row.booking_time,
        party: crate::store::read::count(row.travelers),
    })
}

/// When the balance of a booking is charged and its traveler reminded; none where there is no balance.
#[derive(Clone, Copy, Debug)]
pub struct BalancePlan {
    pub due_at: DateTime<Utc>,
    pub reminder_at: Option<DateTime<Utc>>,
}

/// Confirms a booking: what was due now is paid, or nothing is before it takes place. Returns the new version.
pub async fn confirm(
    db: &mut PgConnection,
    id: BookingId,
    balance: Option<BalancePlan>,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "UPDATE bookings
         SET status = 'confirmed', confirmed_at = $2, updated_at = $2, version = version + 1,
             payment_status = CASE WHEN payment_method = 'pay_later' THEN 'pending' ELSE 'succeeded' END,
             deposit_paid = payment_method = 'deposit', payment_deadline = NULL,
             cancelled_at = NULL, cancelled_by = NULL, cancellation_reason = NULL,
             balance_status = CASE WHEN $3::timestamptz IS NOT NULL THEN 'scheduled' END,
             balance_due_at = $3, balance_try_at = $3, balance_reminder_at = $4
         WHERE id = $1 RETURNING version",
        id.as_uuid(),
        now,
        balance.map(|balance| balance.due_at),
        balance.and_then(|balance| balance.reminder_at),
    )
    .fetch_one(db)
    .await
}

/// The balance came in. Returns the new version.
pub async fn balance_paid(
    db: &mut PgConnection,
    id: BookingId,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "UPDATE bookings
         SET balance_paid = true, balance_status = 'paid', balance_try_at = NULL, balance_reminder_at = NULL,
             updated_at = $2, version = version + 1
         WHERE id = $1 RETURNING version",
        id.as_uuid(),
        now,
    )
    .fetch_one(db)
    .await
}

/// The balance did not come in: how it goes on. Returns the new version.
pub async fn balance_failed(
    db: &mut PgConnection,
    id: BookingId,
    status: Balance,
    try_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "UPDATE bookings
         SET balance_status = $2, balance_try_at = $3, balance_failures = balance_failures + 1,
             balance_reminder_at = NULL, updated_at = $4, version = version + 1
         WHERE id = $1 RETURNING version",
        id.as_uuid(),
        status.as_str(),
        try_at,
        now,
    )
    .fetch_one(db)
    .await
}

/// Bookings whose balance is to be tried at `now`, the longest due first.
pub async fn balances_due(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<BookingId>> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM bookings
         WHERE status = 'confirmed' AND balance_status IN ('scheduled', 'retrying') AND balance_try_at <= $1
           AND NOT is_put_off('charge_balances', id::text, $1)
         ORDER BY balance_try_at, id LIMIT $2",
        now,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(BookingId::from).collect())
}

/// Whether the balance of this booking is to be tried at `now`.
pub async fn is_balance_due(
    db: &mut PgConnection,
    id: BookingId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (
               SELECT 1 FROM bookings
               WHERE id = $1 AND status = 'confirmed' AND balance_status IN ('scheduled', 'retrying')
                 AND balance_try_at <= $2
           ) AS "due!""#,
        id.as_uuid(),
        now,
    )
    .fetch_one(db)
    .await
}

pub async fn next_balance(
    db: &mut PgConnection,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT min(balance_try_at) FROM bookings
         WHERE status = 'confirmed' AND balance_status IN ('scheduled', 'retrying')
           AND NOT is_put_off('charge_balances', id::text, $1)",
        now,
    )
    .fetch_one(db)
    .await
}

/// The balance is being tried; if nothing is heard it is looked at again at `try_at`.
pub async fn balance_tried(
    db: &mut PgConnection,
    id: BookingId,
    try_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!("UPDATE bookings SET balance_try_at = $2 WHERE id = $1", id.as_uuid(), try_at)
        .execute(db)
        .await?;
    Ok(())
}

/// A booking whose traveler is to be reminded of the balance.
#[derive(Clone, Copy, Debug)]
pub struct ToRemind {
    pub user: UserId,
    pub due_at: DateTime<Utc>,
}

/// Those of whose balance a reminder is due, the longest first.
pub async fn balance_reminders(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<BookingId>> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM bookings
         WHERE balance_reminder_at <= $1 AND balance_due_at IS NOT NULL
           AND NOT is_put_off('remind_of_balances', id::text, $1)
         ORDER BY balance_reminder_at, id LIMIT $2",
        now,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(BookingId::from).collect())
}

/// Locks a booking of whose balance a reminder is due, if it is nobody else's.
pub async fn lock_balance_reminder(
    db: &mut PgConnection,
    id: BookingId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<ToRemind>> {
    let row = sqlx::query!(
        r#"SELECT user_id, balance_due_at AS "due_at!" FROM bookings
           WHERE id = $1 AND balance_reminder_at <= $2 AND balance_due_at IS NOT NULL FOR UPDATE SKIP LOCKED"#,
        id.as_uuid(),
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| ToRemind { user: row.user_id.into(), due_at: row.due_at }))
}

pub async fn balance_reminded(
    db: &mut PgConnection,
    id: BookingId,
    next: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!("UPDATE bookings SET balance_reminder_at = $2 WHERE id = $1", id.as_uuid(), next)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn next_balance_reminder(
    db: &mut PgConnection,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT min(balance_reminder_at) FROM bookings
         WHERE balance_reminder_at IS NOT NULL AND balance_due_at IS NOT NULL
           AND NOT is_put_off('remind_of_balances', id::text, $1)",
        now,
    )
    .fetch_one(db)
    .await
}

/// Cancels a booking. Returns the new version.
pub async fn cancel(
    db: &mut PgConnection,
    id: BookingId,
    by: CancelledBy,
    reason: &str,
    refund: Option<Money>,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "UPDATE bookings
         SET status = 'cancelled', cancelled_at = $2, cancelled_by = $3, cancellation_reason = $4,
             refund_amount = $5, refund_status = CASE WHEN $5::numeric > 0 THEN 'intended' END,
             payment_deadline = NULL, balance_status = NULL, balance_try_at = NULL, balance_reminder_at = NULL,
             updated_at = $2, version = version + 1
         WHERE id = $1 RETURNING version",
        id.as_uuid(),
        now,
        by.as_str(),
        reason,
        refund.map(Money::amount),
    )
    .fetch_one(db)
    .await
}

/// The booking whose place this one has, if that was promised its money back: cancelled by its traveler, of the same
/// service, date and time, for no more people, nothing else being left of the place, and not given back yet.
pub async fn resold_by(db: &mut PgConnection, sold: BookingId) -> sqlx::Result<Option<BookingId>> {
    let found = sqlx::query_scalar!(
        "SELECT lost.id FROM bookings sold
         JOIN bookings lost ON lost.service_id = sold.service_id AND lost.booking_date = sold.booking_date
             AND lost.booking_time IS NOT DISTINCT FROM sold.booking_time
             AND lost.end_date IS NOT DISTINCT FROM sold.end_date
         WHERE sold.id = $1 AND lost.status = 'cancelled' AND lost.cancelled_by = 'user' AND lost.refund_if_resold
           AND lost.travelers <= sold.travelers AND sold.created_at > lost.cancelled_at AND lost.earned_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.booking_id = lost.id AND r.reason = 'resold')
           AND NOT EXISTS (SELECT 1 FROM claims c JOIN capacity row ON row.id = c.capacity_id
                           WHERE c.booking_id = sold.id AND c.released_at IS NULL AND row.booked < row.capacity)
         ORDER BY lost.cancelled_at, lost.id LIMIT 1",
        sold.as_uuid(),
    )
    .fetch_optional(db)
    .await?;
    Ok(found.map(BookingId::from))
}

/// Everything that was paid came back. Returns the new version.
pub async fn refunded(
    db: &mut PgConnection,
    id: BookingId,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "UPDATE bookings
         SET status = 'refunded', payment_status = 'refunded', refund_status = 'succeeded', refunded_at = $2,
             updated_at = $2, version = version + 1
         WHERE id = $1 RETURNING version",
        id.as_uuid(),
        now,
    )
    .fetch_one(db)
    .await
}

/// What a booking's cancellation is decided by.
#[derive(Clone, Debug)]
pub struct Frozen {
    pub terms: CancellationTerms,
    pub is_earned: bool,
}

/// The cancellation terms that were frozen into the booking, and whether its money was shared out already.
pub async fn frozen(db: &mut PgConnection, id: BookingId) -> sqlx::Result<Frozen> {
    let row = sqlx::query!(
        r#"SELECT cancellation AS "cancellation: Json<CancellationTerms>", earned_at IS NOT NULL AS "is_earned!"
           FROM bookings WHERE id = $1"#,
        id.as_uuid(),
    )
    .fetch_one(db)
    .await?;
    Ok(Frozen { terms: row.cancellation.0, is_earned: row.is_earned })
}
