//! What became of a payment: read from the processor, applied once.

use traveloure_core::{
    actor::Actor,
    api::{
        checkout::{Checkout, ConfirmPayment},
        event::Kind,
    },
    ids::{BookingId, PaymentId},
    money::Money,
    payment::Status,
};

use super::{
    ask, balance, checkout,
    credit::{Lost, credit, is_place_gone},
    next_time, told,
};
use crate::{
    app::{
        Context,
        gateway::{
            ChargeId, CheckoutSessionId, CheckoutStatus, GatewayError, IdempotencyKey, Intent,
            IntentId, IntentStatus, PaymentMethodId,
        },
        work::Work,
    },
    error::{AppError, AppResult, Fault},
    store::{
        checkouts,
        payments::{self, Known, Stored, Via},
    },
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
    apply(context, id, &intent).await
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

/// Does what an intent's state asks for.
pub(super) async fn apply(context: &Context, id: PaymentId, intent: &Intent) -> AppResult<()> {
    match try_apply(context, id, intent, Lost::TakeAgain).await {
        // The place is somebody else's: then the money of its booking goes back.
        Err(error) if is_place_gone(&error) => try_apply(context, id, intent, Lost::GiveBack).await,
        other => other,
    }
}

async fn try_apply(context: &Context, id: PaymentId, intent: &Intent, lost: Lost) -> AppResult<()> {
    let intent = intent.clone();
    context
        .transact(move |work| Box::pin(async move { applied(work, id, &intent, lost).await }))
        .await
}

async fn applied(work: &mut Work<'_>, id: PaymentId, intent: &Intent, lost: Lost) -> AppResult<()> {
    let Some(payment) = payments::lock(work.db(), id).await? else { return Ok(()) };
    let status = match intent.status {
        IntentStatus::Succeeded => Status::Succeeded,
        IntentStatus::Processing | IntentStatus::RequiresCapture => Status::Processing,
        IntentStatus::RequiresAction | IntentStatus::RequiresConfirmation => Status::NeedsAction,
        // On a page the cardholder tries another card; a saved card was turned down for good. That the bank wants to
        // see the cardholder is such a refusal too: they pay on a page.
        IntentStatus::RequiresPaymentMethod => match payment.via {
            Via::Page { .. } => Status::Open,
            Via::Saved { .. } => Status::Failed,
        },
        IntentStatus::Canceled => Status::Expired,
    };
    if !payment.status.may_become(status) {
        return Ok(());
    }
    if status == Status::Succeeded && intent.received != payment.amount {
        let (intended, received) = (payment.amount, intent.received);
        let what = format!("payment {id}: {intended} was intended and {received} was received");
        return Err(Fault::Broken(what).into());
    }
    let now = work.now;
    let error = intent.last_error.as_ref();
    let known = Known {
        intent: Some(intent.id.as_str()),
        charge: intent.charge.as_ref().map(ChargeId::as_str),
        card: intent.payment_method.as_ref().map(PaymentMethodId::as_str),
        url: intent.action_url.as_deref(),
        failure_code: error.map(|error| error.code.as_str()),
        failure: error.map(|error| error.message.as_str()),
        ..Known::default()
    };
    let look_at = status.is_live().then(|| next_time(4, now));
    payments::moved(work.db(), id, status, &known, look_at, now).await?;
    work.tell(Kind::PaymentChanged, id, None, Some(payment.user), None);
    match (status, payment.booking) {
        (Status::Succeeded, _) => pay(work, &payment, lost).await,
        (Status::Failed, Some(booking)) => {
            balance::turned_down(work, booking, known.failure_code).await
        }
        _ => Ok(()),
    }
}

async fn pay(work: &mut Work<'_>, payment: &Stored, lost: Lost) -> AppResult<()> {
    let parts = payments::parts(work.db(), payment).await?;
    let ids: Vec<BookingId> = parts.iter().map(|(booking, _)| *booking).collect();
    let bookings = checkouts::lock_bookings(work.db(), &ids).await?;
    for (booking, (_, amount)) in bookings.iter().zip(&parts) {
        let amount: Money = *amount;
        credit(work, payment, booking, amount, lost).await?;
    }
    Ok(())
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
