//! Taking money: once, whoever asks, however late.

use chrono::TimeDelta;
use serde_json::{Value, json};
use traveloure_core::{
    api::{
        checkout::{Checkout, Payment, PaymentStarted},
        problem::Code,
    },
    booking::Status,
    job::Job,
    payment::{self, Balance, Method},
};
use traveloure_server::{
    jobs::run_one,
    sandbox::{Effect, Fault},
};

use super::{Town, VISA, eur};

#[tokio::test]
async fn a_checkout_is_paid_on_the_processors_page_and_confirmed_by_its_webhook() {
    let town = Town::new().await;
    let result = town.process(&[town.wish("2026-06-10"), town.wish("2026-06-11")]).await;
    let checkout = &result.payment_intent[0];
    assert_eq!(checkout.offers.len(), 1);
    assert_eq!((checkout.offers[0].method, checkout.offers[0].due_now), (Method::Full, eur("240")));
    let started = town.start(checkout, "full").await;
    let payment = started.payment.clone().unwrap();
    assert_eq!((payment.status, payment.amount), (payment::Status::Open, eur("240")));
    town.pay(&started, VISA).await;
    town.backend.hear().await;
    let seen = town.checkout(checkout).await;
    assert!(seen.bookings.iter().all(|one| one.status == Status::Confirmed), "{seen:?}");
    assert_eq!(seen.payments[0].status, payment::Status::Succeeded);
    assert!(seen.offers.is_empty());
    // Told again, asked again: nothing more happens.
    town.backend.hear().await;
    let body = json!({"payment_id": payment.id});
    town.backend.post(&town.ben, "/api/bookings/confirm/", &body).await.ok::<Checkout>();
    assert_eq!(town.balance("held_funds").await, "-240.00");
    assert_eq!(town.balance("processor_balance").await, "240.00");
    town.holds().await;
}

#[tokio::test]
async fn a_page_is_given_again_and_another_way_to_pay_closes_it() {
    let town = Town::new().await;
    let terms = json!({"terms": {
        "pricing_type": "fixed", "currency": "EUR", "base_price": "120",
        "requires_deposit": true, "deposit_type": "percentage", "deposit_percentage": "25"}});
    let path =
        format!("/api/providers/{}/pricing/?service_id={}", town.ana.provider(), town.walk.id);
    town.backend.patch(&town.ana, &path, 1, &terms).await.ok::<Value>();
    let result = town.process(&[town.wish("2026-07-10")]).await;
    let checkout = &result.payment_intent[0];
    let offers: Vec<_> = checkout.offers.iter().map(|one| (one.method, one.due_now)).collect();
    assert_eq!(offers, [(Method::Full, eur("120")), (Method::Deposit, eur("30"))]);
    let first = town.start(checkout, "full").await.payment.unwrap();
    let again = town.start(checkout, "full").await.payment.unwrap();
    assert_eq!(first.id, again.id);
    let deposit = town.start(checkout, "deposit").await;
    assert_eq!(deposit.payment.as_ref().unwrap().amount, eur("30"));
    let status_of = |id| {
        let is_it = |one: &&Payment| one.id == id;
        deposit.checkout.payments.iter().find(is_it).map(|one| one.status)
    };
    assert_eq!(status_of(first.id), Some(payment::Status::Expired));
    assert_eq!(status_of(deposit.payment.unwrap().id), Some(payment::Status::Open));
    town.holds().await;
}

/// A town whose walks are paid by deposit, and one of 10 July to be paid.
pub(super) async fn with_deposit() -> (Town, Checkout) {
    let town = Town::new().await;
    let terms = json!({"terms": {
        "pricing_type": "fixed", "currency": "EUR", "base_price": "120",
        "requires_deposit": true, "deposit_type": "percentage", "deposit_percentage": "25"}});
    let path =
        format!("/api/providers/{}/pricing/?service_id={}", town.ana.provider(), town.walk.id);
    town.backend.patch(&town.ana, &path, 1, &terms).await.ok::<Value>();
    let result = town.process(&[town.wish("2026-07-10")]).await;
    let checkout = result.payment_intent.into_iter().next().unwrap();
    (town, checkout)
}

#[tokio::test]
async fn who_chose_a_deposit_and_then_paid_in_full_owes_nothing() {
    let (town, checkout) = with_deposit().await;
    town.start(&checkout, "deposit").await;
    let id = checkout.bookings[0].booking_id;
    let waiting = town.booking(&town.ben, id).await;
    let ways: Vec<_> = waiting.offers.iter().map(|one| (one.method, one.due_later)).collect();
    assert_eq!(ways, [(Method::Full, eur("0")), (Method::Deposit, eur("90"))]);
    assert_eq!(waiting.offers[1].due_later_on, Some("2026-07-03".parse().unwrap()));
    let started = town.start(&checkout, "full").await;
    town.pay(&started, VISA).await;
    town.backend.hear().await;
    let paid = town.booking(&town.ben, id).await;
    assert_eq!((paid.row.status, paid.paid), (Status::Confirmed, eur("120")));
    assert_eq!((paid.row.balance, paid.offers), (None, vec![]));
    town.holds().await;
}

#[tokio::test]
async fn the_balance_of_a_deposit_is_charged_when_it_is_due() {
    let (town, checkout) = with_deposit().await;
    let started = town.start(&checkout, "deposit").await;
    town.pay(&started, VISA).await;
    town.backend.hear().await;
    let seen = town.checkout(&checkout).await;
    let balance = seen.bookings[0].balance.clone().unwrap();
    assert_eq!((balance.amount, balance.status), (eur("90"), Balance::Scheduled));
    let booking = town.booking(&town.ben, seen.bookings[0].booking_id).await;
    assert_eq!((booking.paid, booking.row.balance), (eur("30"), Some(balance.clone())));
    assert_eq!((booking.checkout_id, booking.offers), (Some(checkout.id), vec![]));
    let provider = town.booking(&town.ana, booking.row.id).await;
    assert_eq!((provider.checkout_id, provider.paid), (None, eur("30")));
    assert_eq!(balance.due.to_string(), "2026-07-03");
    // 09:00 in Lisbon is 08:00 UTC.
    town.backend.clock.set("2026-07-03T07:59:00Z".parse().unwrap());
    assert_eq!(run_one(&town.backend.context, Job::ChargeBalances).await.unwrap(), 0);
    town.backend.clock.set("2026-07-03T08:00:00Z".parse().unwrap());
    assert_eq!(run_one(&town.backend.context, Job::ChargeBalances).await.unwrap(), 1);
    assert_eq!(run_one(&town.backend.context, Job::ChargeBalances).await.unwrap(), 0, "once");
    let seen = town.checkout(&checkout).await;
    assert_eq!(seen.bookings[0].balance.as_ref().unwrap().status, Balance::Paid);
    assert_eq!(seen.bookings[0].paid, eur("120"));
    assert_eq!(town.balance("held_funds").await, "-120.00");
    town.holds().await;
}

#[tokio::test]
async fn a_balance_that_is_turned_down_climbs_a_ladder_to_an_end_with_a_name() {
    let (town, checkout) = with_deposit().await;
    let started = town.start(&checkout, "deposit").await;
    town.pay(&started, VISA).await;
    town.backend.hear().await;
    // The card is lost in the meantime: every charge is turned down.
    let mut owner = town.backend.owner().await;
    let lost = "UPDATE payments SET payment_method = 'pm_card_chargeDeclined'";
    sqlx::query(lost).execute(&mut owner).await.unwrap();
    town.backend.clock.set("2026-07-03T08:00:00Z".parse().unwrap());
    let mut seen = Vec::new();
    for hours in [0, 6, 24, 72, 90] {
        town.backend.clock.advance(TimeDelta::hours(hours));
        run_one(&town.backend.context, Job::ChargeBalances).await.unwrap();
        let checkout = town.checkout(&checkout).await;
        seen.push(checkout.bookings[0].balance.as_ref().unwrap().status);
    }
    assert_eq!(
        seen,
        [
            Balance::Retrying,
            Balance::Retrying,
            Balance::Retrying,
            Balance::Overdue,
            Balance::Overdue
        ]
    );
    town.holds().await;
}

#[tokio::test]
async fn a_bank_that_wants_the_cardholder_is_not_asked_again_and_a_page_pays() {
    let (town, checkout) = with_deposit().await;
    let started = town.start(&checkout, "deposit").await;
    // Takes the deposit after the bank's question, and wants to ask again off-session.
    town.pay(&started, "4000002760003184").await;
    let url = started.payment.as_ref().unwrap().url.clone().unwrap();
    let session = url.rsplit('/').find(|part| !part.is_empty()).unwrap().to_owned();
    town.backend.sandbox().authenticate(&session, true).await.unwrap();
    town.backend.hear().await;
    town.backend.clock.set("2026-07-03T08:00:00Z".parse().unwrap());
    run_one(&town.backend.context, Job::ChargeBalances).await.unwrap();
    let seen = town.checkout(&checkout).await;
    assert_eq!(seen.bookings[0].balance.as_ref().unwrap().status, Balance::NeedsCardholder);
    town.backend.clock.advance(TimeDelta::days(1));
    assert_eq!(run_one(&town.backend.context, Job::ChargeBalances).await.unwrap(), 0);
    let body = json!({"booking_id": seen.bookings[0].booking_id});
    let page: PaymentStarted =
        town.backend.post(&town.ben, "/api/bookings/charge-balance/", &body).await.ok();
    town.pay(&page, VISA).await;
    town.backend.hear().await;
    let seen = town.checkout(&checkout).await;
    assert_eq!(seen.bookings[0].balance.as_ref().unwrap().status, Balance::Paid);
    town.holds().await;
}

#[tokio::test]
async fn a_late_payment_takes_the_place_again_or_goes_back() {
    for is_taken in [false, true] {
        let town = Town::new().await;
        let result = town.process(&[town.wish("2026-06-10")]).await;
        let checkout = &result.payment_intent[0];
        let started = town.start(checkout, "full").await;
        // The processor cannot be reached while the booking lapses, so its page stays open.
        let gone = Fault::once("*", Effect::FailBefore);
        town.backend.sandbox().add_fault(&Fault { count: None, ..gone }).await.unwrap();
        town.backend.clock.advance(TimeDelta::minutes(36));
        assert_eq!(run_one(&town.backend.context, Job::CancelUnpaid).await.unwrap(), 1);
        town.backend.sandbox().clear_faults().await.unwrap();
        if is_taken {
            let cleo = town.backend.traveler("Cleo").await;
            let body = json!({"items": [town.wish("2026-06-10")]});
            town.backend.post(&cleo, "/api/bookings/process-cart/", &body).await.ok::<Value>();
        }
        town.pay(&started, VISA).await;
        town.backend.hear().await;
        run_one(&town.backend.context, Job::SettleRefunds).await.unwrap();
        let seen = town.checkout(checkout).await;
        if is_taken {
            assert_eq!(seen.bookings[0].status, Status::Refunded);
            assert_eq!(seen.bookings[0].paid, eur("0"));
            assert_eq!(town.balance("processor_balance").await, "0");
        } else {
            assert_eq!(seen.bookings[0].status, Status::Confirmed);
        }
        town.holds().await;
    }
}

#[tokio::test]
async fn a_payment_of_which_nothing_new_is_heard_is_not_looked_at_without_end() {
    let town = Town::new().await;
    let result = town.process(&[town.wish("2026-06-10")]).await;
    town.start(&result.payment_intent[0], "full").await;
    let mut owner = town.backend.owner().await;
    let forgotten =
        "UPDATE payments SET status = 'processing', session_id = NULL, look_at = created_at";
    sqlx::query(forgotten).execute(&mut owner).await.unwrap();
    assert_eq!(run_one(&town.backend.context, Job::SettlePayments).await.unwrap(), 1);
    assert_eq!(run_one(&town.backend.context, Job::SettlePayments).await.unwrap(), 0);
}

#[tokio::test]
async fn what_is_paid_on_site_is_confirmed_at_once() {
    let town = Town::with(json!({"settings": {"pay_later": true}})).await;
    let result = town.process(&[town.wish("2026-06-10")]).await;
    let started = town.start(&result.payment_intent[0], "pay_later").await;
    assert_eq!(started.payment, None);
    assert_eq!(started.checkout.bookings[0].status, Status::Confirmed);
    town.holds().await;
}

#[tokio::test]
async fn somebody_elses_checkout_is_not_there() {
    let town = Town::new().await;
    let result = town.process(&[town.wish("2026-06-10")]).await;
    let cleo = town.backend.traveler("Cleo").await;
    let id = result.payment_intent[0].id;
    town.backend.get(&cleo, &format!("/api/checkouts/{id}/")).await.refused(Code::NotFound);
    let body = json!({"checkout_id": id, "method": "full"});
    let path = "/api/bookings/create-payment-intent/";
    town.backend.post(&cleo, path, &body).await.refused(Code::NotFound);
    let body = json!({"booking_ids": [result.instant[0].booking.id], "method": "full"});
    town.backend.post(&cleo, path, &body).await.refused(Code::NotFound);
}
