//! Providers: an account becomes one.

use traveloure_core::{
    actor::Actor,
    api::{
        event::Kind,
        problem::Code,
        provider::{NewProvider, Provider},
    },
    ids::ProviderId,
};

use super::{Context, words::Words, work::Key};
use crate::{
    error::{AppError, AppResult, Fault},
    store::providers,
};

/// Makes the actor's account a provider.
///
/// # Errors
/// [`Code::Invalid`], [`Code::AlreadyProvider`].
pub async fn create(
    context: &Context,
    actor: &Actor,
    key: Option<Key>,
    body: NewProvider,
) -> AppResult<Provider> {
    let user = actor.user;
    let outcome = context
        .transact_once(key, move |work| {
            Box::pin(async move {
                let mut words = Words::default();
                let name = words.line("name", &body.name, 1..=120);
                let city = words.line("city", &body.city, 1..=120);
                let country = words.country("country", &body.country);
                let description = words.text("description", &body.description, 0..=5000);
                words.finish()?;
                let id = ProviderId::new(work.now, work.random());
                let new = providers::NewProvider {
                    id,
                    user,
                    name: &name,
                    description: &description,
                    city: &city,
                    country: &country,
                    zone: body.zone,
                };
                let now = work.now;
                providers::insert(work.db(), &new, now).await?;
                work.tell(Kind::ProviderCreated, id, Some(1), None, Some(id));
                providers::get(work.db(), id)
                    .await?
                    .ok_or_else(|| Fault::Broken("a new provider vanished".to_owned()).into())
            })
        })
        .await;
    match outcome {
        Err(error) if error.violates(providers::ONE_PER_ACCOUNT) => Err(AppError::refused(
            Code::AlreadyProvider,
            "This account is a provider already. Nothing was changed; act as it with Traveloure-Role: provider.",
        )),
        other => other,
    }
}

/// A provider as everyone may see it.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn get(context: &Context, id: ProviderId) -> AppResult<Provider> {
    let mut db = context.pool.acquire().await?;
    providers::get(&mut db, id).await?.ok_or_else(|| AppError::not_found("provider"))
}
