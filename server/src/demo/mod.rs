//! The demo: believable providers in many places with a season behind them, made by using the backend as people
//! do. Nothing is written but through the use cases, at the moments at which it would have happened.
//!
//! The same seed on the same moment makes the same demo.

mod bank;
mod cast;
mod dates;
mod inbox;
mod life;
mod opening;
mod season;
mod story;
mod trips;
mod words;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, postgres::PgConnectOptions};
use traveloure_core::api::problem::Code;

use crate::{
    app::{Context, accounts, passwords::Passwords},
    clock::SetClock,
    database,
    entropy::SeededEntropy,
    error::{AppError, AppResult, Fault},
    store::demo as store,
};
use bank::Bank;

/// The password of every account in the demo.
pub const PASSWORD: &str = "demo-demo-demo";

/// What every address in the demo ends with.
pub const ADDRESS: &str = "@traveloure.demo";

/// The account whose desk has something of everything.
pub const PROVIDER: &str = "provider@traveloure.demo";

/// The provider behind it, as travelers see it.
pub const PROVIDER_NAME: &str = cast::INES.name;

/// Where that provider is.
pub const PROVIDER_CITY: &str = cast::INES.city;

/// Travelers who go on asking while the demo is open, by their addresses.
pub const GUESTS: &[&str] = &[
    "aoife@traveloure.demo",
    "callum@traveloure.demo",
    "camille@traveloure.demo",
    "grace@traveloure.demo",
    "lukasz@traveloure.demo",
    "yuki@traveloure.demo",
];

/// The accounts to sign in with, for whoever starts the demo.
pub const ACCOUNTS: &str = "\
Demo accounts, all with the password demo-demo-demo:
  provider@traveloure.demo   Inês and the Blue Van, Lisbon: a full inbox, seven services, a season's earnings
  traveler@traveloure.demo   a traveler with trips ahead and behind, an offer to answer and a refund to come
  expert@traveloure.demo     a traveler until there are experts
  admin@traveloure.demo      an administrator: fees, reports, and a refund that a bank did not take";

/// How long ago everybody registered. A sign-in lasts 90 days, so none of those made then can be used.
const OPENED: TimeDelta = TimeDelta::days(100);

/// Decides what happens in the demo.
const SEED: u64 = 0x7261_7665_6C6F;

/// What the demo consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// It was there already and nothing was done.
    pub was_there: bool,
    pub providers: u32,
    pub requests: u32,
    pub bookings: u32,
}

/// How far loading has come: so many of so many requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub done: u32,
    pub of: u32,
}

/// Makes the demo as of `now`, or does nothing if it is there. Must be done before the jobs of any server on this
/// database run, because it lives in the past, and they would find its past overdue. Several at once are safe:
/// one makes it, the others wait.
///
/// A demo that was cut off while it was being made is made anew. For that it needs the database's `owner`: nobody else
/// can take back what is in the ledger. Its money is the sandbox's, whichever processor `context` has.
///
/// # Errors
/// [`Code::Invalid`] where there are accounts that are none of the demo's: the two never share a database.
/// Otherwise a fault only.
pub async fn load(
    context: &Context,
    owner: &PgConnectOptions,
    now: DateTime<Utc>,
    progress: impl FnMut(Progress) + Send,
) -> AppResult<Summary> {
    let options = (*context.pool.connect_options()).clone();
    // The lock lives as long as its connection, which is not the pool's, so that it goes whatever happens.
    let mut lock = store::lock(owner).await?;
    match store::found(&mut lock, ADDRESS, &finished_by()).await? {
        store::Found::Nothing => {}
        store::Found::Unfinished => {
            // In this order: an account that is left says that there is more to take back.
            bank::forget(context).await?;
            store::clear(&mut lock).await?;
        }
        store::Found::Finished { providers, requests, bookings } => {
            return Ok(Summary { was_there: true, providers, requests, bookings });
        }
        store::Found::Others => {
            return Err(AppError::refused(
                Code::Invalid,
                "This database has accounts that are none of the demo's. Nothing was changed; start the demo on \
                 a database of its own, or with another --home.",
            ));
        }
    }
    let pool = database::connect(options.options(SETTINGS), CONNECTIONS)
        .await
        .map_err(|error| Fault::Broken(error.to_string()))?;
    let clock = SetClock::at(now - OPENED);
    let made = Context {
        pool,
        clock: Arc::new(clock.clone()),
        entropy: Arc::new(SeededEntropy::new(SEED)),
        passwords: Passwords::of_demo(),
        ..context.clone()
    };
    let (bank, made) = Bank::open(made, !SEED).await?;
    let outcome = make(&made, &mut lock, &clock, &bank, now, progress).await;
    let closed = bank.close().await;
    made.pool.close().await;
    let summary = outcome?;
    closed?;
    // The administrator comes last, and for good: whoever finds them finds a finished demo.
    clock.set(now - OPENED);
    let last = Context { pool: context.pool.clone(), ..made };
    accounts::register_admin(&last, opening::registration(ADMIN, "Nkechi Obi")).await?;
    Ok(summary)
}

const ADMIN: &str = "admin";

/// Losing the last moments in a crash would only mean to make it anew: it counts once it is finished. Planning a query
/// by its values takes longer than the query where there are so few rows.
const SETTINGS: [(&str, &str); 2] =
    [("synchronous_commit", "off"), ("plan_cache_mode", "force_generic_plan")];

/// So many days ago the database has a look at how its tables have grown: queries would go on to be planned for empty
/// ones.
const CHAPTERS: [i64; 4] = [85, 65, 35, 0];

/// One thing happens after the other; each connection would learn every query for itself.
const CONNECTIONS: u32 = 2;

fn finished_by() -> String {
    format!("{ADMIN}{ADDRESS}")
}

async fn make(
    context: &Context,
    owner: &mut PgConnection,
    clock: &SetClock,
    bank: &Bank,
    now: DateTime<Utc>,
    mut progress: impl FnMut(Progress) + Send,
) -> AppResult<Summary> {
    let people = opening::register_everyone(context, SEED).await?;
    let mut desks = Vec::new();
    for house in cast::houses() {
        let user = *people
            .get(house.account)
            .ok_or_else(|| Fault::Broken(format!("{} did not register", house.account)))?;
        desks.push(opening::open_desk(context, clock, house, user, now).await?);
    }
    let mut life = life::Life::new(context, clock, bank, &desks, &people);
    for (place, desk) in desks.iter().enumerate() {
        let is_first = place == 0;
        let seed = SEED.wrapping_add(place as u64);
        life.plan(place, season::stories(desk.house, now, seed, is_first));
        if is_first {
            life.plan(place, inbox::stories(now));
            life.plan(place, trips::stories(now));
        }
    }
    life.plan_money();
    for days in CHAPTERS {
        life.until(now - TimeDelta::days(days), |done, of| progress(Progress { done, of })).await?;
        store::take_stock(owner).await?;
    }
    let lived = life.end().await?;
    Ok(Summary {
        was_there: false,
        providers: u32::try_from(desks.len()).unwrap_or(u32::MAX),
        requests: lived.requests,
        bookings: lived.bookings,
    })
}
