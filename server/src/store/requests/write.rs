//! Writing requests: each statement is one step of the state machine.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;
use traveloure_core::{
    ids::{BookingId, ProviderId, RequestId, ServiceId, UserId},
    money::{Currency, Money},
    request::{Side, Status, Terms},
};

use super::Scope;
use crate::store::read::column;

/// A request to be made.
#[derive(Debug)]
pub struct NewRequest<'a> {
    pub id: RequestId,
    pub user: UserId,
    pub provider: ProviderId,
    pub service: ServiceId,
    pub terms: &'a Terms,
    pub currency: Currency,
    pub zone: Tz,
    pub special_requests: &'a str,
    pub expires_at: DateTime<Utc>,
    pub cutoff: DateTime<Utc>,
    pub next_reminder: Option<DateTime<Utc>>,
}

pub async fn insert(
    db: &mut PgConnection,
    new: &NewRequest<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO booking_requests (
             id, user_id, provider_id, service_id, status, requested_date, requested_end_date, requested_time,
             travelers, special_requests, zone, terms_date, terms_end_date, terms_time, terms_travelers,
             terms_price, currency, turn_since, response_expires_at, expires_at, cutoff_at, next_reminder_at,
             created_at, updated_at)
         VALUES ($1, $2, $3, $4, 'pending_provider', $5, $6, $7, $8, $9, $10, $5, $6, $7, $8, $11, $12,
                 $13, $14, $14, $15, $16, $13, $13)",
        new.id.as_uuid(),
        new.user.as_uuid(),
        new.provider.as_uuid(),
        new.service.as_uuid(),
        new.terms.date,
        new.terms.end_date,
        new.terms.time,
        column(new.terms.travelers),
        new.special_requests,
        new.zone.name(),
        new.terms.price.map(Money::amount),
        new.currency.code(),
        now,
        new.expires_at,
        new.cutoff,
        new.next_reminder,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// An offer that is put on the table.
#[derive(Debug)]
pub struct Countered<'a> {
    pub id: RequestId,
    pub status: Status,
    pub by: Side,
    pub round: u32,
    pub terms: &'a Terms,
    pub message: &'a str,
    pub expires_at: DateTime<Utc>,
    pub cutoff: DateTime<Utc>,
    pub next_reminder: Option<DateTime<Utc>>,
}

/// Puts new terms on the table and passes the turn. Returns the new version.
pub async fn countered(
    db: &mut PgConnection,
    offer: &Countered<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    let provider = offer.by == Side::Provider;
    sqlx::query_scalar!(
        "UPDATE booking_requests
         SET status = $2, rounds = $3, terms_date = $4, terms_end_date = $5, terms_time = $6,
             terms_travelers = $7, terms_price = $8, turn_since = $9, expires_at = $10, cutoff_at = $11,
             next_reminder_at = $12, updated_at = $9, version = version + 1,
             counter_date = CASE WHEN $13 THEN $4 ELSE counter_date END,
             counter_time = CASE WHEN $13 THEN $6 ELSE counter_time END,
             counter_price = CASE WHEN $13 THEN $8 ELSE counter_price END,
             counter_message = CASE WHEN $13 THEN $14 ELSE counter_message END,
             responded_at = CASE WHEN $13 THEN $9 ELSE responded_at END,
             response_expires_at = CASE WHEN $13 THEN response_expires_at ELSE $10 END
         WHERE id = $1
         RETURNING version",
        offer.id.as_uuid(),
        offer.status.as_str(),
        column(offer.round),
        offer.terms.date,
        offer.terms.end_date,
        offer.terms.time,
        column(offer.terms.travelers),
        offer.terms.price.map(Money::amount),
        now,
        offer.expires_at,
        offer.cutoff,
        offer.next_reminder,
        provider,
        offer.message,
    )
    .fetch_one(db)
    .await
}

/// Closes a request that became a booking. Returns the new version.
pub async fn accepted(
    db: &mut PgConnection,
    id: RequestId,
    by: Side,
    booking: BookingId,
    response: Option<&str>,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "UPDATE booking_requests
         SET status = 'accepted', booking_id = $2, next_reminder_at = NULL, updated_at = $3,
             version = version + 1, provider_response = coalesce($4, provider_response),
             responded_at = CASE WHEN $5 THEN $3 ELSE responded_at END
         WHERE id = $1
         RETURNING version",
        id.as_uuid(),
        booking.as_uuid(),
        now,
        response,
        by == Side::Provider,
    )
    .fetch_one(db)
    .await
}

/// Closes a request without a booking: declined, withdrawn or expired. Returns the new version.
pub async fn closed(
    db: &mut PgConnection,
    id: RequestId,
    status: Status,
    by: Option<Side>,
    response: Option<&str>,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "UPDATE booking_requests
         SET status = $2, next_reminder_at = NULL, updated_at = $3, version = version + 1,
             provider_response = CASE WHEN $5 THEN coalesce($4, provider_response) ELSE provider_response END,
             responded_at = CASE WHEN $5 THEN $3 ELSE responded_at END
         WHERE id = $1
         RETURNING version",
        id.as_uuid(),
        status.as_str(),
        now,
        response,
        by == Some(Side::Provider),
    )
    .fetch_one(db)
    .await
}

/// Notes that a message was left. Returns the new version.
pub async fn message_left(
    db: &mut PgConnection,
    id: RequestId,
    by: Side,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "UPDATE booking_requests
         SET last_message_at = $3, last_message_by = $2, version = version + 1
         WHERE id = $1 RETURNING version",
        id.as_uuid(),
        by.as_str(),
        now,
    )
    .fetch_one(db)
    .await
}

/// Notes that one side has seen the messages; touches nothing if there is nothing new.
pub async fn mark_read(
    db: &mut PgConnection,
    id: RequestId,
    scope: Scope,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    match scope {
        Scope::Provider(_) => {
            sqlx::query!(
                "UPDATE booking_requests SET provider_read_at = $2
                 WHERE id = $1 AND last_message_by = 'traveler'
                   AND (provider_read_at IS NULL OR provider_read_at < last_message_at)",
                id.as_uuid(),
                now,
            )
            .execute(db)
            .await?;
        }
        Scope::Traveler(_) => {
            sqlx::query!(
                "UPDATE booking_requests SET traveler_read_at = $2
                 WHERE id = $1 AND last_message_by = 'provider'
                   AND (traveler_read_at IS NULL OR traveler_read_at < last_message_at)",
                id.as_uuid(),
                now,
            )
            .execute(db)
            .await?;
        }
    }
    Ok(())
}
