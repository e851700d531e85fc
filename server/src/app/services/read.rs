//! Reading services.

use traveloure_core::{
    actor::Actor,
    api::{
        page::{DEFAULT_LIMIT, MAX_LIMIT, Page},
        service::Service,
    },
    ids::{ProviderId, ServiceId},
};

use super::viewer;
use crate::{
    app::{Context, cursor},
    error::{AppError, AppResult},
    store::{providers, services},
};

/// Which page of a list.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    pub after: Option<String>,
    pub limit: Option<u32>,
}

/// A service, if it is listed or the actor's own.
///
/// # Errors
/// `not_found`.
pub async fn get(context: &Context, actor: &Actor, id: ServiceId) -> AppResult<Service> {
    let mut db = context.pool.acquire().await?;
    services::get(&mut db, id, viewer(actor)).await?.ok_or_else(|| AppError::not_found("service"))
}

/// A page of a provider's services by name; to the provider also those that are not listed.
///
/// # Errors
/// `not_found`; `malformed_parameter` for a cursor that is none.
pub async fn of_provider(
    context: &Context,
    actor: &Actor,
    provider: ProviderId,
    query: ListQuery,
) -> AppResult<Page<Service>> {
    let limit = query.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let after = query.after.as_deref().map(cursor::read_name).transpose()?;
    let is_own = viewer(actor) == Some(provider);
    let mut db = context.pool.acquire().await?;
    // One more than asked for tells whether there is a next page.
    let wanted = i64::from(limit) + 1;
    let mut items = services::of_provider(&mut db, provider, is_own, after, wanted).await?;
    if items.is_empty() && providers::get(&mut db, provider).await?.is_none() {
        return Err(AppError::not_found("provider"));
    }
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next =
        items.last().filter(|_| more).map(|last| cursor::write_name(&last.name, last.id.as_uuid()));
    Ok(Page { items, next, total: None })
}
