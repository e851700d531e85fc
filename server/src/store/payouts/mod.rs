//! Payouts: what providers get for their bookings.

mod account;
mod reversals;

pub use account::{Account, account, account_moved, keep_account, provider_of_account};
pub use reversals::{
    NewReversal, Reversal, insert_reversal, lock_reversal, next_reversal, reversal,
    reversal_looked_at, reversal_moved, reversal_tried, reversals_to_look_at, reversed,
};

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use traveloure_core::{
    api::payout::{Payout, PayoutStatus},
    asking::Asking,
    ids::{BookingId, PayoutId, ProviderId, RefundId},
    money::{Currency, Money},
};
use uuid::Uuid;

use super::read::{corrupt, count, enumerated};
use crate::error::AppResult;

/// A payout to be written down.
#[derive(Clone, Copy, Debug)]
pub struct NewPayout {
    pub id: PayoutId,
    pub provider: ProviderId,
    pub booking: BookingId,
    /// The refund that failed, where it gives again what that took.
    pub refund: Option<RefundId>,
    pub amount: Money,
    pub due_at: DateTime<Utc>,
}

/// A payout as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub id: PayoutId,
    pub provider: ProviderId,
    pub booking: BookingId,
    pub amount: Money,
    pub status: PayoutStatus,
    pub due_at: DateTime<Utc>,
    pub transferred: Option<Money>,
    pub intended_at: Option<DateTime<Utc>>,
    pub attempt: u32,
    /// The processor's own id.
    pub transfer: Option<String>,
    pub looks: u32,
    title: String,
    confirmation_code: String,
    failure: Option<String>,
    paid_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl Stored {
    /// How often the processor was asked for the transfer.
    #[must_use]
    pub fn asking(&self) -> Asking {
        let since = self.intended_at.unwrap_or(self.created_at);
        Asking { since, in_vain: self.looks, attempt: self.attempt }
    }

    /// As its provider sees it.
    #[must_use]
    pub fn into_payout(self) -> Payout {
        Payout {
            id: self.id,
            booking_id: self.booking,
            title: self.title,
            confirmation_code: self.confirmation_code,
            status: self.status,
            amount: self.amount,
            transferred: self.transferred,
            due_at: self.due_at,
            paid_at: self.paid_at,
            reference: self.transfer,
            failure: self.failure,
            created_at: self.created_at,
        }
    }
}

/// Writes a payout down, to be looked at when it is due. One that is there already stays as it is; says whether it is
/// new.
pub async fn insert(
    db: &mut PgConnection,
    new: &NewPayout,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO payouts (id, provider_id, booking_id, refund_id, amount, currency, status, due_at, look_at,
                              created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $7, $8, $8) ON CONFLICT DO NOTHING",
        new.id.as_uuid(),
        new.provider.as_uuid(),
        new.booking.as_uuid(),
        new.refund.map(Uuid::from),
        new.amount.amount(),
        new.amount.currency().code(),
        new.due_at,
        now,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

#[derive(Debug)]
struct Raw {
    id: Uuid,
    provider_id: Uuid,
    booking_id: Uuid,
    title: String,
    confirmation_code: String,
    amount: Decimal,
    currency: String,
    status: String,
    due_at: DateTime<Utc>,
    transferred: Option<Decimal>,
    intended_at: Option<DateTime<Utc>>,
    attempt: i32,
    transfer_id: Option<String>,
    failure: Option<String>,
    looks: i32,
    paid_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

macro_rules! select_payouts {
    ($rest:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Raw,
            "SELECT o.id, o.provider_id, o.booking_id, b.title, b.confirmation_code, o.amount, o.currency, o.status,
                    o.due_at, o.transferred, o.intended_at, o.attempt, o.transfer_id, o.failure, o.looks, o.paid_at,
                    o.created_at
             FROM payouts o JOIN bookings b ON b.id = o.booking_id " + $rest,
            $($argument),+
        )
    };
}

pub async fn get(db: &mut PgConnection, id: PayoutId) -> AppResult<Option<Stored>> {
    select_payouts!("WHERE o.id = $1", id.as_uuid())
        .fetch_optional(db)
        .await?
        .map(stored)
        .transpose()
}

/// The payout, locked until the transaction ends. Its booking must be locked before.
pub async fn lock(db: &mut PgConnection, id: PayoutId) -> AppResult<Option<Stored>> {
    select_payouts!("WHERE o.id = $1 FOR UPDATE OF o", id.as_uuid())
        .fetch_optional(db)
        .await?
        .map(stored)
        .transpose()
}

/// The payouts of a booking, locked, those first of which nothing has been transferred. The booking must be locked
/// before.
pub async fn lock_of_booking(db: &mut PgConnection, booking: BookingId) -> AppResult<Vec<Stored>> {
    select_payouts!(
        "WHERE o.booking_id = $1 ORDER BY o.transferred IS NOT NULL, o.created_at DESC, o.id DESC FOR UPDATE OF o",
        booking.as_uuid()
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(stored)
    .collect()
}

/// A provider's payouts that were made, paid, or wait in the period, the newest first.
pub async fn of_provider(
    db: &mut PgConnection,
    provider: ProviderId,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
) -> AppResult<Vec<Stored>> {
    select_payouts!(
        "WHERE o.provider_id = $1 AND coalesce(o.paid_at, o.due_at) >= $2 AND coalesce(o.paid_at, o.due_at) < $3
         ORDER BY coalesce(o.paid_at, o.due_at) DESC, o.id DESC LIMIT $4",
        provider.as_uuid(),
        from,
        until,
        limit
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(stored)
    .collect()
}

pub async fn to_look_at(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<PayoutId>> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM payouts
         WHERE look_at <= $1 AND NOT is_put_off('pay_out', id::text, $1) ORDER BY look_at, id LIMIT $2",
        now,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(PayoutId::from).collect())
}

pub async fn next_look(
    db: &mut PgConnection,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT min(look_at) FROM payouts
         WHERE look_at IS NOT NULL AND NOT is_put_off('pay_out', id::text, $1)",
        now,
    )
    .fetch_one(db)
    .await
}

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

/// How a provider stands in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What the ledger says that they have earned and not been paid; negative where they owe.
    pub payable: Decimal,
    /// The payouts that are to come out of it.
    pub pending: Decimal,
    /// What is being taken back of transfers, to go into it.
    pub reversing: Decimal,
}

/// Where a provider stands, at one moment. Their row must be locked by whoever decides by it.
pub async fn standing(
    db: &mut PgConnection,
    provider: ProviderId,
    currency: Currency,
) -> sqlx::Result<Standing> {
    sqlx::query_as!(
        Standing,
        r#"SELECT
             coalesce((SELECT -sum(amount) FROM ledger_entries
                       WHERE account = 'provider_payable' AND provider_id = $1 AND currency = $2), 0) AS "payable!",
             coalesce((SELECT sum(CASE WHEN status = 'intended' THEN transferred ELSE amount END) FROM payouts
                       WHERE provider_id = $1 AND currency = $2
                         AND status IN ('waiting', 'frozen', 'intended', 'failed')), 0) AS "pending!",
             coalesce((SELECT sum(r.amount) FROM payout_reversals r JOIN payouts o ON o.id = r.payout_id
                       WHERE o.provider_id = $1 AND o.currency = $2 AND r.status = 'intended'), 0) AS "reversing!""#,
        provider.as_uuid(),
        currency.code(),
    )
    .fetch_one(db)
    .await
}

fn stored(raw: Raw) -> AppResult<Stored> {
    let id = PayoutId::from(raw.id);
    let currency: Currency =
        raw.currency.parse().map_err(|error| corrupt("currency", id, error))?;
    let money = |amount: Decimal| {
        Money::try_new(amount, currency).map_err(|error| corrupt("amount", id, error))
    };
    Ok(Stored {
        id,
        provider: raw.provider_id.into(),
        booking: raw.booking_id.into(),
        amount: money(raw.amount)?,
        status: enumerated("status", id, &raw.status)?,
        due_at: raw.due_at,
        transferred: raw.transferred.map(money).transpose()?,
        intended_at: raw.intended_at,
        attempt: count(raw.attempt),
        transfer: raw.transfer_id,
        looks: count(raw.looks),
        title: raw.title,
        confirmation_code: raw.confirmation_code,
        failure: raw.failure,
        paid_at: raw.paid_at,
        created_at: raw.created_at,
    })
}
