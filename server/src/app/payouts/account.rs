//! The account at the processor to which a provider is paid: made once, finished by its owner on the processor's own
//! form.

use traveloure_core::{
    api::payout::{AccountStatus, Onboarding, PayoutAccount},
    ids::{PayoutId, ProviderId},
};

use crate::{
    app::{
        Context,
        context::Processor,
        gateway::{Account, AccountId, GatewayError, IdempotencyKey, Metadata, NewAccount},
        payments::told,
    },
    error::{AppError, AppResult, Fault},
    store::payouts,
};

/// A link on which the provider tells the processor who they are; their account is made the first time.
///
/// # Errors
/// `not_found`; `processor_unavailable`.
pub async fn onboard(context: &Context, provider: ProviderId) -> AppResult<Onboarding> {
    let processor = context.processor()?;
    let known = known(context, provider).await?;
    let id = match known.id {
        Some(id) => AccountId::from(id),
        None => make(context, processor, provider, known).await?,
    };
    let made = processor.gateway.account(&id).await.map_err(|error| told(&error))?;
    let account = keep(context, provider, made).await?;
    // Each link is good once, so each is asked for under a key of its own.
    let asking = PayoutId::new(context.now(), context.entropy.bytes());
    let key = IdempotencyKey::of("account-link", asking.as_uuid(), 1);
    let back = &processor.return_url;
    let link = processor
        .gateway
        .create_account_link(&key, &id, back, back)
        .await
        .map_err(|error| told(&error))?;
    Ok(Onboarding { account, url: link.url, expires_at: link.expires_at })
}

/// How far the provider's account is, asked of the processor where there is one.
///
/// # Errors
/// `not_found`; `processor_unavailable`.
pub async fn account(context: &Context, provider: ProviderId) -> AppResult<PayoutAccount> {
    let known = known(context, provider).await?;
    let Some(id) = known.id else {
        return Ok(PayoutAccount {
            id: None,
            status: known.status,
            can_receive: false,
            requirements_due: Vec::new(),
        });
    };
    let account = context.processor()?.gateway.account(&AccountId::from(id)).await;
    keep(context, provider, account.map_err(|error| told(&error))?).await
}

/// Reads an account that the processor told us something about. One that is nobody's here is passed over.
///
/// # Errors
/// `processor_unavailable`, or a fault.
pub async fn read_account(context: &Context, account: &str) -> AppResult<()> {
    let mut db = context.pool.acquire().await?;
    let provider = payouts::provider_of_account(&mut db, account).await?;
    drop(db);
    let Some(provider) = provider else { return Ok(()) };
    match context.processor()?.gateway.account(&AccountId::from(account)).await {
        Ok(account) => keep(context, provider, account).await.map(drop),
        Err(GatewayError::NotFound) => Ok(()),
        Err(error) => Err(told(&error)),
    }
}

async fn known(context: &Context, provider: ProviderId) -> AppResult<payouts::Account> {
    let mut db = context.pool.acquire().await?;
    payouts::account(&mut db, provider, false).await?.ok_or_else(|| AppError::not_found("provider"))
}

async fn make(
    context: &Context,
    processor: &Processor,
    provider: ProviderId,
    known: payouts::Account,
) -> AppResult<AccountId> {
    let new = NewAccount {
        email: known.email,
        country: known.country,
        metadata: Metadata::from([("provider_id".to_owned(), provider.to_string())]),
    };
    // Whoever asks at the same time asks under the same key, and for the same account.
    let key = IdempotencyKey::of("account", provider.as_uuid(), 1);
    let made = processor.gateway.create_account(&key, &new).await.map_err(|error| told(&error))?;
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                payouts::keep_account(work.db(), provider, made.id.as_str(), now).await?;
                let kept = payouts::account(work.db(), provider, false).await?;
                kept.and_then(|account| account.id).map(AccountId::from).ok_or_else(|| {
                    Fault::Broken(format!("the account of provider {provider} vanished")).into()
                })
            })
        })
        .await
}

// What waited for the account is paid as soon as it can receive.
async fn keep(
    context: &Context,
    provider: ProviderId,
    account: Account,
) -> AppResult<PayoutAccount> {
    let (status, can_receive) = standing(&account);
    context
        .transact(move |work| {
            Box::pin(async move {
                let now = work.now;
                let is_news =
                    payouts::account_moved(work.db(), provider, status, can_receive, now).await?;
                if is_news && can_receive {
                    payouts::wake(work.db(), provider, now).await?;
                }
                Ok(())
            })
        })
        .await?;
    Ok(PayoutAccount {
        id: Some(account.id.into_string()),
        status,
        can_receive,
        requirements_due: account.requirements_due,
    })
}

fn standing(account: &Account) -> (AccountStatus, bool) {
    let status = if account.transfers_enabled {
        AccountStatus::Active
    } else if account.details_submitted && account.disabled_reason.is_some() {
        AccountStatus::Restricted
    } else {
        AccountStatus::Pending
    };
    (status, account.transfers_enabled)
}
