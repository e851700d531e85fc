//! Loading: the same each time, once, and whole or not at all.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use chrono::TimeDelta;
use sqlx::{AssertSqlSafe, Connection};
use tokio::sync::Notify;
use traveloure_core::api::problem::Code;
use traveloure_server::{app::invariants, demo, testing::Backend};

/// A number for everything that the demo says. Which of a booking's claims has which id is left to the database.
async fn digest(backend: &Backend) -> Vec<String> {
    let mut owner = backend.owner().await;
    let mut digests = Vec::new();
    for table in [
        "users",
        "service_providers",
        "services",
        "provider_availability",
        "provider_pricing",
        "booking_requests",
        "request_rounds",
        "request_messages",
        "bookings",
        "capacity",
        "checkouts",
        // The address of a page names a port, which is another each time.
        "(SELECT id, checkout_id, purpose, via, amount, status, intent_id, charge_id, created_at, updated_at
          FROM payments)",
        "refunds",
        "payouts",
        "(SELECT transaction_id || line::text AS id, account, amount, cause, created_at FROM ledger_entries)",
        "processor_transactions",
        "(SELECT day AS id, movements, differences FROM reconciliation_days)",
        "(SELECT id, kind, account, created FROM sandbox.objects)",
        "(SELECT capacity_id || coalesce(booking_id, request_id)::text || created_at AS id, quantity, held_until,
                 released_at FROM claims)",
    ] {
        let sql = format!(
            "SELECT count(*) || ' ' || md5(string_agg(one::text, E'\\n' ORDER BY id)) FROM {table} one"
        );
        let found: String =
            sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut owner).await.unwrap();
        digests.push(found);
    }
    owner.close().await.unwrap();
    digests
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_moment_makes_the_same_demo_and_once_only() {
    let first = Backend::start_at("2026-06-10T10:20:00Z").await;
    let (now, owner) = (first.context.now(), first.owner_options());
    let (one, other) = tokio::join!(
        demo::load(&first.context, &owner, now, |_| {}),
        demo::load(&first.context, &owner, now, |_| {}),
    );
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_ne!(one.was_there, other.was_there, "one of two makes it, the other waits");
    assert_eq!(
        (one.providers, one.requests, one.bookings),
        (other.providers, other.requests, other.bookings)
    );
    let made = digest(&first).await;

    let later = now + TimeDelta::days(3);
    let later = demo::load(&first.context, &owner, later, |_| {}).await.unwrap();
    assert!(later.was_there);
    assert_eq!(digest(&first).await, made);

    let second = Backend::start_at("2026-06-10T10:20:00Z").await;
    let mut heard = Vec::new();
    let owner = second.owner_options();
    demo::load(&second.context, &owner, now, |progress| heard.push(progress)).await.unwrap();
    assert_eq!(digest(&second).await, made);
    let last = heard.last().unwrap();
    assert!(last.done <= last.of && last.done > last.of / 2, "{last:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_that_was_cut_off_is_made_anew() {
    let backend = Backend::start_at("2026-06-10T10:20:00Z").await;
    let (now, owner) = (backend.context.now(), backend.owner_options());
    let half_way = Arc::new(Notify::new());
    let seen = AtomicU32::new(0);
    let tell = {
        let half_way = Arc::clone(&half_way);
        move |_| {
            if seen.fetch_add(1, Ordering::Relaxed) == 60 {
                half_way.notify_one();
            }
        }
    };
    tokio::select! {
        outcome = demo::load(&backend.context, &owner, now, tell) => panic!("{outcome:?}"),
        () = half_way.notified() => {}
    }
    let mut books = backend.owner().await;
    let entries: i64 = sqlx::query_scalar("SELECT count(*) FROM ledger_entries")
        .fetch_one(&mut books)
        .await
        .unwrap();
    assert!(entries > 0, "it was cut off before there was money");
    let made = demo::load(&backend.context, &owner, now, |_| {}).await.unwrap();
    assert!(!made.was_there);
    assert_eq!(invariants::check(&backend.context).await.unwrap(), []);
    assert!(demo::load(&backend.context, &owner, now, |_| {}).await.unwrap().was_there);
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_of_people_keep_the_demo_away() {
    let backend = Backend::start().await;
    backend.traveler("Ana").await;
    let (now, owner) = (backend.context.now(), backend.owner_options());
    let refused = demo::load(&backend.context, &owner, now, |_| {}).await.unwrap_err();
    assert_eq!(refused.code(), Some(Code::Invalid));
    let mut owner = backend.owner().await;
    let accounts: i64 =
        sqlx::query_scalar("SELECT count(*) FROM users").fetch_one(&mut owner).await.unwrap();
    assert_eq!(accounts, 1);
}
