//! The money that came for a booking, and what went back of it.

use sqlx::PgConnection;
use traveloure_core::{
    api::booking::Movement,
    ids::BookingId,
    money::{Currency, Money},
};

use crate::{
    error::AppResult,
    store::read::{corrupt, enumerated},
};

/// What moved for a booking, the earliest first: payments that arrived or are on their way, refunds, and what banks took
/// back. What they add is what `paid_for` says. A page that waits for a card, or a card that was declined, moves nothing.
pub async fn movements(
    db: &mut PgConnection,
    booking: BookingId,
    currency: Currency,
) -> AppResult<Vec<Movement>> {
    let rows = sqlx::query!(
        r#"
        SELECT at AS "at!", what AS "what!", state AS "state!", amount AS "amount!", reason
        FROM (
            SELECT coalesce(p.succeeded_at, p.created_at) AS at, p.purpose::text AS what,
                   CASE p.status WHEN 'succeeded' THEN 'done' ELSE 'pending' END AS state, part.amount,
                   NULL::text AS reason, p.id::text AS id
            FROM payment_parts part JOIN payments p ON p.id = part.payment_id
            WHERE part.booking_id = $1 AND p.status IN ('succeeded', 'processing')
            UNION ALL
            SELECT r.created_at, 'refund',
                   CASE r.status WHEN 'succeeded' THEN 'done' WHEN 'failed' THEN 'failed' ELSE 'pending' END, r.amount,
                   r.reason::text, r.id::text
            FROM refunds r WHERE r.booking_id = $1
            UNION ALL
            SELECT d.opened_at, 'dispute',
                   CASE d.status WHEN 'lost' THEN 'done' WHEN 'won' THEN 'failed' ELSE 'pending' END, part.amount,
                   NULL, d.id::text
            FROM dispute_parts part JOIN disputes d ON d.id = part.dispute_id
            WHERE part.booking_id = $1 AND d.money_taken
        ) moved
        ORDER BY at, what, id
        "#,
        booking.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Movement {
                at: row.at,
                what: enumerated("movement", booking, &row.what)?,
                state: enumerated("state", booking, &row.state)?,
                amount: Money::try_new(row.amount, currency)
                    .map_err(|error| corrupt("amount", booking, error))?,
                reason: row.reason.map(|word| enumerated("reason", booking, &word)).transpose()?,
            })
        })
        .collect()
}
