//! What becomes of payouts.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use traveloure_core::{
    api::payout::PayoutStatus,
    ids::{BookingId, PayoutId, ProviderId},
    money::Money,
};
use uuid::Uuid;

/// What becomes of a payout.
#[derive(Clone, Debug)]
pub enum Move<'a> {
    /// So much is to be transferred.
    Intended {
        transferred: Money,
        look_at: DateTime<Utc>,
    },
    /// The processor has transferred it.
    Paid {
        transfer: &'a str,
    },
    /// The processor refused; nothing was transferred.
    Failed {
        why: &'a str,
        look_at: DateTime<Utc>,
    },
    Frozen,
    /// Nothing is left to pay.
    Settled,
}

/// Writes down what became of a payout.
pub async fn moved(
    db: &mut PgConnection,
    id: PayoutId,
    step: &Move<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (status, transferred, transfer, why, look_at) = match step {
        Move::Intended { transferred, look_at } => {
            (PayoutStatus::Intended, Some(transferred.amount()), None, None, Some(*look_at))
        }
        Move::Paid { transfer } => (PayoutStatus::Paid, None, Some(*transfer), None, None),
        Move::Failed { why, look_at } => {
            (PayoutStatus::Failed, None, None, Some(*why), Some(*look_at))
        }
        Move::Frozen => (PayoutStatus::Frozen, None, None, None, None),
        Move::Settled => (PayoutStatus::Settled, Some(Decimal::ZERO), None, None, None),
    };
    sqlx::query!(
        "UPDATE payouts
         SET status = $2::varchar, transfer_id = $4, failure = $5, look_at = $6, looks = 0, updated_at = $7,
             transferred = CASE WHEN $2 = 'paid' THEN transferred ELSE $3 END,
             intended_at = CASE WHEN $2 = 'intended' THEN $7 ELSE intended_at END,
             paid_at = CASE WHEN $2 = 'paid' THEN $7 END,
             attempt = attempt + CASE WHEN $2 = 'failed' THEN 1 ELSE 0 END
         WHERE id = $1",
        id.as_uuid(),
        status.as_str(),
        transferred,
        transfer,
        why,
        look_at,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A payout of which nothing has been transferred is about another amount from now on.
pub async fn change(
    db: &mut PgConnection,
    id: PayoutId,
    amount: Money,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE payouts SET amount = $2, updated_at = $3 WHERE id = $1",
        id.as_uuid(),
        amount.amount(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Looked at, and nothing new.
pub async fn looked_at(
    db: &mut PgConnection,
    id: PayoutId,
    look_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE payouts SET look_at = $2, looks = looks + 1 WHERE id = $1 AND look_at IS NOT NULL",
        id.as_uuid(),
        look_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Asked for in vain. With `new_key` the processor is asked under another key from now on.
pub async fn tried(db: &mut PgConnection, id: PayoutId, new_key: bool) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE payouts SET looks = looks + CASE WHEN $2 THEN 0 ELSE 1 END,
                            attempt = attempt + CASE WHEN $2 THEN 1 ELSE 0 END
         WHERE id = $1 AND status = 'intended'",
        id.as_uuid(),
        new_key,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Payouts of these bookings that were frozen wait again, unless another dispute about them is open.
pub async fn release(
    db: &mut PgConnection,
    bookings: &[BookingId],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(PayoutId, ProviderId)>> {
    let bookings: Vec<Uuid> = bookings.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query!(
        "UPDATE payouts SET status = 'waiting', look_at = greatest(due_at, $2), updated_at = $2
         WHERE booking_id = ANY ($1) AND status = 'frozen'
           AND NOT EXISTS (SELECT 1 FROM dispute_parts part JOIN disputes d ON d.id = part.dispute_id
                           WHERE part.booking_id = payouts.booking_id AND d.status = 'open')
         RETURNING id, provider_id",
        &bookings,
        now,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id.into(), row.provider_id.into())).collect())
}

/// It can go nowhere yet: nobody looks at it until [`wake`].
pub async fn sleeps(db: &mut PgConnection, id: PayoutId) -> sqlx::Result<()> {
    sqlx::query!("UPDATE payouts SET look_at = NULL WHERE id = $1", id.as_uuid())
        .execute(db)
        .await?;
    Ok(())
}

/// Payouts of a provider that wait for their account are looked at again. Their row must be locked before.
pub async fn wake(
    db: &mut PgConnection,
    provider: ProviderId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE payouts SET look_at = greatest(due_at, $2)
         WHERE provider_id = $1 AND status IN ('waiting', 'failed') AND look_at IS NULL",
        provider.as_uuid(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
