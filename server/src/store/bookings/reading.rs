//! Reading bookings: one, or a page of them, as their traveler or their provider may see them.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;
use sqlx::{PgConnection, types::Json};
use traveloure_core::{
    api::{
        booking::{Booking, BookingRow, Movement},
        checkout::BalanceDue,
    },
    booking::{Amounts, CancelledBy, Status},
    fee::FeeDecision,
    ids::{BookingId, CheckoutId, ProviderId, RequestId, ServiceId, UserId},
    money::{Currency, Money},
    payment::{Offer, ToPay, offers},
    pricing::{Line, Quote},
    time,
};
use uuid::Uuid;

use crate::{
    error::AppResult,
    store::read::{contains, corrupt, count, enumerated},
};

/// A booking as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub id: BookingId,
    pub starts_at: DateTime<Utc>,
    row: BookingRow,
    amounts: Amounts,
    /// What its price asks for at once when it is paid by deposit.
    deposit: Option<Money>,
    pay_later: bool,
    checkout: Option<CheckoutId>,
    paid: Money,
    user: UserId,
    request: Option<RequestId>,
    special_requests: String,
    lines: Vec<Line>,
    fee_reason: String,
    confirmed_at: Option<DateTime<Utc>>,
    cancelled_at: Option<DateTime<Utc>>,
    cancelled_by: Option<CancelledBy>,
    cancellation_reason: Option<String>,
}

impl Stored {
    /// The row of a list, as the traveler or the provider sees it.
    #[must_use]
    pub fn to_row(&self, for_provider: bool) -> BookingRow {
        let mut row = self.row.clone();
        row.provider_payout = row.provider_payout.filter(|_| for_provider);
        row
    }

    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.paid.currency()
    }

    /// All of it at `now`, with its [`movements`](super::movements): what the platform keeps is the provider's
    /// business and not the traveler's, how it is paid the traveler's.
    ///
    /// # Errors
    /// A fault, for amounts that do not add up.
    pub fn to_booking(
        &self,
        for_provider: bool,
        movements: Vec<Movement>,
        now: DateTime<Utc>,
    ) -> AppResult<Booking> {
        Ok(Booking {
            row: self.to_row(for_provider),
            user_id: self.user,
            request_id: self.request,
            special_requests: self.special_requests.clone(),
            lines: self.lines.clone(),
            amounts: for_provider.then_some(self.amounts),
            fee_reason: for_provider.then(|| self.fee_reason.clone()),
            checkout_id: self.checkout.filter(|_| !for_provider),
            paid: self.paid,
            movements,
            offers: self.offers(now)?,
            confirmed_at: self.confirmed_at,
            cancelled_at: self.cancelled_at,
            cancelled_by: self.cancelled_by,
            cancellation_reason: self.cancellation_reason.clone(),
        })
    }

    fn offers(&self, now: DateTime<Utc>) -> AppResult<Vec<Offer>> {
        if self.row.status != Status::PendingPayment {
            return Ok(Vec::new());
        }
        let to_pay = ToPay {
            amounts: self.amounts,
            deposit: self.deposit,
            pay_later: self.pay_later,
            date: self.row.date,
            today: time::today(now, self.row.zone),
        };
        offers(&[to_pay], self.row.total_amount.currency())
            .map_err(|error| corrupt("amounts", self.id, error))
    }
}

#[derive(Debug)]
struct Raw {
    id: Uuid,
    user_id: Uuid,
    traveler_name: String,
    provider_id: Uuid,
    provider_name: String,
    service_id: Uuid,
    booking_type: String,
    status: String,
    title: String,
    booking_date: NaiveDate,
    end_date: Option<NaiveDate>,
    booking_time: Option<NaiveTime>,
    zone: String,
    starts_at: DateTime<Utc>,
    travelers: i32,
    currency: String,
    service_amount: Decimal,
    platform_fee: Decimal,
    expert_fee: Decimal,
    quote: Json<Quote>,
    fee_trace: Json<FeeDecision>,
    deposit_amount: Option<Decimal>,
    balance_amount: Option<Decimal>,
    balance_due_date: Option<NaiveDate>,
    balance_status: Option<String>,
    pay_later: bool,
    checkout_id: Option<Uuid>,
    paid: Decimal,
    payment_deadline: Option<DateTime<Utc>>,
    confirmation_code: String,
    special_requests: String,
    confirmed_at: Option<DateTime<Utc>>,
    cancelled_at: Option<DateTime<Utc>>,
    cancelled_by: Option<String>,
    cancellation_reason: Option<String>,
    request_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    version: i64,
}

/// Every statement that reads bookings selects the same columns; what follows the joins is its own.
macro_rules! select_bookings {
    ([$($rest:tt),+], $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Raw,
            r#"
        SELECT b.id, b.user_id, u.name AS traveler_name, b.provider_id, p.name AS provider_name,
               b.service_id, b.booking_type, b.status, b.title, b.booking_date, b.end_date,
               b.booking_time, b.zone, b.starts_at, b.travelers, b.currency, b.service_amount, b.platform_fee,
               b.expert_fee, b.quote AS "quote: Json<Quote>", b.fee_trace AS "fee_trace: Json<FeeDecision>",
               b.deposit_amount, b.balance_amount, b.balance_due_date, b.balance_status, b.pay_later,
               b.checkout_id, paid_for(b.id) AS "paid!", b.payment_deadline, b.confirmation_code,
               b.special_requests, b.confirmed_at, b.cancelled_at, b.cancelled_by, b.cancellation_reason,
               r.id AS "request_id?", b.created_at, b.version
        FROM bookings b
        JOIN users u ON u.id = b.user_id
        JOIN service_providers p ON p.id = b.provider_id
        LEFT JOIN booking_requests r ON r.booking_id = b.id
            "# $(+ $rest)+,
            $($argument),+
        )
    };
}

/// Whose eyes a booking is read with: the row must be theirs.
#[derive(Clone, Copy, Debug)]
pub enum Scope {
    Traveler(UserId),
    Provider(ProviderId),
}

impl Scope {
    fn columns(self) -> (Option<Uuid>, Option<Uuid>) {
        match self {
            Self::Traveler(user) => (Some(user.as_uuid()), None),
            Self::Provider(provider) => (None, Some(provider.as_uuid())),
        }
    }
}

/// The booking, if it is within `scope`.
pub async fn get(db: &mut PgConnection, id: BookingId, scope: Scope) -> AppResult<Option<Stored>> {
    let (user, provider) = scope.columns();
    select_bookings!(
        ["WHERE b.id = $1 AND (b.user_id = $2 OR b.provider_id = $3)"],
        id.as_uuid(),
        user,
        provider
    )
    .fetch_optional(db)
    .await?
    .map(stored)
    .transpose()
}

/// Which bookings are wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub scope: Scope,
    /// Any of these; all if empty.
    pub statuses: Vec<String>,
    pub service: Option<ServiceId>,
    /// By local date; `until` is not included.
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    /// Part of a name, a title or the confirmation code.
    pub words: Option<String>,
    /// Latest start first instead of earliest.
    pub descending: bool,
    pub after: Option<(DateTime<Utc>, BookingId)>,
    pub limit: i64,
}

/// One page. Whose bookings they are and how they are ordered is part of the statement, so that an
/// index gives them in order and no plan has to guess.
macro_rules! page {
    ($db:ident, $wanted:ident, $who:expr, $scope:tt, $behind:tt, $order:tt) => {
        select_bookings!(
            [
                "WHERE ",
                $scope,
                " AND ($2::timestamptz IS NULL OR ",
                $behind,
                ")",
                r#"
          AND (cardinality($4::text[]) = 0 OR b.status = ANY ($4))
          AND ($5::uuid IS NULL OR b.service_id = $5)
          AND ($6::date IS NULL OR b.booking_date >= $6)
          AND ($7::date IS NULL OR b.booking_date < $7)
          AND ($8::text IS NULL OR u.name ILIKE $8 OR p.name ILIKE $8 OR b.title ILIKE $8
               OR b.confirmation_code ILIKE $8)
                "#,
                " ORDER BY ",
                $order,
                " LIMIT $9"
            ],
            $who.as_uuid(),
            $wanted.after.map(|(at, _)| at),
            $wanted.after.map(|(_, id)| id.as_uuid()),
            &$wanted.statuses,
            $wanted.service.map(Uuid::from),
            $wanted.from,
            $wanted.until,
            $wanted.words.as_deref().map(contains),
            $wanted.limit,
        )
        .fetch_all(&mut *$db)
        .await
    };
}

/// The page's bookings with the start that orders them.
pub async fn list(db: &mut PgConnection, wanted: &Wanted) -> AppResult<Vec<Stored>> {
    let rows = match (wanted.scope, wanted.descending) {
        (Scope::Provider(provider), false) => {
            page!(
                db,
                wanted,
                provider,
                "b.provider_id = $1",
                "(b.starts_at, b.id) > ($2, $3::uuid)",
                "b.starts_at, b.id"
            )
        }
        (Scope::Traveler(user), false) => {
            page!(
                db,
                wanted,
                user,
                "b.user_id = $1",
                "(b.starts_at, b.id) > ($2, $3::uuid)",
                "b.starts_at, b.id"
            )
        }
        (Scope::Provider(provider), true) => {
            page!(
                db,
                wanted,
                provider,
                "b.provider_id = $1",
                "(b.starts_at, b.id) < ($2, $3::uuid)",
                "b.starts_at DESC, b.id DESC"
            )
        }
        (Scope::Traveler(user), true) => {
            page!(
                db,
                wanted,
                user,
                "b.user_id = $1",
                "(b.starts_at, b.id) < ($2, $3::uuid)",
                "b.starts_at DESC, b.id DESC"
            )
        }
    }?;
    rows.into_iter().map(stored).collect()
}

fn stored(raw: Raw) -> AppResult<Stored> {
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
    let status = enumerated("status", id, &raw.status)?;
    let balance = match (raw.balance_amount, raw.balance_due_date, &raw.balance_status) {
        (Some(amount), Some(due), Some(status)) => Some(BalanceDue {
            amount: money(amount)?,
            due,
            status: enumerated("balance status", id, status)?,
        }),
        _ => None,
    };
    Ok(Stored {
        id,
        starts_at: raw.starts_at,
        row: BookingRow {
            id,
            title: raw.title,
            service_id: ServiceId::from(raw.service_id),
            provider_id: ProviderId::from(raw.provider_id),
            provider_name: raw.provider_name,
            traveler_name: raw.traveler_name,
            booking_type: enumerated("booking type", id, &raw.booking_type)?,
            status,
            date: raw.booking_date,
            end_date: raw.end_date,
            time: raw.booking_time,
            zone: raw.zone.parse().map_err(|error| corrupt("zone", id, error))?,
            travelers: count(raw.travelers),
            total_amount: amounts.total_amount,
            provider_payout: Some(amounts.provider_payout),
            confirmation_code: raw.confirmation_code,
            payment_deadline: raw.payment_deadline,
            balance,
            created_at: raw.created_at,
            version: raw.version,
        },
        amounts,
        deposit: raw.deposit_amount.map(money).transpose()?,
        pay_later: raw.pay_later,
        checkout: raw.checkout_id.map(CheckoutId::from),
        paid: money(raw.paid)?,
        user: UserId::from(raw.user_id),
        request: raw.request_id.map(RequestId::from),
        special_requests: raw.special_requests,
        lines: raw.quote.0.lines,
        fee_reason: raw.fee_trace.0.reason,
        confirmed_at: raw.confirmed_at,
        cancelled_at: raw.cancelled_at,
        cancelled_by: raw.cancelled_by.map(|by| enumerated("canceller", id, &by)).transpose()?,
        cancellation_reason: raw.cancellation_reason,
    })
}
