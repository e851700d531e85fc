//! What is booked and held of services and of the resources they share.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use sqlx::PgConnection;
use traveloure_core::{
    availability::{Occupancy, PoolUse, Used},
    ids::{PoolId, RequestId},
    time,
};
use uuid::Uuid;

use super::bookable::Bookable;

/// A window of what is taken of a service.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Local dates, `until` not included.
    pub from: NaiveDate,
    pub until: NaiveDate,
    /// The same as instants, buffers included, for pools.
    pub starts: DateTime<Utc>,
    pub ends: DateTime<Utc>,
}

/// What is booked and held of the service and its pools within `window` at `now`. What `except` holds
/// itself is left out, so that a request does not stand in its own way.
pub async fn of(
    db: &mut PgConnection,
    service: &Bookable,
    window: Window,
    except: Option<RequestId>,
    now: DateTime<Utc>,
) -> sqlx::Result<Occupancy> {
    let mut all = of_all(db, &[(service, window)], except, now).await?;
    Ok(all.pop().unwrap_or_default())
}

/// The same for many services, each in a window of its own and in the order given.
pub async fn of_all(
    db: &mut PgConnection,
    services: &[(&Bookable, Window)],
    except: Option<RequestId>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Occupancy>> {
    let except = except.map(Uuid::from);
    let mut rows = own_rows(db, services, except, now).await?;
    let mut buckets = pool_buckets(db, services, except, now).await?;
    Ok(services
        .iter()
        .enumerate()
        .map(|(place, (service, _))| {
            let mut occupancy = rows.remove(&place).unwrap_or_default();
            for pool in &service.pools {
                occupancy.add_pool(PoolUse {
                    pool: pool.id,
                    name: pool.name.clone(),
                    capacity: pool.capacity,
                    units: pool.units,
                    buckets: buckets.remove(&(place, pool.id)).unwrap_or_default(),
                });
            }
            occupancy
        })
        .collect())
}

/// What is taken of rows of capacity, of those of which anything is. The claims of each row are looked up for
/// themselves: joined to many rows at once PostgreSQL would rather read all claims there are. A row's own count has what
/// is held too, also what has expired since, so that where it is zero there are no claims to look up.
macro_rules! select_taken {
    ($of:ident, $columns:literal, $rows:literal, $now:literal, $except:literal, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            $of,
            r#"
        SELECT "# + $columns + r#", taken.booked AS "booked!", taken.held AS "held!"
        FROM "# + $rows + r#"
        CROSS JOIN LATERAL (
            SELECT count(*) AS claims,
                   coalesce(sum(claim.quantity) FILTER (WHERE claim.held_until IS NULL), 0) AS booked,
                   coalesce(sum(claim.quantity) FILTER (WHERE claim.held_until IS NOT NULL), 0) AS held
            FROM claims claim
            WHERE claim.capacity_id = row.id AND claim.released_at IS NULL
              AND (claim.held_until IS NULL OR claim.held_until > "# + $now + r#")
              AND ("# + $except + r#"::uuid IS NULL OR claim.request_id IS DISTINCT FROM "# + $except + r#")
        ) taken
        WHERE taken.claims > 0"#,
            $($argument),+
        )
    };
}

/// Of a service's own row.
#[derive(Debug)]
struct Taken {
    /// The place in the list of the service that asks.
    place: i32,
    date: NaiveDate,
    slot: Option<NaiveTime>,
    booked: i64,
    held: i64,
}

/// By the service's place in the list: one service may be asked about through several windows.
async fn own_rows(
    db: &mut PgConnection,
    services: &[(&Bookable, Window)],
    except: Option<Uuid>,
    now: DateTime<Utc>,
) -> sqlx::Result<BTreeMap<usize, Occupancy>> {
    let rows = if let [(service, window)] = services
        && window.until == time::next_day(window.from)
    {
        // The day that most ask about has a statement of its own: what PostgreSQL guesses about a list and a span is
        // so far off that it would rather plan anew each time, which takes longer than reading.
        select_taken!(
            Taken,
            r#"0 AS "place!", row.date AS "date!", row.slot"#,
            "(SELECT id, date, slot FROM capacity
              WHERE service_id = $1 AND date = $2 AND booked > 0) row",
            "$3",
            "$4",
            service.id.as_uuid(),
            window.from,
            now,
            except,
        )
        .fetch_all(db)
        .await?
    } else {
        let places: Vec<i32> = (0..).take(services.len()).collect();
        let ids: Vec<Uuid> = services.iter().map(|(service, _)| service.id.as_uuid()).collect();
        let from: Vec<NaiveDate> = services.iter().map(|(_, window)| window.from).collect();
        let until: Vec<NaiveDate> = services.iter().map(|(_, window)| window.until).collect();
        select_taken!(
            Taken,
            r#"wanted.place AS "place!", row.date AS "date!", row.slot"#,
            "unnest($1::int[], $2::uuid[], $3::date[], $4::date[]) AS wanted (place, service_id, from_date, until_date)
             JOIN capacity row ON row.service_id = wanted.service_id
                 AND row.date >= wanted.from_date AND row.date < wanted.until_date AND row.booked > 0",
            "$5",
            "$6",
            &places,
            &ids,
            &from,
            &until,
            now,
            except,
        )
        .fetch_all(db)
        .await?
    };
    let mut found: BTreeMap<usize, Occupancy> = BTreeMap::new();
    for row in rows {
        let Ok(place) = usize::try_from(row.place) else { continue };
        let used = Used { booked: total(row.booked), held: total(row.held) };
        found.entry(place).or_default().add(row.date, row.slot, used);
    }
    Ok(found)
}

/// Of a row of a pool.
#[derive(Debug)]
struct TakenOfPool {
    /// The place in the list of the service that asks.
    place: i32,
    pool_id: Uuid,
    bucket: DateTime<Utc>,
    booked: i64,
    held: i64,
}

type Buckets = BTreeMap<DateTime<Utc>, Used>;

/// By the service's place in the list: two services may look at one pool through different windows.
async fn pool_buckets(
    db: &mut PgConnection,
    services: &[(&Bookable, Window)],
    except: Option<Uuid>,
    now: DateTime<Utc>,
) -> sqlx::Result<BTreeMap<(usize, PoolId), Buckets>> {
    let mut found: BTreeMap<(usize, PoolId), Buckets> = BTreeMap::new();
    let (mut places, mut pools, mut starts, mut ends) = (vec![], vec![], vec![], vec![]);
    for (place, (service, window)) in services.iter().enumerate() {
        for pool in &service.pools {
            places.push(i32::try_from(place).unwrap_or(i32::MAX));
            pools.push(pool.id.as_uuid());
            starts.push(window.starts);
            ends.push(window.ends);
        }
    }
    if pools.is_empty() {
        return Ok(found);
    }
    let rows = select_taken!(
        TakenOfPool,
        r#"wanted.place AS "place!", row.pool_id AS "pool_id!", row.bucket AS "bucket!""#,
        "unnest($1::int[], $2::uuid[], $3::timestamptz[], $4::timestamptz[]) AS wanted (place, pool_id, starts, ends)
         JOIN capacity row ON row.pool_id = wanted.pool_id
             AND row.bucket >= wanted.starts AND row.bucket < wanted.ends AND row.booked > 0",
        "$5",
        "$6",
        &places,
        &pools,
        &starts,
        &ends,
        now,
        except,
    )
    .fetch_all(db)
    .await?;
    for row in rows {
        let Ok(place) = usize::try_from(row.place) else { continue };
        found
            .entry((place, PoolId::from(row.pool_id)))
            .or_default()
            .insert(row.bucket, Used { booked: total(row.booked), held: total(row.held) });
    }
    Ok(found)
}

fn total(sum: i64) -> u32 {
    u32::try_from(sum).unwrap_or(u32::MAX)
}
