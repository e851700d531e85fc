//! Finding what is open among 10,000 services with a season of bookings, over HTTP, a page of 50 at a time.
//!
//! `cargo bench --bench search` prints how long one answer takes; at most 10 ms in 99 of 100 are wanted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use std::time::{Duration, Instant};

use chrono::{Datelike, Days, NaiveDate};
use sqlx::{Connection, Executor, PgConnection};
use traveloure_config::{Flags, Paths};
use traveloure_core::api::auth::Register;
use traveloure_server::{
    app::accounts,
    cluster::{Cluster, DATABASE, Options},
    serve::{Setup, serve},
};

const SERVICES: i32 = 10_000;
const QUERIES: usize = 300;
/// Not counted: each of the server's connections plans a statement anew the first times that it sees it.
const WARMING: usize = 150;
const WANTED: Duration = Duration::from_millis(10);

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
    let today = server.context().now().date_naive();
    seed(&cluster, ana.user.id.as_uuid(), today).await;

    let base = format!("http://{}/api/services/", server.address());
    let client = reqwest::Client::new();
    let day = |n: usize| today + Days::new(10 + (n as u64 * 37) % 300);
    let monday = |n: usize| {
        let date = day(n);
        date - Days::new(u64::from(date.weekday().num_days_from_monday()))
    };
    let ask = |name: &'static str, query: Box<dyn Fn(usize) -> String>| {
        measure(name, &client, &base, &ana.token, query)
    };
    ask("names of a city", Box::new(|n| format!("city=City+{}", n % 20))).await;
    ask(
        "a day in a city",
        Box::new(move |n| format!("city=City+{}&date={}&party=2", n % 20, day(n))),
    )
    .await;
    ask("a day anywhere", Box::new(move |n| format!("date={}&party=2", day(n)))).await;
    ask("a day that most are closed", Box::new(move |n| format!("date={}&party=2", monday(n))))
        .await;
    ask("a day and a word", Box::new(move |n| format!("date={}&q=e{}a", day(n), n % 10))).await;
    server.stop().await;
    cluster.close().await.unwrap();
}

async fn measure(
    name: &str,
    client: &reqwest::Client,
    base: &str,
    token: &str,
    query: impl Fn(usize) -> String,
) {
    let mut times = Vec::with_capacity(QUERIES);
    let mut found = 0;
    for number in 0..QUERIES + WARMING {
        let started = Instant::now();
        let answer = client
            .get(format!("{base}?{}", query(number)))
            .bearer_auth(token)
            .send()
            .await
            .unwrap()
            .error_for_status()
            .unwrap();
        let page: serde_json::Value = answer.json().await.unwrap();
        if number >= WARMING {
            times.push(started.elapsed());
            found += page["items"].as_array().unwrap().len();
        }
    }
    times.sort_unstable();
    let (half, worst) = (times[QUERIES / 2], times[QUERIES * 99 / 100]);
    let verdict = if worst <= WANTED { "kept" } else { "MISSED" };
    println!(
        "{name}: {half:?} in half, {worst:?} in 99 of 100, {} found each: {verdict}",
        found / QUERIES
    );
}

/// Services of all three types in twenty cities, closed on some days, booked on others.
async fn seed(cluster: &Cluster, user: uuid::Uuid, today: NaiveDate) {
    let mut db =
        PgConnection::connect_with(&cluster.superuser_options().database(DATABASE)).await.unwrap();
    sqlx::query(
        "INSERT INTO service_providers (id, user_id, name, city, country, zone, created_at, updated_at)
         VALUES ($1, $1, 'Ana', 'Lisbon', 'PT', 'Europe/Lisbon', now(), now())",
    )
    .bind(user)
    .execute(&mut db)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO services (id, provider_id, name, category, city, country, zone, created_at, updated_at)
         SELECT md5(n::text)::uuid, $1, 'Service ' || md5(n::text),
                (ARRAY['activity', 'meal', 'transport', 'accommodation'])[n % 4 + 1], 'City ' || n % 20, 'PT',
                'Europe/Lisbon', now(), now()
         FROM generate_series(1, $2) AS n",
    )
    .bind(user)
    .bind(SERVICES)
    .execute(&mut db)
    .await
    .unwrap();
    sqlx::query(
        r#"INSERT INTO provider_availability (id, provider_id, service_id, availability_type, time_slots,
                                              blocked_dates, recurring_unavailable, horizon_days, updated_at)
           SELECT gen_random_uuid(), $1, md5(n::text)::uuid, (ARRAY['toggle', 'calendar', 'inventory'])[n % 3 + 1],
                  CASE WHEN n % 3 = 2 THEN '[{"time": "09:00", "capacity": 8}, {"time": "15:00", "capacity": 4}]'
                       ELSE '[]' END::jsonb,
                  (SELECT jsonb_agg($2::date + (n * 7 + step * 11) % 365) FROM generate_series(1, 30) AS step),
                  CASE WHEN n % 10 < 7 THEN '[{"rrule": "FREQ=WEEKLY;BYDAY=MO", "dtstart": "2020-01-06"}]'
                       ELSE '[]' END::jsonb,
                  365, now()
           FROM generate_series(1, $3) AS n"#,
    )
    .bind(user)
    .bind(today)
    .bind(SERVICES)
    .execute(&mut db)
    .await
    .unwrap();
    sqlx::query(
        r"INSERT INTO provider_pricing (id, provider_id, service_id, pricing_type, base_price, currency,
                                         seasonal_pricing, updated_at)
           SELECT gen_random_uuid(), $1, md5(n::text)::uuid, 'dynamic', 120, 'EUR',
                  jsonb_build_array(jsonb_build_object('season', 'Summer', 'from', $2::date + 60,
                                                       'to', $2::date + 120, 'multiplier', '1.4')), now()
           FROM generate_series(1, $3) AS n",
    )
    .bind(user)
    .bind(today)
    .bind(SERVICES)
    .execute(&mut db)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO bookings (id, user_id, provider_id, service_id, booking_type, status, title, booking_date,
                               zone, starts_at, travelers, currency, service_amount, platform_fee, total_amount,
                               provider_payout, quote, fee_trace, confirmation_code, created_at, updated_at,
                               ends_at, cancellation)
         VALUES ($1, $1, $1, md5('1')::uuid, 'request', 'confirmed', 'Booked', $2, 'Europe/Lisbon', now(), 1, 'EUR',
                 1, 0, 1, 1, '{}', '{}', 'CODE', now(), now(), now(), '{}')",
    )
    .bind(user)
    .bind(today)
    .execute(&mut db)
    .await
    .unwrap();
    // One day in five has something booked: all of a calendar's day, three of a slot.
    sqlx::query(
        "WITH booked AS (
             INSERT INTO capacity (id, service_id, date, slot, target, capacity, booked)
             SELECT gen_random_uuid(), md5(n::text)::uuid, $2::date + (n * 3 + step * 5) % 365,
                    CASE WHEN n % 3 = 2 THEN '09:00'::time END, CASE WHEN n % 3 = 2 THEN 8 ELSE 1 END,
                    CASE WHEN n % 3 = 2 THEN 8 ELSE 1 END, CASE WHEN n % 3 = 2 THEN 3 ELSE 1 END
             FROM generate_series(1, $3) AS n, generate_series(1, 73) AS step WHERE n % 3 > 0
             ON CONFLICT DO NOTHING
             RETURNING id, booked
         )
         INSERT INTO claims (id, capacity_id, booking_id, quantity, created_at)
         SELECT gen_random_uuid(), id, $1, booked, now() FROM booked",
    )
    .bind(user)
    .bind(today)
    .bind(SERVICES)
    .execute(&mut db)
    .await
    .unwrap();
    db.execute("ANALYZE").await.unwrap();
    db.close().await.unwrap();
}
