//! Everything breaks, and nothing is lost: the real server under kill -9, without its database, with a processor
//! that charges and does not say so, with messages twice and late, with clients that go away. After each fault a
//! strict account against the processor's own books, and every invariant of the domain.
//!
//! `cargo test --test faults` runs a quick form; `cargo test --release --test faults -- --full` the whole of it.
//! A word after `--` runs only the faults in whose name it stands. `docs/TESTING.md` says more.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::float_arithmetic)]

mod account;
mod bank;
mod controls;
mod database;
mod door;
mod gone;
mod kills;
mod load;
mod phases;
mod processor;
mod server;
mod table;
mod trap;
mod traveler;
mod webhooks;
mod world;

use std::{process::ExitCode, time::Instant};

use account::Account;
use database::End;
use processor::Fails;
use table::{Line, Trials};
use world::World;

/// How often each fault happens.
#[derive(Clone, Copy, Debug)]
struct Size {
    phase: usize,
    random: usize,
    database: usize,
    processor: usize,
    refunds: usize,
    messages: usize,
    gone: usize,
    /// Whether everything comes to its end after each fault, which takes half a minute or more, or after all of them.
    settles_each: bool,
}

const QUICK: Size = Size {
    phase: 1,
    random: 5,
    database: 1,
    processor: 5,
    // The way back from a 500 that is replayed takes a minute and a half.
    refunds: 0,
    messages: 100,
    gone: 60,
    settles_each: false,
};
const FULL: Size = Size {
    phase: 20,
    random: 200,
    database: 20,
    processor: 500,
    refunds: 100,
    messages: 5_000,
    gone: 2_000,
    settles_each: true,
};

#[derive(Clone, Copy, Debug)]
enum Fault {
    KilledAtPhases,
    KilledAtRandom,
    DatabaseKilled,
    DatabaseRestarted,
    ProcessorTimesOut,
    ProcessorFails,
    Webhooks,
    ClientsGone,
}

impl Fault {
    const ALL: [Self; 8] = [
        Self::KilledAtPhases,
        Self::KilledAtRandom,
        Self::DatabaseKilled,
        Self::DatabaseRestarted,
        Self::ProcessorTimesOut,
        Self::ProcessorFails,
        Self::Webhooks,
        Self::ClientsGone,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::KilledAtPhases => "server killed at phases",
            Self::KilledAtRandom => "server killed at random",
            Self::DatabaseKilled => "database killed",
            Self::DatabaseRestarted => "database restarted",
            Self::ProcessorTimesOut => "processor times out",
            Self::ProcessorFails => "processor answers 500",
            Self::Webhooks => "webhooks twice and late",
            Self::ClientsGone => "clients gone",
        }
    }

    async fn happens(self, world: &World, size: Size) -> Trials {
        match self {
            Self::KilledAtPhases => kills::at_phases(world, size.phase).await,
            Self::KilledAtRandom => kills::at_random(world, size.random).await,
            Self::DatabaseKilled => database::ends(world, End::Killed, size.database).await,
            Self::DatabaseRestarted => database::ends(world, End::Stopped, size.database).await,
            Self::ProcessorTimesOut => {
                processor::fails(world, Fails::TimesOut, size.processor, size.refunds).await
            }
            Self::ProcessorFails => {
                processor::fails(world, Fails::With500, size.processor, size.refunds).await
            }
            Self::Webhooks => webhooks::storm(world, size.messages).await,
            Self::ClientsGone => gone::gone(world, size.gone).await,
        }
    }
}

fn main() -> ExitCode {
    // Who has installed it already has installed the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let size = if arguments.iter().any(|word| word == "--full") { FULL } else { QUICK };
    let words: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|word| !word.starts_with('-')).collect();
    let is_wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word));
    let wanted: Vec<Fault> =
        Fault::ALL.into_iter().filter(|fault| is_wanted(fault.name())).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let is_good = runtime.block_on(async {
        let mut is_good = true;
        if !wanted.is_empty() {
            is_good &= faults(&wanted, size).await;
        }
        if is_wanted(controls::NAME) {
            is_good &= controls::all().await;
        }
        is_good
    });
    if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn faults(wanted: &[Fault], size: Size) -> bool {
    let world = World::open().await;
    println!("{}", table::head());
    let start = Account::take(&world).await;
    let mut before = start.clone();
    let mut is_good = true;
    let mut count = 0;
    let began = Instant::now();
    for fault in wanted {
        let began = Instant::now();
        let trials = fault.happens(&world, size).await;
        let mut accounts = None;
        if size.settles_each {
            let after = world.settled().await;
            accounts = Some((std::mem::replace(&mut before, after.clone()), after));
        }
        count += trials.count;
        let line = Line { fault: fault.name(), trials, accounts, took: began.elapsed() };
        println!("{line}");
        is_good &= line.is_good();
    }
    let trials = Trials { count, ..Trials::default() };
    let accounts = Some((start, world.settled().await));
    let line = Line { fault: "all of them", trials, accounts, took: began.elapsed() };
    println!("{line}");
    world.close().await;
    is_good && line.is_good()
}
