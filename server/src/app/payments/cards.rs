//! The cards that the processor keeps for a traveler; we know them by reference only.

use traveloure_core::{actor::Actor, api::checkout::SavedCard};

use super::told;
use crate::{
    app::{
        Context,
        gateway::{CustomerId, IdempotencyKey, PaymentMethod, PaymentMethodId},
    },
    error::{AppError, AppResult},
    store::payments,
};

/// The actor's saved cards.
///
/// # Errors
/// `processor_unavailable`.
pub async fn saved_cards(context: &Context, actor: &Actor) -> AppResult<Vec<SavedCard>> {
    Ok(methods(context, actor).await?.into_iter().filter_map(card).collect())
}

/// Forgets a saved card: it can never be charged again.
///
/// # Errors
/// `not_found` for a card that is not the actor's; `processor_unavailable`.
pub async fn forget_card(context: &Context, actor: &Actor, id: &str) -> AppResult<()> {
    must_be_theirs(context, actor, id).await?;
    let key = IdempotencyKey::of(&format!("detach-{id}"), actor.user.as_uuid(), 1);
    let gateway = &context.processor()?.gateway;
    gateway
        .detach_payment_method(&key, &PaymentMethodId::from(id))
        .await
        .map_err(|error| told(&error))?;
    Ok(())
}

/// Sees to it that a card is the actor's before anything is written down: a reference to somebody else's is no key
/// to their money.
///
/// # Errors
/// `not_found`; `processor_unavailable`.
pub(super) async fn must_be_theirs(context: &Context, actor: &Actor, id: &str) -> AppResult<()> {
    let is_theirs = methods(context, actor).await?.iter().any(|method| method.id.as_str() == id);
    if is_theirs { Ok(()) } else { Err(AppError::not_found("card")) }
}

async fn methods(context: &Context, actor: &Actor) -> AppResult<Vec<PaymentMethod>> {
    let mut db = context.pool.acquire().await?;
    let Some(customer) = payments::customer(&mut db, actor.user).await? else {
        return Ok(Vec::new());
    };
    drop(db);
    let gateway = &context.processor()?.gateway;
    gateway.payment_methods(&CustomerId::from(customer)).await.map_err(|error| told(&error))
}

fn card(method: PaymentMethod) -> Option<SavedCard> {
    let card = method.card?;
    Some(SavedCard {
        id: method.id.into_string(),
        brand: card.brand,
        last4: card.last4,
        expires: card.expires,
    })
}
