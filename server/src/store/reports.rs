//! The platform's own figures.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use traveloure_core::{
    category::Category,
    ids::{BookingId, ProviderId},
    money::{Currency, Money},
};

use super::read::{corrupt, enumerated};
use crate::error::AppResult;

/// One category in one month and currency.
#[derive(Clone, Debug)]
pub struct Row {
    /// Such as `2026-06`.
    pub month: String,
    pub category: Category,
    pub currency: Currency,
    pub bookings: i64,
    pub gmv: Decimal,
    pub fees: Decimal,
}

/// What the ledger says was sold and kept in a period, by currency, month (UTC) and category. What was paid on site is
/// not in the ledger but for its fee; its price is the booking's.
pub async fn revenue(
    db: &mut PgConnection,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> AppResult<Vec<Row>> {
    let rows = sqlx::query!(
        r#"
        WITH moved AS (
            SELECT to_char(e.created_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, s.category, e.currency, e.account,
                   e.amount, split_part(e.cause, ':', 1) AS word, e.transaction_id, b.id, b.total_amount
            FROM ledger_entries e
            JOIN bookings b ON b.id = e.booking_id
            JOIN services s ON s.id = b.service_id
            WHERE e.created_at >= $1 AND e.created_at < $2
              AND split_part(e.cause, ':', 1) IN ('earned', 'on_site', 'refund', 'dispute')
        )
        SELECT month AS "month!", category, currency AS "currency!",
               count(DISTINCT id) FILTER (WHERE word IN ('earned', 'on_site')) AS "bookings!",
               coalesce(sum(amount) FILTER (WHERE word = 'earned' AND account = 'held_funds'), 0)
               + coalesce(sum(total_amount) FILTER (WHERE word = 'on_site' AND account = 'provider_payable'), 0)
                   AS "gmv!",
               coalesce(sum(-amount) FILTER (WHERE account = 'platform_revenue'), 0) AS "fees!"
        FROM moved GROUP BY month, category, currency
        HAVING count(*) FILTER (WHERE word IN ('earned', 'on_site') OR account = 'platform_revenue') > 0
        ORDER BY currency, month, category
        "#,
        from,
        until,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Row {
                category: enumerated("category", &row.month, &row.category)?,
                currency: row
                    .currency
                    .parse()
                    .map_err(|error| corrupt("currency", &row.month, error))?,
                month: row.month,
                bookings: row.bookings,
                gmv: row.gmv,
                fees: row.fees,
            })
        })
        .collect()
}

/// A booking as its fee was decided.
#[derive(Clone, Copy, Debug)]
pub struct Decided {
    pub provider: ProviderId,
    pub category: Category,
    pub service_amount: Money,
    pub platform_fee: Money,
}

/// The bookings made in a period that were confirmed and not cancelled.
pub async fn decided(
    db: &mut PgConnection,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> AppResult<Vec<Decided>> {
    let rows = sqlx::query!(
        "SELECT b.id, b.provider_id, s.category, b.currency, b.service_amount, b.platform_fee
         FROM bookings b JOIN services s ON s.id = b.service_id
         WHERE b.status IN ('confirmed', 'completed') AND b.created_at >= $1 AND b.created_at < $2",
        from,
        until,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let id = BookingId::from(row.id);
            let currency: Currency =
                row.currency.parse().map_err(|error| corrupt("currency", id, error))?;
            let money = |amount: Decimal| {
                Money::try_new(amount, currency).map_err(|error| corrupt("amount", id, error))
            };
            Ok(Decided {
                provider: row.provider_id.into(),
                category: enumerated("category", id, &row.category)?,
                service_amount: money(row.service_amount)?,
                platform_fee: money(row.platform_fee)?,
            })
        })
        .collect()
}
