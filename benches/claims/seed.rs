//! A provider, a service with many slots, and more requests than anybody could answer.

use sqlx::{Connection, Executor, PgConnection, Row};
use traveloure_core::{
    api::auth::Register,
    ids::{ProviderId, ServiceId, UserId},
};
use traveloure_server::{
    app::accounts,
    cluster::{Cluster, DATABASE},
    serve::Server,
};
use uuid::Uuid;

/// Who plays.
pub struct Stage {
    pub token: String,
    pub traveler: UserId,
    pub provider: ProviderId,
    pub service: ServiceId,
}

/// Makes the provider, the traveler and a service at every hour of every day, without a limit that matters.
pub async fn stage(server: &Server, cluster: &Cluster, _requests: usize) -> Stage {
    let person = |name: &str| Register {
        email: format!("{name}@example.org"),
        password: "a long enough password".to_owned(),
        name: name.to_owned(),
    };
    let ana = accounts::register(server.context(), person("ana")).await.unwrap();
    let tom = accounts::register(server.context(), person("tom")).await.unwrap();
    let mut db =
        PgConnection::connect_with(&cluster.superuser_options().database(DATABASE)).await.unwrap();
    let provider = Uuid::from_u128(1);
    let service = Uuid::from_u128(2);
    sqlx::query(
        "INSERT INTO service_providers (id, user_id, name, city, country, zone, created_at, updated_at)
         VALUES ($1, $2, 'Ana', 'Lisbon', 'PT', 'Europe/Lisbon', now(), now())",
    )
    .bind(provider)
    .bind(ana.user.id.as_uuid())
    .execute(&mut db)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO services (id, provider_id, name, category, city, country, zone, duration_minutes,
                               created_at, updated_at)
         VALUES ($1, $2, 'Walk', 'activity', 'Lisbon', 'PT', 'Europe/Lisbon', 60, now(), now())",
    )
    .bind(service)
    .bind(provider)
    .execute(&mut db)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO provider_availability (id, provider_id, service_id, availability_type, time_slots, updated_at)
         SELECT gen_random_uuid(), $2, $1, 'inventory',
                jsonb_agg(jsonb_build_object('time', lpad(hour::text, 2, '0') || ':00', 'capacity', 1000000)),
                now()
         FROM generate_series(0, 23) AS hour",
    )
    .bind(service)
    .bind(provider)
    .execute(&mut db)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO provider_pricing (id, provider_id, service_id, pricing_type, base_price, currency, updated_at)
         VALUES (gen_random_uuid(), $2, $1, 'fixed', 120, 'USD', now())",
    )
    .bind(service)
    .bind(provider)
    .execute(&mut db)
    .await
    .unwrap();
    db.close().await.unwrap();
    Stage {
        token: ana.token,
        traveler: tom.user.id,
        provider: ProviderId::from(provider),
        service: ServiceId::from(service),
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

/// Makes `count` open requests: spread over thousands of slots, or all for one.
pub async fn requests(cluster: &Cluster, stage: &Stage, count: usize, hot: bool) -> Vec<Uuid> {
    let mut db =
        PgConnection::connect_with(&cluster.superuser_options().database(DATABASE)).await.unwrap();
    let rows = sqlx::query(
        "WITH made AS (
             INSERT INTO booking_requests (
                 id, user_id, provider_id, service_id, status, requested_date, requested_time, travelers, zone,
                 terms_date, terms_time, terms_travelers, terms_price, currency, turn_since, expires_at,
                 cutoff_at, created_at, updated_at)
             SELECT gen_random_uuid(), $1, $2, $3, 'pending_provider', day, hour, 1, 'Europe/Lisbon',
                    day, hour, 1, 120, 'USD', now(), now() + interval '20 days', now() + interval '20 days',
                    now(), now()
             FROM generate_series(1, $4) AS n,
                  LATERAL (SELECT current_date + 30 + CASE WHEN $5 THEN 0 ELSE n % 300 END AS day,
                                  make_time(CASE WHEN $5 THEN 9 ELSE n / 300 % 24 END, 0, 0) AS hour) AS slot
             RETURNING id
         ), rounds AS (
             INSERT INTO request_rounds (id, request_id, number, by, date, travelers, price, currency,
                                         valid_until, created_at)
             SELECT gen_random_uuid(), id, 1, 'traveler', current_date + 30, 1, 120, 'USD',
                    now() + interval '20 days', now()
             FROM made
         )
         SELECT id FROM made",
    )
    .bind(stage.traveler.as_uuid())
    .bind(stage.provider.as_uuid())
    .bind(stage.service.as_uuid())
    .bind(i32::try_from(count).unwrap())
    .bind(hot)
    .fetch_all(&mut db)
    .await
    .unwrap();
    // The slots' rows are there, so that neither side makes them.
    db.execute(
        "INSERT INTO capacity (id, service_id, date, slot, target, capacity)
         SELECT DISTINCT ON (r.service_id, r.terms_date, r.terms_time)
                gen_random_uuid(), r.service_id, r.terms_date, r.terms_time, 1000000, 1000000
         FROM booking_requests r
         ON CONFLICT ON CONSTRAINT capacity_key DO NOTHING",
    )
    .await
    .unwrap();
    db.close().await.unwrap();
    analyze(cluster).await;
    rows.into_iter().map(|row| row.get("id")).collect()
}
