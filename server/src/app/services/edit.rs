//! Editing a service itself; its rules and prices are edited on their own.

use traveloure_core::{
    api::{
        event::Kind,
        service::{Service, ServicePatch},
    },
    ids::{ProviderId, ServiceId},
};

use super::own_pools;
use crate::{
    app::{Context, words::Words, work::Work},
    error::{AppError, AppResult, Fault},
    store::{capacity, pools, providers, services},
};

/// Edits the service that was read as `version`. Bookings made before keep the shared resources they have claimed.
///
/// # Errors
/// `not_found`, `invalid`, `version_mismatch`.
pub async fn edit(
    context: &Context,
    provider: ProviderId,
    id: ServiceId,
    version: i64,
    patch: ServicePatch,
) -> AppResult<Service> {
    context
        .transact(move |work| {
            Box::pin(async move {
                change(work, provider, id, version, patch).await?;
                services::get(work.db(), id, Some(provider))
                    .await?
                    .ok_or_else(|| Fault::Broken("an edited service vanished".to_owned()).into())
            })
        })
        .await
}

async fn change(
    work: &mut Work<'_>,
    provider: ProviderId,
    id: ServiceId,
    version: i64,
    patch: ServicePatch,
) -> AppResult<()> {
    let mut words = Words::default();
    // What is claimed follows from the pools, so whoever claims must be kept out while they change.
    let drawn = match &patch.pools {
        Some(named) => {
            let own = own_pools(work, &mut words, provider, named).await?;
            capacity::change_rules(work.db(), id).await?;
            Some(own)
        }
        None => None,
    };
    let mut edited = services::lock(work.db(), id, provider)
        .await?
        .ok_or_else(|| AppError::not_found("service"))?;
    if edited.version != version {
        return Err(AppError::stale(edited.version));
    }
    if let Some(name) = &patch.name {
        edited.name = words.line("name", name, 1..=120);
    }
    if let Some(description) = &patch.description {
        edited.description = words.text("description", description, 0..=5000);
    }
    if let Some(hours) = patch.response_hours {
        words.number("response_hours", hours, 1..=168);
        edited.response_hours = hours;
    }
    edited.is_listed = patch.is_listed.unwrap_or(edited.is_listed);
    if let Some(patch) = patch.settings {
        let owner = providers::get(work.db(), provider)
            .await?
            .ok_or_else(|| AppError::not_found("provider"))?;
        match edited.settings.changed(patch, owner.settings) {
            Ok(changed) => edited.settings = changed,
            Err(fault) => words.add(vec![fault]),
        }
    }
    words.finish()?;

    edited.version += 1;
    let now = work.now;
    services::update(work.db(), id, &edited, now).await?;
    if let Some(drawn) = drawn {
        pools::draw_from(work.db(), id, &drawn).await?;
    }
    work.tell(Kind::ServiceChanged, id, Some(edited.version), None, Some(provider));
    Ok(())
}
