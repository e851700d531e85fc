//! Providers: an account becomes one, and edits what it says about itself.

use traveloure_core::{
    actor::Actor,
    api::{
        event::Kind,
        page::{DEFAULT_LIMIT, MAX_LIMIT, Page},
        problem::Code,
        provider::{NewProvider, Provider, ProviderPatch},
    },
    ids::ProviderId,
};

use super::{Context, cursor, words::Words, work::Key};
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

/// Edits the provider that was read as `version`. Services that say something else themselves keep it, and so do
/// bookings.
///
/// # Errors
/// `not_found`, `invalid`, `version_mismatch`.
pub async fn edit(
    context: &Context,
    id: ProviderId,
    version: i64,
    patch: ProviderPatch,
) -> AppResult<Provider> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let mut edited = providers::lock(work.db(), id)
                    .await?
                    .ok_or_else(|| AppError::not_found("provider"))?;
                if edited.version != version {
                    return Err(AppError::stale(edited.version));
                }
                let mut words = Words::default();
                if let Some(name) = &patch.name {
                    edited.name = words.line("name", name, 1..=120);
                }
                if let Some(description) = &patch.description {
                    edited.description = words.text("description", description, 0..=5000);
                }
                match edited.settings.changed(patch.settings.unwrap_or_default()) {
                    Ok(changed) => edited.settings = changed,
                    Err(fault) => words.add(vec![fault]),
                }
                words.finish()?;
                edited.version += 1;
                let now = work.now;
                providers::update(work.db(), &edited, now).await?;
                work.tell(Kind::ProviderChanged, id, Some(edited.version), None, Some(id));
                Ok(edited)
            })
        })
        .await
}

/// A page of all providers by name, with part of their name or city, for administrators.
///
/// # Errors
/// `malformed_parameter` for a cursor that is none.
pub async fn list(
    context: &Context,
    words: Option<&str>,
    after: Option<&str>,
    limit: Option<u32>,
) -> AppResult<Page<Provider>> {
    let limit = limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let after = after.map(cursor::read_name).transpose()?;
    let mut db = context.pool.acquire().await?;
    let mut found = providers::list(&mut db, words, after.as_ref(), i64::from(limit) + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next =
        found.last().filter(|_| more).map(|last| cursor::write_name(&last.name, last.id.as_uuid()));
    Ok(Page { items: found, next, total: None })
}
