//! kill -9 of the server: at every named phase, and at any moment.

use std::time::{Duration, Instant};

use rand::Rng;
use tokio_util::sync::CancellationToken;

use crate::{
    load,
    phases::{self, Leg, Phase},
    table::Trials,
    traveler::{Ended, Temper, Trip, Way},
    world::{LOOK, PATIENCE, World},
};

/// How many travelers are on their way while the server is killed at any moment.
const CROWD: usize = 6;

/// Kills it so often at each phase. Every second traveler does not come back.
pub async fn at_phases(world: &World, times: usize) -> Trials {
    let mut trials = Trials::default();
    for time in 0..times {
        let temper = if time % 2 == 0 { Temper::Insists } else { Temper::GivesUp };
        for phase in &phases::ALL {
            trials.count += 1;
            world.quiet().await;
            match at(world, phase, temper).await {
                Ok(recovery) => trials.recoveries.extend(recovery),
                Err(problem) => trials.wrong.push(format!("{}: {problem}", phase.name)),
            }
        }
    }
    trials
}

/// One trial; how long it took from the kill to the end of what was asked for, where somebody waited for it.
pub async fn at(world: &World, phase: &Phase, temper: Temper) -> Result<Option<Duration>, String> {
    let number = world.next();
    let mut trip = Trip::new(world, temper, number, world.wish(number));
    if phase.leg == Leg::NewCustomer {
        let stranger = world.api.register(&format!("stranger{number}")).await;
        trip = trip.of(stranger);
    }
    // What comes before its leg goes well.
    if !matches!(phase.leg, Leg::Page | Leg::NewCustomer) {
        said(trip.book().await)?;
    }
    if matches!(phase.leg, Leg::Refund | Leg::Payout) {
        said(trip.pay(Way::Saved).await)?;
        world.quiet().await;
    }
    world.trap.arm(phase.moment);
    let mut walking = Box::pin(walk(world, &mut trip, phase.leg));
    let ended = tokio::select! {
        ended = &mut walking => ended,
        () = mend(world) => walking.await,
    };
    let Some(killed) = world.trap.disarm() else { return Err("was never reached".to_owned()) };
    match ended {
        Ok(()) if phase.leg == Leg::Payout => Ok(None),
        Ok(()) => Ok(Some(killed.elapsed())),
        Err(Ended::GaveUp) => Ok(None),
        Err(other) => Err(format!("{other:?}")),
    }
}

fn said(outcome: Result<(), Ended>) -> Result<(), String> {
    outcome.map_err(|ended| format!("{ended:?}"))
}

async fn walk(world: &World, trip: &mut Trip<'_>, leg: Leg) -> Result<(), Ended> {
    match leg {
        Leg::Page | Leg::NewCustomer => {
            trip.book().await?;
            trip.pay(Way::Page).await?;
            // The phases behind the confirmation are the server's own affair.
            sprung(world).await;
            Ok(())
        }
        Leg::Saved => trip.pay(Way::Saved).await,
        Leg::Refund => {
            trip.cancel().await?;
            sprung(world).await;
            Ok(())
        }
        Leg::Payout => {
            world.takes_place(&trip.booking).await;
            sprung(world).await;
            Ok(())
        }
    }
}

async fn sprung(world: &World) {
    let start = Instant::now();
    while !world.trap.has_sprung() && start.elapsed() < PATIENCE {
        tokio::time::sleep(LOOK).await;
    }
}

/// When the server is back, the processor need not wait with what it could not tell.
async fn mend(world: &World) {
    sprung(world).await;
    world.server.is_up().await;
    world.bank.sandbox.hurry_deliveries().await.unwrap();
}

/// Kills it so often while many are on their way, whatever it is doing.
pub async fn at_random(world: &World, times: usize) -> Trials {
    let over = CancellationToken::new();
    let killing = async {
        let mut recoveries = Vec::new();
        for _ in 0..times {
            world.server.is_up().await;
            let pause = rand::rng().random_range(0..1200);
            tokio::time::sleep(Duration::from_millis(pause)).await;
            let starts = world.server.starts();
            // It may be dead already when it could not start.
            let Some(killed) = world.trap.kill_now() else { continue };
            world.server.is_back(starts).await;
            recoveries.push(killed.elapsed());
            world.bank.sandbox.hurry_deliveries().await.unwrap();
        }
        over.cancel();
        recoveries
    };
    let (recoveries, crowd) = tokio::join!(killing, load::crowd(world, CROWD, over.clone()));
    Trials { count: recoveries.len(), recoveries, wrong: crowd.wrong, note: crowd.note }
}
