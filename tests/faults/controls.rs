//! Controls: faults that are let through on purpose. An account that does not find them would find nothing.

use std::collections::BTreeSet;

use traveloure_server::sandbox::Effect;

use crate::{
    account::Account,
    kills,
    phases::{self, Phase},
    traveler::{Ended, Temper, Trip, Way},
    world::World,
};

/// What they are called, to run them alone.
pub const NAME: &str = "controls";

/// All of them, each in what it adds to a world of their own; whether each was caught.
pub async fn all() -> bool {
    println!("\n{:<48} what the account says", "let through on purpose");
    let world = World::open().await;
    let mut is_good = true;
    let mut known = BTreeSet::new();
    // Each must add something that was not there before it.
    let mut tell = |what: &str, account: &Account, list: fn(&Account) -> &Vec<String>| {
        let caught = list(account).iter().find(|words| !known.contains(*words));
        is_good &= caught.is_some();
        println!("{what:<48} {}", caught.map_or("NOT CAUGHT", String::as_str));
        known.extend(account.problems().cloned());
    };

    forgetful_processor(&world).await;
    tell("a processor without idempotency", &Account::take(&world).await, |of| &of.doubled);
    forgetful_client(&world).await;
    tell("a client that comes back with another key", &Account::take(&world).await, |of| {
        &of.doubled
    });
    nobody_comes_back(&world).await;
    tell("a server that stays down after a charge", &Account::take(&world).await, |of| &of.lost);
    world.server.stay_down(false);
    world.server.is_up().await;
    world.promised("what nobody booked", true);
    tell("an answer that is not true", &Account::take(&world).await, |of| &of.lost);
    forgotten_seat(&world).await;
    tell("a seat that is counted and nobody's", &Account::take(&world).await, |of| &of.seats);
    unclaimed_seat(&world).await;
    tell("a seat that is sold and not claimed", &Account::take(&world).await, |of| &of.broken);
    let poisoned = poisoned_connection(&world).await;
    tell("a connection that is left in a transaction", &Account::take(&world).await, |of| {
        &of.broken
    });
    poisoned.close().await.unwrap();
    world.close().await;
    is_good
}

/// Its answer is lost, it is asked again under the same key, and it charges again.
async fn forgetful_processor(world: &World) {
    world.bank.forget_keys(true);
    world.bank.fail("POST /v1/payment_intents", Effect::LoseAnswer, 0, 1).await;
    let number = world.next();
    let mut trip = Trip::new(world, Temper::Insists, number, world.wish(number));
    trip.book().await.unwrap();
    trip.pay(Way::Saved).await.unwrap();
    world.bank.forget_keys(false);
    world.quiet().await;
}

async fn forgetful_client(world: &World) {
    let phase = named("cart: after an item is committed");
    kills::at(world, phase, Temper::Forgets).await.unwrap();
    world.quiet().await;
}

async fn nobody_comes_back(world: &World) {
    let number = world.next();
    let mut trip = Trip::new(world, Temper::GivesUp, number, world.wish(number));
    trip.book().await.unwrap();
    world.server.stay_down(true);
    world.trap.arm(named("saved card: after it was charged").moment);
    assert_eq!(trip.pay(Way::Saved).await, Err(Ended::GaveUp));
    world.trap.disarm().unwrap();
    world.server.is_down().await;
}

async fn forgotten_seat(world: &World) {
    let statement = "UPDATE capacity SET booked = booked + 1
                     WHERE id = (SELECT id FROM capacity ORDER BY date LIMIT 1)";
    sqlx::query(statement).execute(&world.database).await.unwrap();
}

async fn unclaimed_seat(world: &World) {
    let statement =
        "DELETE FROM claims WHERE id = (SELECT id FROM claims ORDER BY created_at DESC LIMIT 1)";
    sqlx::query(statement).execute(&world.database).await.unwrap();
}

/// As a handler that is cancelled between two statements would leave it.
async fn poisoned_connection(world: &World) -> sqlx::pool::PoolConnection<sqlx::Postgres> {
    let mut db = world.database.acquire().await.unwrap();
    sqlx::raw_sql("SET idle_in_transaction_session_timeout = 0; BEGIN")
        .execute(&mut *db)
        .await
        .unwrap();
    sqlx::query("SELECT 1").execute(&mut *db).await.unwrap();
    let count = "SELECT count(*) FROM pg_stat_activity
                 WHERE state = 'idle in transaction' AND state_change < now() - interval '1 second'";
    loop {
        let left: i64 = sqlx::query_scalar(count).fetch_one(&world.database).await.unwrap();
        if left > 0 {
            return db;
        }
        tokio::time::sleep(crate::world::LOOK).await;
    }
}

fn named(name: &str) -> &'static Phase {
    phases::ALL.iter().find(|phase| phase.name == name).unwrap()
}
