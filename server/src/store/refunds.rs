//! Refunds: money on its way back, each over one payment.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use traveloure_core::{
    api::cancel::{Refund, RefundStatus},
    asking::Asking,
    ids::{BookingId, PaymentId, RefundId, UserId},
    money::{Currency, Money},
    refund::Reason,
};
use uuid::Uuid;

use super::read::{column, corrupt, count, enumerated};
use crate::error::AppResult;

/// A refund as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub id: RefundId,
    pub booking: BookingId,
    pub payment: PaymentId,
    pub amount: Money,
    pub status: RefundStatus,
    pub attempt: u32,
    /// The processor's own id.
    pub reference: Option<String>,
    /// Whether everybody had their share of it already.
    pub of_earned: bool,
    pub failure: Option<String>,
    /// How often the processor was asked for it in vain.
    pub looks: u32,
    /// The one that failed, where this one is made in its stead.
    pub follows: Option<RefundId>,
    /// Which one in the row of those that follow each other.
    pub tries: u32,
    pub created_at: DateTime<Utc>,
}

impl Stored {
    /// How often the processor was asked for it.
    #[must_use]
    pub const fn asking(&self) -> Asking {
        Asking { since: self.created_at, in_vain: self.looks, attempt: self.attempt }
    }

    #[must_use]
    pub fn to_refund(&self) -> Refund {
        Refund {
            id: self.id,
            booking_id: self.booking,
            payment_id: self.payment,
            amount: self.amount,
            status: self.status,
            failure: self.failure.clone(),
            created_at: self.created_at,
        }
    }
}

/// What one payment brought a booking and what of it can still go back.
#[derive(Clone, Copy, Debug)]
pub struct Refundable {
    pub payment: PaymentId,
    pub left: Money,
}

/// The succeeded payments of a booking with what is left of them for it, the newest first. The booking must be
/// locked, so that nobody gives the same money back twice.
pub async fn refundable(
    db: &mut PgConnection,
    booking: BookingId,
    currency: Currency,
) -> AppResult<Vec<Refundable>> {
    let rows = sqlx::query!(
        r#"SELECT p.id, part.amount - coalesce((
                      SELECT sum(r.amount) FROM refunds r
                      WHERE r.payment_id = p.id AND r.booking_id = part.booking_id AND r.status <> 'failed'
                  ), 0) - coalesce((
                      SELECT sum(away.amount) FROM dispute_parts away JOIN disputes d ON d.id = away.dispute_id
                      WHERE d.payment_id = p.id AND away.booking_id = part.booking_id
                        AND d.money_taken AND d.status <> 'won'
                  ), 0) AS "left!"
           FROM payment_parts part JOIN payments p ON p.id = part.payment_id
           WHERE part.booking_id = $1 AND p.status = 'succeeded'
           ORDER BY p.succeeded_at DESC, p.id DESC"#,
        booking.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let left = Money::try_new(row.left, currency)
                .map_err(|error| corrupt("what is left", row.id, error))?;
            Ok(Refundable { payment: row.id.into(), left })
        })
        .collect()
}

/// Whether the payment of a refund that failed still has for its booking what it was to give back. The booking must be
/// locked.
pub async fn is_left(db: &mut PgConnection, failed: &Stored) -> AppResult<bool> {
    let left = refundable(db, failed.booking, failed.amount.currency()).await?;
    Ok(left.iter().any(|source| {
        source.payment == failed.payment && source.left.amount() >= failed.amount.amount()
    }))
}

pub async fn insert(
    db: &mut PgConnection,
    refund: &Stored,
    reason: Reason,
    look_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO refunds (id, booking_id, payment_id, amount, currency, reason, status, of_earned, look_at,
                              follows, tries, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'intended', $7, $8, $9, $10, $11, $11)",
        refund.id.as_uuid(),
        refund.booking.as_uuid(),
        refund.payment.as_uuid(),
        refund.amount.amount(),
        refund.amount.currency().code(),
        reason.as_str(),
        refund.of_earned,
        look_at,
        refund.follows.map(Uuid::from),
        column(refund.tries),
        refund.created_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Who paid a refund in another way than over its card, and what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Hand<'a> {
    pub user: UserId,
    pub reference: &'a str,
    pub note: &'a str,
}

/// Writes down a refund that was paid by hand: it has gone through.
pub async fn insert_given_back(
    db: &mut PgConnection,
    refund: &Stored,
    reason: Reason,
    hand: &Hand<'_>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO refunds (id, booking_id, payment_id, amount, currency, reason, status, of_earned, follows, tries,
                              given_back_by, given_back_reference, given_back_note, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'succeeded', $7, $8, $9, $10, $11, $12, $13, $13)",
        refund.id.as_uuid(),
        refund.booking.as_uuid(),
        refund.payment.as_uuid(),
        refund.amount.amount(),
        refund.amount.currency().code(),
        reason.as_str(),
        refund.of_earned,
        refund.follows.map(Uuid::from),
        column(refund.tries),
        hand.user.as_uuid(),
        hand.reference,
        hand.note,
        refund.created_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Why the money goes back.
pub async fn reason(db: &mut PgConnection, id: RefundId) -> AppResult<Reason> {
    let word = sqlx::query_scalar!("SELECT reason FROM refunds WHERE id = $1", id.as_uuid())
        .fetch_one(db)
        .await?;
    enumerated("reason", id, &word)
}

#[derive(Debug)]
struct Raw {
    id: Uuid,
    booking_id: Uuid,
    payment_id: Uuid,
    amount: Decimal,
    currency: String,
    status: String,
    attempt: i32,
    refund_id: Option<String>,
    of_earned: bool,
    failure: Option<String>,
    looks: i32,
    follows: Option<Uuid>,
    tries: i32,
    created_at: DateTime<Utc>,
}

macro_rules! select_refunds {
    ($rest:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Raw,
            "SELECT id, booking_id, payment_id, amount, currency, status, attempt, refund_id, of_earned, failure,
                    looks, follows, tries, created_at
             FROM refunds " + $rest,
            $($argument),+
        )
    };
}

pub async fn get(db: &mut PgConnection, id: RefundId) -> AppResult<Option<Stored>> {
    select_refunds!("WHERE id = $1", id.as_uuid()).fetch_optional(db).await?.map(stored).transpose()
}

/// The refund, locked until the transaction ends.
pub async fn lock(db: &mut PgConnection, id: RefundId) -> AppResult<Option<Stored>> {
    select_refunds!("WHERE id = $1 FOR UPDATE", id.as_uuid())
        .fetch_optional(db)
        .await?
        .map(stored)
        .transpose()
}

/// The refund that was made in the stead of this one.
pub async fn follower(db: &mut PgConnection, id: RefundId) -> AppResult<Option<Stored>> {
    select_refunds!("WHERE follows = $1", id.as_uuid())
        .fetch_optional(db)
        .await?
        .map(stored)
        .transpose()
}

/// The refunds of a booking, oldest first.
pub async fn of_booking(db: &mut PgConnection, booking: BookingId) -> AppResult<Vec<Stored>> {
    select_refunds!("WHERE booking_id = $1 ORDER BY created_at, id", booking.as_uuid())
        .fetch_all(db)
        .await?
        .into_iter()
        .map(stored)
        .collect()
}

/// The refund that the processor knows by this id.
pub async fn by_reference(db: &mut PgConnection, reference: &str) -> AppResult<Option<Stored>> {
    select_refunds!("WHERE refund_id = $1", reference)
        .fetch_optional(db)
        .await?
        .map(stored)
        .transpose()
}

pub async fn to_look_at(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<RefundId>> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM refunds
         WHERE look_at <= $1 AND NOT is_put_off('settle_refunds', id::text, $1) ORDER BY look_at, id LIMIT $2",
        now,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(RefundId::from).collect())
}

pub async fn next_look(
    db: &mut PgConnection,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT min(look_at) FROM refunds
         WHERE look_at IS NOT NULL AND NOT is_put_off('settle_refunds', id::text, $1)",
        now,
    )
    .fetch_one(db)
    .await
}

pub async fn moved(
    db: &mut PgConnection,
    id: RefundId,
    status: RefundStatus,
    reference: Option<&str>,
    failure: Option<&str>,
    look_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE refunds SET status = $2, refund_id = coalesce($3, refund_id), failure = $4, look_at = $5,
                            looks = 0, updated_at = $6
         WHERE id = $1",
        id.as_uuid(),
        status.as_str(),
        reference,
        failure,
        look_at,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Asked for in vain. With `new_key` the processor is asked under another key from now on.
pub async fn tried(db: &mut PgConnection, id: RefundId, new_key: bool) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE refunds SET looks = looks + CASE WHEN $2 THEN 0 ELSE 1 END,
                            attempt = attempt + CASE WHEN $2 THEN 1 ELSE 0 END
         WHERE id = $1 AND status = 'intended'",
        id.as_uuid(),
        new_key,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A refund that is intended is made at `now`, whenever it was to be.
pub async fn hurry(db: &mut PgConnection, id: RefundId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE refunds SET look_at = least(look_at, $2) WHERE id = $1 AND look_at IS NOT NULL",
        id.as_uuid(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

fn stored(raw: Raw) -> AppResult<Stored> {
    let id = RefundId::from(raw.id);
    let currency: Currency =
        raw.currency.parse().map_err(|error| corrupt("currency", id, error))?;
    Ok(Stored {
        id,
        booking: raw.booking_id.into(),
        payment: raw.payment_id.into(),
        amount: Money::try_new(raw.amount, currency)
            .map_err(|error| corrupt("amount", id, error))?,
        status: enumerated("status", id, &raw.status)?,
        attempt: count(raw.attempt),
        reference: raw.refund_id,
        of_earned: raw.of_earned,
        failure: raw.failure,
        looks: count(raw.looks),
        follows: raw.follows.map(RefundId::from),
        tries: count(raw.tries),
        created_at: raw.created_at,
    })
}
