//! The processor's books beside ours.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use traveloure_core::{
    api::report::Difference,
    ids::{BookingId, DifferenceId, ExpertId, ProviderId},
    ledger::Parties,
    money::{Currency, Money},
};
use uuid::Uuid;

use super::read::corrupt;
use crate::error::AppResult;

/// The last day that was compared.
pub async fn compared_to(db: &mut PgConnection) -> sqlx::Result<Option<NaiveDate>> {
    sqlx::query_scalar!("SELECT max(day) FROM reconciliation_days").fetch_one(db).await
}

/// When the first movement of ours was.
pub async fn first_movement(db: &mut PgConnection) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT min(created_at) FROM ledger_entries WHERE account = 'processor_balance'"
    )
    .fetch_one(db)
    .await
}

/// A movement of the processor's books.
#[derive(Clone, Debug)]
pub struct Movement<'a> {
    pub id: &'a str,
    pub kind: &'a str,
    pub source: Option<&'a str>,
    pub amount: Money,
    pub fee: Money,
    pub created_at: DateTime<Utc>,
}

/// Keeps a movement; one that is kept already stays.
pub async fn keep(db: &mut PgConnection, movement: &Movement<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO processor_transactions (id, kind, source, amount, fee, currency, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING",
        movement.id,
        movement.kind,
        movement.source,
        movement.amount.amount(),
        movement.fee.amount(),
        movement.amount.currency().code(),
        movement.created_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A fee of the processor's that is not in our books, and a booking that it was for.
#[derive(Clone, Debug)]
pub struct Fee {
    pub transaction: String,
    pub parties: Parties,
    pub amount: Money,
    /// What of it the fee is in proportion to: what the booking has of the payment or dispute.
    pub weight: Decimal,
}

/// Up to `limit` movements whose fee is not posted, locked, each with the bookings it was for.
pub async fn lock_fees(db: &mut PgConnection, limit: i64) -> AppResult<Vec<Fee>> {
    let rows = sqlx::query!(
        r#"
        WITH due AS (
            SELECT t.id, t.source, t.fee, t.currency FROM processor_transactions t
            WHERE NOT t.fee_posted AND t.fee <> 0
              AND (EXISTS (SELECT 1 FROM payments p WHERE p.charge_id = t.source)
                   OR EXISTS (SELECT 1 FROM disputes d WHERE d.id = t.source)
                   OR EXISTS (SELECT 1 FROM refunds r WHERE r.refund_id = t.source)
                   OR EXISTS (SELECT 1 FROM payouts o WHERE o.transfer_id = t.source))
            ORDER BY t.created_at, t.id LIMIT $1 FOR UPDATE SKIP LOCKED
        ), part AS (
            SELECT due.id, part.booking_id, part.amount FROM due
            JOIN payments p ON p.charge_id = due.source JOIN payment_parts part ON part.payment_id = p.id
            UNION ALL
            SELECT due.id, part.booking_id, part.amount FROM due
            JOIN dispute_parts part ON part.dispute_id = due.source
            UNION ALL
            SELECT due.id, r.booking_id, r.amount FROM due JOIN refunds r ON r.refund_id = due.source
            UNION ALL
            SELECT due.id, o.booking_id, o.amount FROM due JOIN payouts o ON o.transfer_id = due.source
        )
        SELECT due.id AS "id!", due.fee AS "fee!", due.currency AS "currency!", b.id AS "booking!",
               b.provider_id AS "provider!", b.expert_id, part.amount AS "weight!"
        FROM due JOIN part ON part.id = due.id JOIN bookings b ON b.id = part.booking_id
        ORDER BY due.id, b.id
        "#,
        limit,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency: Currency =
                row.currency.parse().map_err(|error| corrupt("currency", &row.id, error))?;
            let amount = Money::try_new(row.fee, currency)
                .map_err(|error| corrupt("fee", &row.id, error))?;
            Ok(Fee {
                amount,
                weight: row.weight,
                parties: Parties {
                    booking: BookingId::from(row.booking),
                    provider: ProviderId::from(row.provider),
                    expert: row.expert_id.map(ExpertId::from),
                },
                transaction: row.id,
            })
        })
        .collect()
}

pub async fn fee_posted(db: &mut PgConnection, transaction: &str) -> sqlx::Result<()> {
    sqlx::query!("UPDATE processor_transactions SET fee_posted = true WHERE id = $1", transaction)
        .execute(db)
        .await?;
    Ok(())
}

/// What both sides say of one reference.
#[derive(Clone, Debug)]
pub struct Compared {
    pub kind: String,
    pub reference: String,
    pub currency: String,
    pub ours: Option<Decimal>,
    pub theirs: Option<Decimal>,
}

/// Every reference that either side moved in the period, and those of `also`, with all that each side has of it,
/// whenever that was: a movement that one side enters after midnight is none that differs. What moves between the
/// processor and our own bank is in nobody's bookings and is left out; so are the processor's fees, which are posted
/// from its books.
pub async fn compare(
    db: &mut PgConnection,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    also: &[String],
) -> sqlx::Result<Vec<Compared>> {
    sqlx::query_as!(
        Compared,
        r#"
        WITH ours AS (
            SELECT split_part(e.cause, ':', 1) AS kind, e.currency, e.amount, e.created_at,
                   coalesce(p.charge_id, r.refund_id, o.transfer_id, v.reversal_id, d.id,
                            split_part(e.cause, ':', 1) || ':' || split_part(e.cause, ':', 2)) AS reference
            FROM ledger_entries e
            LEFT JOIN payments p ON split_part(e.cause, ':', 1) = 'payment' AND p.id::text = split_part(e.cause, ':', 2)
            LEFT JOIN refunds r ON split_part(e.cause, ':', 1) = 'refund' AND r.id::text = split_part(e.cause, ':', 2)
            LEFT JOIN payouts o ON split_part(e.cause, ':', 1) = 'payout' AND o.id::text = split_part(e.cause, ':', 2)
            LEFT JOIN payout_reversals v
                ON split_part(e.cause, ':', 1) = 'reversal' AND v.id::text = split_part(e.cause, ':', 2)
            LEFT JOIN disputes d ON split_part(e.cause, ':', 1) = 'dispute' AND d.id = split_part(e.cause, ':', 2)
            WHERE e.account = 'processor_balance' AND split_part(e.cause, ':', 1) <> 'fee'
        ), theirs AS (
            SELECT t.kind, t.currency, t.amount, t.created_at, coalesce(t.source, t.id) AS reference
            FROM processor_transactions t
            WHERE t.kind NOT IN ('payout', 'payout_failure', 'payout_cancel', 'topup', 'topup_reversal', 'stripe_fee')
        ), touched AS (
            SELECT reference FROM ours WHERE created_at >= $1 AND created_at < $2
            UNION SELECT reference FROM theirs WHERE created_at >= $1 AND created_at < $2
            UNION SELECT unnest($3::text[])
        ), mine AS (
            SELECT reference, currency, min(kind) AS kind, sum(amount) AS amount FROM ours
            WHERE reference IN (SELECT reference FROM touched) GROUP BY reference, currency
        ), yours AS (
            SELECT reference, currency, min(kind) AS kind, sum(amount) AS amount FROM theirs
            WHERE reference IN (SELECT reference FROM touched) GROUP BY reference, currency
        )
        SELECT coalesce(mine.kind, yours.kind) AS "kind!", coalesce(mine.reference, yours.reference) AS "reference!",
               coalesce(mine.currency, yours.currency) AS "currency!", mine.amount AS ours, yours.amount AS theirs
        FROM mine FULL JOIN yours ON yours.reference = mine.reference AND yours.currency = mine.currency
        ORDER BY 2
        "#,
        from,
        until,
        also,
    )
    .fetch_all(db)
    .await
}

/// The references about which both sides still differed.
pub async fn open_references(db: &mut PgConnection) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!("SELECT reference FROM reconciliation_differences WHERE settled_at IS NULL")
        .fetch_all(db)
        .await
}

/// Puts a difference on the worklist, again if both had agreed in the meantime.
pub async fn differs(
    db: &mut PgConnection,
    id: DifferenceId,
    day: NaiveDate,
    compared: &Compared,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO reconciliation_differences (id, day, kind, reference, currency, ours, theirs, found_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (kind, reference)
         DO UPDATE SET ours = excluded.ours, theirs = excluded.theirs, currency = excluded.currency,
                       settled_at = NULL",
        id.as_uuid(),
        day,
        compared.kind,
        compared.reference,
        compared.currency,
        compared.ours,
        compared.theirs,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes what is on the worklist off it but for these references: both sides agree about the rest.
pub async fn agree_but(
    db: &mut PgConnection,
    references: &[String],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE reconciliation_differences SET settled_at = $2
         WHERE settled_at IS NULL AND reference <> ALL ($1)",
        references,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A day was compared.
pub async fn day_compared(
    db: &mut PgConnection,
    day: NaiveDate,
    movements: i32,
    differences: i32,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO reconciliation_days (day, compared_at, movements, differences) VALUES ($1, $2, $3, $4)
         ON CONFLICT (day) DO UPDATE SET compared_at = excluded.compared_at, movements = excluded.movements,
                                         differences = excluded.differences",
        day,
        now,
        movements,
        differences,
    )
    .execute(db)
    .await?;
    Ok(())
}

#[derive(Debug)]
struct Raw {
    id: Uuid,
    day: NaiveDate,
    kind: String,
    reference: String,
    currency: String,
    ours: Option<Decimal>,
    theirs: Option<Decimal>,
    found_at: DateTime<Utc>,
    settled_at: Option<DateTime<Utc>>,
}

/// The worklist: what is open first, then the newest.
pub async fn differences(
    db: &mut PgConnection,
    only_open: bool,
    limit: i64,
) -> AppResult<Vec<Difference>> {
    sqlx::query_as!(
        Raw,
        "SELECT id, day, kind, reference, currency, ours, theirs, found_at, settled_at
         FROM reconciliation_differences WHERE settled_at IS NULL OR NOT $1
         ORDER BY settled_at IS NOT NULL, found_at DESC, id DESC LIMIT $2",
        only_open,
        limit,
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(|raw| {
        let id = DifferenceId::from(raw.id);
        let currency: Currency =
            raw.currency.parse().map_err(|error| corrupt("currency", id, error))?;
        let money = |amount: Decimal| {
            Money::try_new(amount, currency).map_err(|error| corrupt("amount", id, error))
        };
        Ok(Difference {
            id,
            day: raw.day,
            kind: raw.kind,
            reference: raw.reference,
            ours: raw.ours.map(money).transpose()?,
            theirs: raw.theirs.map(money).transpose()?,
            found_at: raw.found_at,
            settled_at: raw.settled_at,
        })
    })
    .collect()
}
