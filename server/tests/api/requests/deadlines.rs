//! What the clock does.

use chrono::TimeDelta;
use serde_json::json;
use traveloure_core::{
    api::{booking::Booking, problem::Code, request::Answered},
    booking::{self, CancelledBy},
    job::Job,
    request::Status,
};
use traveloure_server::{jobs::run_one, testing::Backend};

use crate::stage;

#[tokio::test]
async fn an_answer_after_the_deadline_is_too_late_also_before_the_server_has_noticed() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 8).await;
    let asked = stage::ask(&backend, &tom, walk.id, "2026-06-10", 2).await;
    assert_eq!(asked.row.expires_at.to_rfc3339(), "2026-06-02T09:00:00+00:00");
    backend.clock.set(asked.row.expires_at);
    stage::accept(&backend, &ana, asked.row.id).await.refused(Code::RequestExpired);
    assert_eq!(run_one(&backend.context, Job::ExpireRequests).await.unwrap(), 1);
    assert_eq!(run_one(&backend.context, Job::ExpireRequests).await.unwrap(), 0);
    assert_eq!(stage::look(&backend, &tom, asked.row.id).await.row.status, Status::Expired);
    stage::accept(&backend, &ana, asked.row.id).await.refused(Code::AlreadyAnswered);
}

#[tokio::test]
async fn the_notice_closes_earlier_than_the_window() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 8).await;
    stage::set_rules(
        &backend,
        &ana,
        walk.id,
        "every day 09:00 cap 8\ncounts per person\nnotice 12h",
    )
    .await;
    // The desk is in Lisbon: 09:00 there is 08:00 UTC, and twelve hours before is the evening before.
    let asked = stage::ask(&backend, &tom, walk.id, "2026-06-02", 1).await;
    assert_eq!(asked.row.expires_at.to_rfc3339(), "2026-06-01T20:00:00+00:00");
}

#[tokio::test]
async fn an_expired_offer_lets_go_of_its_slot() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 4).await;
    let held = stage::ask(&backend, &tom, walk.id, "2026-06-10", 4).await.row.id;
    let offer = json!({
        "price": {"amount": "90.00", "currency": "USD"}, "hold": true, "valid_until": "2026-06-01T12:00:00Z",
    });
    let _: Answered = stage::counter(&backend, &ana, held, &offer).await.ok();
    let body =
        json!({"service_id": walk.id, "date": "2026-06-10", "time": "09:00", "travelers": 4});
    backend.post(&tom, "/api/booking-requests/submit/", &body).await.refused(Code::SlotTaken);
    // Nobody has run the job: the hold has ended all the same.
    backend.clock.advance(TimeDelta::hours(3));
    let next = stage::ask(&backend, &tom, walk.id, "2026-06-10", 4).await.row.id;
    stage::booking(&stage::accept(&backend, &ana, next).await);
    run_one(&backend.context, Job::ExpireRequests).await.unwrap();
    assert_eq!(stage::look(&backend, &ana, held).await.row.status, Status::Expired);
}

#[tokio::test]
async fn reminders_come_at_half_time_and_an_hour_before_and_not_after_an_answer() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 8).await;
    let open = stage::ask(&backend, &tom, walk.id, "2026-06-10", 1).await;
    let answered = stage::ask(&backend, &tom, walk.id, "2026-06-11", 1).await;
    let _: Answered = stage::decline(&backend, &ana, answered.row.id).await.ok();
    let mut reminders = Vec::new();
    for hour in 1..=24 {
        backend.clock.set(open.row.created_at + TimeDelta::hours(hour));
        for _ in 0..run_one(&backend.context, Job::Remind).await.unwrap() {
            reminders.push(hour);
        }
    }
    assert_eq!(reminders, [12, 23]);
}

#[tokio::test]
async fn what_is_not_paid_in_time_comes_free() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 4).await;
    let first = stage::ask(&backend, &tom, walk.id, "2026-06-10", 4).await.row.id;
    let made = stage::booking(&stage::accept(&backend, &ana, first).await);
    backend.clock.set(made.row.payment_deadline.unwrap());
    assert_eq!(run_one(&backend.context, Job::CancelUnpaid).await.unwrap(), 1);
    assert_eq!(run_one(&backend.context, Job::CancelUnpaid).await.unwrap(), 0);
    let now: Booking = backend.get(&tom, &format!("/api/bookings/{}/", made.row.id)).await.ok();
    assert_eq!(now.row.status, booking::Status::Cancelled);
    assert_eq!(now.cancelled_by, Some(CancelledBy::System));
    let next = stage::ask(&backend, &tom, walk.id, "2026-06-10", 4).await.row.id;
    stage::booking(&stage::accept(&backend, &ana, next).await);
}
