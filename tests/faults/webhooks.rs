//! Webhooks that come twice, in another order, and late.

use std::time::Instant;

use futures_util::{StreamExt, stream};
use traveloure_server::sandbox::{Effect, Fault};

use crate::{
    table::Trials,
    traveler::{Ended, Temper, Trip, Way},
    world::World,
};

const AT_A_TIME: usize = 12;
/// How often each message is sent beside the first time.
const COPIES: u32 = 2;
/// Within so many milliseconds, at random: a checkout takes a fraction of it.
const SHUFFLED: u32 = 2_000;
/// And one in ten so much later.
const LATE: u32 = 4_000;

/// Pays checkouts on pages until so many messages have been sent.
pub async fn storm(world: &World, messages: usize) -> Trials {
    let before = delivered(world).await;
    let always = |effect, amount| Fault { amount, count: None, ..Fault::once("*", effect) };
    let bank = &world.bank.sandbox;
    bank.add_fault(&always(Effect::Duplicate, COPIES)).await.unwrap();
    bank.add_fault(&always(Effect::Shuffle, SHUFFLED)).await.unwrap();
    let late = Fault { per_mille: 100, ..always(Effect::Delay, LATE) };
    bank.add_fault(&late).await.unwrap();
    let mut trials = Trials::default();
    while trials.count < messages {
        let trips = (0..AT_A_TIME).map(|_| async {
            let number = world.next();
            let mut trip = Trip::new(world, Temper::Insists, number, world.wish(number));
            trip.book().await?;
            let start = Instant::now();
            trip.pay(Way::Page).await?;
            let took = start.elapsed();
            if number.is_multiple_of(4) {
                trip.cancel().await?;
            }
            Ok::<_, Ended>(took)
        });
        let outcomes: Vec<_> = stream::iter(trips).buffer_unordered(AT_A_TIME).collect().await;
        for outcome in outcomes {
            match outcome {
                Ok(took) => trials.recoveries.push(took),
                Err(ended) => trials.wrong.push(format!("{ended:?}")),
            }
        }
        let sent = bank.deliveries().await.unwrap();
        trials.count = usize::try_from(sent.due + sent.delivered).unwrap() - before;
    }
    bank.clear_faults().await.unwrap();
    let first: i64 = sqlx::query_scalar("SELECT count(*) FROM webhook_events")
        .fetch_one(&world.database)
        .await
        .unwrap();
    trials.note =
        format!("{} checkouts, {first} different messages so far", trials.recoveries.len());
    trials
}

async fn delivered(world: &World) -> usize {
    world.quiet().await;
    usize::try_from(world.bank.sandbox.deliveries().await.unwrap().delivered).unwrap()
}
