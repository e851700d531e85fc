//! Disputes: payments that a cardholder objects to at their bank.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use traveloure_core::{
    ids::{BookingId, PaymentId},
    money::{Currency, Money},
};
use uuid::Uuid;

use super::read::corrupt;
use crate::error::AppResult;

/// A dispute as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub is_open: bool,
    /// The bank has taken the money; it may only ask at first.
    pub money_taken: bool,
    /// What each booking of the payment has to do with it.
    pub parts: Vec<(BookingId, Money)>,
}

/// Writes a dispute down as open.
pub async fn insert(
    db: &mut PgConnection,
    id: &str,
    charge: &str,
    payment: PaymentId,
    amount: Money,
    parts: &[(BookingId, Money)],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO disputes (id, charge_id, payment_id, amount, currency, status, opened_at)
         VALUES ($1, $2, $3, $4, $5, 'open', $6)",
        id,
        charge,
        payment.as_uuid(),
        amount.amount(),
        amount.currency().code(),
        now,
    )
    .execute(&mut *db)
    .await?;
    let bookings: Vec<Uuid> = parts.iter().map(|(booking, _)| booking.as_uuid()).collect();
    let amounts: Vec<Decimal> = parts.iter().map(|(_, amount)| amount.amount()).collect();
    sqlx::query!(
        "INSERT INTO dispute_parts (dispute_id, booking_id, amount)
         SELECT $1, part.booking_id, part.amount FROM unnest($2::uuid[], $3::numeric[]) AS part (booking_id, amount)
         WHERE part.amount > 0",
        id,
        &bookings,
        &amounts,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The dispute that the processor knows by this id, locked. Its bookings must be locked before.
pub async fn lock(db: &mut PgConnection, id: &str) -> AppResult<Option<Stored>> {
    let found = sqlx::query!(
        "SELECT status, currency, money_taken FROM disputes WHERE id = $1 FOR UPDATE",
        id
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = found else { return Ok(None) };
    let currency: Currency =
        row.currency.parse().map_err(|error| corrupt("currency", id, error))?;
    let parts = sqlx::query!(
        "SELECT booking_id, amount FROM dispute_parts WHERE dispute_id = $1 ORDER BY booking_id",
        id
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(|part| {
        let amount =
            Money::try_new(part.amount, currency).map_err(|error| corrupt("part", id, error))?;
        Ok((part.booking_id.into(), amount))
    })
    .collect::<AppResult<_>>()?;
    Ok(Some(Stored { is_open: row.status == "open", money_taken: row.money_taken, parts }))
}

pub async fn money_taken(db: &mut PgConnection, id: &str) -> sqlx::Result<()> {
    sqlx::query!("UPDATE disputes SET money_taken = true WHERE id = $1", id).execute(db).await?;
    Ok(())
}

/// The bank has decided.
pub async fn close(
    db: &mut PgConnection,
    id: &str,
    is_won: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE disputes SET status = CASE WHEN $2 THEN 'won' ELSE 'lost' END, closed_at = $3 WHERE id = $1",
        id,
        is_won,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether a dispute about the booking is open.
pub async fn is_open_about(db: &mut PgConnection, booking: BookingId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM dispute_parts part JOIN disputes d ON d.id = part.dispute_id
                          WHERE part.booking_id = $1 AND d.status = 'open') AS "is_open!""#,
        booking.as_uuid(),
    )
    .fetch_one(db)
    .await
}

/// What each booking of a payment still has on its charge, in the order of their ids: what was given back by hand is
/// there as before, and a bank can take it.
pub async fn left_of_payment(
    db: &mut PgConnection,
    payment: PaymentId,
) -> sqlx::Result<Vec<(BookingId, Decimal)>> {
    let rows = sqlx::query!(
        r#"SELECT part.booking_id, part.amount - coalesce((
                      SELECT sum(r.amount) FROM refunds r
                      WHERE r.payment_id = part.payment_id AND r.booking_id = part.booking_id
                        AND r.status IN ('pending', 'succeeded') AND r.given_back_by IS NULL), 0) AS "left!"
           FROM payment_parts part WHERE part.payment_id = $1 ORDER BY part.booking_id"#,
        payment.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.booking_id.into(), row.left)).collect())
}
