//! Our books beside the processor's.

use serde_json::json;
use traveloure_core::{
    api::{cancel::Cancellation, report::Reconciliation},
    job::Job,
};
use traveloure_server::jobs::run_one;

use super::Town;

const WORKLIST: &str = "/api/platform/reconciliation/?settled=true";

async fn worklist(town: &Town) -> Reconciliation {
    let ada = town.backend.admin("Ada").await;
    town.backend.get(&ada, WORKLIST).await.ok()
}

/// What the processor says that our balance is, in EUR.
async fn their_balance(town: &Town) -> String {
    let mut owner = town.backend.owner().await;
    let sum: rust_decimal::Decimal = sqlx::query_scalar(
        "SELECT sum((doc->>'net')::numeric) / 100 FROM sandbox.objects
         WHERE kind = 'balance_transaction' AND account = '' AND doc->>'type' <> 'topup'",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    sum.round_dp(2).to_string()
}

#[tokio::test]
async fn whatever_happens_both_books_say_the_same() {
    let town = Town::new().await;
    town.backend.sandbox().fund("", 100_000, "eur").await.unwrap();
    town.onboard().await;
    let checkout = town.paid("2026-06-10", "full").await;
    town.paid("2026-06-11", "full").await;
    town.at("2026-06-12T23:30:00Z").await;
    let path = format!("/api/bookings/{}/refund/", checkout.bookings[0].booking_id);
    let body = json!({"amount": {"amount": "40.00", "currency": "EUR"}, "reason": "rain"});
    town.backend.post(&town.ana, &path, &body).await.ok::<Cancellation>();
    town.at("2026-06-13T00:30:00Z").await;
    let mut owner = town.backend.owner().await;
    let charge: String = sqlx::query_scalar(
        "SELECT charge_id FROM payments p JOIN payment_parts part ON part.payment_id = p.id
         JOIN bookings b ON b.id = part.booking_id WHERE b.booking_date = '2026-06-11'",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    let dispute = town.backend.sandbox().open_dispute(&charge, "fraudulent").await.unwrap();
    // No webhook of it is ever acted on: the comparison finds the dispute by itself.
    town.at("2026-06-14T03:00:00Z").await;
    assert_eq!(town.balance("disputed_funds").await, "120.00");
    town.backend.sandbox().end_dispute(&dispute, false).await.unwrap();
    town.at("2026-06-15T03:00:00Z").await;
    town.at("2026-06-16T03:00:00Z").await;
    let seen = worklist(&town).await;
    assert_eq!(seen.differences, []);
    assert_eq!(seen.compared_to.unwrap().to_string(), "2026-06-15");
    assert_eq!(town.balance("processor_balance").await, their_balance(&town).await);
    assert_ne!(town.balance("processor_fees").await, "0");
    town.holds().await;
}

#[tokio::test]
async fn what_one_side_lacks_is_on_the_worklist_until_it_is_found() {
    let town = Town::new().await;
    town.paid("2026-06-10", "full").await;
    // Paid, and nobody told us.
    let result = town.process(&[town.wish("2026-06-11")]).await;
    let started = town.start(&result.payment_intent[0], "full").await;
    town.pay(&started, super::VISA).await;
    town.backend.clock.set("2026-06-02T03:00:00Z".parse().unwrap());
    run_one(&town.backend.context, Job::Reconcile).await.unwrap();
    let seen = worklist(&town).await.differences;
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!((seen[0].kind.as_str(), seen[0].ours), ("charge", None));
    assert_eq!(seen[0].theirs, Some(super::eur("120")));
    assert!(seen[0].settled_at.is_none());
    town.at("2026-06-03T03:00:00Z").await;
    let seen = worklist(&town).await.differences;
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert!(seen[0].settled_at.is_some(), "{seen:?}");
    town.at("2026-06-04T03:00:00Z").await;
    assert_eq!(town.balance("processor_balance").await, their_balance(&town).await);
    town.holds().await;
}

#[tokio::test]
async fn what_only_we_have_is_found_too() {
    let town = Town::new().await;
    town.paid("2026-06-10", "full").await;
    let mut owner = town.backend.owner().await;
    let post = |amount: i32, line: i32| {
        sqlx::query(
            "INSERT INTO ledger_entries (transaction_id, account, provider_id, booking_id, amount, currency, description,
                                         created_at, cause, line)
             SELECT gen_random_uuid(), 'processor_balance', provider_id, id, $1, 'EUR', 'by hand', created_at,
                    'payment:of-nobody', $2 FROM bookings",
        )
        .bind(amount)
        .bind(line)
    };
    sqlx::raw_sql("ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_balance")
        .execute(&mut owner)
        .await
        .unwrap();
    post(7, 1).execute(&mut owner).await.unwrap();
    town.at("2026-06-02T03:00:00Z").await;
    let seen = worklist(&town).await.differences;
    assert_eq!((seen.len(), seen[0].reference.as_str()), (1, "payment:of-nobody"));
    assert_eq!((seen[0].ours, seen[0].theirs), (Some(super::eur("7")), None));
    post(-7, 2).execute(&mut owner).await.unwrap();
    town.at("2026-06-03T03:00:00Z").await;
    assert!(worklist(&town).await.differences[0].settled_at.is_some());
}
