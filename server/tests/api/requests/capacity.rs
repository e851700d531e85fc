//! Nothing is sold that is not there, whoever comes at once.

use std::collections::BTreeMap;

use serde_json::json;
use sqlx::{Connection, Executor, Row};
use traveloure_core::{
    api::{problem::Code, request::Request},
    ids::RequestId,
};
use traveloure_server::testing::{Backend, Person, Reply};

use crate::stage;

/// What must hold after every race: `booked` is within capacity and is the sum of the live claims.
async fn assert_counters_are_true(backend: &Backend) {
    let mut db = backend.owner().await;
    let wrong = db
        .fetch_all(
            "SELECT row.id, row.booked, coalesce(sum(claim.quantity) FILTER (WHERE claim.released_at IS NULL), 0) AS claimed
             FROM capacity row LEFT JOIN claims claim ON claim.capacity_id = row.id
             GROUP BY row.id
             HAVING row.booked <> coalesce(sum(claim.quantity) FILTER (WHERE claim.released_at IS NULL), 0)
                 OR row.booked NOT BETWEEN 0 AND row.capacity",
        )
        .await
        .unwrap();
    assert!(wrong.is_empty(), "{} counters are wrong", wrong.len());
    db.close().await.unwrap();
}

async fn booked(backend: &Backend) -> i64 {
    let mut db = backend.owner().await;
    let row =
        db.fetch_one("SELECT coalesce(sum(booked), 0) AS booked FROM capacity").await.unwrap();
    row.get("booked")
}

async fn accept_all_at_once(backend: &Backend, ana: &Person, ids: &[RequestId]) -> Vec<Reply> {
    let answers = ids.iter().map(|id| stage::accept(backend, ana, *id));
    futures_util::future::join_all(answers).await
}

async fn ask_often(
    backend: &Backend,
    service: traveloure_core::ids::ServiceId,
    times: usize,
) -> Vec<RequestId> {
    let tom = backend.traveler("Tom").await;
    let mut ids = Vec::with_capacity(times);
    for _ in 0..times {
        ids.push(stage::ask(backend, &tom, service, "2026-06-10", 1).await.row.id);
    }
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn seventy_for_fifty_seats_sell_exactly_fifty() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let walk = stage::walk(&backend, &ana, 50).await;
    let ids = ask_often(&backend, walk.id, 70).await;
    let replies = accept_all_at_once(&backend, &ana, &ids).await;
    let sold = replies.iter().filter(|reply| reply.status.is_success()).count();
    assert_eq!(sold, 50);
    for reply in replies.iter().filter(|reply| !reply.status.is_success()) {
        assert_eq!(reply.refused(Code::SlotTaken).left, Some(0));
    }
    assert_counters_are_true(&backend).await;
}

/// The test above proves something only if it fails without the guard.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_constraint_it_would_oversell() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let mut db = backend.owner().await;
    db.execute("ALTER TABLE capacity DROP CONSTRAINT capacity_not_exceeded").await.unwrap();
    let mut most = 0;
    for _ in 0..10 {
        let walk = stage::walk(&backend, &ana, 3).await;
        let before = booked(&backend).await;
        let ids = ask_often(&backend, walk.id, 12).await;
        accept_all_at_once(&backend, &ana, &ids).await;
        most = most.max(booked(&backend).await - before);
        if most > 3 {
            return;
        }
    }
    panic!("never sold more than {most} of 3: the race is not in the test");
}

async fn stay(backend: &Backend, ana: &Person) -> traveloure_core::api::service::Service {
    let body = json!({
        "name": "House by the river", "category": "accommodation", "by_night": true,
        "availability_type": "calendar", "duration_minutes": null,
    });
    stage::service(backend, ana, body).await
}

async fn ask_stay(
    backend: &Backend,
    tom: &Person,
    service: traveloure_core::ids::ServiceId,
    from: &str,
    to: &str,
) -> Request {
    let body = json!({"service_id": service, "date": from, "end_date": to, "travelers": 2});
    backend.post(tom, "/api/booking-requests/submit/", &body).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn seven_nights_over_each_other_neither_leak_nor_deadlock() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let house = stay(&backend, &ana).await;
    let mut ids = Vec::new();
    for offset in 0..24 {
        let from =
            chrono::NaiveDate::from_ymd_opt(2026, 7, 1).unwrap() + chrono::Days::new(offset % 8);
        let to = from + chrono::Days::new(7);
        ids.push(
            ask_stay(&backend, &tom, house.id, &from.to_string(), &to.to_string()).await.row.id,
        );
    }
    let replies = accept_all_at_once(&backend, &ana, &ids).await;
    let mut sold = 0;
    for reply in &replies {
        if reply.status.is_success() {
            sold += 1;
        } else {
            reply.refused(Code::SlotTaken);
        }
    }
    // Every window of seven nights out of fourteen meets every other but the two at the ends.
    assert!((1..=2).contains(&sold), "{sold}");
    assert_eq!(booked(&backend).await, 7 * sold);
    assert_counters_are_true(&backend).await;
}

#[tokio::test]
async fn the_day_of_leaving_is_free_for_the_next() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let house = stay(&backend, &ana).await;
    let first = ask_stay(&backend, &tom, house.id, "2026-07-01", "2026-07-04").await.row.id;
    let touching = ask_stay(&backend, &tom, house.id, "2026-07-04", "2026-07-06").await.row.id;
    let over = ask_stay(&backend, &tom, house.id, "2026-07-03", "2026-07-05").await.row.id;
    stage::booking(&stage::accept(&backend, &ana, first).await);
    stage::accept(&backend, &ana, over).await.refused(Code::SlotTaken);
    stage::booking(&stage::accept(&backend, &ana, touching).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_guide_leads_one_walk_at_a_time() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let pools = format!("/api/providers/{}/pools/", ana.provider());
    let guide: traveloure_core::api::service::Pool =
        backend.post(&ana, &pools, &json!({"name": "Ana herself", "capacity": 1})).await.ok();
    let mut asked = BTreeMap::new();
    for (name, time) in [("Morning", "09:00"), ("Late morning", "10:00"), ("Afternoon", "12:00")] {
        let service =
            stage::service(&backend, &ana, json!({"name": name, "pools": [guide.id]})).await;
        stage::set_rules(&backend, &ana, service.id, &format!("every day {time} cap 8")).await;
        let body =
            json!({"service_id": service.id, "date": "2026-06-10", "time": time, "travelers": 2});
        let request: Request =
            backend.post(&tom, "/api/booking-requests/submit/", &body).await.ok();
        asked.insert(name, request.row.id);
    }
    // Three hours from nine and three hours from ten collide; from nine and from noon do not.
    stage::booking(&stage::accept(&backend, &ana, asked["Morning"]).await);
    stage::accept(&backend, &ana, asked["Late morning"]).await.refused(Code::SlotTaken);
    stage::booking(&stage::accept(&backend, &ana, asked["Afternoon"]).await);
    assert_counters_are_true(&backend).await;
}
