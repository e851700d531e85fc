//! A processor that does what it is asked and does not say so.

use std::time::Instant;

use futures_util::{StreamExt, stream};
use traveloure_server::sandbox::Effect;

use crate::{
    table::Trials,
    traveler::{Ended, Temper, Trip, Way},
    world::World,
};

/// How many are asked for at a time.
const AT_A_TIME: usize = 20;
/// Longer than the server waits for an answer.
const TOO_LATE: u32 = 5_500;

/// How the processor fails after it has charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fails {
    /// The answer comes too late, and then not at all.
    TimesOut,
    /// 500, which its idempotency replays for a day.
    With500,
}

/// So many charges of saved cards, and so many refunds of some of them, each of which the processor makes and does not
/// acknowledge.
pub async fn fails(world: &World, fails: Fails, times: usize, refunds: usize) -> Trials {
    // Of a lost answer the server asks again at once; that is lost as well, so that it does not know what it did.
    let (effect, amount, strikes) = match fails {
        Fails::TimesOut => (Effect::LoseAnswer, TOO_LATE, 2),
        Fails::With500 => (Effect::FailAfter, 0, 1),
    };
    let mut trials = Trials { count: times, ..Trials::default() };
    world.bank.fail("POST /v1/payment_intents", effect, amount, strikes * times).await;
    let trips = (0..times).map(|_| async {
        let number = world.next();
        let mut trip = Trip::new(world, Temper::Insists, number, world.wish(number));
        trip.book().await?;
        let start = Instant::now();
        trip.pay(Way::Saved).await?;
        Ok::<_, Ended>((trip, start.elapsed()))
    });
    let outcomes: Vec<_> = stream::iter(trips).buffer_unordered(AT_A_TIME).collect().await;
    trials.used_up(world, "charges").await;
    let mut paid = Vec::new();
    for outcome in outcomes {
        match outcome {
            Ok((trip, took)) => {
                trials.recoveries.push(took);
                paid.push(trip);
            }
            Err(ended) => trials.wrong.push(format!("{ended:?}")),
        }
    }
    let some: Vec<Trip<'_>> = paid.into_iter().take(refunds).collect();
    let count = some.len();
    world.bank.fail("POST /v1/refunds", effect, amount, strikes * count).await;
    let cancelled: Vec<_> = stream::iter(some)
        .map(|trip| async move { trip.cancel().await })
        .buffer_unordered(AT_A_TIME)
        .collect()
        .await;
    trials.used_up(world, "refunds").await;
    for ended in cancelled.into_iter().filter_map(Result::err) {
        trials.wrong.push(format!("{ended:?}"));
    }
    trials.note = format!("{count} refunds as well");
    trials
}

impl Trials {
    /// Every fault that was set has befallen something, or the figures would say less than they seem to.
    async fn used_up(&mut self, world: &World, what: &str) {
        let left = world.bank.sandbox.faults().await.unwrap();
        if !left.is_empty() {
            self.wrong.push(format!("{what}: not every fault has struck: {left:?}"));
        }
        world.bank.sandbox.clear_faults().await.unwrap();
    }
}
