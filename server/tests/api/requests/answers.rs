//! Accepting, declining, and who may.

use rust_decimal::Decimal;
use serde_json::json;
use traveloure_core::{
    actor::Role,
    api::{
        problem::Code,
        request::{Answered, BulkResult},
    },
    booking,
    request::Status,
};
use traveloure_server::testing::Backend;

use crate::stage;

#[tokio::test]
async fn accepting_makes_a_booking_that_waits_for_its_payment() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 8).await;
    let asked = stage::ask(&backend, &tom, walk.id, "2026-06-10", 3).await;
    assert_eq!(asked.row.status, Status::PendingProvider);

    let seen = stage::look(&backend, &ana, asked.row.id).await;
    assert_eq!(seen.uses.unwrap().summary, "takes 3 of the 8 left for Wed 10 Jun, 09:00");

    let booking = stage::booking(&stage::accept(&backend, &ana, asked.row.id).await);
    assert_eq!(booking.row.status, booking::Status::PendingPayment);
    assert_eq!(booking.row.payment_deadline.unwrap().to_rfc3339(), "2026-06-02T09:00:00+00:00");
    let amounts = booking.amounts.unwrap();
    assert_eq!(amounts.service_amount.amount(), Decimal::from(120));
    assert_eq!(amounts.platform_fee.amount(), Decimal::from(18));
    assert_eq!(amounts.provider_payout.amount(), Decimal::from(102));

    let now = stage::look(&backend, &tom, asked.row.id).await;
    assert_eq!((now.row.status, now.booking_id), (Status::Accepted, Some(booking.row.id)));
    let theirs: traveloure_core::api::booking::Booking =
        backend.get(&tom, &format!("/api/bookings/{}/", booking.row.id)).await.ok();
    assert_eq!((theirs.amounts, theirs.row.provider_payout, theirs.fee_reason), (None, None, None));
}

#[tokio::test]
async fn declining_closes_it_and_takes_nothing() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 8).await;
    let asked = stage::ask(&backend, &tom, walk.id, "2026-06-10", 3).await;
    let declined: Answered = stage::decline(&backend, &ana, asked.row.id).await.ok();
    assert_eq!(declined.request.row.status, Status::Declined);
    stage::accept(&backend, &ana, asked.row.id).await.refused(Code::AlreadyAnswered);
    let again = stage::ask(&backend, &tom, walk.id, "2026-06-10", 8).await;
    stage::booking(&stage::accept(&backend, &ana, again.row.id).await);
}

#[tokio::test]
async fn of_two_answers_one_wins_and_the_other_hears_what_happened() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 100).await;
    for day in 10..20 {
        let asked = stage::ask(&backend, &tom, walk.id, &format!("2026-06-{day}"), 1).await;
        let id = asked.row.id;
        let (accepted, declined) =
            tokio::join!(stage::accept(&backend, &ana, id), stage::decline(&backend, &ana, id));
        let winners =
            [&accepted, &declined].iter().filter(|reply| reply.status.is_success()).count();
        assert_eq!(winners, 1);
        let loser = if accepted.status.is_success() { declined } else { accepted };
        loser.refused(Code::AlreadyAnswered);
    }
}

#[tokio::test]
async fn only_the_two_may_see_or_answer() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let (other, eve) = (backend.provider("Other").await, backend.traveler("Eve").await);
    let walk = stage::walk(&backend, &ana, 8).await;
    let id = stage::ask(&backend, &tom, walk.id, "2026-06-10", 1).await.row.id;
    for stranger in [&other, &eve, &ana.acting_as(Role::Traveler)] {
        backend
            .get(stranger, &format!("/api/booking-requests/{id}/"))
            .await
            .refused(Code::NotFound);
        stage::accept(&backend, stranger, id).await.refused(Code::NotFound);
        stage::decline(&backend, stranger, id).await.refused(Code::NotFound);
    }
    let path = format!("/api/booking-requests/provider/{}/", ana.provider());
    backend.get(&other, &path).await.refused(Code::NotFound);
    backend.get(&tom, &path).await.refused(Code::RoleRequired);
}

#[tokio::test]
async fn nobody_books_their_own_service() {
    let backend = Backend::start().await;
    let ana = backend.provider("Ana").await;
    let walk = stage::walk(&backend, &ana, 8).await;
    let body =
        json!({"service_id": walk.id, "date": "2026-06-10", "time": "09:00", "travelers": 1});
    backend
        .post(&ana.acting_as(Role::Traveler), "/api/booking-requests/submit/", &body)
        .await
        .refused(Code::OwnService);
}

#[tokio::test]
async fn against_the_rules_only_when_asked_for_and_never_against_capacity() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 4).await;
    let first = stage::ask(&backend, &tom, walk.id, "2026-06-10", 3).await.row.id;
    let second = stage::ask(&backend, &tom, walk.id, "2026-06-10", 3).await.row.id;
    stage::set_rules(
        &backend,
        &ana,
        walk.id,
        "every day 09:00 cap 4\ncounts per person\nclosed 2026-06-10",
    )
    .await;

    stage::accept(&backend, &ana, first).await.refused(Code::NotOffered);
    let path = format!("/api/booking-requests/{first}/accept/");
    stage::booking(&backend.post(&ana, &path, &json!({"over_rules": true})).await);
    let path = format!("/api/booking-requests/{second}/accept/");
    let problem =
        backend.post(&ana, &path, &json!({"over_rules": true})).await.refused(Code::SlotTaken);
    assert_eq!(problem.left, Some(1));
}

#[tokio::test]
async fn many_at_once_with_a_result_each() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 2).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(stage::ask(&backend, &tom, walk.id, "2026-06-10", 1).await.row.id);
    }
    let body = json!({"ids": ids, "answer": {"action": "accept"}});
    let result: BulkResult = backend.post(&ana, "/api/booking-requests/bulk/", &body).await.ok();
    let statuses: Vec<_> = result
        .results
        .iter()
        .map(|row| row.request.as_ref().map(|request| request.status))
        .collect();
    assert_eq!(statuses, [Some(Status::Accepted), Some(Status::Accepted), None]);
    assert_eq!(result.results[2].problem.as_ref().unwrap().code, Code::SlotTaken);

    let none = json!({"ids": [], "answer": {"action": "accept"}});
    backend.post(&ana, "/api/booking-requests/bulk/", &none).await.refused(Code::Invalid);
}
