//! Processing a cart: a transaction for each item, then one that closes the checkout.
//!
//! Every item is done under a key of its own, made of the cart's: a run that was cut off goes on where it stopped, and
//! a replay of one that was not gives the same answer. One item's refusal costs the others nothing. A cart of one item
//! that is refused has done nothing, and leaves nothing behind: whoever is told that something is sold out is told so
//! without a write.

use std::collections::BTreeMap;

use traveloure_core::{
    actor::Actor,
    api::{
        cart::{CartItem, CartResult, Failed, ProcessCart},
        checkout::Checkout,
        problem::Code,
    },
    ids::{BookingId, CheckoutId, UserId},
    money::Currency,
};

use super::{
    item::{Outcome, glance, one},
    saved::check,
};
use crate::{
    app::{
        Context, payments,
        work::{Key, Refusals, Work},
    },
    error::{AppError, AppResult},
    store::checkouts,
};

/// Books, asks for, links and hands over what is in the cart, item by item in its order.
///
/// # Errors
/// `invalid` for a cart that makes no sense; `key_reused`, `still_running`. What is wrong with one item is in the
/// answer.
pub async fn process(
    context: &Context,
    actor: &Actor,
    key: &Key,
    body: ProcessCart,
) -> AppResult<CartResult> {
    if body.items.is_empty() {
        return Err(AppError::invalid_field(
            "items",
            "required",
            "put something into the cart first",
        ));
    }
    check(&body.items)?;
    let mut result = CartResult {
        instant: Vec::new(),
        requests: Vec::new(),
        external: Vec::new(),
        expert_assisted: Vec::new(),
        errors: Vec::new(),
        payment_intent: Vec::new(),
    };
    let is_alone = body.items.len() == 1;
    let refusals = if is_alone { Refusals::Forgotten } else { Refusals::Kept };
    for (position, item) in (0_u32..).zip(body.items) {
        match process_one(context, actor, key, refusals, position, item).await {
            Ok(Outcome::Booked(booked)) => result.instant.push(*booked),
            Ok(Outcome::Requested(requested)) => result.requests.push(*requested),
            Ok(Outcome::Linked(linked)) => result.external.push(linked),
            Ok(Outcome::HandedOver(handed)) => result.expert_assisted.push(handed),
            Err(AppError::Refused(problem))
                if !matches!(problem.code, Code::KeyReused | Code::StillRunning) =>
            {
                result.errors.push(Failed { position, problem: *problem });
            }
            Err(error) => return Err(error),
        }
    }
    if is_alone && !result.errors.is_empty() {
        return Ok(result);
    }
    let user = actor.user;
    let closing = Key { route: format!("{} close", key.route), ..key.clone() };
    context
        .transact_once(Some(closing), move |work| {
            Box::pin(async move {
                result.payment_intent = close(work, user, &result).await?;
                Ok(result)
            })
        })
        .await
}

async fn process_one(
    context: &Context,
    actor: &Actor,
    key: &Key,
    refusals: Refusals,
    position: u32,
    item: CartItem,
) -> AppResult<Outcome> {
    let key = Key { route: format!("{} item {position}", key.route), ..key.clone() };
    if let (Refusals::Forgotten, CartItem::Instant(wish)) = (refusals, &item) {
        glance(context, actor, &key, wish).await?;
    }
    for _ in 0..2 {
        match one(context, actor, key.clone(), refusals, position, item.clone()).await {
            // Two bookings drew the same code, one time in a million: the next draw differs.
            Err(error) if error.violates(crate::store::bookings::CODE_UNIQUE) => {}
            other => return other,
        }
    }
    one(context, actor, key, refusals, position, item).await
}

/// A checkout for what was booked in each currency.
async fn close(work: &mut Work<'_>, user: UserId, result: &CartResult) -> AppResult<Vec<Checkout>> {
    let mut by_currency: BTreeMap<Currency, Vec<BookingId>> = BTreeMap::new();
    for booked in &result.instant {
        let row = &booked.booking;
        by_currency.entry(row.total_amount.currency()).or_default().push(row.id);
    }
    let now = work.now;
    let mut closed = Vec::new();
    for (currency, bookings) in by_currency {
        let id = CheckoutId::new(now, work.random());
        checkouts::insert(work.db(), id, user, currency, now).await?;
        checkouts::add(work.db(), id, &bookings).await?;
        closed.push(payments::view(work.db(), id, user, now).await?);
    }
    Ok(closed)
}
