//! Money of a transfer that is taken back.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use traveloure_core::{
    asking::Asking,
    ids::{PayoutId, RefundId, ReversalId},
    money::Money,
};
use uuid::Uuid;

use crate::{
    error::AppResult,
    store::read::{corrupt, count},
};

/// What is to be taken back, and for what.
#[derive(Clone, Copy, Debug)]
pub struct NewReversal<'a> {
    pub id: ReversalId,
    pub payout: PayoutId,
    pub refund: Option<RefundId>,
    /// The processor's id of the dispute that was lost.
    pub dispute: Option<&'a str>,
    pub amount: Money,
}

/// A reversal as it is stored.
#[derive(Clone, Debug)]
pub struct Reversal {
    pub id: ReversalId,
    pub payout: PayoutId,
    pub amount: Money,
    /// Not known yet whether the account could give it.
    pub is_intended: bool,
    pub attempt: u32,
    pub looks: u32,
    pub created_at: DateTime<Utc>,
}

impl Reversal {
    /// How often the processor was asked for it. Waiting for its payout counts too: it asks sooner, and looks up more.
    #[must_use]
    pub const fn asking(&self) -> Asking {
        Asking { since: self.created_at, in_vain: self.looks, attempt: self.attempt }
    }
}

pub async fn insert_reversal(
    db: &mut PgConnection,
    new: &NewReversal<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO payout_reversals (id, payout_id, refund_id, dispute_id, amount, currency, status, look_at,
                                       created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'intended', $7, $7, $7)",
        new.id.as_uuid(),
        new.payout.as_uuid(),
        new.refund.map(Uuid::from),
        new.dispute,
        new.amount.amount(),
        new.amount.currency().code(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How much of a payout was taken back, or is being.
pub async fn reversed(db: &mut PgConnection, payout: PayoutId) -> sqlx::Result<Decimal> {
    sqlx::query_scalar!(
        r#"SELECT coalesce(sum(amount), 0) AS "sum!" FROM payout_reversals
           WHERE payout_id = $1 AND status <> 'owed'"#,
        payout.as_uuid(),
    )
    .fetch_one(db)
    .await
}

#[derive(Debug)]
struct Raw {
    id: Uuid,
    payout_id: Uuid,
    amount: Decimal,
    currency: String,
    status: String,
    attempt: i32,
    looks: i32,
    created_at: DateTime<Utc>,
}

macro_rules! select_reversals {
    ($rest:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Raw,
            "SELECT id, payout_id, amount, currency, status, attempt, looks, created_at FROM payout_reversals "
                + $rest,
            $($argument),+
        )
    };
}

pub async fn reversal(db: &mut PgConnection, id: ReversalId) -> AppResult<Option<Reversal>> {
    select_reversals!("WHERE id = $1", id.as_uuid())
        .fetch_optional(db)
        .await?
        .map(|raw| stored(&raw))
        .transpose()
}

/// The reversal, locked until the transaction ends.
pub async fn lock_reversal(db: &mut PgConnection, id: ReversalId) -> AppResult<Option<Reversal>> {
    select_reversals!("WHERE id = $1 FOR UPDATE", id.as_uuid())
        .fetch_optional(db)
        .await?
        .map(|raw| stored(&raw))
        .transpose()
}

pub async fn reversals_to_look_at(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<ReversalId>> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM payout_reversals
         WHERE look_at <= $1 AND NOT is_put_off('take_back', id::text, $1) ORDER BY look_at, id LIMIT $2",
        now,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(ReversalId::from).collect())
}

pub async fn next_reversal(
    db: &mut PgConnection,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT min(look_at) FROM payout_reversals
         WHERE look_at IS NOT NULL AND NOT is_put_off('take_back', id::text, $1)",
        now,
    )
    .fetch_one(db)
    .await
}

/// The account gave it, and the processor calls it so; without a reference it stays owed, and why.
pub async fn reversal_moved(
    db: &mut PgConnection,
    id: ReversalId,
    reference: Option<&str>,
    failure: Option<&str>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE payout_reversals
         SET status = CASE WHEN $2::varchar IS NULL THEN 'owed' ELSE 'succeeded' END, reversal_id = $2,
             failure = $3, look_at = NULL, updated_at = $4
         WHERE id = $1",
        id.as_uuid(),
        reference,
        failure,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Looked at, and nothing new.
pub async fn reversal_looked_at(
    db: &mut PgConnection,
    id: ReversalId,
    look_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE payout_reversals SET look_at = $2, looks = looks + 1
         WHERE id = $1 AND look_at IS NOT NULL",
        id.as_uuid(),
        look_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Asked for in vain. With `new_key` the processor is asked under another key from now on.
pub async fn reversal_tried(
    db: &mut PgConnection,
    id: ReversalId,
    new_key: bool,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE payout_reversals SET looks = looks + CASE WHEN $2 THEN 0 ELSE 1 END,
                                     attempt = attempt + CASE WHEN $2 THEN 1 ELSE 0 END
         WHERE id = $1 AND status = 'intended'",
        id.as_uuid(),
        new_key,
    )
    .execute(db)
    .await?;
    Ok(())
}

fn stored(raw: &Raw) -> AppResult<Reversal> {
    let id = ReversalId::from(raw.id);
    let currency = raw.currency.parse().map_err(|error| corrupt("currency", id, error))?;
    Ok(Reversal {
        id,
        payout: raw.payout_id.into(),
        amount: Money::try_new(raw.amount, currency)
            .map_err(|error| corrupt("amount", id, error))?,
        is_intended: raw.status == "intended",
        attempt: count(raw.attempt),
        looks: count(raw.looks),
        created_at: raw.created_at,
    })
}
