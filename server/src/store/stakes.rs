//! Who will come: live bookings and held offers of services, whether or not they have claimed a row of capacity (of a
//! toggle, nobody has).

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sqlx::PgConnection;
use traveloure_core::{
    availability::Ask,
    ids::{BookingId, ProviderId, RequestId, ServiceId},
};
use uuid::Uuid;

use super::{capacity::Holder, read::count};

/// A party that will come, or that has been promised it may.
#[derive(Clone, Debug)]
pub struct Stake {
    pub service: ServiceId,
    pub holder: Holder,
    pub ask: Ask,
    pub traveler_name: String,
}

/// Those whose last date is not before `from` and whose first is before `until`, in the order in which they came
/// about.
pub async fn of_services(
    db: &mut PgConnection,
    services: &[ServiceId],
    from: NaiveDate,
    until: NaiveDate,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Stake>> {
    let services: Vec<Uuid> = services.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query!(
        r#"
        SELECT stake.service_id AS "service_id!", stake.booking_id, stake.request_id, stake.date AS "date!",
               stake.end_date, stake.time, stake.travelers AS "travelers!", stake.held_until,
               u.name AS traveler_name
        FROM (
            SELECT b.service_id, b.id AS booking_id, r.id AS request_id, b.booking_date AS date, b.end_date,
                   b.booking_time AS time, b.travelers, b.created_at, b.user_id,
                   CASE WHEN b.status = 'pending_payment' THEN b.payment_deadline END AS held_until
            FROM bookings b LEFT JOIN booking_requests r ON r.booking_id = b.id
            WHERE b.service_id = ANY ($1)
              AND b.status IN ('pending', 'pending_payment', 'confirmed', 'completed')
            UNION ALL
            SELECT r.service_id, NULL, r.id, r.terms_date, r.terms_end_date, r.terms_time, r.terms_travelers,
                   last.created_at, r.user_id, r.expires_at
            FROM booking_requests r
            JOIN request_rounds last ON last.request_id = r.id AND last.number = r.rounds
            WHERE r.service_id = ANY ($1) AND r.status = 'counter_offered' AND last.holds_slot
        ) AS stake
        JOIN users u ON u.id = stake.user_id
        WHERE coalesce(stake.end_date - 1, stake.date) >= $2 AND stake.date < $3
          AND (stake.held_until IS NULL OR stake.held_until > $4)
        ORDER BY stake.created_at, stake.booking_id, stake.request_id
        "#,
        &services,
        from,
        until,
        now,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Stake {
            service: ServiceId::from(row.service_id),
            holder: Holder {
                request: row.request_id.map(RequestId::from),
                booking: row.booking_id.map(BookingId::from),
                until: row.held_until,
            },
            ask: Ask {
                date: row.date,
                end_date: row.end_date,
                time: row.time,
                party: count(row.travelers),
            },
            traveler_name: row.traveler_name,
        })
        .collect())
}

/// The provider's services that anybody will come to from `from` on.
pub async fn services_of(
    db: &mut PgConnection,
    provider: ProviderId,
    from: NaiveDate,
) -> sqlx::Result<Vec<ServiceId>> {
    let rows = sqlx::query_scalar!(
        r#"
        SELECT service_id AS "service_id!" FROM bookings
        WHERE provider_id = $1 AND coalesce(end_date - 1, booking_date) >= $2
          AND status IN ('pending', 'pending_payment', 'confirmed', 'completed')
        UNION
        SELECT service_id FROM booking_requests
        WHERE provider_id = $1 AND coalesce(terms_end_date - 1, terms_date) >= $2 AND status = 'counter_offered'
        "#,
        provider.as_uuid(),
        from,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(ServiceId::from).collect())
}

/// What a stake has claimed of its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimed {
    pub claim: Uuid,
    pub booking: Option<BookingId>,
    pub request: Option<RequestId>,
    pub date: NaiveDate,
    pub slot: Option<NaiveTime>,
    pub quantity: u32,
}

/// The live claims on the service's own rows from `from` on.
pub async fn claims(
    db: &mut PgConnection,
    service: ServiceId,
    from: NaiveDate,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Claimed>> {
    let rows = sqlx::query!(
        r#"
        SELECT claim.id, claim.booking_id, claim.request_id, row.date AS "date!", row.slot, claim.quantity
        FROM capacity row JOIN claims claim ON claim.capacity_id = row.id
        WHERE row.service_id = $1 AND row.date >= $2 AND claim.released_at IS NULL
          AND (claim.held_until IS NULL OR claim.held_until > $3)
        "#,
        service.as_uuid(),
        from,
        now,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Claimed {
            claim: row.id,
            booking: row.booking_id.map(BookingId::from),
            request: row.request_id.map(RequestId::from),
            date: row.date,
            slot: row.slot,
            quantity: count(row.quantity),
        })
        .collect())
}

/// Locks those of the bookings that are still live, and says which.
pub async fn lock_bookings(db: &mut PgConnection, bookings: &[Uuid]) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "SELECT id FROM bookings
         WHERE id = ANY ($1) AND status IN ('pending', 'pending_payment', 'confirmed', 'completed')
         ORDER BY id FOR UPDATE",
        bookings,
    )
    .fetch_all(db)
    .await
}

/// Locks those of the requests that still hold their slot, and says which. One that is being answered right now is
/// left to its answer: waiting for it would be waiting for somebody who waits for us.
pub async fn lock_requests(db: &mut PgConnection, requests: &[Uuid]) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar!(
        "SELECT id FROM booking_requests WHERE id = ANY ($1) AND status = 'counter_offered'
         ORDER BY id FOR UPDATE SKIP LOCKED",
        requests,
    )
    .fetch_all(db)
    .await
}
