//! What became of a payment: read from the processor.

use traveloure_core::{
    actor::Actor,
    api::{
        checkout::{Checkout, ConfirmPayment},
        event::Kind,
    },
    ids::PaymentId,
    payment::Status,
};

use super::{ask, checkout, next_time, outcome, told};
use crate::{
    app::{
        Context,
        gateway::{CheckoutSessionId, CheckoutStatus, GatewayError, IdempotencyKey, IntentId},
    },
    error::{AppError, AppResult, Fault},
    store::payments::{self, Known, Stored, Via},
};

/// Asks the processor what became of the actor's payment.
///
/// # Errors
/// `not_found`; `processor_unavailable`, and then it is looked up again by itself.
pub async fn confirm(
    context: &Context,
    actor: &Actor,
    body: ConfirmPayment,
) -> AppResult<Checkout> {
    let mut db = context.pool.acquire().await?;
    let payment = payments::get(&mut db, body.payment_id)
        .await?
        .filter(|payment| payment.user == actor.user)
        .ok_or_else(|| AppError::not_found("payment"))?;
    drop(db);
    settle(context, payment.id).await?;
    let mut db = context.pool.acquire().await?;
    checkout::shown(context, &mut db, payment.checkout, actor.user).await
}

/// Reads from the processor what became of a payment and does what follows. Does nothing for one that has come to
/// its end; safe to call any number of times, by several servers at once.
///
/// # Errors
/// `processor_unavailable`, or a fault.
pub async fn settle(context: &Context, id: PaymentId) -> AppResult<()> {
    ask(context, id).await?;
    read_back(context, id).await
}

/// The same for one that was asked for.
pub(super) async fn read_back(context: &Context, id: PaymentId) -> AppResult<()> {
    let mut db = context.pool.acquire().await?;
    let Some(payment) = payments::get(&mut db, id).await? else { return Ok(()) };
    drop(db);
    // One that failed or expired may have succeeded after all; only success is final.
    if matches!(payment.status, Status::Intended | Status::Succeeded) {
        return Ok(());
    }
    let gateway = &context.processor()?.gateway;
    let intent = match (&payment.via, &payment.session, &payment.intent) {
        (Via::Page { .. }, Some(session), _) => {
            let page = gateway
                .checkout(&CheckoutSessionId::from(session.as_str()))
                .await
                .map_err(|error| told(&error))?;
            match (page.status, page.intent) {
                (CheckoutStatus::Open, _) => return nothing_new(context, &payment).await,
                (CheckoutStatus::Expired, _) => return expired(context, id).await,
                (CheckoutStatus::Complete, Some(intent)) => intent,
                (CheckoutStatus::Complete, None) => {
                    return Err(
                        Fault::Broken(format!("payment {id}: a page paid with nothing")).into()
                    );
                }
            }
        }
        (_, _, Some(intent)) => IntentId::from(intent.as_str()),
        _ => return Ok(()),
    };
    let intent = gateway.intent(&intent).await.map_err(|error| told(&error))?;
    outcome::apply(context, id, &intent).await
}

/// Closes the processor's page of a payment, if it is open still.
///
/// # Errors
/// `processor_unavailable`, or a fault. A page that is not open any more is no error: [`settle`] says what became
/// of it.
pub(super) async fn close_page(context: &Context, payment: &Stored) -> AppResult<()> {
    let Some(session) = &payment.session else { return Ok(()) };
    let key = IdempotencyKey::of("close-page", payment.id.as_uuid(), payment.attempt);
    let session = CheckoutSessionId::from(session.as_str());
    match context.processor()?.gateway.expire_checkout(&key, &session).await {
        Ok(_) | Err(GatewayError::Refused { .. } | GatewayError::NotFound) => Ok(()),
        Err(error) => Err(told(&error)),
    }
}

/// Makes sure that no money comes of a payment any more, or that it came: closes its page and reads what became of
/// it.
///
/// # Errors
/// `processor_unavailable`; a fault.
pub async fn close(context: &Context, payment: &Stored) -> AppResult<()> {
    close_page(context, payment).await?;
    settle(context, payment.id).await
}

async fn expired(context: &Context, id: PaymentId) -> AppResult<()> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let Some(payment) = payments::lock(work.db(), id).await? else { return Ok(()) };
                if !payment.status.is_live() {
                    return Ok(());
                }
                let known = Known::default();
                payments::moved(work.db(), id, Status::Expired, &known, None, now).await?;
                work.tell(Kind::PaymentChanged, id, None, Some(payment.user), None);
                Ok(())
            })
        })
        .await
}

async fn nothing_new(context: &Context, payment: &Stored) -> AppResult<()> {
    let (id, looks) = (payment.id, payment.looks);
    context
        .transact(move |work| {
            Box::pin(async move {
                // The webhook says sooner; this is for when none comes.
                let look_at = next_time(looks.max(4), work.now);
                Ok(payments::looked_at(work.db(), id, look_at).await?)
            })
        })
        .await
}
