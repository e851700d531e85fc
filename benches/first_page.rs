//! The first page of an inbox of 100,000 open requests, over HTTP from a real server.
//!
//! `cargo bench --bench first_page` prints how long the answers take that the inbox begins with; at most
//! 20 ms in 95 of 100 are wanted, and the ratio says how often the measured time fits into that.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::float_arithmetic)]

use std::time::{Duration, Instant};

use sqlx::{Connection, Executor, PgConnection};
use traveloure_config::{Flags, Paths};
use traveloure_core::api::auth::Register;
use traveloure_server::{
    app::accounts,
    cluster::{Cluster, DATABASE, Options},
    serve::{Server, Setup, serve},
};
use uuid::Uuid;

const REQUESTS: i32 = 100_000;
const QUERIES: usize = 200;
const WANTED: Duration = Duration::from_millis(20);

/// What the terminal asks for when the inbox opens, and when it is narrowed.
const PAGES: [(&str, &str); 4] = [
    ("to answer", "status=pending_provider&limit=60"),
    ("open", "status=open&limit=60"),
    ("every request", "limit=60"),
    ("narrowed by a name", "status=open&q=traveler+7&limit=60"),
];

fn main() {
    rustls::crypto::ring::default_provider().install_default().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(run());
}

async fn run() {
    // Where PostgreSQL's own account can reach it, also when root runs this.
    let home = tempfile::Builder::new().prefix("traveloure-bench").tempdir_in("/tmp").unwrap();
    let cluster = Cluster::open(home.path(), Options::new(None), |_| {}).await.unwrap();
    let paths = Paths::resolve(Some(home.path()), false).unwrap();
    let settings = traveloure_config::load(&paths, std::iter::empty(), &Flags::default()).unwrap();
    let mut setup = Setup::new(&settings, cluster.owner_options(), cluster.app_options());
    setup.listen = "127.0.0.1:0".parse().unwrap();
    setup.rate_limit = None;
    let server = serve(setup, |_| {}).await.unwrap();
    let register = Register {
        email: "ana@example.org".to_owned(),
        password: "a long enough password".to_owned(),
        name: "Ana".to_owned(),
    };
    let ana = accounts::register(server.context(), register).await.unwrap();
    let provider = ana.user.id.as_uuid();
    seed(&cluster, provider).await;
    println!("an inbox of {REQUESTS} open requests, beside as many of other providers");
    for (name, query) in PAGES {
        measure(name, &server, &ana.token, provider, query).await;
    }
    server.stop().await;
    cluster.close().await.unwrap();
}

async fn measure(name: &str, server: &Server, token: &str, provider: Uuid, query: &str) {
    let client = reqwest::Client::new();
    let url =
        format!("http://{}/api/booking-requests/provider/{provider}/?{query}", server.address());
    let mut times = Vec::with_capacity(QUERIES);
    let mut rows = 0;
    // The first ones warm the caches of both sides and are not counted.
    for number in 0..QUERIES + 20 {
        let started = Instant::now();
        let call = client.get(&url).bearer_auth(token).header("traveloure-role", "provider");
        let answer = call.send().await.unwrap().error_for_status().unwrap();
        let page: serde_json::Value = answer.json().await.unwrap();
        if number >= 20 {
            times.push(started.elapsed());
        }
        rows = page["items"].as_array().unwrap().len();
    }
    times.sort_unstable();
    let (half, slow) = (times[QUERIES / 2], times[QUERIES * 95 / 100]);
    let verdict = if slow <= WANTED { "kept" } else { "MISSED" };
    println!(
        "  {name:<18} {rows:>3} rows  {:>5.1} ms median, {:>5.1} ms 95th percentile, {:>4.1} x in {} ms: {verdict}",
        half.as_secs_f64() * 1000.0,
        slow.as_secs_f64() * 1000.0,
        WANTED.as_secs_f64() / slow.as_secs_f64(),
        WANTED.as_millis(),
    );
}

/// A busy provider among ten, twenty services each, a thousand travelers.
async fn seed(cluster: &Cluster, provider: Uuid) {
    let mut db =
        PgConnection::connect_with(&cluster.superuser_options().database(DATABASE)).await.unwrap();
    for statement in [
        "INSERT INTO users (id, email, password_hash, name, created_at, updated_at)
         SELECT md5('user' || n)::uuid, 'traveler' || n || '@example.org', '-', 'Traveler ' || n, now(), now()
         FROM generate_series(1, 1000) AS n WHERE $1::uuid IS NOT NULL",
        "INSERT INTO service_providers (id, user_id, name, city, country, zone, created_at, updated_at)
         SELECT CASE n WHEN 0 THEN $1 ELSE md5('provider' || n)::uuid END,
                CASE n WHEN 0 THEN $1 ELSE md5('user' || n)::uuid END,
                'Provider ' || n, 'Lisbon', 'PT', 'Europe/Lisbon', now(), now()
         FROM generate_series(0, 9) AS n",
        "INSERT INTO services (id, provider_id, name, category, city, country, zone, created_at, updated_at)
         SELECT md5('service' || p.id || n)::uuid, p.id, 'Service ' || n, 'activity', 'Lisbon', 'PT',
                'Europe/Lisbon', now(), now()
         FROM service_providers p, generate_series(0, 19) AS n WHERE $1::uuid IS NOT NULL",
    ] {
        sqlx::query(statement).bind(provider).execute(&mut db).await.unwrap();
    }
    sqlx::query(
        "INSERT INTO booking_requests (
             id, user_id, provider_id, service_id, status, requested_date, requested_time, travelers, zone,
             terms_date, terms_time, terms_travelers, terms_price, currency, turn_since, expires_at,
             cutoff_at, created_at, updated_at)
         SELECT gen_random_uuid(), md5('user' || (n % 1000 + 1))::uuid, whose.id,
                md5('service' || whose.id || n % 20)::uuid, 'pending_provider', day, '09:00', 2, 'Europe/Lisbon',
                day, '09:00', 2, 120, 'EUR', now(), now() + n * interval '20 seconds',
                now() + interval '200 days', now() - n * interval '1 second', now() - n * interval '1 second'
         FROM generate_series(1, 2 * $2) AS n,
              LATERAL (SELECT current_date + 30 + n % 300 AS day,
                              CASE n % 2 WHEN 0 THEN $1 ELSE md5('provider' || (n / 2 % 9 + 1))::uuid END AS id)
                  AS whose",
    )
    .bind(provider)
    .bind(REQUESTS)
    .execute(&mut db)
    .await
    .unwrap();
    db.execute("ANALYZE").await.unwrap();
    db.close().await.unwrap();
}
