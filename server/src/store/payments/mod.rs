//! Payments: what was intended, what the processor was asked, what came of it.

mod customers;
mod moves;

pub use customers::{customer, keep_customer};
pub use moves::{Known, looked_at, moved, tried};

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use traveloure_core::{
    api::checkout::Payment,
    asking::Asking,
    ids::{BookingId, CheckoutId, PaymentId, UserId},
    money::{Currency, Money},
    payment::{Purpose, Status},
};
use uuid::Uuid;

use super::read::{corrupt, count, enumerated};
use crate::error::AppResult;

/// The constraints that refuse a second payment for the same.
pub const ONCE: [&str; 2] = ["payments_once", "payments_balance_once"];

/// How a payment is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Via {
    /// On the processor's page.
    Page { save_card: bool },
    /// With a card that the processor keeps, the cardholder not being there.
    Saved { card: String },
}

/// A payment to be written down.
#[derive(Debug)]
pub struct NewPayment<'a> {
    pub id: PaymentId,
    pub user: UserId,
    pub checkout: CheckoutId,
    /// Of a balance.
    pub booking: Option<BookingId>,
    pub purpose: Purpose,
    pub via: &'a Via,
    pub amount: Money,
    /// What each booking gets; sums to `amount`.
    pub parts: &'a [(BookingId, Money)],
    /// When somebody looks at it if nothing is heard.
    pub look_at: DateTime<Utc>,
}

/// A payment as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub id: PaymentId,
    pub user: UserId,
    pub checkout: CheckoutId,
    pub booking: Option<BookingId>,
    pub purpose: Purpose,
    pub via: Via,
    pub amount: Money,
    pub status: Status,
    pub attempt: u32,
    pub session: Option<String>,
    pub intent: Option<String>,
    pub charge: Option<String>,
    pub url: Option<String>,
    pub url_expires_at: Option<DateTime<Utc>>,
    pub failure: Option<String>,
    /// When it is looked at again; none once it has come to its end.
    pub look_at: Option<DateTime<Utc>>,
    pub looks: u32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Stored {
    /// How often the processor was asked for it.
    #[must_use]
    pub const fn asking(&self) -> Asking {
        Asking { since: self.created_at, in_vain: self.looks, attempt: self.attempt }
    }

    /// As its traveler sees it.
    #[must_use]
    pub fn to_payment(&self) -> Payment {
        let waits = matches!(self.status, Status::Open | Status::NeedsAction);
        Payment {
            id: self.id,
            checkout_id: self.checkout,
            booking_id: self.booking,
            purpose: self.purpose,
            status: self.status,
            amount: self.amount,
            url: self.url.clone().filter(|_| waits),
            url_expires_at: self.url_expires_at.filter(|_| waits),
            failure: self.failure.clone(),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}

pub async fn insert(
    db: &mut PgConnection,
    new: &NewPayment<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (via, card, save_card) = match new.via {
        Via::Page { save_card } => ("page", None, *save_card),
        Via::Saved { card } => ("saved", Some(card.as_str()), false),
    };
    sqlx::query!(
        "INSERT INTO payments (id, user_id, checkout_id, booking_id, purpose, via, payment_method, save_card,
                               amount, currency, status, look_at, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'intended', $11, $12, $12)",
        new.id.as_uuid(),
        new.user.as_uuid(),
        new.checkout.as_uuid(),
        new.booking.map(Uuid::from),
        new.purpose.as_str(),
        via,
        card,
        save_card,
        new.amount.amount(),
        new.amount.currency().code(),
        new.look_at,
        now,
    )
    .execute(&mut *db)
    .await?;
    let bookings: Vec<Uuid> = new.parts.iter().map(|(booking, _)| booking.as_uuid()).collect();
    let amounts: Vec<Decimal> = new.parts.iter().map(|(_, amount)| amount.amount()).collect();
    sqlx::query!(
        "INSERT INTO payment_parts (payment_id, booking_id, amount)
         SELECT $1, part.booking_id, part.amount FROM unnest($2::uuid[], $3::numeric[]) AS part (booking_id, amount)",
        new.id.as_uuid(),
        &bookings,
        &amounts,
    )
    .execute(db)
    .await?;
    Ok(())
}

#[derive(Debug)]
struct Raw {
    id: Uuid,
    user_id: Uuid,
    checkout_id: Uuid,
    booking_id: Option<Uuid>,
    purpose: String,
    via: String,
    payment_method: Option<String>,
    save_card: bool,
    amount: Decimal,
    currency: String,
    status: String,
    attempt: i32,
    session_id: Option<String>,
    intent_id: Option<String>,
    charge_id: Option<String>,
    page_url: Option<String>,
    page_expires_at: Option<DateTime<Utc>>,
    failure: Option<String>,
    look_at: Option<DateTime<Utc>>,
    looks: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

macro_rules! select_payments {
    ($rest:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Raw,
            "SELECT p.id, p.user_id, p.checkout_id, p.booking_id, p.purpose, p.via, p.payment_method, p.save_card,
                    p.amount, p.currency, p.status, p.attempt, p.session_id, p.intent_id, p.charge_id, p.page_url,
                    p.page_expires_at, p.failure, p.look_at, p.looks, p.created_at, p.updated_at
             FROM payments p " + $rest,
            $($argument),+
        )
    };
}

pub async fn get(db: &mut PgConnection, id: PaymentId) -> AppResult<Option<Stored>> {
    select_payments!("WHERE p.id = $1", id.as_uuid())
        .fetch_optional(db)
        .await?
        .map(stored)
        .transpose()
}

/// The payment, locked until the transaction ends.
pub async fn lock(db: &mut PgConnection, id: PaymentId) -> AppResult<Option<Stored>> {
    select_payments!("WHERE p.id = $1 FOR UPDATE", id.as_uuid())
        .fetch_optional(db)
        .await?
        .map(stored)
        .transpose()
}

/// The payments of a checkout, newest first.
pub async fn of_checkout(db: &mut PgConnection, checkout: CheckoutId) -> AppResult<Vec<Stored>> {
    select_payments!(
        "WHERE p.checkout_id = $1 ORDER BY p.created_at DESC, p.id DESC",
        checkout.as_uuid()
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(stored)
    .collect()
}

/// The payments that may still bring money for a booking.
pub async fn live_of_booking(db: &mut PgConnection, booking: BookingId) -> AppResult<Vec<Stored>> {
    select_payments!(
        "JOIN payment_parts part ON part.payment_id = p.id
         WHERE part.booking_id = $1 AND p.status IN ('intended', 'open', 'processing', 'needs_action')
         ORDER BY p.id",
        booking.as_uuid()
    )
    .fetch_all(db)
    .await?
    .into_iter()
    .map(stored)
    .collect()
}

/// The payment that the processor knows by this session or intent.
pub async fn by_reference(db: &mut PgConnection, reference: &str) -> AppResult<Option<Stored>> {
    select_payments!(
        "WHERE p.session_id = $1 OR p.intent_id = $1 OR p.charge_id = $1 LIMIT 1",
        reference
    )
    .fetch_optional(db)
    .await?
    .map(stored)
    .transpose()
}

/// Payments that nothing was heard of for too long, the longest first.
pub async fn to_look_at(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<PaymentId>> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM payments
         WHERE look_at <= $1 AND NOT is_put_off('settle_payments', id::text, $1) ORDER BY look_at, id LIMIT $2",
        now,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(PaymentId::from).collect())
}

pub async fn next_look(
    db: &mut PgConnection,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT min(look_at) FROM payments
         WHERE look_at IS NOT NULL AND NOT is_put_off('settle_payments', id::text, $1)",
        now,
    )
    .fetch_one(db)
    .await
}

/// What each booking gets of it, in the order of their ids.
pub async fn parts(db: &mut PgConnection, payment: &Stored) -> AppResult<Vec<(BookingId, Money)>> {
    let rows = sqlx::query!(
        "SELECT booking_id, amount FROM payment_parts WHERE payment_id = $1 ORDER BY booking_id",
        payment.id.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let amount = Money::try_new(row.amount, payment.amount.currency())
                .map_err(|error| corrupt("part", payment.id, error))?;
            Ok((row.booking_id.into(), amount))
        })
        .collect()
}

/// The card that a booking's deposit was paid with, if the processor was asked to keep it.
pub async fn card_of_deposit(
    db: &mut PgConnection,
    booking: BookingId,
) -> sqlx::Result<Option<String>> {
    let found = sqlx::query_scalar!(
        "SELECT p.payment_method FROM payments p JOIN payment_parts part ON part.payment_id = p.id
         WHERE part.booking_id = $1 AND p.status = 'succeeded' AND (p.save_card OR p.via = 'saved')
         ORDER BY p.succeeded_at DESC LIMIT 1",
        booking.as_uuid(),
    )
    .fetch_optional(db)
    .await?;
    Ok(found.flatten())
}

fn stored(raw: Raw) -> AppResult<Stored> {
    let id = PaymentId::from(raw.id);
    let currency: Currency =
        raw.currency.parse().map_err(|error| corrupt("currency", id, error))?;
    let via = match (raw.via.as_str(), raw.payment_method) {
        ("page", _) => Via::Page { save_card: raw.save_card },
        ("saved", Some(card)) => Via::Saved { card },
        (other, _) => return Err(corrupt("way of payment", id, other)),
    };
    Ok(Stored {
        id,
        user: raw.user_id.into(),
        checkout: raw.checkout_id.into(),
        booking: raw.booking_id.map(BookingId::from),
        purpose: enumerated("purpose", id, &raw.purpose)?,
        via,
        amount: Money::try_new(raw.amount, currency)
            .map_err(|error| corrupt("amount", id, error))?,
        status: enumerated("status", id, &raw.status)?,
        attempt: count(raw.attempt),
        session: raw.session_id,
        intent: raw.intent_id,
        charge: raw.charge_id,
        url: raw.page_url,
        url_expires_at: raw.page_expires_at,
        failure: raw.failure,
        look_at: raw.look_at,
        looks: count(raw.looks),
        created_at: raw.created_at,
        updated_at: raw.updated_at,
    })
}
