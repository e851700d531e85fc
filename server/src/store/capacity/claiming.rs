//! Claiming: the rows are found or made, what has expired on them is let go of, and the claims are written.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sqlx::PgConnection;
use traveloure_core::ids::{PoolId, ServiceId};
use uuid::Uuid;

use super::{Counters, Holder, RowKey, Wanted};

/// Claims all of `wanted`, which must be sorted by key, for `holder`. What has expired on those rows is
/// released first. The counters move when `counters` is applied, and refuse there.
pub async fn claim(
    db: &mut PgConnection,
    counters: &mut Counters,
    wanted: &[Wanted],
    holder: Holder,
    now: DateTime<Utc>,
    mut new_id: impl FnMut() -> Uuid,
) -> sqlx::Result<()> {
    if wanted.is_empty() {
        return Ok(());
    }
    let mut rows = find(db, wanted, now).await?;
    if rows.len() < wanted.len() {
        make(db, wanted, &mut new_id).await?;
        rows = find(db, wanted, now).await?;
    }
    if rows.iter().any(|row| row.has_expired) {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        release_expired(db, counters, &ids, now).await?;
    }
    let quantities: BTreeMap<RowKey, i32> =
        wanted.iter().map(|one| (one.key, one.quantity)).collect();
    let mut ids = Vec::with_capacity(rows.len());
    let mut claims = Vec::with_capacity(rows.len());
    let mut amounts = Vec::with_capacity(rows.len());
    for row in &rows {
        let quantity = quantities.get(&row.key).copied().unwrap_or(0);
        ids.push(row.id);
        claims.push(new_id());
        amounts.push(quantity);
        counters.take(row.id, quantity);
    }
    sqlx::query!(
        r#"
        INSERT INTO claims (id, capacity_id, request_id, booking_id, quantity, held_until, created_at)
        SELECT claim.id, claim.capacity_id, $4, $5, claim.quantity, $6, $7
        FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS claim (id, capacity_id, quantity)
        "#,
        &claims,
        &ids,
        &amounts,
        holder.request.map(Uuid::from),
        holder.booking.map(Uuid::from),
        holder.until,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

struct Found {
    id: Uuid,
    key: RowKey,
    has_expired: bool,
}

async fn find(
    db: &mut PgConnection,
    wanted: &[Wanted],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Found>> {
    let columns = Columns::of(wanted);
    let rows = sqlx::query!(
        r#"
        SELECT row.id, row.service_id, row.date, row.slot, row.pool_id, row.bucket,
               EXISTS (
                   SELECT 1 FROM claims
                   WHERE claims.capacity_id = row.id AND released_at IS NULL AND held_until <= $6
               ) AS "has_expired!"
        FROM unnest($1::uuid[], $2::date[], $3::time[]) AS want (service_id, date, slot)
        JOIN capacity row ON row.service_id = want.service_id AND row.date = want.date
            AND row.slot IS NOT DISTINCT FROM want.slot
        UNION ALL
        SELECT row.id, row.service_id, row.date, row.slot, row.pool_id, row.bucket,
               EXISTS (
                   SELECT 1 FROM claims
                   WHERE claims.capacity_id = row.id AND released_at IS NULL AND held_until <= $6
               )
        FROM unnest($4::uuid[], $5::timestamptz[]) AS want (pool_id, bucket)
        JOIN capacity row ON row.pool_id = want.pool_id AND row.bucket = want.bucket
        "#,
        &columns.services as &[Option<Uuid>],
        &columns.dates as &[Option<NaiveDate>],
        &columns.slots as &[Option<NaiveTime>],
        &columns.pools as &[Option<Uuid>],
        &columns.buckets as &[Option<DateTime<Utc>>],
        now,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Found {
                id: row.id?,
                key: RowKey {
                    service: row.service_id.map(ServiceId::from),
                    date: row.date,
                    slot: row.slot,
                    pool: row.pool_id.map(PoolId::from),
                    bucket: row.bucket,
                },
                has_expired: row.has_expired,
            })
        })
        .collect())
}

// Rows that exist already are left alone: their target is kept by whoever edits the rules.
async fn make(
    db: &mut PgConnection,
    wanted: &[Wanted],
    new_id: &mut impl FnMut() -> Uuid,
) -> sqlx::Result<()> {
    let columns = Columns::of(wanted);
    let ids: Vec<Uuid> = wanted.iter().map(|_| new_id()).collect();
    let targets: Vec<i32> = wanted.iter().map(|one| one.target).collect();
    sqlx::query!(
        r#"
        INSERT INTO capacity (id, service_id, date, slot, pool_id, bucket, target, capacity)
        SELECT want.id, want.service_id, want.date, want.slot, want.pool_id, want.bucket,
               want.target, want.target
        FROM unnest($1::uuid[], $2::uuid[], $3::date[], $4::time[], $5::uuid[], $6::timestamptz[], $7::int[])
            WITH ORDINALITY AS want (id, service_id, date, slot, pool_id, bucket, target, place)
        ORDER BY want.place
        ON CONFLICT ON CONSTRAINT capacity_key DO NOTHING
        "#,
        &ids,
        &columns.services as &[Option<Uuid>],
        &columns.dates as &[Option<NaiveDate>],
        &columns.slots as &[Option<NaiveTime>],
        &columns.pools as &[Option<Uuid>],
        &columns.buckets as &[Option<DateTime<Utc>>],
        &targets,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn release_expired(
    db: &mut PgConnection,
    counters: &mut Counters,
    rows: &[Uuid],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let freed = sqlx::query!(
        "UPDATE claims SET released_at = $2
         WHERE capacity_id = ANY ($1) AND released_at IS NULL AND held_until <= $2
         RETURNING capacity_id, quantity",
        rows,
        now,
    )
    .fetch_all(db)
    .await?;
    for claim in freed {
        counters.free(claim.capacity_id, claim.quantity);
    }
    Ok(())
}

/// The keys as the arrays that a statement takes.
struct Columns {
    services: Vec<Option<Uuid>>,
    dates: Vec<Option<NaiveDate>>,
    slots: Vec<Option<NaiveTime>>,
    pools: Vec<Option<Uuid>>,
    buckets: Vec<Option<DateTime<Utc>>>,
}

impl Columns {
    fn of(wanted: &[Wanted]) -> Self {
        Self {
            services: wanted.iter().map(|one| one.key.service.map(Uuid::from)).collect(),
            dates: wanted.iter().map(|one| one.key.date).collect(),
            slots: wanted.iter().map(|one| one.key.slot).collect(),
            pools: wanted.iter().map(|one| one.key.pool.map(Uuid::from)).collect(),
            buckets: wanted.iter().map(|one| one.key.bucket).collect(),
        }
    }
}
