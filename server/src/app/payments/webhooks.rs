//! What the processor tells us: checked, kept once, and then fetched again. A message says that something may have
//! happened, never what.

use chrono::{DateTime, Utc};
use traveloure_core::{api::problem::Code, ids::PaymentId};

use super::{settle, told};
use crate::{
    app::{
        Context,
        gateway::{AccountId, GatewayError, IntentId},
        payouts, refunds,
    },
    error::{AppError, AppResult},
    store::{
        payments,
        webhook_events::{self, Told},
    },
};

/// Takes a message: its signature is checked over the bytes as they came, and it is kept under its id. A message
/// that came before is taken again and changes nothing.
///
/// # Errors
/// `wrong_signature`.
pub async fn receive_webhook(context: &Context, raw: &[u8], signature: &str) -> AppResult<()> {
    let now = context.now();
    let event =
        context.processor()?.gateway.verify_event(raw, signature, now).map_err(|error| {
            AppError::refused(Code::WrongSignature, format!("{error}. The message was not kept."))
        })?;
    let told = Told {
        id: event.id.into_string(),
        kind: event.kind,
        object: event.object_id,
        account: event.account.map(AccountId::into_string),
    };
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                webhook_events::keep(work.db(), &told, now).await?;
                Ok(())
            })
        })
        .await
}

/// The ids of messages that wait to be acted on, the oldest first.
///
/// # Errors
/// A fault only.
pub async fn waiting_webhooks(context: &Context, limit: i64) -> AppResult<Vec<String>> {
    let mut db = context.pool.acquire().await?;
    Ok(webhook_events::waiting(&mut db, context.now(), limit).await?)
}

/// Acts on a message. Acting twice on one does nothing.
///
/// # Errors
/// `processor_unavailable`, or a fault; the message waits on.
pub async fn act_on_webhook(context: &Context, id: &str) -> AppResult<()> {
    let mut db = context.pool.acquire().await?;
    let Some(told) = webhook_events::get_waiting(&mut db, id).await? else { return Ok(()) };
    drop(db);
    act(context, &told).await?;
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                Ok(webhook_events::done(work.db(), &told.id, now).await?)
            })
        })
        .await
}

async fn act(context: &Context, told: &Told) -> AppResult<()> {
    let Some(object) = told.object.as_deref() else { return Ok(()) };
    match told.kind.split_once('.').map_or("", |(kind, _)| kind) {
        "checkout" | "payment_intent" => match payment(context, &told.kind, object).await? {
            Some(payment) => settle(context, payment).await,
            // Somebody else's on the same account.
            None => Ok(()),
        },
        "refund" => refunds::settle_reference(context, object).await,
        "charge" if told.kind.starts_with("charge.dispute.") => {
            payouts::settle_dispute(context, object).await
        }
        "account" => payouts::read_account(context, object).await,
        _ => Ok(()),
    }
}

async fn payment(context: &Context, kind: &str, object: &str) -> AppResult<Option<PaymentId>> {
    let mut db = context.pool.acquire().await?;
    if let Some(payment) = payments::by_reference(&mut db, object).await? {
        return Ok(Some(payment.id));
    }
    drop(db);
    if !kind.starts_with("payment_intent.") {
        return Ok(None);
    }
    // The intent of a page is not known before the page is paid; it carries our id.
    match context.processor()?.gateway.intent(&IntentId::from(object)).await {
        Ok(intent) => Ok(intent.metadata.get("payment_id").and_then(|id| id.parse().ok())),
        Err(GatewayError::NotFound) => Ok(None),
        Err(error) => Err(told(&error)),
    }
}

/// When the next message is acted on.
///
/// # Errors
/// A fault only.
pub async fn next_webhook(context: &Context) -> AppResult<Option<DateTime<Utc>>> {
    let mut db = context.pool.acquire().await?;
    Ok(webhook_events::next_look(&mut db, context.now()).await?)
}
