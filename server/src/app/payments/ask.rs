//! Asking the processor for what was intended.
//!
//! The key is made of the payment's id and attempt. Asking again under it takes the money once, so whoever comes
//! here second, or after a crash, does no harm.

use chrono::{DateTime, TimeDelta, Utc};
use traveloure_core::{
    api::event::Kind,
    ids::{PaymentId, UserId},
    payment::Status,
};

use super::{next_time, settle, told};
use crate::{
    app::{
        Context,
        context::Processor,
        gateway::{
            CheckoutSession, Confirmation, CustomerId, GatewayError, IdempotencyKey, Intent,
            IntentId, LineItem, Metadata, NewCheckout, NewCheckoutMode, NewCustomer, NewIntent,
            NewPaymentPage,
        },
    },
    error::{AppError, AppResult, Fault},
    store::{
        checkouts,
        payments::{self, Known, Stored, Via},
        users,
    },
};

/// The processor's page closes after this long by itself, a day being the most it allows. It is closed earlier, by
/// us, when a booking on it lapses.
const PAGE: TimeDelta = TimeDelta::hours(23);
/// The processor may forget a key after a day; before that, what it was asked is looked up.
const KEY_LASTS: TimeDelta = TimeDelta::hours(20);
/// After so many looks without an answer another key is tried, if nothing was found.
const LOOKS_PER_KEY: u32 = 4;

/// Asks for a payment that is intended, and writes down what came of it. Does nothing for one that was asked for
/// already.
///
/// # Errors
/// A fault only: that the processor cannot be reached leaves the payment intended, and it is asked again later.
pub async fn ask(context: &Context, id: PaymentId) -> AppResult<()> {
    let mut db = context.pool.acquire().await?;
    let Some(payment) = payments::get(&mut db, id).await? else { return Ok(()) };
    if payment.status != Status::Intended {
        return Ok(());
    }
    let items = items(&mut db, &payment).await?;
    drop(db);
    let processor = context.processor()?;
    let customer = match customer(context, processor, payment.user).await {
        Ok(customer) => customer,
        Err(Asked::Later(error)) => return later(context, &payment, &error, false).await,
        Err(Asked::Fault(error)) => return Err(error),
    };
    if payment.looks > 0 && must_look_up(&payment, context.now()) {
        if let Some(found) = find(processor, &customer, &payment).await {
            return found_out(context, &payment, found).await;
        }
        if payment.looks.is_multiple_of(LOOKS_PER_KEY) {
            return later(context, &payment, &GatewayError::NotFound, true).await;
        }
    }
    let key = IdempotencyKey::of("payment", payment.id.as_uuid(), payment.attempt);
    let answer = match &payment.via {
        Via::Page { save_card } => {
            let page = page(processor, &payment, customer, items, *save_card);
            processor.gateway.create_checkout(&key, &page).await.map(Answer::Page)
        }
        Via::Saved { card } => {
            let intent = intent(&payment, customer, card);
            processor.gateway.create_intent(&key, &intent).await.map(Answer::Intent)
        }
    };
    match answer {
        Ok(answer) => found_out(context, &payment, answer).await,
        Err(GatewayError::Card { intent: Some(intent), .. }) => {
            // What the bank said is read from the intent, as everything else is.
            let intent = processor.gateway.intent(&intent).await;
            match intent {
                Ok(intent) => settle::apply(context, payment.id, &intent).await,
                Err(error) => later(context, &payment, &error, false).await,
            }
        }
        Err(error) if error.may_pass() => later(context, &payment, &error, false).await,
        Err(error) => failed(context, &payment, &error).await,
    }
}

enum Answer {
    Page(CheckoutSession),
    Intent(Intent),
}

enum Asked {
    Later(GatewayError),
    Fault(AppError),
}

impl From<sqlx::Error> for Asked {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

impl From<AppError> for Asked {
    fn from(error: AppError) -> Self {
        Self::Fault(error)
    }
}

/// The processor's customer for a user, made when there is none.
async fn customer(
    context: &Context,
    processor: &Processor,
    user: UserId,
) -> Result<CustomerId, Asked> {
    let mut db = context.pool.acquire().await?;
    if let Some(customer) = payments::customer(&mut db, user).await? {
        return Ok(CustomerId::from(customer));
    }
    let account = users::get(&mut db, user)
        .await?
        .ok_or_else(|| AppError::from(Fault::Broken(format!("user {user} is gone"))))?;
    drop(db);
    let new = NewCustomer {
        email: account.email,
        name: Some(account.name),
        metadata: Metadata::from([("user_id".to_owned(), user.to_string())]),
    };
    let key = IdempotencyKey::of("customer", user.as_uuid(), 1);
    let made = processor.gateway.create_customer(&key, &new).await.map_err(|error| {
        if error.may_pass() { Asked::Later(error) } else { Asked::Fault(told(&error)) }
    })?;
    let mut db = context.pool.acquire().await?;
    payments::keep_customer(&mut db, user, made.id.as_str(), context.now()).await?;
    // Whoever was first stays.
    let kept = payments::customer(&mut db, user).await?;
    Ok(kept.map_or(made.id, CustomerId::from))
}

async fn items(db: &mut sqlx::PgConnection, payment: &Stored) -> AppResult<Vec<LineItem>> {
    let parts = payments::parts(db, payment).await?;
    let bookings = checkouts::bookings(db, payment.checkout).await?;
    Ok(parts
        .into_iter()
        .map(|(id, amount)| LineItem {
            name: bookings
                .iter()
                .find(|booking| booking.id == id)
                .map_or_else(|| "Booking".to_owned(), |booking| booking.title.clone()),
            unit_amount: amount,
            quantity: 1,
        })
        .collect())
}

fn metadata(payment: &Stored) -> Metadata {
    Metadata::from([
        ("payment_id".to_owned(), payment.id.to_string()),
        ("checkout_id".to_owned(), payment.checkout.to_string()),
    ])
}

fn page(
    processor: &Processor,
    payment: &Stored,
    customer: CustomerId,
    items: Vec<LineItem>,
    save_card: bool,
) -> NewCheckout {
    NewCheckout {
        customer,
        mode: NewCheckoutMode::Payment(NewPaymentPage {
            items,
            save_card,
            transfer_group: Some(payment.checkout.to_string()),
        }),
        metadata: metadata(payment),
        success_url: processor.return_url.clone(),
        cancel_url: processor.return_url.clone(),
        // Counted from the payment and not from now, so that asking again asks for the same.
        expires_at: Some(payment.created_at + PAGE),
    }
}

fn intent(payment: &Stored, customer: CustomerId, card: &str) -> NewIntent {
    NewIntent {
        amount: payment.amount,
        customer,
        payment_method: card.into(),
        confirmation: Confirmation::OffSession,
        metadata: metadata(payment),
        transfer_group: Some(payment.checkout.to_string()),
        description: None,
    }
}

// A key that is about to be forgotten, or that has brought no answer, says nothing about whether it was done.
fn must_look_up(payment: &Stored, now: DateTime<Utc>) -> bool {
    now - payment.created_at > KEY_LASTS || payment.looks.is_multiple_of(2)
}

/// What the processor made for this payment, if it made something: found by its metadata.
async fn find(processor: &Processor, customer: &CustomerId, payment: &Stored) -> Option<Answer> {
    let since = payment.created_at - TimeDelta::minutes(5);
    let id = payment.id.to_string();
    let is_ours = |metadata: &Metadata| metadata.get("payment_id") == Some(&id);
    match payment.via {
        Via::Page { .. } => {
            let pages = processor.gateway.checkouts(customer, since).await.ok()?;
            pages.into_iter().find(|page| is_ours(&page.metadata)).map(Answer::Page)
        }
        Via::Saved { .. } => {
            let intents = processor.gateway.intents(customer, since).await.ok()?;
            intents.into_iter().find(|intent| is_ours(&intent.metadata)).map(Answer::Intent)
        }
    }
}

async fn found_out(context: &Context, payment: &Stored, answer: Answer) -> AppResult<()> {
    match answer {
        Answer::Page(page) => opened(context, payment.id, page).await,
        Answer::Intent(intent) => settle::apply(context, payment.id, &intent).await,
    }
}

async fn opened(context: &Context, id: PaymentId, page: CheckoutSession) -> AppResult<()> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let Some(payment) = payments::lock(work.db(), id).await? else { return Ok(()) };
                if payment.status != Status::Intended {
                    return Ok(());
                }
                let known = Known {
                    session: Some(page.id.as_str()),
                    intent: page.intent.as_ref().map(IntentId::as_str),
                    url: page.url.as_deref(),
                    url_expires_at: Some(page.expires_at),
                    ..Known::default()
                };
                let look_at = Some(next_time(4, now));
                payments::moved(work.db(), id, Status::Open, &known, look_at, now).await?;
                work.tell(Kind::PaymentChanged, id, None, Some(payment.user), None);
                Ok(())
            })
        })
        .await
}

async fn later(
    context: &Context,
    payment: &Stored,
    error: &GatewayError,
    new_key: bool,
) -> AppResult<()> {
    tracing::warn!(payment = %payment.id, %error, "the processor is asked again later");
    let (id, looks) = (payment.id, payment.looks);
    context
        .transact(move |work| {
            Box::pin(async move {
                let look_at = next_time(looks, work.now);
                Ok(payments::looked_at(work.db(), id, look_at, new_key).await?)
            })
        })
        .await
}

async fn failed(context: &Context, payment: &Stored, error: &GatewayError) -> AppResult<()> {
    tracing::error!(payment = %payment.id, %error, "the processor refused a payment");
    let (id, failure) = (payment.id, error.to_string());
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let Some(payment) = payments::lock(work.db(), id).await? else { return Ok(()) };
                if payment.status != Status::Intended {
                    return Ok(());
                }
                let known = Known { failure: Some(&failure), ..Known::default() };
                payments::moved(work.db(), id, Status::Failed, &known, None, now).await?;
                work.tell(Kind::PaymentChanged, id, None, Some(payment.user), None);
                Ok(())
            })
        })
        .await
}
