//! Asking the processor for what was intended.
//!
//! The key is made of the payment's id and attempt. Asking again under it takes the money once, so whoever comes
//! here second, or after a crash, does no harm.

use chrono::TimeDelta;
use traveloure_core::{
    api::{event::Kind, problem::Code},
    asking::First,
    ids::{PaymentId, UserId},
    payment::Status,
};

use super::{next_time, outcome, told};
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

/// Asks for a payment that is intended, and writes down what came of it. Does nothing for one that was asked for
/// already. Where the processor does not answer it stays intended, and the job asks again.
///
/// # Errors
/// A fault only.
pub async fn ask(context: &Context, id: PaymentId) -> AppResult<()> {
    match try_ask(context, id, false).await {
        Err(error) if error.code() == Some(Code::ProcessorUnavailable) => {
            tracing::warn!(payment = %id, %error, "the processor is asked again later");
            Ok(())
        }
        other => other,
    }
}

/// The same, and says that the processor did not answer. Only the job may take a new key: it alone knows that nobody
/// asks under the old one at the same time.
///
/// # Errors
/// `processor_unavailable`; a fault.
pub(super) async fn try_ask(
    context: &Context,
    id: PaymentId,
    may_take_new_key: bool,
) -> AppResult<()> {
    let mut db = context.pool.acquire().await?;
    let Some(payment) = payments::get(&mut db, id).await? else { return Ok(()) };
    if payment.status != Status::Intended {
        return Ok(());
    }
    let items = items(&mut db, &payment).await?;
    drop(db);
    let processor = context.processor()?;
    let customer = customer(context, processor, payment.user).await?;
    let mut asking = payment.asking();
    let first = asking.first(context.now());
    if first != First::Ask {
        if let Some(found) = find(processor, &customer, &payment).await? {
            return found_out(context, &payment, found).await;
        }
        if first == First::LookUpForNewKey && may_take_new_key {
            tried(context, id, true).await?;
            asking = asking.anew();
        }
    }
    let key = IdempotencyKey::of("payment", payment.id.as_uuid(), asking.attempt);
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
    let error = match answer {
        Ok(answer) => return found_out(context, &payment, answer).await,
        // What the bank said is read from the intent, as everything else is.
        Err(GatewayError::Card { intent: Some(intent), .. }) => {
            match processor.gateway.intent(&intent).await {
                Ok(intent) => return outcome::apply(context, payment.id, &intent).await,
                Err(error) => error,
            }
        }
        Err(error) if error.may_pass() => error,
        Err(error) => return failed(context, &payment, &error).await,
    };
    tried(context, id, false).await?;
    Err(unavailable(&error))
}

// Whatever it says: the payment stays as it is, and is asked for again.
fn unavailable(error: &GatewayError) -> AppError {
    AppError::refused(Code::ProcessorUnavailable, error.to_string())
}

enum Answer {
    Page(CheckoutSession),
    Intent(Intent),
}

/// The processor's customer for a user, made when there is none.
async fn customer(context: &Context, processor: &Processor, user: UserId) -> AppResult<CustomerId> {
    let mut db = context.pool.acquire().await?;
    if let Some(customer) = payments::customer(&mut db, user).await? {
        return Ok(CustomerId::from(customer));
    }
    let account = users::get(&mut db, user)
        .await?
        .ok_or_else(|| Fault::Broken(format!("user {user} is gone")))?;
    drop(db);
    let new = NewCustomer {
        email: account.email,
        name: Some(account.name),
        metadata: Metadata::from([("user_id".to_owned(), user.to_string())]),
    };
    let key = IdempotencyKey::of("customer", user.as_uuid(), 1);
    let made = processor.gateway.create_customer(&key, &new).await.map_err(|error| told(&error))?;
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

/// What the processor made for this payment, if it made something: found by its metadata.
async fn find(
    processor: &Processor,
    customer: &CustomerId,
    payment: &Stored,
) -> AppResult<Option<Answer>> {
    let since = payment.created_at - TimeDelta::minutes(5);
    let id = payment.id.to_string();
    let is_ours = |metadata: &Metadata| metadata.get("payment_id") == Some(&id);
    let gateway = &processor.gateway;
    Ok(match payment.via {
        Via::Page { .. } => {
            let pages = gateway.checkouts(customer, since).await.map_err(|error| told(&error))?;
            pages.into_iter().find(|page| is_ours(&page.metadata)).map(Answer::Page)
        }
        Via::Saved { .. } => {
            let intents = gateway.intents(customer, since).await.map_err(|error| told(&error))?;
            intents.into_iter().find(|intent| is_ours(&intent.metadata)).map(Answer::Intent)
        }
    })
}

async fn found_out(context: &Context, payment: &Stored, answer: Answer) -> AppResult<()> {
    match answer {
        Answer::Page(page) => opened(context, payment.id, page).await,
        Answer::Intent(intent) => outcome::apply(context, payment.id, &intent).await,
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

// Asked in vain; with `new_key` nothing came of the key, and another is taken.
async fn tried(context: &Context, id: PaymentId, new_key: bool) -> AppResult<()> {
    context
        .transact(move |work| {
            Box::pin(async move { Ok(payments::tried(work.db(), id, new_key).await?) })
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
