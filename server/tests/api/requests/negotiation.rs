//! Offers that go back and forth.

use rust_decimal::Decimal;
use serde_json::json;
use traveloure_core::{
    api::{problem::Code, request::Answered},
    request::{Side, Status},
};
use traveloure_server::testing::Backend;

use crate::stage;

fn usd(amount: &str) -> serde_json::Value {
    json!({"amount": amount, "currency": "USD"})
}

#[tokio::test]
async fn an_offer_is_the_travelers_to_take() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 8).await;
    let id = stage::ask(&backend, &tom, walk.id, "2026-06-10", 2).await.row.id;

    let offer =
        json!({"price": usd("99.00"), "date": "2026-06-11", "message": "The 10th is busy."});
    let countered: Answered = stage::counter(&backend, &ana, id, &offer).await.ok();
    assert_eq!(countered.request.row.status, Status::CounterOffered);
    stage::accept(&backend, &ana, id).await.refused(Code::NotYourTurn);
    stage::counter(&backend, &ana, id, &offer).await.refused(Code::NotYourTurn);

    let booking = stage::booking(&stage::accept(&backend, &tom, id).await);
    assert_eq!(booking.row.date.to_string(), "2026-06-11");
    assert_eq!(booking.row.total_amount.amount(), Decimal::from(99));
    let rounds = stage::look(&backend, &ana, id).await.rounds;
    assert_eq!(
        rounds.iter().map(|round| round.by).collect::<Vec<_>>(),
        [Side::Traveler, Side::Provider]
    );
}

#[tokio::test]
async fn ten_rounds_are_enough() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 8).await;
    let id = stage::ask(&backend, &tom, walk.id, "2026-06-10", 2).await.row.id;
    for round in 2..=10 {
        let by = if round % 2 == 0 { &ana } else { &tom };
        let offer = json!({"price": usd(&format!("{}.00", 100 + round))});
        let _: Answered = stage::counter(&backend, by, id, &offer).await.ok();
    }
    let more = json!({"price": usd("1.00")});
    stage::counter(&backend, &tom, id, &more).await.refused(Code::TooManyRounds);
    stage::booking(&stage::accept(&backend, &tom, id).await);
}

#[tokio::test]
async fn an_offer_keeps_the_currency_and_names_a_price() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let quote_based = json!({
        "pricing_type": "quote_based", "base_price": null, "availability_type": "toggle", "name": "Wedding",
        "estimated_range_min": "700", "estimated_range_max": "1200",
    });
    let service = stage::service(&backend, &ana, quote_based).await;
    let id = stage::ask(&backend, &tom, service.id, "2026-06-10", 2).await.row.id;
    stage::accept(&backend, &ana, id).await.refused(Code::PriceRequired);
    stage::counter(&backend, &ana, id, &json!({})).await.refused(Code::PriceRequired);
    let zero = json!({"price": usd("0.00")});
    stage::counter(&backend, &ana, id, &zero).await.refused(Code::Invalid);
    let _: Answered =
        stage::counter(&backend, &ana, id, &json!({"price": usd("900.00")})).await.ok();
    let euro = json!({"price": {"amount": "800.00", "currency": "EUR"}});
    stage::counter(&backend, &tom, id, &euro).await.refused(Code::CurrencyMismatch);
    let _: Answered =
        stage::counter(&backend, &tom, id, &json!({"price": usd("800.00")})).await.ok();
    let booking = stage::booking(&stage::accept(&backend, &ana, id).await);
    assert_eq!(booking.row.total_amount.amount(), Decimal::from(800));
}

#[tokio::test]
async fn an_offer_made_meanwhile_is_not_accepted_unseen() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 8).await;
    let id = stage::ask(&backend, &tom, walk.id, "2026-06-10", 2).await.row.id;
    let _: Answered =
        stage::counter(&backend, &ana, id, &json!({"price": usd("99.00")})).await.ok();
    let path = format!("/api/booking-requests/{id}/accept/");
    backend.post(&tom, &path, &json!({"round": 1})).await.refused(Code::AlreadyAnswered);
    stage::booking(&backend.post(&tom, &path, &json!({"round": 2})).await);
}

#[tokio::test]
async fn a_held_slot_is_kept_and_handed_over() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let eve = backend.traveler("Eve").await;
    let walk = stage::walk(&backend, &ana, 4).await;
    let held = stage::ask(&backend, &tom, walk.id, "2026-06-10", 3).await.row.id;
    let rival = stage::ask(&backend, &eve, walk.id, "2026-06-10", 2).await.row.id;
    let offer = json!({"price": usd("110.00"), "hold": true});
    let _: Answered = stage::counter(&backend, &ana, held, &offer).await.ok();
    assert_eq!(stage::accept(&backend, &ana, rival).await.refused(Code::SlotTaken).left, Some(1));
    stage::booking(&stage::accept(&backend, &tom, held).await);
    assert_eq!(stage::accept(&backend, &ana, rival).await.refused(Code::SlotTaken).left, Some(1));
}

#[tokio::test]
async fn a_hold_ends_with_the_answer() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 4).await;
    let held = stage::ask(&backend, &tom, walk.id, "2026-06-10", 3).await.row.id;
    let other = stage::ask(&backend, &tom, walk.id, "2026-06-10", 4).await.row.id;
    let offer = json!({"price": usd("110.00"), "hold": true});
    let _: Answered = stage::counter(&backend, &ana, held, &offer).await.ok();
    let _: Answered = stage::decline(&backend, &tom, held).await.ok();
    stage::booking(&stage::accept(&backend, &ana, other).await);
}

#[tokio::test]
async fn only_the_traveler_withdraws() {
    let backend = Backend::start().await;
    let (ana, tom) = (backend.provider("Ana").await, backend.traveler("Tom").await);
    let walk = stage::walk(&backend, &ana, 8).await;
    let id = stage::ask(&backend, &tom, walk.id, "2026-06-10", 2).await.row.id;
    let path = format!("/api/booking-requests/{id}/withdraw/");
    backend.post(&ana, &path, &json!({})).await.refused(Code::NotYourTurn);
    let answered: Answered = backend.post(&tom, &path, &json!({})).await.ok();
    assert_eq!(answered.request.row.status, Status::Withdrawn);
}
