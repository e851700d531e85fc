//! What the state of an intent means for its payment and bookings: applied once.

use traveloure_core::{
    api::event::Kind,
    ids::{BookingId, PaymentId},
    money::Money,
    payment::Status,
};

use super::{
    credit::{Lost, credit, is_place_gone},
    ladder, next_time,
};
use crate::{
    app::{
        Context,
        gateway::{ChargeId, Intent, IntentStatus, PaymentMethodId},
        work::Work,
    },
    error::{AppResult, Fault},
    store::{
        checkouts,
        payments::{self, Known, Stored, Via},
    },
};

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
            ladder::turned_down(work, booking, known.failure_code).await
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
