//! Resources that several services share.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use traveloure_core::{
    api::service::Pool,
    ids::{PoolId, ProviderId, ServiceId},
};
use uuid::Uuid;

use super::read::{column, count};

/// The name of the constraint that keeps the names of a provider's pools apart.
pub const NAME_UNIQUE: &str = "pools_provider_id_name_key";

pub async fn insert(db: &mut PgConnection, pool: &Pool, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "INSERT INTO pools (id, provider_id, name, capacity, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
        pool.id.as_uuid(),
        pool.provider_id.as_uuid(),
        pool.name,
        column(pool.capacity),
        pool.version,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The provider's pools, by name.
pub async fn list(db: &mut PgConnection, provider: ProviderId) -> sqlx::Result<Vec<Pool>> {
    let rows = sqlx::query!(
        "SELECT id, name, capacity, version FROM pools WHERE provider_id = $1 ORDER BY name, id",
        provider.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Pool {
            id: PoolId::from(row.id),
            provider_id: provider,
            name: row.name,
            capacity: count(row.capacity),
            version: row.version,
        })
        .collect())
}

/// The provider's pool, locked until the transaction ends: meanwhile no service can begin to draw from it. Comes
/// before any lock on a service's rules.
pub async fn lock(
    db: &mut PgConnection,
    id: PoolId,
    provider: ProviderId,
) -> sqlx::Result<Option<Pool>> {
    let row = sqlx::query!(
        "SELECT name, capacity, version FROM pools WHERE id = $1 AND provider_id = $2 FOR UPDATE",
        id.as_uuid(),
        provider.as_uuid(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Pool {
        id,
        provider_id: provider,
        name: row.name,
        capacity: count(row.capacity),
        version: row.version,
    }))
}

/// Which of `ids` are pools of the provider's; they stay as they are until the transaction ends.
pub async fn keep(
    db: &mut PgConnection,
    ids: &[PoolId],
    provider: ProviderId,
) -> sqlx::Result<Vec<PoolId>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
    let found = sqlx::query_scalar!(
        "SELECT id FROM pools WHERE id = ANY ($1) AND provider_id = $2 ORDER BY id FOR KEY SHARE",
        &ids,
        provider.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    Ok(found.into_iter().map(PoolId::from).collect())
}

/// The services that draw from the pool, in the order in which their rules are locked.
pub async fn services(db: &mut PgConnection, id: PoolId) -> sqlx::Result<Vec<ServiceId>> {
    let rows = sqlx::query_scalar!(
        "SELECT service_id FROM service_pools WHERE pool_id = $1 ORDER BY service_id",
        id.as_uuid(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(ServiceId::from).collect())
}

/// Whether anything was ever claimed of the pool.
pub async fn was_claimed(db: &mut PgConnection, id: PoolId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM capacity WHERE pool_id = $1) AS "claimed!""#,
        id.as_uuid(),
    )
    .fetch_one(db)
    .await
}

pub async fn update(db: &mut PgConnection, pool: &Pool, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "UPDATE pools SET name = $2, capacity = $3, version = $4, updated_at = $5 WHERE id = $1",
        pool.id.as_uuid(),
        pool.name,
        column(pool.capacity),
        pool.version,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub async fn delete(db: &mut PgConnection, id: PoolId) -> sqlx::Result<()> {
    sqlx::query!("DELETE FROM pools WHERE id = $1", id.as_uuid()).execute(db).await?;
    Ok(())
}

/// Makes the service draw from these pools and no others.
pub async fn draw_from(
    db: &mut PgConnection,
    service: ServiceId,
    pools: &[PoolId],
) -> sqlx::Result<()> {
    let pools: Vec<Uuid> = pools.iter().map(|id| id.as_uuid()).collect();
    sqlx::query!(
        "DELETE FROM service_pools WHERE service_id = $1 AND pool_id <> ALL ($2)",
        service.as_uuid(),
        &pools,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "INSERT INTO service_pools (service_id, pool_id) SELECT $1, unnest($2::uuid[])
         ON CONFLICT (service_id, pool_id) DO NOTHING",
        service.as_uuid(),
        &pools,
    )
    .execute(db)
    .await?;
    Ok(())
}
