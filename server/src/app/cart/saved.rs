//! The cart that lasts.

use traveloure_core::{
    actor::Actor,
    api::cart::{Cart, CartItem, SaveCart},
};

use crate::{
    app::{Context, words::Words},
    error::{AppError, AppResult},
    store::carts,
};

/// No cart holds more.
pub(super) const MOST_ITEMS: usize = 50;

/// The actor's cart.
///
/// # Errors
/// A fault only.
pub async fn get(context: &Context, actor: &Actor) -> AppResult<Cart> {
    let mut db = context.pool.acquire().await?;
    Ok(carts::get(&mut db, actor.user).await?)
}

/// Saves the cart over the version that was read; 0 is a cart that nobody has put anything into.
///
/// # Errors
/// `invalid`; `version_mismatch` when another terminal was faster.
pub async fn save(
    context: &Context,
    actor: &Actor,
    version: i64,
    body: SaveCart,
) -> AppResult<Cart> {
    check(&body.items)?;
    let user = actor.user;
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let saved = carts::save(work.db(), user, &body.items, version, now).await?;
                let cart = carts::get(work.db(), user).await?;
                if saved.is_some() { Ok(cart) } else { Err(AppError::stale(cart.version)) }
            })
        })
        .await
}

/// Empties the cart.
///
/// # Errors
/// A fault only.
pub async fn empty(context: &Context, actor: &Actor) -> AppResult<()> {
    let user = actor.user;
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                Ok(carts::empty(work.db(), user, now).await?)
            })
        })
        .await
}

/// What can be said of items without looking anything up.
pub(super) fn check(items: &[CartItem]) -> AppResult<()> {
    if items.len() > MOST_ITEMS {
        let message = format!("at most {MOST_ITEMS}");
        return Err(AppError::invalid_field("items", "too_many", message));
    }
    let mut words = Words::default();
    for (place, item) in items.iter().enumerate() {
        let field = |name: &str| format!("items[{place}].{name}");
        match item {
            CartItem::Instant(wish) | CartItem::Request(wish) => {
                words.number(&field("travelers"), wish.travelers, 1..=1000);
                words.text(&field("special_requests"), &wish.special_requests, 0..=2000);
            }
            CartItem::External(wish) => {
                words.number(&field("travelers"), wish.travelers, 1..=1000);
                words.line(&field("title"), &wish.title, 1..=255);
                words.line(&field("city"), &wish.city, 0..=120);
            }
            CartItem::ExpertAssisted(wish) => {
                words.line(&field("title"), &wish.title, 1..=255);
                words.text(&field("note"), &wish.note, 0..=2000);
            }
        }
    }
    words.finish()
}
