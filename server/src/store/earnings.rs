//! What the ledger says of a provider. The first word of an entry's cause is what moved.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use traveloure_core::{
    api::earnings::LedgerEntry,
    ids::{BookingId, ProviderId},
    ledger::Account,
    money::{Currency, Money},
};
use uuid::Uuid;

use super::read::{corrupt, enumerated};
use crate::error::AppResult;

/// What happened in one week, in one currency.
#[derive(Clone, Debug)]
pub struct Week {
    /// Its Monday.
    pub begins: NaiveDate,
    pub currency: String,
    pub earned: Decimal,
    pub fees: Decimal,
    pub refunds: Decimal,
    pub owed_on_site: Decimal,
    pub paid_out: Decimal,
}

/// The weeks (local to `zone`) of a period in which something of the provider's moved, the earliest first.
pub async fn weeks(
    db: &mut PgConnection,
    provider: ProviderId,
    zone: Tz,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> sqlx::Result<Vec<Week>> {
    sqlx::query_as!(
        Week,
        r#"
        SELECT date_trunc('week', created_at AT TIME ZONE $2)::date AS "begins!", currency,
               coalesce(sum(-amount) FILTER (WHERE account = 'provider_payable'
                   AND split_part(cause, ':', 1) = 'earned'), 0) AS "earned!",
               coalesce(sum(-amount) FILTER (WHERE account = 'platform_revenue'), 0) AS "fees!",
               coalesce(sum(amount) FILTER (WHERE account = 'provider_payable'
                   AND split_part(cause, ':', 1) IN ('refund', 'dispute')), 0) AS "refunds!",
               coalesce(sum(amount) FILTER (WHERE account = 'provider_payable'
                   AND split_part(cause, ':', 1) = 'on_site'), 0) AS "owed_on_site!",
               coalesce(sum(amount) FILTER (WHERE account = 'provider_payable'
                   AND split_part(cause, ':', 1) IN ('payout', 'reversal')), 0) AS "paid_out!"
        FROM ledger_entries
        WHERE provider_id = $1 AND account IN ('provider_payable', 'platform_revenue')
          AND created_at >= $3 AND created_at < $4
        GROUP BY 1, currency ORDER BY currency, 1
        "#,
        provider.as_uuid(),
        zone.name(),
        from,
        until,
    )
    .fetch_all(db)
    .await
}

/// The currencies in which anything was ever earned by, or is to be paid to, the provider.
pub async fn currencies(db: &mut PgConnection, provider: ProviderId) -> AppResult<Vec<Currency>> {
    let codes = sqlx::query_scalar!(
        r#"SELECT currency AS "currency!" FROM ledger_entries
           WHERE provider_id = $1 AND account = 'provider_payable'
           UNION SELECT currency FROM payouts WHERE provider_id = $1
           ORDER BY 1"#,
        provider.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    codes
        .into_iter()
        .map(|code| code.parse().map_err(|error| corrupt("currency", provider, error)))
        .collect()
}

/// Which entries are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub provider: ProviderId,
    pub account: Account,
    pub booking: Option<BookingId>,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    /// Behind the entry of this moment and number.
    pub after: Option<(DateTime<Utc>, i64)>,
    pub limit: i64,
}

/// An entry with its number, which orders those of one moment.
#[derive(Clone, Debug)]
pub struct Numbered {
    pub number: i64,
    pub entry: LedgerEntry,
}

#[derive(Debug)]
struct Raw {
    id: i64,
    transaction_id: Uuid,
    account: String,
    amount: Decimal,
    currency: String,
    description: String,
    booking_id: Uuid,
    title: String,
    confirmation_code: String,
    created_at: DateTime<Utc>,
}

/// The provider's entries of an account, the earliest first.
pub async fn entries(db: &mut PgConnection, wanted: &Wanted) -> AppResult<Vec<Numbered>> {
    sqlx::query_as!(
        Raw,
        "SELECT e.id, e.transaction_id, e.account, e.amount, e.currency, e.description, b.id AS booking_id, b.title,
                b.confirmation_code, e.created_at
         FROM ledger_entries e JOIN bookings b ON b.id = e.booking_id
         WHERE e.provider_id = $1 AND e.account = $2
           AND ($8::uuid IS NULL OR e.booking_id = $8)
           AND ($3::timestamptz IS NULL OR e.created_at >= $3)
           AND ($4::timestamptz IS NULL OR e.created_at < $4)
           AND ($5::timestamptz IS NULL OR (e.created_at, e.id) > ($5, $6))
         ORDER BY e.created_at, e.id LIMIT $7",
        wanted.provider.as_uuid(),
        wanted.account.as_str(),
        wanted.from,
        wanted.until,
        wanted.after.map(|(at, _)| at),
        wanted.after.map(|(_, number)| number),
        wanted.limit,
        wanted.booking.map(Uuid::from),
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(numbered)
    .collect()
}

/// What the provider was to be paid before a moment, in each currency.
pub async fn payable_before(
    db: &mut PgConnection,
    provider: ProviderId,
    before: DateTime<Utc>,
) -> AppResult<Vec<Money>> {
    let rows = sqlx::query!(
        r#"SELECT currency, -sum(amount) AS "payable!" FROM ledger_entries
           WHERE provider_id = $1 AND account = 'provider_payable' AND created_at < $2
           GROUP BY currency"#,
        provider.as_uuid(),
        before,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| money(provider, row.payable, &row.currency)).collect()
}

fn numbered(raw: Raw) -> AppResult<Numbered> {
    let entry = LedgerEntry {
        transaction_id: raw.transaction_id,
        account: enumerated("account", raw.id, &raw.account)?,
        amount: money(raw.id, raw.amount, &raw.currency)?,
        description: raw.description,
        booking_id: raw.booking_id.into(),
        title: raw.title,
        confirmation_code: raw.confirmation_code,
        created_at: raw.created_at,
    };
    Ok(Numbered { number: raw.id, entry })
}

fn money(id: impl std::fmt::Display + Copy, amount: Decimal, currency: &str) -> AppResult<Money> {
    let currency: Currency = currency.parse().map_err(|error| corrupt("currency", id, error))?;
    Money::try_new(amount, currency).map_err(|error| corrupt("amount", id, error))
}
