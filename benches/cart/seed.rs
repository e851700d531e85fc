//! A provider with a service of many slots and one that has a single place, and somebody who buys.

use chrono::Days;
use sqlx::{Connection, Executor, PgConnection};
use traveloure_core::api::auth::Register;
use traveloure_server::{
    app::accounts,
    clock::{Clock as _, SystemClock},
    cluster::{Cluster, DATABASE},
    serve::Server,
};
use uuid::Uuid;

use crate::api::{DAYS, HOURS, Shop};

/// So many on each slot, which is without end.
const ENOUGH: i32 = 1_000_000;

/// Opens the shop; every slot is there, so that nobody makes it while time is taken.
pub async fn open(server: &Server, cluster: &Cluster) -> Shop {
    let person = |name: &str| Register {
        email: format!("{name}@example.org"),
        password: "a long enough password".to_owned(),
        name: name.to_owned(),
    };
    let ana = accounts::register(server.context(), person("ana")).await.unwrap();
    let tom = accounts::register(server.context(), person("tom")).await.unwrap();
    let [provider, service, sold_out] = [1, 2, 3].map(Uuid::from_u128);
    let first_day = SystemClock.now().date_naive() + Days::new(30);
    let mut db =
        PgConnection::connect_with(&cluster.superuser_options().database(DATABASE)).await.unwrap();
    sqlx::query(
        "INSERT INTO service_providers (id, user_id, name, city, country, zone, created_at, updated_at)
         VALUES ($1, $2, 'Ana', 'Lisbon', 'PT', 'Europe/Lisbon', now(), now())",
    )
    .bind(provider)
    .bind(ana.user.id.as_uuid())
    .execute(&mut db)
    .await
    .unwrap();
    for (id, capacity) in [(service, ENOUGH), (sold_out, 1)] {
        sqlx::query(
            "WITH made AS (
                 INSERT INTO services (id, provider_id, name, category, city, country, zone, duration_minutes,
                                       created_at, updated_at)
                 VALUES ($1, $2, 'Walk', 'activity', 'Lisbon', 'PT', 'Europe/Lisbon', 60, now(), now())
             ), priced AS (
                 INSERT INTO provider_pricing (id, provider_id, service_id, pricing_type, base_price, currency,
                                               updated_at)
                 VALUES (gen_random_uuid(), $2, $1, 'fixed', 120, 'USD', now())
             ), slots AS (
                 INSERT INTO capacity (id, service_id, date, slot, target, capacity)
                 SELECT gen_random_uuid(), $1, $4 + day, make_time(hour, 0, 0), $3, $3
                 FROM generate_series(0, $5 - 1) AS day, generate_series(0, $6 - 1) AS hour
             )
             INSERT INTO provider_availability (id, provider_id, service_id, availability_type, time_slots,
                                                updated_at)
             SELECT gen_random_uuid(), $2, $1, 'inventory',
                    jsonb_agg(jsonb_build_object('time', lpad(hour::text, 2, '0') || ':00', 'capacity', $3)),
                    now()
             FROM generate_series(0, $6 - 1) AS hour",
        )
        .bind(id)
        .bind(provider)
        .bind(capacity)
        .bind(first_day)
        .bind(i32::try_from(DAYS).unwrap())
        .bind(i32::try_from(HOURS).unwrap())
        .execute(&mut db)
        .await
        .unwrap();
    }
    db.close().await.unwrap();
    analyze(cluster).await;
    Shop {
        client: reqwest::Client::new(),
        base: format!("http://{}", server.address()),
        token: tom.token,
        service,
        sold_out,
        first_day,
    }
}

/// Brings PostgreSQL's statistics up to date, and with them the plans of sessions that have kept theirs: the
/// server's live longer than pgbench's, which plans anew each time.
pub async fn analyze(cluster: &Cluster) {
    let mut db =
        PgConnection::connect_with(&cluster.superuser_options().database(DATABASE)).await.unwrap();
    db.execute("ANALYZE").await.unwrap();
    db.close().await.unwrap();
}
