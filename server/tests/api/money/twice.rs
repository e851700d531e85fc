//! Every job, run by two servers at once and then again by both, does what once does.

use std::collections::BTreeMap;

use serde_json::json;
use sqlx::PgConnection;
use traveloure_core::{
    api::{cancel::Cancellation, request::Request},
    job::Job,
};
use traveloure_server::{
    jobs::run_one,
    sandbox::{Effect, Fault},
    testing::Backend,
};

use super::{Town, VISA, paying::with_deposit};

/// What every table holds, but for the sandbox's, which are somebody else's.
async fn state(db: &mut PgConnection) -> BTreeMap<String, (i64, Option<String>)> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT table_name::text FROM information_schema.tables
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1",
    )
    .fetch_all(&mut *db)
    .await
    .unwrap();
    let mut state = BTreeMap::new();
    for table in tables {
        let rows = format!(
            "SELECT count(*), md5(string_agg(row::text, '|' ORDER BY row::text)) FROM \"{table}\" row"
        );
        let of_table = sqlx::query_as(sqlx::AssertSqlSafe(rows)).fetch_one(&mut *db).await.unwrap();
        state.insert(table, of_table);
    }
    state
}

struct Servers {
    town: Town,
    other: Backend,
    done: BTreeMap<Job, usize>,
}

impl Servers {
    /// It is that moment: both run every job at once, and then again, which changes nothing.
    async fn at(&mut self, moment: &str) {
        self.jobs_at(moment, Job::ALL.iter()).await;
    }

    async fn jobs_at(&mut self, moment: &str, jobs: impl Iterator<Item = &Job>) {
        self.town.backend.clock.set(moment.parse().unwrap());
        for job in jobs {
            let (here, there) = (&self.town.backend.context, &self.other.context);
            let (one, two) = tokio::join!(run_one(here, *job), run_one(there, *job));
            *self.done.entry(*job).or_default() += one.unwrap() + two.unwrap();
            let mut db = self.town.backend.owner().await;
            let before = state(&mut db).await;
            let (one, two) = tokio::join!(run_one(here, *job), run_one(there, *job));
            one.and(two).unwrap();
            let after = state(&mut db).await;
            for (table, rows) in &before {
                assert_eq!(Some(rows), after.get(table), "{job} changed {table} again");
            }
        }
        self.town.holds().await;
    }

    async fn hear(&mut self, moment: &str) {
        // The processor tells, and both act on it.
        self.town.backend.listen().await;
        self.at(moment).await;
    }
}

#[tokio::test]
async fn every_job_run_twice_and_by_two_servers_does_everything_once() {
    let (town, in_july) = with_deposit().await;
    town.backend.sandbox().fund("", 100_000, "eur").await.unwrap();
    town.onboard().await;
    let other = town.backend.beside().await;
    let cleo = town.backend.traveler("Cleo").await;
    // One is answered with an offer that holds its day, one by nobody.
    let ask = async |date: &str| {
        let body = json!({"service_id": town.walk.id, "date": date, "travelers": 2});
        let path = "/api/booking-requests/submit/";
        town.backend.post(&cleo, path, &body).await.ok::<Request>()
    };
    let held = ask("2026-07-20").await;
    ask("2026-07-21").await;
    let path = format!("/api/booking-requests/{}/counter-offer/", held.row.id);
    let offer = json!({"price": {"amount": "99.00", "currency": "EUR"}, "hold": true});
    town.backend.post(&town.ana, &path, &offer).await.ok::<serde_json::Value>();
    // One is paid and takes place, one is paid and cancelled, one is not paid, one is paid by deposit.
    let walked = town.paid("2026-06-10", "full").await;
    town.paid("2026-06-11", "full").await;
    let unpaid = town.process(&[town.wish("2026-06-12")]).await;
    town.start(&unpaid.payment_intent[0], "full").await;
    let paying = town.process(&[town.wish("2026-06-13")]).await;
    let started = town.start(&paying.payment_intent[0], "full").await;
    town.pay(&started, VISA).await;
    let deposit = town.start(&in_july, "deposit").await;
    town.pay(&deposit, VISA).await;
    let mut servers = Servers { town, other, done: BTreeMap::new() };

    servers.hear("2026-06-01T09:00:01Z").await;
    servers.at("2026-06-01T09:30:00Z").await;
    servers.at("2026-06-01T09:45:00Z").await;
    // Half time of the answer that is owed, its end, and the hold's.
    servers.at("2026-06-01T21:00:00Z").await;
    servers.jobs_at("2026-06-03T09:00:00Z", Job::ALL.iter().rev()).await;
    // The walks are over; then their hold is.
    servers.at("2026-06-11T00:00:00Z").await;
    servers.at("2026-06-12T23:30:00Z").await;
    // Part of what was paid out goes back.
    let path = format!("/api/bookings/{}/refund/", walked.bookings[0].booking_id);
    let body = json!({"amount": {"amount": "40.00", "currency": "EUR"}, "reason": "rain"});
    let broke = Fault { count: Some(3), ..Fault::once("POST /v1/refunds", Effect::FailAfter) };
    servers.town.backend.sandbox().add_fault(&broke).await.unwrap();
    servers.town.backend.post(&servers.town.ana, &path, &body).await.ok::<Cancellation>();
    servers.at("2026-06-12T23:31:00Z").await;
    servers.at("2026-06-12T23:45:00Z").await;
    servers.at("2026-06-14T09:00:00Z").await;
    // The rest of the deposit: its reminders, and then itself.
    servers.at("2026-06-30T09:00:00Z").await;
    servers.at("2026-07-02T09:00:00Z").await;
    servers.at("2026-07-03T09:00:00Z").await;
    servers.at("2026-08-20T09:00:00Z").await;

    let idle: Vec<_> = servers.done.iter().filter(|(_, done)| **done == 0).collect();
    assert!(idle.is_empty(), "these had nothing to do: {idle:?}");
    assert_eq!(servers.town.balance("provider_payable").await, "0");
}
