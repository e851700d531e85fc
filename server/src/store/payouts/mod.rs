//! Payouts: what providers get for their bookings.

mod account;
mod moves;
mod reversals;
mod standing;

pub use account::{Account, account, account_moved, keep_account, provider_of_account};
pub use moves::{Move, change, looked_at, moved, release, sleeps, tried, wake};
pub use reversals::{
    NewReversal, Reversal, insert_reversal, lock_reversal, next_reversal, reversal,
    reversal_looked_at, reversal_moved, reversal_tried, reversals_to_look_at, reversed,
};
pub use standing::{Standing, standing};

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
