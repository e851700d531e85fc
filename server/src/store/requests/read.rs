//! Reading one request.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use traveloure_core::{
    api::request::RequestRow,
    category::Category,
    ids::{BookingId, ProviderId, RequestId, ServiceId, UserId},
    money::{Currency, Money},
    request::{Negotiation, Side, Status, Terms},
};
use uuid::Uuid;

use super::Scope;
use crate::{
    error::AppResult,
    store::read::{corrupt, count, enumerated},
};

/// A request as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub id: RequestId,
    pub user: UserId,
    pub traveler_name: String,
    pub provider: ProviderId,
    pub provider_name: String,
    pub service: ServiceId,
    pub service_name: String,
    pub category: Category,
    pub status: Status,
    pub special_requests: String,
    pub zone: Tz,
    pub currency: Currency,
    pub terms: Terms,
    pub rounds: u32,
    pub booking: Option<BookingId>,
    pub expires_at: DateTime<Utc>,
    pub cutoff: DateTime<Utc>,
    pub provider_unread: bool,
    pub traveler_unread: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

impl Stored {
    /// What the state machine needs of it.
    #[must_use]
    pub fn negotiation(&self) -> Negotiation {
        Negotiation {
            status: self.status,
            terms: self.terms.clone(),
            rounds: usize::try_from(self.rounds).unwrap_or(usize::MAX),
            expires_at: self.expires_at,
            cutoff: self.cutoff,
        }
    }

    /// The row of a list as `side` sees it.
    #[must_use]
    pub fn to_row(&self, side: Side, provider_payout: Option<Money>) -> RequestRow {
        RequestRow {
            id: self.id,
            service_id: self.service,
            service_name: self.service_name.clone(),
            provider_id: self.provider,
            provider_name: self.provider_name.clone(),
            traveler_name: self.traveler_name.clone(),
            status: self.status,
            date: self.terms.date,
            end_date: self.terms.end_date,
            time: self.terms.time,
            zone: self.zone,
            travelers: self.terms.travelers,
            price: self.terms.price,
            provider_payout: provider_payout.filter(|_| side == Side::Provider),
            round: self.rounds,
            has_message: match side {
                Side::Provider => self.provider_unread,
                Side::Traveler => self.traveler_unread,
            },
            expires_at: self.expires_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            version: self.version,
        }
    }
}

/// A row as SQL gives it; one form for every statement that reads requests.
#[derive(Debug)]
pub struct Raw {
    pub id: Uuid,
    pub user_id: Uuid,
    pub traveler_name: String,
    pub provider_id: Uuid,
    pub provider_name: String,
    pub service_id: Uuid,
    pub service_name: String,
    pub category: String,
    pub status: String,
    pub special_requests: String,
    pub zone: String,
    pub currency: String,
    pub terms_date: NaiveDate,
    pub terms_end_date: Option<NaiveDate>,
    pub terms_time: Option<NaiveTime>,
    pub terms_travelers: i32,
    pub terms_price: Option<Decimal>,
    pub rounds: i32,
    pub booking_id: Option<Uuid>,
    pub expires_at: DateTime<Utc>,
    pub cutoff_at: DateTime<Utc>,
    pub provider_unread: bool,
    pub traveler_unread: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

/// Every statement that reads requests selects the same columns; what follows the joins is its own.
macro_rules! select_requests {
    ([$($rest:tt),+], $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Raw,
            r#"
        SELECT r.id, r.user_id, u.name AS traveler_name, r.provider_id, p.name AS provider_name,
               r.service_id, s.name AS service_name, s.category, r.status, r.special_requests, r.zone, r.currency,
               r.terms_date, r.terms_end_date, r.terms_time, r.terms_travelers, r.terms_price, r.rounds,
               r.booking_id, r.expires_at, r.cutoff_at,
               coalesce(r.last_message_by = 'traveler'
                                AND (r.provider_read_at IS NULL OR r.last_message_at > r.provider_read_at), false) AS "provider_unread!",
               coalesce(r.last_message_by = 'provider'
                                AND (r.traveler_read_at IS NULL OR r.last_message_at > r.traveler_read_at), false) AS "traveler_unread!",
               r.created_at, r.updated_at, r.version
        FROM booking_requests r
        JOIN users u ON u.id = r.user_id
        JOIN service_providers p ON p.id = r.provider_id
        JOIN services s ON s.id = r.service_id
            "# $(+ $rest)+,
            $($argument),+
        )
    };
}
pub(super) use select_requests;

/// Reads a stored row back into the domain's types.
pub fn row(raw: Raw) -> AppResult<Stored> {
    let id = RequestId::from(raw.id);
    let currency: Currency =
        raw.currency.parse().map_err(|error| corrupt("currency", id, error))?;
    let price = raw
        .terms_price
        .map(|price| Money::try_new(price, currency))
        .transpose()
        .map_err(|error| corrupt("price", id, error))?;
    Ok(Stored {
        id,
        user: UserId::from(raw.user_id),
        traveler_name: raw.traveler_name,
        provider: ProviderId::from(raw.provider_id),
        provider_name: raw.provider_name,
        service: ServiceId::from(raw.service_id),
        service_name: raw.service_name,
        category: enumerated("category", id, &raw.category)?,
        status: enumerated("status", id, &raw.status)?,
        special_requests: raw.special_requests,
        zone: raw.zone.parse().map_err(|error| corrupt("zone", id, error))?,
        currency,
        terms: Terms {
            date: raw.terms_date,
            end_date: raw.terms_end_date,
            time: raw.terms_time,
            travelers: count(raw.terms_travelers),
            price,
        },
        rounds: count(raw.rounds),
        booking: raw.booking_id.map(BookingId::from),
        expires_at: raw.expires_at,
        cutoff: raw.cutoff_at,
        provider_unread: raw.provider_unread,
        traveler_unread: raw.traveler_unread,
        created_at: raw.created_at,
        updated_at: raw.updated_at,
        version: raw.version,
    })
}

/// The request, if it is within `scope`.
pub async fn get(db: &mut PgConnection, id: RequestId, scope: Scope) -> AppResult<Option<Stored>> {
    select_requests!(
        [r#"
        WHERE r.id = $1 AND (r.user_id = $2 OR r.provider_id = $3)
        "#],
        id.as_uuid(),
        scope.user(),
        scope.provider(),
    )
    .fetch_optional(db)
    .await?
    .map(row)
    .transpose()
}

/// The same, locked until the transaction ends: of two answers one waits here and then sees the other.
pub async fn lock(db: &mut PgConnection, id: RequestId, scope: Scope) -> AppResult<Option<Stored>> {
    select_requests!(
        [r#"
        WHERE r.id = $1 AND (r.user_id = $2 OR r.provider_id = $3)
        FOR UPDATE OF r
        "#],
        id.as_uuid(),
        scope.user(),
        scope.provider(),
    )
    .fetch_optional(db)
    .await?
    .map(row)
    .transpose()
}

/// How many other open requests want the same date of the same service.
pub async fn rivals(db: &mut PgConnection, request: &Stored) -> sqlx::Result<u32> {
    let until = request.terms.end_date.unwrap_or(request.terms.date);
    let rivals = sqlx::query_scalar!(
        r#"
        SELECT count(*) AS "count!" FROM booking_requests
        WHERE service_id = $1 AND id <> $2 AND status IN ('pending_provider', 'counter_offered')
          AND terms_date <= greatest($4::date - 1, $3::date)
          AND greatest(coalesce(terms_end_date - 1, terms_date), terms_date) >= $3
          AND ($5::time IS NULL OR terms_time IS NULL OR terms_time = $5)
        "#,
        request.service.as_uuid(),
        request.id.as_uuid(),
        request.terms.date,
        until,
        request.terms.time,
    )
    .fetch_one(db)
    .await?;
    Ok(u32::try_from(rivals).unwrap_or(u32::MAX))
}
