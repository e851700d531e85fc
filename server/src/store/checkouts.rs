//! Checkouts: bookings that are paid together.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use traveloure_core::{
    booking::{Amounts, Status},
    ids::{BookingId, CheckoutId, ExpertId, ProviderId, ServiceId, UserId},
    ledger::Parties,
    money::{Currency, Money},
    payment::{Balance, ToPay},
    time,
};
use uuid::Uuid;

use super::read::{corrupt, enumerated};
use crate::error::AppResult;

/// A checkout without its bookings.
#[derive(Clone, Copy, Debug)]
pub struct Stored {
    pub id: CheckoutId,
    pub currency: Currency,
    pub created_at: DateTime<Utc>,
}

/// A booking as paying for it needs it.
#[derive(Clone, Debug)]
pub struct Payable {
    pub id: BookingId,
    pub checkout: Option<CheckoutId>,
    pub user: UserId,
    pub provider: ProviderId,
    pub service: ServiceId,
    pub expert: Option<ExpertId>,
    pub title: String,
    pub status: Status,
    /// Cancelled because it was not paid in time: a late payment may bring it back.
    pub lapsed: bool,
    pub date: NaiveDate,
    pub zone: Tz,
    pub starts_at: DateTime<Utc>,
    pub amounts: Amounts,
    /// What its price asks for at once when it is paid by deposit.
    pub deposit: Option<Money>,
    pub pay_later: bool,
    pub paid: Money,
    pub balance: Option<StoredBalance>,
    pub payment_deadline: Option<DateTime<Utc>>,
}

/// What is owed after a deposit.
#[derive(Clone, Copy, Debug)]
pub struct StoredBalance {
    pub amount: Money,
    pub due: NaiveDate,
    pub status: Balance,
    pub failures: u32,
}

impl Payable {
    /// How it may be paid at `now`.
    #[must_use]
    pub fn to_pay(&self, now: DateTime<Utc>) -> ToPay {
        ToPay {
            amounts: self.amounts,
            deposit: self.deposit,
            pay_later: self.pay_later,
            date: self.date,
            today: time::today(now, self.zone),
        }
    }

    /// Whose money it is.
    #[must_use]
    pub const fn parties(&self) -> Parties {
        Parties { booking: self.id, provider: self.provider, expert: self.expert }
    }
}

pub async fn insert(
    db: &mut PgConnection,
    id: CheckoutId,
    user: UserId,
    currency: Currency,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO checkouts (id, user_id, currency, created_at) VALUES ($1, $2, $3, $4)",
        id.as_uuid(),
        user.as_uuid(),
        currency.code(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Puts bookings into a checkout; one that is in another already stays there. Returns how many it took.
pub async fn add(
    db: &mut PgConnection,
    checkout: CheckoutId,
    bookings: &[BookingId],
) -> sqlx::Result<u64> {
    let ids: Vec<Uuid> = bookings.iter().map(|id| id.as_uuid()).collect();
    let done = sqlx::query!(
        "UPDATE bookings SET checkout_id = $1 WHERE id = ANY ($2) AND checkout_id IS NULL",
        checkout.as_uuid(),
        &ids,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// The user's checkout.
pub async fn get(db: &mut PgConnection, id: CheckoutId, user: UserId) -> AppResult<Option<Stored>> {
    read(db, id, Some(user), false).await
}

/// The checkout that the user's booking is in.
pub async fn of_booking(
    db: &mut PgConnection,
    booking: BookingId,
    user: UserId,
) -> sqlx::Result<Option<CheckoutId>> {
    let found = sqlx::query_scalar!(
        "SELECT checkout_id FROM bookings WHERE id = $1 AND user_id = $2",
        booking.as_uuid(),
        user.as_uuid(),
    )
    .fetch_optional(db)
    .await?;
    Ok(found.flatten().map(CheckoutId::from))
}

/// What the processor is told to keep the money of a booking together by.
pub async fn group_of(db: &mut PgConnection, booking: BookingId) -> sqlx::Result<String> {
    let checkout = sqlx::query_scalar!(
        r#"SELECT coalesce(checkout_id, id) AS "group!" FROM bookings WHERE id = $1"#,
        booking.as_uuid(),
    )
    .fetch_one(db)
    .await?;
    Ok(checkout.to_string())
}

/// The same, locked until the transaction ends: whoever begins a payment holds it.
pub async fn lock(
    db: &mut PgConnection,
    id: CheckoutId,
    user: UserId,
) -> AppResult<Option<Stored>> {
    read(db, id, Some(user), true).await
}

async fn read(
    db: &mut PgConnection,
    id: CheckoutId,
    user: Option<UserId>,
    lock: bool,
) -> AppResult<Option<Stored>> {
    if lock {
        sqlx::query!("SELECT id FROM checkouts WHERE id = $1 FOR UPDATE", id.as_uuid())
            .fetch_optional(&mut *db)
            .await?;
    }
    let row = sqlx::query!(
        "SELECT id, currency, created_at FROM checkouts
         WHERE id = $1 AND ($2::uuid IS NULL OR user_id = $2)",
        id.as_uuid(),
        user.map(Uuid::from),
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Stored {
            id: row.id.into(),
            currency: row.currency.parse().map_err(|error| corrupt("currency", row.id, error))?,
            created_at: row.created_at,
        })
    })
    .transpose()
}

#[derive(Debug)]
struct Raw {
    id: Uuid,
    checkout_id: Option<Uuid>,
    user_id: Uuid,
    provider_id: Uuid,
    service_id: Uuid,
    expert_id: Option<Uuid>,
    title: String,
    status: String,
    cancelled_by: Option<String>,
    booking_date: NaiveDate,
    zone: String,
    starts_at: DateTime<Utc>,
    currency: String,
    service_amount: Decimal,
    platform_fee: Decimal,
    expert_fee: Decimal,
    deposit_amount: Option<Decimal>,
    pay_later: bool,
    paid: Decimal,
    balance_amount: Option<Decimal>,
    balance_due_date: Option<NaiveDate>,
    balance_status: Option<String>,
    balance_failures: i32,
    payment_deadline: Option<DateTime<Utc>>,
}

macro_rules! select_payable {
    ([$($rest:tt),+], $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Raw,
            r#"
        SELECT b.id, b.checkout_id, b.user_id, b.provider_id, b.service_id, b.expert_id, b.title, b.status, b.cancelled_by,
               b.booking_date, b.zone, b.starts_at, b.currency, b.service_amount, b.platform_fee, b.expert_fee,
               b.deposit_amount, b.pay_later,
               paid_for(b.id) AS "paid!",
               b.balance_amount, b.balance_due_date, b.balance_status, b.balance_failures, b.payment_deadline
        FROM bookings b
            "# $(+ $rest)+,
            $($argument),+
        )
    };
}

/// The bookings of a checkout, by their start.
pub async fn bookings(db: &mut PgConnection, checkout: CheckoutId) -> AppResult<Vec<Payable>> {
    select_payable!(["WHERE b.checkout_id = $1 ORDER BY b.starts_at, b.id"], checkout.as_uuid())
        .fetch_all(db)
        .await?
        .into_iter()
        .map(payable)
        .collect()
}

/// These bookings, locked in the order of their ids.
///
/// They are read only when the locks are had: a statement that waits for a lock still adds up what was paid as it was
/// before it waited.
pub async fn lock_bookings(db: &mut PgConnection, ids: &[BookingId]) -> AppResult<Vec<Payable>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
    sqlx::query!("SELECT id FROM bookings WHERE id = ANY ($1) ORDER BY id FOR UPDATE", &ids)
        .fetch_all(&mut *db)
        .await?;
    select_payable!(["WHERE b.id = ANY ($1) ORDER BY b.id"], &ids)
        .fetch_all(db)
        .await?
        .into_iter()
        .map(payable)
        .collect()
}

fn payable(raw: Raw) -> AppResult<Payable> {
    let id = BookingId::from(raw.id);
    let currency: Currency =
        raw.currency.parse().map_err(|error| corrupt("currency", id, error))?;
    let money = |amount: Decimal| {
        Money::try_new(amount, currency).map_err(|error| corrupt("amount", id, error))
    };
    let amounts = Amounts::try_new(
        money(raw.service_amount)?,
        money(raw.platform_fee)?,
        money(raw.expert_fee)?,
    )
    .map_err(|error| corrupt("amounts", id, error))?;
    let balance = match (raw.balance_amount, raw.balance_due_date, &raw.balance_status) {
        (Some(amount), Some(due), Some(status)) => Some(StoredBalance {
            amount: money(amount)?,
            due,
            status: enumerated("balance status", id, status)?,
            failures: super::read::count(raw.balance_failures),
        }),
        _ => None,
    };
    let status = enumerated("status", id, &raw.status)?;
    Ok(Payable {
        id,
        checkout: raw.checkout_id.map(CheckoutId::from),
        user: raw.user_id.into(),
        provider: raw.provider_id.into(),
        service: raw.service_id.into(),
        expert: raw.expert_id.map(ExpertId::from),
        title: raw.title,
        status,
        lapsed: status == Status::Cancelled && raw.cancelled_by.as_deref() == Some("system"),
        date: raw.booking_date,
        zone: raw.zone.parse().map_err(|error| corrupt("zone", id, error))?,
        starts_at: raw.starts_at,
        amounts,
        deposit: raw.deposit_amount.map(money).transpose()?,
        pay_later: raw.pay_later,
        paid: money(raw.paid)?,
        balance,
        payment_deadline: raw.payment_deadline,
    })
}
