//! Trips given into an expert's hands.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;
use traveloure_core::{
    api::cart::ExpertWish,
    ids::{HandoffId, UserId},
};

/// Adds an item to what the expert is asked to do for the user's trip: to the handoff that waits for them, or to a new
/// one under `id`. None if the trip is not the user's or there is no such expert.
pub async fn add(
    db: &mut PgConnection,
    id: HandoffId,
    user: UserId,
    wish: &ExpertWish,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<HandoffId>> {
    let item = json!({
        "title": wish.title,
        "date": wish.date,
        "note": wish.note,
        "trip_item_id": wish.trip_item_id,
    });
    let waiting = sqlx::query_scalar!(
        "UPDATE expert_handoffs
         SET original_itinerary = jsonb_set(original_itinerary, '{items}', original_itinerary -> 'items' || $4::jsonb),
             version = version + 1
         WHERE id = (SELECT id FROM expert_handoffs
                     WHERE trip_id = $1 AND expert_id = $2 AND user_id = $3 AND status = 'pending'
                       AND original_itinerary ? 'items'
                     ORDER BY created_at DESC LIMIT 1 FOR UPDATE)
         RETURNING id",
        wish.trip_id.as_uuid(),
        wish.expert_id.as_uuid(),
        user.as_uuid(),
        item,
    )
    .fetch_optional(&mut *db)
    .await?;
    if let Some(waiting) = waiting {
        return Ok(Some(waiting.into()));
    }
    let made = sqlx::query_scalar!(
        "INSERT INTO expert_handoffs (id, trip_id, expert_id, user_id, original_itinerary, created_at)
         SELECT $1, trip.id, expert.id, trip.user_id, jsonb_build_object('items', jsonb_build_array($5::jsonb)), $6
         FROM trips trip, local_experts expert
         WHERE trip.id = $2 AND trip.user_id = $4 AND expert.id = $3 AND expert.user_id <> $4
         RETURNING id",
        id.as_uuid(),
        wish.trip_id.as_uuid(),
        wish.expert_id.as_uuid(),
        user.as_uuid(),
        item,
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(made.map(HandoffId::from))
}
