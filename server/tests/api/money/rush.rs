//! Many carts at once for the same few places. Each guard is shown to be one: without it, in a database of its own, the
//! same rush goes wrong.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use futures_util::future::join_all;
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};
use traveloure_core::{
    api::{cart::CartResult, problem::Code},
    ids::ServiceId,
};
use traveloure_server::{
    app::invariants,
    testing::{Backend, Person},
};

use crate::stage;

/// What became of many carts.
#[derive(Debug, Default, PartialEq, Eq)]
struct Rush {
    sold: i64,
    refused: i64,
    /// Answers that nobody should get, by their status.
    faults: BTreeMap<u16, usize>,
}

/// Each of the items is somebody's cart, and all come at once; some travelers have several.
async fn rush(backend: &Backend, travelers: &[Person], items: Vec<Value>) -> Rush {
    let carts = items.into_iter().enumerate().map(|(number, item)| {
        let traveler = &travelers[number % travelers.len()];
        async move { process(backend, traveler, &format!("rush {number} {item}"), item).await }
    });
    let mut rush = Rush::default();
    for outcome in join_all(carts).await {
        match outcome {
            Ok(true) => rush.sold += 1,
            Ok(false) => rush.refused += 1,
            Err(status) => *rush.faults.entry(status.as_u16()).or_default() += 1,
        }
    }
    rush
}

/// Whether the cart was booked.
async fn process(
    backend: &Backend,
    who: &Person,
    key: &str,
    item: Value,
) -> Result<bool, StatusCode> {
    let body = json!({"items": [item]});
    let key: String = key.chars().take(255).collect();
    loop {
        let path = "/api/bookings/process-cart/";
        let reply = backend.post_with_key(who, path, &key, &body).await;
        // Too many for the connections that there are: whoever is told so comes again.
        if reply.status == StatusCode::SERVICE_UNAVAILABLE {
            continue;
        }
        if !reply.status.is_success() {
            return Err(reply.status);
        }
        let result: CartResult = reply.ok();
        if let Some(failed) = result.errors.first() {
            assert_eq!(failed.problem.code, Code::SlotTaken, "{failed:?}");
            assert!(result.payment_intent.is_empty());
        }
        return Ok(!result.instant.is_empty());
    }
}

async fn travelers(backend: &Backend, count: usize) -> Vec<Person> {
    let mut travelers = Vec::new();
    for _ in 0..count {
        travelers.push(backend.traveler("Tom").await);
    }
    travelers
}

fn seat(walk: ServiceId) -> Value {
    json!({"booking_type": "instant", "service_id": walk, "date": "2026-06-10", "time": "09:00", "travelers": 1})
}

/// The most that is booked of any row, and the sum.
async fn booked(backend: &Backend) -> (i32, i64) {
    let mut owner = backend.owner().await;
    let statement = "SELECT coalesce(max(booked), 0), coalesce(sum(booked), 0) FROM capacity";
    let booked = sqlx::query_as(statement).fetch_one(&mut owner).await.unwrap();
    owner.close().await.unwrap();
    booked
}

async fn holds(backend: &Backend) {
    let broken = invariants::check(&backend.context).await.unwrap();
    assert!(broken.is_empty(), "{broken:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn four_hundred_carts_for_fifty_seats_buy_exactly_fifty() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let walk = stage::walk(&backend, &ana, 50).await;
    let travelers = travelers(&backend, 16).await;
    let rush = rush(&backend, &travelers, vec![seat(walk.id); 400]).await;
    assert_eq!(rush, Rush { sold: 50, refused: 350, ..Rush::default() });
    assert_eq!(booked(&backend).await, (50, 50));
    holds(&backend).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_constraint_the_carts_would_buy_more() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let mut owner = backend.owner().await;
    owner.execute("ALTER TABLE capacity DROP CONSTRAINT capacity_not_exceeded").await.unwrap();
    owner.close().await.unwrap();
    let travelers = travelers(&backend, 4).await;
    for _ in 0..10 {
        let walk = stage::walk(&backend, &ana, 3).await;
        rush(&backend, &travelers, vec![seat(walk.id); 24]).await;
        if booked(&backend).await.0 > 3 {
            return;
        }
    }
    panic!("never sold too much: the race is not in the test");
}

/// A house with so many rooms, and as many carts, each for seven nights of a fortnight.
async fn house(backend: &Backend, rooms: u32, carts: u32) -> Vec<Value> {
    let ana = backend.provider("Ana").await;
    let body = json!({"name": "House by the river", "category": "accommodation", "by_night": true,
                      "duration_minutes": null});
    let house = stage::service(backend, &ana, body).await;
    let rules = format!("daily cap {rooms}\ncounts per booking");
    stage::set_rules(backend, &ana, house.id, &rules).await;
    let first: chrono::NaiveDate = "2026-07-01".parse().unwrap();
    let stay = |number: u32| {
        let from = first + chrono::Days::new((number * 5 % 8).into());
        json!({"booking_type": "instant", "service_id": house.id, "date": from,
               "end_date": from + chrono::Days::new(7), "travelers": 2})
    };
    (0..carts).map(stay).collect()
}

/// How many deadlocks PostgreSQL has resolved in the backend's database. Its sessions say so when they end.
async fn deadlocks(backend: &Backend) -> i64 {
    backend.context.pool.close().await;
    let mut owner: PgConnection = backend.owner().await;
    let statement = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    let count = sqlx::query_scalar(statement).fetch_one(&mut owner).await.unwrap();
    owner.close().await.unwrap();
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn stays_of_seven_nights_neither_leak_nor_deadlock() {
    let backend = Backend::start().await;
    let stays = house(&backend, 6, 80).await;
    let travelers = travelers(&backend, 8).await;
    let rush = rush(&backend, &travelers, stays).await;
    assert!(rush.faults.is_empty(), "{rush:?}");
    // Every stay has the 7th or the 8th of July, or both, so these sell out first.
    assert!((6..=12).contains(&rush.sold), "{rush:?}");
    let (most, nights) = booked(&backend).await;
    assert_eq!((most, nights), (6, 7 * rush.sold));
    holds(&backend).await;
    assert_eq!(deadlocks(&backend).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_constraint_nights_would_be_sold_twice() {
    let backend = Backend::start().await;
    let mut owner = backend.owner().await;
    owner.execute("ALTER TABLE capacity DROP CONSTRAINT capacity_not_exceeded").await.unwrap();
    owner.close().await.unwrap();
    let travelers = travelers(&backend, 4).await;
    for _ in 0..10 {
        let stays = house(&backend, 2, 24).await;
        rush(&backend, &travelers, stays).await;
        if booked(&backend).await.0 > 2 {
            return;
        }
    }
    panic!("never sold a night too often: the race is not in the test");
}

/// Makes every claim lock its rows at once, in the order that `order` says.
async fn lock_in_order(backend: &Backend, order: &str) {
    let function = format!(
        "CREATE FUNCTION lock_rows() RETURNS trigger LANGUAGE plpgsql AS $$
         DECLARE wanted uuid;
         BEGIN
             FOR wanted IN SELECT capacity_id FROM claimed ORDER BY {order} LOOP
                 PERFORM 1 FROM capacity WHERE id = wanted FOR NO KEY UPDATE;
             END LOOP;
             RETURN NULL;
         END $$"
    );
    let trigger = "CREATE TRIGGER lock_rows AFTER INSERT ON claims REFERENCING NEW TABLE AS claimed
                   FOR EACH STATEMENT EXECUTE FUNCTION lock_rows()";
    let mut owner = backend.owner().await;
    owner.execute(sqlx::AssertSqlSafe(function)).await.unwrap();
    owner.execute(trigger).await.unwrap();
    owner.close().await.unwrap();
}

/// The order of ids is what keeps seven nights from waiting for one another: any other order deadlocks, and the
/// same trigger with that order does not.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_order_of_rows_stays_would_deadlock() {
    for (order, deadlock) in [("capacity_id", false), ("random()", true)] {
        let backend = Backend::start().await;
        lock_in_order(&backend, order).await;
        let travelers = travelers(&backend, 4).await;
        let mut faults = 0;
        for _ in 0..5 {
            let stays = house(&backend, 30, 30).await;
            let rush = rush(&backend, &travelers, stays).await;
            faults += rush.faults.len();
            if faults > 0 {
                break;
            }
        }
        assert_eq!(faults > 0, deadlock, "in the order of {order}");
        holds(&backend).await;
        assert_eq!(deadlocks(&backend).await > 0, deadlock, "in the order of {order}");
    }
}
