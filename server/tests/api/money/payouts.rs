//! Money out: once, after the hold, less what is owed, and not while somebody disputes it.

use serde_json::json;
use traveloure_core::{
    api::{cancel::Cancellation, checkout::Checkout, event::Kind},
    job::Job,
};
use traveloure_server::{
    app::payouts::{next_payout, settle_dispute},
    jobs::run_one,
    sandbox::{Effect, Fault},
};

use super::Town;
use crate::stream::Stream;

type Payout = (String, String, String);

fn payout(status: &str, amount: &str, transferred: &str) -> Payout {
    (status.to_owned(), amount.to_owned(), transferred.to_owned())
}

/// A town whose provider can be paid, and a walk of 10 June that is paid for.
async fn with_walk() -> (Town, String, Checkout) {
    let town = Town::new().await;
    town.backend.sandbox().fund("", 100_000, "eur").await.unwrap();
    let account = town.onboard().await;
    let checkout = town.paid("2026-06-10", "full").await;
    (town, account, checkout)
}

async fn charge(town: &Town) -> String {
    let mut owner = town.backend.owner().await;
    sqlx::query_scalar("SELECT charge_id FROM payments WHERE charge_id IS NOT NULL LIMIT 1")
        .fetch_one(&mut owner)
        .await
        .unwrap()
}

async fn give_back(town: &Town, checkout: &Checkout, amount: &str) {
    let path = format!("/api/bookings/{}/refund/", checkout.bookings[0].booking_id);
    let body = json!({"amount": {"amount": amount, "currency": "EUR"}, "reason": "rain"});
    town.backend.post(&town.ana, &path, &body).await.ok::<Cancellation>();
}

#[tokio::test]
async fn a_booking_is_paid_out_once_after_the_hold() {
    let (town, _, _) = with_walk().await;
    town.at("2026-06-11T22:59:59Z").await;
    assert_eq!(town.payouts().await, [payout("waiting", "102.00", "0.00")]);
    town.at("2026-06-11T23:00:00Z").await;
    assert_eq!(town.payouts().await, [payout("paid", "102.00", "102.00")]);
    assert_eq!(town.balance("provider_payable").await, "0");
    assert_eq!(town.before_fees().await, "18.00");
    town.at("2026-07-11T23:00:00Z").await;
    assert_eq!(town.before_fees().await, "18.00");
    town.holds().await;
}

#[tokio::test]
async fn a_payout_waits_for_an_account_that_can_receive() {
    let town = Town::new().await;
    town.paid("2026-06-10", "full").await;
    town.at("2026-06-12T00:00:00Z").await;
    assert_eq!(town.payouts().await, [payout("waiting", "102.00", "0.00")]);
    assert_eq!(next_payout(&town.backend.context).await.unwrap(), None);
    town.backend.clock.set("2026-07-12T00:00:00Z".parse().unwrap());
    for _ in 0..2 {
        assert_eq!(run_one(&town.backend.context, Job::PayOut).await.unwrap(), 0);
    }
    town.onboard().await;
    town.at("2026-07-12T00:00:01Z").await;
    assert_eq!(town.payouts().await, [payout("paid", "102.00", "102.00")]);
    town.holds().await;
}

#[tokio::test]
async fn an_answer_that_is_lost_pays_nobody_twice() {
    for effect in [Effect::FailAfter, Effect::LoseAnswer, Effect::FailBefore, Effect::Hang] {
        let (town, _, _) = with_walk().await;
        // The adapter asks again by itself; that fails as well.
        let fault = Fault { count: Some(3), ..Fault::once("POST /v1/transfers", effect) };
        town.backend.sandbox().add_fault(&fault).await.unwrap();
        town.at("2026-06-11T23:00:00Z").await;
        assert_eq!(town.payouts().await[0].0, "intended", "{effect:?}");
        for hour in 0..16 {
            town.at(&format!("2026-06-12T{hour:02}:00:00Z")).await;
        }
        assert_eq!(town.payouts().await, [payout("paid", "102.00", "102.00")], "{effect:?}");
        assert_eq!(town.before_fees().await, "18.00");
        let transfers = town.transfers().await;
        assert_eq!(transfers, 1, "{effect:?}");
        town.holds().await;
    }
}

#[tokio::test]
async fn a_refused_transfer_is_tried_again_until_there_is_enough() {
    let (town, _, _) = with_walk().await;
    town.backend.sandbox().fund("", -111_000, "eur").await.unwrap();
    town.at("2026-06-11T23:00:00Z").await;
    assert_eq!(town.payouts().await, [payout("failed", "102.00", "0.00")]);
    town.backend.sandbox().fund("", 111_000, "eur").await.unwrap();
    town.at("2026-06-12T01:00:00Z").await;
    assert_eq!(town.payouts().await, [payout("paid", "102.00", "102.00")]);
    town.holds().await;
}

#[tokio::test]
async fn money_given_back_before_the_transfer_is_not_transferred() {
    let (town, _, checkout) = with_walk().await;
    town.at("2026-06-11T00:00:00Z").await;
    give_back(&town, &checkout, "40.00").await;
    assert_eq!(town.payouts().await, [payout("waiting", "68.00", "0.00")]);
    town.at("2026-06-11T23:00:00Z").await;
    assert_eq!(town.payouts().await, [payout("paid", "68.00", "68.00")]);
    assert_eq!(town.balance("provider_payable").await, "0");
    town.holds().await;
}

#[tokio::test]
async fn money_given_back_after_the_transfer_comes_back_from_the_account() {
    let (town, _, checkout) = with_walk().await;
    town.at("2026-06-11T23:00:00Z").await;
    give_back(&town, &checkout, "40.00").await;
    town.at("2026-06-12T00:00:00Z").await;
    assert_eq!(town.balance("provider_payable").await, "0");
    assert_eq!(town.balance("platform_revenue").await, "-12.00");
    assert_eq!(town.before_fees().await, "12.00");
    town.holds().await;
}

#[tokio::test]
async fn what_the_account_cannot_give_is_kept_of_the_next_payout() {
    let (town, account, checkout) = with_walk().await;
    town.at("2026-06-11T23:00:00Z").await;
    town.backend.sandbox().fund(&account, -10_000, "eur").await.unwrap();
    give_back(&town, &checkout, "40.00").await;
    town.at("2026-06-12T00:00:00Z").await;
    assert_eq!(town.balance("provider_payable").await, "34.00");
    town.holds().await;
    town.paid("2026-06-13", "full").await;
    town.at("2026-06-15T00:00:00Z").await;
    let expected = [payout("paid", "102.00", "102.00"), payout("paid", "102.00", "68.00")];
    assert_eq!(town.payouts().await, expected);
    assert_eq!(town.balance("provider_payable").await, "0");
    town.holds().await;
}

#[tokio::test]
async fn nothing_is_paid_out_while_a_dispute_is_open() {
    for (is_won, status, left) in [(true, "paid", "102.00"), (false, "settled", "0.00")] {
        let (town, _, _) = with_walk().await;
        town.at("2026-06-11T00:00:00Z").await;
        let charge = charge(&town).await;
        let dispute = town.backend.sandbox().open_dispute(&charge, "fraudulent").await.unwrap();
        town.backend.hear().await;
        town.at("2026-06-12T00:00:00Z").await;
        assert_eq!(town.payouts().await, [payout("frozen", "102.00", "0.00")]);
        assert_eq!(town.balance("disputed_funds").await, "120.00");
        town.backend.sandbox().end_dispute(&dispute, is_won).await.unwrap();
        town.at("2026-06-13T00:00:00Z").await;
        assert_eq!(town.payouts().await, [payout(status, left, left)]);
        assert_eq!(town.balance("disputed_funds").await, "0");
        assert_eq!(town.balance("provider_payable").await, "0");
        town.holds().await;
    }
}

#[tokio::test]
async fn a_dispute_is_told_of_when_it_opens_and_when_it_ends() {
    let (town, _, checkout) = with_walk().await;
    let booking = checkout.bookings[0].booking_id;
    let ada = town.backend.admin("Ada").await;
    let mut heard = Vec::new();
    for person in [&town.ana, &town.ben, &ada] {
        heard.push(Stream::open(&town.backend, person).await);
    }
    let told = async || -> i64 {
        let mut owner = town.backend.owner().await;
        let count = "SELECT count(*) FROM outbox WHERE kind = 'dispute.changed' AND subject = $1";
        sqlx::query_scalar(count).bind(booking.as_uuid()).fetch_one(&mut owner).await.unwrap()
    };
    let charge = charge(&town).await;
    let dispute = town.backend.sandbox().open_dispute(&charge, "fraudulent").await.unwrap();
    for events in 1..=2 {
        town.backend.hear().await;
        for stream in &mut heard {
            assert_eq!(stream.after(Kind::DisputeChanged).await.subject, booking.as_uuid());
        }
        // Read again it is no news.
        settle_dispute(&town.backend.context, &dispute).await.unwrap();
        assert_eq!(told().await, events);
        if events == 1 {
            town.backend.sandbox().end_dispute(&dispute, true).await.unwrap();
        }
    }
    town.holds().await;
}

#[tokio::test]
async fn a_dispute_before_the_end_keeps_the_money_from_being_shared_out() {
    for (is_won, revenue) in [(true, "-18.00"), (false, "0")] {
        let (town, _, _) = with_walk().await;
        let charge = charge(&town).await;
        let dispute = town.backend.sandbox().open_dispute(&charge, "fraudulent").await.unwrap();
        town.backend.hear().await;
        town.at("2026-06-12T00:00:00Z").await;
        assert!(town.payouts().await.is_empty());
        assert_eq!(town.balance("held_funds").await, "-120.00");
        town.backend.sandbox().end_dispute(&dispute, is_won).await.unwrap();
        town.at("2026-06-13T00:00:00Z").await;
        assert_eq!(town.balance("held_funds").await, "0");
        assert_eq!(town.balance("platform_revenue").await, revenue);
        assert_eq!(town.payouts().await.len(), usize::from(is_won));
        town.holds().await;
    }
}

#[tokio::test]
async fn a_dispute_lost_after_the_transfer_takes_the_share_back() {
    let (town, _, _) = with_walk().await;
    town.at("2026-06-11T23:00:00Z").await;
    let charge = charge(&town).await;
    let dispute = town.backend.sandbox().open_dispute(&charge, "fraudulent").await.unwrap();
    town.backend.hear().await;
    town.backend.sandbox().end_dispute(&dispute, false).await.unwrap();
    town.at("2026-06-12T23:00:00Z").await;
    assert_eq!(town.balance("provider_payable").await, "0");
    assert_eq!(town.balance("platform_revenue").await, "0");
    assert_eq!(town.before_fees().await, "0");
    town.holds().await;
}

/// A card whose refunds fail after they were made.
const REFUND_FAILS: &str = "4000000000005126";

#[tokio::test]
async fn what_a_refund_took_and_could_not_give_back_is_the_providers_again() {
    let town = Town::new().await;
    town.backend.sandbox().fund("", 100_000, "eur").await.unwrap();
    town.onboard().await;
    let result = town.process(&[town.wish("2026-06-10")]).await;
    let started = town.start(&result.payment_intent[0], "full").await;
    town.pay(&started, REFUND_FAILS).await;
    town.backend.hear().await;
    town.at("2026-06-11T23:00:00Z").await;
    give_back(&town, &started.checkout, "40.00").await;
    town.at("2026-06-11T23:00:01Z").await;
    assert_eq!(town.before_fees().await, "12.00");
    town.holds().await;
    // It is made anew, and nothing leaves while it may still be needed.
    for moment in ["2026-06-12T01:00:00Z", "2026-06-13T01:00:00Z", "2026-06-16T01:00:00Z"] {
        town.backend.sandbox().settle_refunds().await.unwrap();
        town.backend.hear().await;
        assert!(town.payouts().await.contains(&payout("waiting", "34.00", "0.00")), "{moment}");
        town.at(moment).await;
        town.holds().await;
    }
    town.backend.sandbox().settle_refunds().await.unwrap();
    town.backend.hear().await;
    town.at("2026-06-16T03:00:00Z").await;
    let mut payouts = town.payouts().await;
    payouts.retain(|(_, amount, _)| amount != "0.00");
    let expected = [payout("paid", "102.00", "102.00"), payout("paid", "34.00", "34.00")];
    assert_eq!(payouts, expected);
    assert_eq!(town.balance("provider_payable").await, "0");
    assert_eq!(town.before_fees().await, "18.00");
    town.holds().await;
}

#[tokio::test]
async fn servers_that_pay_out_at_once_pay_once_and_keep_what_is_owed_once() {
    let town = Town::with(json!({"settings": {"pay_later": true}})).await;
    town.backend.sandbox().fund("", 100_000, "eur").await.unwrap();
    town.onboard().await;
    let result = town.process(&[town.wish("2026-06-10")]).await;
    town.start(&result.payment_intent[0], "pay_later").await;
    for date in ["2026-06-11", "2026-06-12", "2026-06-13"] {
        town.paid(date, "full").await;
    }
    town.backend.clock.set("2026-06-20T00:00:00Z".parse().unwrap());
    let context = &town.backend.context;
    for job in [Job::CompleteBookings, Job::ShareOut] {
        run_one(context, job).await.unwrap();
    }
    let sweep = || async { run_one(context, Job::PayOut).await.unwrap() };
    tokio::join!(sweep(), sweep(), sweep(), sweep());
    town.at("2026-06-20T01:00:00Z").await;
    let payouts = town.payouts().await;
    assert!(payouts.iter().all(|(status, amount, _)| status == "paid" && amount == "102.00"));
    let mut transferred: Vec<_> = payouts.iter().map(|(_, _, amount)| amount.as_str()).collect();
    transferred.sort_unstable();
    assert_eq!(transferred, ["102.00", "102.00", "84.00"]);
    assert_eq!(
        (town.transfers().await, town.balance("provider_payable").await),
        (3, "0".to_owned())
    );
    town.holds().await;
}
