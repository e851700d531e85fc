//! The cart that lasts.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::{
    actor::Actor,
    api::{
        cart::{Cart, CartItem, Closed, SaveCart, Wish},
        problem::Code,
    },
    request::Side,
};

use super::item::terms;
use crate::{
    app::{Context, slots, words::Words},
    error::{AppError, AppResult},
    store::{bookable, carts},
};

/// No cart holds more.
pub(super) const MOST_ITEMS: usize = 50;

/// The actor's cart, and what of it cannot be had at this moment.
///
/// # Errors
/// A fault only.
pub async fn get(context: &Context, actor: &Actor) -> AppResult<Cart> {
    let mut db = context.pool.acquire().await?;
    let mut cart = carts::get(&mut db, actor.user).await?;
    cart.closed = closed(&mut db, &cart.items, context.now()).await?;
    Ok(cart)
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
    let mut cart = context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let saved = carts::save(work.db(), user, &body.items, version, now).await?;
                let cart = carts::get(work.db(), user).await?;
                if saved.is_some() { Ok(cart) } else { Err(AppError::stale(cart.version)) }
            })
        })
        .await?;
    let mut db = context.pool.acquire().await?;
    cart.closed = closed(&mut db, &cart.items, context.now()).await?;
    Ok(cart)
}

/// The items of which it is known at `now` that they would be refused. A look only: nothing is locked or held.
async fn closed(
    db: &mut PgConnection,
    items: &[CartItem],
    now: DateTime<Utc>,
) -> AppResult<Vec<Closed>> {
    let mut found = Vec::new();
    for (position, item) in (0_u32..).zip(items) {
        let (CartItem::Instant(wish) | CartItem::Request(wish)) = item else { continue };
        if let Some((code, reason)) = against(db, wish, now).await? {
            found.push(Closed { position, code, reason });
        }
    }
    Ok(found)
}

async fn against(
    db: &mut PgConnection,
    wish: &Wish,
    now: DateTime<Utc>,
) -> AppResult<Option<(Code, String)>> {
    let mut form = Words::default();
    form.dates([("date", Some(wish.date)), ("end_date", wish.end_date)]);
    if form.finish().is_err() {
        return Ok(Some((Code::NotOffered, "There is no such date".to_owned())));
    }
    let listed = bookable::load(db, wish.service_id).await?.filter(|service| service.is_listed);
    let Some(service) = listed else {
        return Ok(Some((Code::NotFound, "It is not offered any more".to_owned())));
    };
    let answer = slots::look(db, &service, &slots::ask(&terms(wish)), None, now).await?;
    let reasons = answer.reasons();
    let is_closed = !answer.is_open();
    Ok(is_closed.then(|| (slots::code(reasons), slots::in_words(reasons, Side::Traveler))))
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
