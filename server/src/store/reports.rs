//! The platform's own figures.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use traveloure_core::{
    api::{earnings::LedgerEntry, report::RevenueEntry},
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

/// What the ledger says was sold and kept in a period, by currency, month (UTC) and category.
pub async fn revenue(
    db: &mut PgConnection,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> AppResult<Vec<Row>> {
    let rows = sqlx::query!(
        r#"
        SELECT to_char(e.created_at AT TIME ZONE 'UTC', 'YYYY-MM') AS "month!", s.category,
               e.currency AS "currency!",
               count(DISTINCT e.booking_id) FILTER (WHERE e.figure = 'gmv') AS "bookings!",
               coalesce(sum(e.adds) FILTER (WHERE e.figure = 'gmv'), 0) AS "gmv!",
               coalesce(sum(e.adds) FILTER (WHERE e.figure = 'fees'), 0) AS "fees!"
        FROM revenue_entries e
        JOIN bookings b ON b.id = e.booking_id
        JOIN services s ON s.id = b.service_id
        WHERE e.created_at >= $1 AND e.created_at < $2
        GROUP BY 1, s.category, e.currency
        ORDER BY e.currency, 1, s.category
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

/// Which entries are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    pub category: Option<Category>,
    pub currency: Option<Currency>,
    /// Behind the entry of this moment and number.
    pub after: Option<(DateTime<Utc>, i64)>,
    pub limit: i64,
}

/// An entry with its number, which orders those of one moment.
#[derive(Clone, Debug)]
pub struct Numbered {
    pub number: i64,
    pub entry: RevenueEntry,
}

/// The entries that [`revenue`] sums, the earliest first.
pub async fn entries(db: &mut PgConnection, wanted: &Wanted) -> AppResult<Vec<Numbered>> {
    let rows = sqlx::query!(
        r#"
        SELECT e.id AS "id!", e.transaction_id AS "transaction_id!", e.account AS "account!", e.amount AS "amount!",
               e.currency AS "currency!", e.description AS "description!", e.created_at AS "created_at!",
               e.figure AS "figure!", b.id AS booking_id, b.title, b.confirmation_code, s.category,
               p.name AS provider_name
        FROM revenue_entries e
        JOIN bookings b ON b.id = e.booking_id
        JOIN services s ON s.id = b.service_id
        JOIN service_providers p ON p.id = b.provider_id
        WHERE e.created_at >= $1 AND e.created_at < $2
          AND ($3::text IS NULL OR s.category = $3)
          AND ($4::text IS NULL OR e.currency = $4)
          AND ($5::timestamptz IS NULL OR (e.created_at, e.id) > ($5, $6))
        ORDER BY e.created_at, e.id LIMIT $7
        "#,
        wanted.from,
        wanted.until,
        wanted.category.map(Category::as_str),
        wanted.currency.map(Currency::code),
        wanted.after.map(|(at, _)| at),
        wanted.after.map(|(_, number)| number),
        wanted.limit,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let currency: Currency =
                row.currency.parse().map_err(|error| corrupt("currency", row.id, error))?;
            let entry = LedgerEntry {
                transaction_id: row.transaction_id,
                account: enumerated("account", row.id, &row.account)?,
                amount: Money::try_new(row.amount, currency)
                    .map_err(|error| corrupt("amount", row.id, error))?,
                description: row.description,
                booking_id: row.booking_id.into(),
                title: row.title,
                confirmation_code: row.confirmation_code,
                created_at: row.created_at,
            };
            let entry = RevenueEntry {
                entry,
                category: enumerated("category", row.id, &row.category)?,
                provider_name: row.provider_name,
                figure: enumerated("figure", row.id, &row.figure)?,
            };
            Ok(Numbered { number: row.id, entry })
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
