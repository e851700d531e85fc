//! The cart that lasts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::{
    actor::Actor,
    api::{
        cart::{Cart, CartItem, Closed, SaveCart, Wish},
        problem::Code,
    },
    availability::Ask,
    ids::ServiceId,
    request::Side,
};

use super::item::terms;
use crate::{
    app::{Context, slots, words::Words},
    error::{AppError, AppResult},
    store::{
        bookable::{self, Bookable},
        carts,
    },
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

/// The items of which it is known at `now` that they would be refused. A look only: nothing is locked or held. However
/// many there are, they are read at once.
async fn closed(
    db: &mut PgConnection,
    items: &[CartItem],
    now: DateTime<Utc>,
) -> AppResult<Vec<Closed>> {
    let wishes: Vec<(u32, &Wish)> = (0_u32..)
        .zip(items)
        .filter_map(|(position, item)| match item {
            CartItem::Instant(wish) | CartItem::Request(wish) => Some((position, wish)),
            CartItem::External(_) | CartItem::ExpertAssisted(_) => None,
        })
        .collect();
    if wishes.is_empty() {
        return Ok(Vec::new());
    }
    let ids: BTreeSet<ServiceId> = wishes.iter().map(|(_, wish)| wish.service_id).collect();
    let services = bookable::load_all(db, &Vec::from_iter(ids)).await?;
    let listed: BTreeMap<ServiceId, &Bookable> = services
        .iter()
        .filter(|service| service.is_listed)
        .map(|service| (service.id, service))
        .collect();
    let (mut found, mut positions, mut asked) = (Vec::new(), Vec::new(), Vec::new());
    for (position, wish) in wishes {
        match question(wish, &listed) {
            Ok(question) => {
                positions.push(position);
                asked.push(question);
            }
            Err((code, reason)) => found.push(Closed { position, code, reason: reason.to_owned() }),
        }
    }
    let answers = slots::look_all(db, &asked, now).await?;
    for (position, answer) in positions.into_iter().zip(&answers) {
        if !answer.is_open() {
            let reasons = answer.reasons();
            let reason = slots::in_words(reasons, Side::Traveler);
            found.push(Closed { position, code: slots::code(reasons), reason });
        }
    }
    found.sort_by_key(|closed| closed.position);
    Ok(found)
}

/// What a wish asks of its service; why it cannot be had, where that is plain without asking.
fn question<'a>(
    wish: &Wish,
    listed: &BTreeMap<ServiceId, &'a Bookable>,
) -> Result<(&'a Bookable, Ask), (Code, &'static str)> {
    let mut form = Words::default();
    form.dates([("date", Some(wish.date)), ("end_date", wish.end_date)]);
    if form.finish().is_err() {
        return Err((Code::NotOffered, "There is no such date"));
    }
    let service = listed.get(&wish.service_id);
    let service = service.ok_or((Code::NotFound, "It is not offered any more"))?;
    Ok((service, slots::ask(&terms(wish))))
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
