//! What the clock brings about.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;
use tokio::time::{sleep, timeout};
use traveloure_core::{
    api::{
        booking::Booking,
        event::Kind,
        request::{Answered, Request},
    },
    booking,
    ids::RequestId,
    job::Job,
    request::Status,
};
use traveloure_server::{
    app::{holds, requests},
    jobs::{Pace, run_due, run_one},
    serve::serve,
    testing::{Backend, Person},
};

use crate::stream::Stream;

const PACE: Pace = Pace {
    expire: Duration::from_secs(1),
    remind: Duration::from_secs(1),
    keep_events: TimeDelta::days(7),
};

/// A provider, a traveler, and their requests for days of June.
struct Desk {
    backend: Backend,
    ana: Person,
    ben: Person,
    service: String,
}

impl Desk {
    async fn open() -> Self {
        let backend = Backend::start().await;
        let ana = backend.provider("Ana").await;
        let ben = backend.traveler("Ben").await;
        let service = backend.service(&ana, json!({})).await.id.to_string();
        Self { backend, ana, ben, service }
    }

    async fn asked_for(&self, day: u32) -> Request {
        let body = json!({
            "service_id": self.service, "date": format!("2026-06-{day:02}"), "travelers": 2,
        });
        self.backend.post(&self.ben, "/api/booking-requests/submit/", &body).await.ok()
    }

    async fn seen(&self, id: RequestId) -> Request {
        self.backend.get(&self.ana, &format!("/api/booking-requests/{id}/")).await.ok()
    }

    /// Rows of capacity that do not say what the live claims say, and what is booked in all.
    async fn counters(&self) -> (i64, i64) {
        let mut db = self.backend.owner().await;
        sqlx::query_as(
            "SELECT count(*) FILTER (WHERE booked <> live), coalesce(sum(booked), 0)
             FROM capacity, LATERAL (
                 SELECT coalesce(sum(quantity), 0) AS live FROM claims
                 WHERE capacity_id = capacity.id AND released_at IS NULL
             ) AS claimed",
        )
        .fetch_one(&mut db)
        .await
        .unwrap()
    }

    async fn events(&self, kind: Kind) -> i64 {
        let mut db = self.backend.owner().await;
        sqlx::query_scalar("SELECT count(*) FROM outbox WHERE kind = $1")
            .bind(kind.as_str())
            .fetch_one(&mut db)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn a_request_that_nobody_answers_expires_and_both_hear_of_it() {
    let desk = Desk::open().await;
    let request = desk.asked_for(20).await;
    let mut to_ana = Stream::open(&desk.backend, &desk.ana).await;
    let mut to_ben = Stream::open(&desk.backend, &desk.ben).await;

    desk.backend.clock.set(request.row.expires_at - TimeDelta::seconds(1));
    run_due(&desk.backend.context, PACE).await.unwrap();
    assert_eq!(desk.seen(request.row.id).await.row.status, Status::PendingProvider);

    desk.backend.clock.set(request.row.expires_at);
    run_due(&desk.backend.context, PACE).await.unwrap();
    assert_eq!(desk.seen(request.row.id).await.row.status, Status::Expired);
    for stream in [&mut to_ana, &mut to_ben] {
        let event = stream.after(Kind::RequestExpired).await;
        assert_eq!(event.subject, request.row.id.as_uuid());
        assert!(event.version.is_some_and(|version| version > request.row.version));
    }
    assert_eq!(requests::next_expiry(&desk.backend.context).await.unwrap(), None);
}

#[tokio::test]
async fn reminders_come_at_half_time_and_in_the_last_hour_and_never_after_an_answer() {
    let desk = Desk::open().await;
    let (waiting, answered) = (desk.asked_for(20).await, desk.asked_for(21).await);
    let expires_at = waiting.row.expires_at;
    let start = desk.backend.context.now();
    let context = &desk.backend.context;

    run_due(context, PACE).await.unwrap();
    assert_eq!(desk.events(Kind::RequestReminder).await, 0);
    desk.backend.clock.set(start + (expires_at - start) / 2);
    for _ in 0..2 {
        run_due(context, PACE).await.unwrap();
        assert_eq!(desk.events(Kind::RequestReminder).await, 2);
    }
    let path = format!("/api/booking-requests/{}/decline/", answered.row.id);
    let _: Answered = desk.backend.post(&desk.ana, &path, &json!({})).await.ok();
    desk.backend.clock.set(expires_at - TimeDelta::hours(1));
    for _ in 0..2 {
        run_due(context, PACE).await.unwrap();
        assert_eq!(desk.events(Kind::RequestReminder).await, 3);
    }
}

#[tokio::test]
async fn a_booking_that_nobody_pays_gives_its_day_back() {
    let desk = Desk::open().await;
    let request = desk.asked_for(20).await;
    let path = format!("/api/booking-requests/{}/accept/", request.row.id);
    let answered: Answered = desk.backend.post(&desk.ana, &path, &json!({})).await.ok();
    let booked = answered.booking.unwrap();
    assert_eq!(desk.counters().await, (0, 1));

    // However the jobs are ordered, what a booking holds goes with the booking.
    desk.backend.clock.set(booked.row.payment_deadline.unwrap());
    assert_eq!(run_one(&desk.backend.context, Job::ExpireHolds).await.unwrap(), 0);
    run_due(&desk.backend.context, PACE).await.unwrap();
    let seen: Booking =
        desk.backend.get(&desk.ben, &format!("/api/bookings/{}/", booked.row.id)).await.ok();
    assert_eq!(seen.row.status, booking::Status::Cancelled);
    assert_eq!(seen.cancelled_by, Some(booking::CancelledBy::System));
    assert_eq!(desk.counters().await, (0, 0));
}

#[tokio::test]
async fn a_hold_ends_by_itself() {
    let desk = Desk::open().await;
    let request = desk.asked_for(20).await;
    let path = format!("/api/booking-requests/{}/counter-offer/", request.row.id);
    let offer = json!({"price": {"amount": "99.00", "currency": "EUR"}, "hold": true});
    let _: Answered = desk.backend.post(&desk.ana, &path, &offer).await.ok();
    assert_eq!(desk.counters().await, (0, 1));
    let until = holds::next_lapse(&desk.backend.context).await.unwrap().unwrap();

    desk.backend.clock.set(until - TimeDelta::seconds(1));
    assert_eq!(run_one(&desk.backend.context, Job::ExpireHolds).await.unwrap(), 0);
    desk.backend.clock.set(until);
    assert_eq!(run_one(&desk.backend.context, Job::ExpireHolds).await.unwrap(), 1);
    assert_eq!(desk.counters().await, (0, 0));
    // The request's own end finds nothing left to release.
    run_due(&desk.backend.context, PACE).await.unwrap();
    assert_eq!(desk.counters().await, (0, 0));
    assert_eq!(holds::next_lapse(&desk.backend.context).await.unwrap(), None);
}

#[tokio::test]
async fn several_servers_share_the_work_and_do_nothing_twice() {
    let desk = Desk::open().await;
    // More than fits one transaction of the job.
    let mut last = None;
    for number in 0..120 {
        last = Some(desk.asked_for(10 + number % 20).await.row.expires_at);
    }
    desk.backend.clock.set(last.unwrap());
    let other = desk.backend.beside().await;
    let (one, two, three) = tokio::join!(
        run_due(&desk.backend.context, PACE),
        run_due(&other.context, PACE),
        run_due(&desk.backend.context, PACE),
    );
    one.and(two).and(three).unwrap();
    assert_eq!(desk.events(Kind::RequestExpired).await, 120);
    let mut db = desk.backend.owner().await;
    let open: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM booking_requests WHERE status <> 'expired' OR version <> 2",
    )
    .fetch_one(&mut db)
    .await
    .unwrap();
    assert_eq!(open, 0);
}

#[tokio::test]
async fn a_running_server_notices_by_itself() {
    let desk = Desk::open().await;
    let request = desk.asked_for(20).await;
    let server = serve(desk.backend.setup(), |_| ()).await.unwrap();
    desk.backend.clock.set(request.row.expires_at);
    let expired = async {
        while desk.seen(request.row.id).await.row.status != Status::Expired {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(20), expired).await.expect("the server expires it");
    server.stop().await;
}

#[tokio::test]
async fn what_is_of_no_more_use_is_forgotten() {
    let desk = Desk::open().await;
    desk.asked_for(20).await;
    let other: traveloure_core::api::auth::Session = desk
        .backend
        .post(
            &desk.ben,
            "/api/auth/login/",
            &json!({"email": desk.ben.email, "password": traveloure_server::testing::PASSWORD}),
        )
        .await
        .ok();
    let other = Person { token: other.token, ..desk.ben.clone() };
    let _ = desk.backend.post(&other, "/api/auth/logout/", &json!({})).await;
    let counts = "SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM idempotency_keys),
                         (SELECT count(*) FROM auth_tokens)";
    let mut db = desk.backend.owner().await;

    run_due(&desk.backend.context, PACE).await.unwrap();
    let (events, answers, tokens): (i64, i64, i64) =
        sqlx::query_as(counts).fetch_one(&mut db).await.unwrap();
    assert!(events > 3 && answers > 1);
    assert_eq!(tokens, 3);

    // The answers after a day, the events after a week, the ended sign-in after a month; living ones stay.
    desk.backend.clock.advance(TimeDelta::hours(25));
    run_due(&desk.backend.context, PACE).await.unwrap();
    let (kept, answers, _): (i64, i64, i64) =
        sqlx::query_as(counts).fetch_one(&mut db).await.unwrap();
    assert!(kept >= events);
    assert_eq!(answers, 0);
    desk.backend.clock.advance(TimeDelta::days(31));
    // An event is kept while a transaction is open anywhere in the cluster, which other tests share.
    let forgotten = async {
        loop {
            run_due(&desk.backend.context, PACE).await.unwrap();
            let left: (i64, i64, i64) = sqlx::query_as(counts).fetch_one(&mut db).await.unwrap();
            if left == (0, 0, 2) {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(20), forgotten).await.expect("it is forgotten");
}
