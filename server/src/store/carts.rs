//! The cart that lasts: one document for each traveler.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use traveloure_core::{
    api::cart::{Cart, CartItem},
    ids::UserId,
};

/// The user's cart as it was saved; an empty one if there is none. What of it is closed is not known here.
pub async fn get(db: &mut PgConnection, user: UserId) -> sqlx::Result<Cart> {
    let row = sqlx::query!(
        r#"SELECT items AS "items: Json<Vec<CartItem>>", version, updated_at FROM carts WHERE user_id = $1"#,
        user.as_uuid(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map_or(
        Cart { items: Vec::new(), version: 0, updated_at: None, closed: Vec::new() },
        |row| Cart {
            items: row.items.0,
            version: row.version,
            updated_at: Some(row.updated_at),
            closed: Vec::new(),
        },
    ))
}

/// Saves the cart over `version`, or over nothing with 0. Returns the new version; none if it was at another.
pub async fn save(
    db: &mut PgConnection,
    user: UserId,
    items: &[CartItem],
    version: i64,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        "INSERT INTO carts (user_id, items, version, updated_at)
         SELECT $1, $2, 1, $4 WHERE $3::bigint = 0 OR EXISTS (SELECT 1 FROM carts WHERE user_id = $1)
         ON CONFLICT (user_id) DO UPDATE
         SET items = excluded.items, version = carts.version + 1, updated_at = excluded.updated_at
         WHERE carts.version = $3
         RETURNING version",
        user.as_uuid(),
        Json(items) as _,
        version,
        now,
    )
    .fetch_optional(db)
    .await
}

/// Empties the cart; its version goes on, so that an older copy cannot come back.
pub async fn empty(db: &mut PgConnection, user: UserId, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE carts SET items = '[]', version = version + 1, updated_at = $2 WHERE user_id = $1",
        user.as_uuid(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
