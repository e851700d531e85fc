//! Shared resources: one guide, one van.

use traveloure_core::{
    api::{
        event::Kind,
        problem::Code,
        service::{NewPool, Pool, PoolPatch},
    },
    ids::{PoolId, ProviderId},
};

use super::{Context, words::Words, work::Key, work::Work};
use crate::{
    error::{AppError, AppResult},
    store::{capacity, pools, retarget},
};

/// The provider's pools, by name.
///
/// # Errors
/// A fault only.
pub async fn list(context: &Context, provider: ProviderId) -> AppResult<Vec<Pool>> {
    let mut db = context.pool.acquire().await?;
    Ok(pools::list(&mut db, provider).await?)
}

/// Makes a pool.
///
/// # Errors
/// [`Code::Invalid`], also for a name that another pool of the provider's has.
pub async fn create(
    context: &Context,
    provider: ProviderId,
    key: Option<Key>,
    body: NewPool,
) -> AppResult<Pool> {
    let outcome = context
        .transact_once(key, move |work| {
            Box::pin(async move {
                let name = checked(&body.name, body.capacity)?;
                let id = PoolId::new(work.now, work.random());
                let capacity = body.capacity;
                let pool = Pool { id, provider_id: provider, name, capacity, version: 1 };
                let now = work.now;
                pools::insert(work.db(), &pool, now).await?;
                Ok(pool)
            })
        })
        .await;
    outcome.map_err(name_taken)
}

/// Edits the pool that was read as `version`. A smaller capacity cancels nothing: where more is claimed already,
/// nothing more is taken.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Invalid`], [`Code::VersionMismatch`].
pub async fn edit(
    context: &Context,
    provider: ProviderId,
    id: PoolId,
    version: i64,
    patch: PoolPatch,
) -> AppResult<Pool> {
    let outcome = context
        .transact(move |work| {
            Box::pin(async move {
                let mut pool = lock(work, id, provider).await?;
                if pool.version != version {
                    return Err(AppError::stale(pool.version));
                }
                pool.capacity = patch.capacity.unwrap_or(pool.capacity);
                pool.name = checked(patch.name.as_deref().unwrap_or(&pool.name), pool.capacity)?;
                pool.version += 1;
                let now = work.now;
                pools::update(work.db(), &pool, now).await?;
                if patch.capacity.is_some() {
                    resize(work, &pool).await?;
                }
                Ok(pool)
            })
        })
        .await;
    outcome.map_err(name_taken)
}

// Whoever claims of the pool keeps the rules of their service, so locking those keeps everyone out.
async fn resize(work: &mut Work<'_>, pool: &Pool) -> AppResult<()> {
    let services = pools::services(work.db(), pool.id).await?;
    for service in &services {
        capacity::change_rules(work.db(), *service).await?;
    }
    let now = work.now;
    retarget::pool(work.db(), pool.id, pool.capacity, now).await?;
    for service in services {
        work.tell(Kind::CapacityChanged, service, None, None, Some(pool.provider_id));
    }
    Ok(())
}

/// Deletes a pool that nothing draws from and nothing was ever claimed of.
///
/// # Errors
/// [`Code::NotFound`], [`Code::InUse`].
pub async fn delete(context: &Context, provider: ProviderId, id: PoolId) -> AppResult<()> {
    context
        .transact(move |work| {
            Box::pin(async move {
                let pool = lock(work, id, provider).await?;
                let drawing = pools::services(work.db(), id).await?.len();
                if drawing > 0 {
                    let services = if drawing == 1 { "service draws" } else { "services draw" };
                    return Err(AppError::refused(
                        Code::InUse,
                        format!(
                            "{drawing} {services} from {}. Nothing was deleted; take it off them first.",
                            pool.name
                        ),
                    ));
                }
                if pools::was_claimed(work.db(), id).await? {
                    return Err(AppError::refused(
                        Code::InUse,
                        format!(
                            "{} has been booked, and its bookings keep it. Nothing was deleted; it no longer counts \
                             once no service draws from it.",
                            pool.name
                        ),
                    ));
                }
                pools::delete(work.db(), id).await?;
                Ok(())
            })
        })
        .await
}

async fn lock(work: &mut Work<'_>, id: PoolId, provider: ProviderId) -> AppResult<Pool> {
    pools::lock(work.db(), id, provider).await?.ok_or_else(|| AppError::not_found("pool"))
}

fn checked(name: &str, capacity: u32) -> AppResult<String> {
    let mut words = Words::default();
    let name = words.line("name", name, 1..=80);
    words.number("capacity", capacity, 1..=10_000);
    words.finish()?;
    Ok(name)
}

fn name_taken(error: AppError) -> AppError {
    if error.violates(pools::NAME_UNIQUE) {
        return AppError::invalid_field("name", "taken", "you have a pool of this name already");
    }
    error
}
