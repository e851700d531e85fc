//! The invariants of the domain: what must hold whatever happened, checked over all there is.
//!
//! Their numbers are those of the design's list; [`ELSEWHERE`] has those of it that are no rows of a database. The
//! chain of the audit log (the rest of 14) comes with personal assistants.

mod histories;

use std::fmt;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use sqlx::{PgConnection, postgres::PgConnectOptions};
use traveloure_core::{booking, time};

use super::Context;
use crate::{
    cluster::APP_ROLE,
    database::{self, DatabaseError},
    error::{AppError, AppResult},
    store::invariants::{self as store, Broken, LookedAt},
};
use histories::{BOOKINGS, Machine, REQUESTS, untold};

/// How long after its moment the job for it may still come.
const GRACE: TimeDelta = TimeDelta::seconds(60);

/// The numbers of the list that are not looked at here, and why.
pub const ELSEWHERE: [(u8, &str); 2] = [
    (13, "is about personal assistants, of whom there are none yet"),
    (18, "is about what the programs remember, not the database"),
];

/// The ledger and the audit log.
const PROTECTED: i64 = 2;

/// A rule that must hold of every row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Invariant {
    CapacityIsNotExceeded,
    CountersAreTheirClaims,
    ClaimsEndInTime,
    EveryDateIsClaimed,
    TheLedgerBalances,
    AmountsAddUp,
    NobodyPaysTwice,
    RefundsAreOfWhatWasPaid,
    PayoutsAreWhatIsDue,
    StatusesAreReachedAndTold,
    KeysAreOfOneRequest,
    DeadlinesAreKept,
    BooksAreOnlyAddedTo,
    CheckoutsHaveOneCurrency,
    StartsAreTheirLocalTime,
    MovementsAreBookedOnce,
}

impl Invariant {
    pub const ALL: [Self; 16] = [
        Self::CapacityIsNotExceeded,
        Self::CountersAreTheirClaims,
        Self::ClaimsEndInTime,
        Self::EveryDateIsClaimed,
        Self::TheLedgerBalances,
        Self::AmountsAddUp,
        Self::NobodyPaysTwice,
        Self::RefundsAreOfWhatWasPaid,
        Self::PayoutsAreWhatIsDue,
        Self::StatusesAreReachedAndTold,
        Self::KeysAreOfOneRequest,
        Self::DeadlinesAreKept,
        Self::BooksAreOnlyAddedTo,
        Self::CheckoutsHaveOneCurrency,
        Self::StartsAreTheirLocalTime,
        Self::MovementsAreBookedOnce,
    ];

    /// Its number in the design's list.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::CapacityIsNotExceeded => 1,
            Self::CountersAreTheirClaims => 2,
            Self::ClaimsEndInTime => 3,
            Self::EveryDateIsClaimed => 4,
            Self::TheLedgerBalances => 5,
            Self::AmountsAddUp => 6,
            Self::NobodyPaysTwice => 7,
            Self::RefundsAreOfWhatWasPaid => 8,
            Self::PayoutsAreWhatIsDue => 9,
            Self::StatusesAreReachedAndTold => 10,
            Self::KeysAreOfOneRequest => 11,
            Self::DeadlinesAreKept => 12,
            Self::BooksAreOnlyAddedTo => 14,
            Self::CheckoutsHaveOneCurrency => 15,
            Self::StartsAreTheirLocalTime => 16,
            Self::MovementsAreBookedOnce => 17,
        }
    }

    /// What it says, as a sentence without its full stop.
    #[must_use]
    pub const fn says(self) -> &'static str {
        match self {
            Self::CapacityIsNotExceeded => "no row of capacity has sold more than it has",
            Self::CountersAreTheirClaims => "what is booked is the sum of the live claims",
            Self::ClaimsEndInTime => "no claim outlives its hold, its request or its booking",
            Self::EveryDateIsClaimed => "a booking claims its dates, every night of a stay",
            Self::TheLedgerBalances => "every movement of money sums to zero",
            Self::NobodyPaysTwice => {
                "what was paid is of one checkout, booked, and once for one purpose"
            }
            Self::RefundsAreOfWhatWasPaid => "no more goes back than was paid, and it is booked",
            Self::PayoutsAreWhatIsDue => {
                "what is transferred is due, earned, once, and of nothing in dispute"
            }
            Self::CheckoutsHaveOneCurrency => "one checkout has one currency, and so has its money",
            Self::MovementsAreBookedOnce => "nothing that happened is in the books twice",
            Self::AmountsAddUp => "fee and payout make the price, price and expert fee the total",
            Self::StatusesAreReachedAndTold => "every change of a status is allowed and told of",
            Self::KeysAreOfOneRequest => "one key answers one request",
            Self::BooksAreOnlyAddedTo => "nobody can change the ledger or the audit log",
            Self::DeadlinesAreKept => "no request is open after its deadline",
            Self::StartsAreTheirLocalTime => "a start is the instant of its local date and time",
        }
    }
}

/// A row that breaks an invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub invariant: Invariant,
    /// The id of the row: of capacity, a claim, a request, a booking, or of money; or the name of a table.
    pub row: String,
    pub how: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { invariant, row, how } = self;
        write!(f, "{} ({}): {row}: {how}", invariant.number(), invariant.says())
    }
}

/// What was found of one invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub invariant: Invariant,
    /// How many rows it is about.
    pub looked_at: u64,
    pub broken: Vec<Violation>,
}

/// What was found of a database at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    /// Whether a server was at work on it.
    pub is_served: bool,
    /// By when what was due had to be done: now, or, where no server was there to do it, when something happened
    /// last.
    pub as_of: DateTime<Utc>,
    /// By the number of the invariant.
    pub all: Vec<Finding>,
}

impl Findings {
    /// Every row that breaks an invariant.
    pub fn broken(&self) -> impl Iterator<Item = &Violation> {
        self.all.iter().flat_map(|one| &one.broken)
    }
}

/// Checks every invariant and returns all that breaks one; nothing is repaired. It reads whole tables: for
/// tests and for an operator.
///
/// # Errors
/// A fault only.
pub async fn check(context: &Context) -> AppResult<Vec<Violation>> {
    let mut db = store::connect(&context.pool.connect_options()).await?;
    let mut snapshot = store::snapshot(&mut db).await?;
    let found = look(&mut snapshot, context.now()).await?;
    Ok(found.into_iter().flat_map(|one| one.broken).collect())
}

/// Why a database was not examined.
#[derive(Debug, thiserror::Error)]
pub enum ExamineError {
    #[error(transparent)]
    Database(#[from] DatabaseError),
    #[error(transparent)]
    Fault(#[from] AppError),
}

/// Checks every invariant of a database that others may be working on, at one moment: what is being changed
/// meanwhile is seen before or after, and never in between. Nothing is written, and nobody is kept waiting.
///
/// # Errors
/// [`ExamineError`]: it does not answer, or its schema is another.
pub async fn examine(
    options: &PgConnectOptions,
    now: DateTime<Utc>,
) -> Result<Findings, ExamineError> {
    let mut db = store::connect(options).await.map_err(DatabaseError::from)?;
    database::must_be_current(&mut db).await?;
    let mut snapshot = store::snapshot(&mut db).await.map_err(AppError::from)?;
    let is_served = store::is_served(&mut snapshot).await.map_err(AppError::from)?;
    let as_of = if is_served {
        now
    } else {
        store::last_event(&mut snapshot).await.map_err(AppError::from)?.unwrap_or(now)
    };
    let all = look(&mut snapshot, as_of).await?;
    Ok(Findings { is_served, as_of, all })
}

/// The same within the caller's transaction, `now` being when what is due has to be done.
///
/// # Errors
/// A fault only.
pub async fn look(db: &mut PgConnection, now: DateTime<Utc>) -> AppResult<Vec<Finding>> {
    let latest = now - GRACE;
    let looked_at = store::looked_at(db).await?;
    let mut found = Vec::new();
    for invariant in Invariant::ALL {
        let rows: Vec<(String, String)> = if invariant == Invariant::BooksAreOnlyAddedTo {
            let unprotected = store::unprotected(db, APP_ROLE).await?;
            unprotected.into_iter().map(|one| (one.table, one.how)).collect()
        } else {
            let broken = broken(db, invariant, latest).await?;
            broken.into_iter().map(|one| (one.id.to_string(), one.how)).collect()
        };
        found.push(Finding {
            invariant,
            looked_at: of(invariant, &looked_at),
            broken: rows.into_iter().map(|(row, how)| Violation { invariant, row, how }).collect(),
        });
    }
    Ok(found)
}

async fn broken(
    db: &mut PgConnection,
    invariant: Invariant,
    latest: DateTime<Utc>,
) -> AppResult<Vec<Broken>> {
    let mut found = Vec::new();
    match invariant {
        Invariant::CapacityIsNotExceeded => found.extend(store::capacity_exceeded(db).await?),
        Invariant::CountersAreTheirClaims => found.extend(store::counters_off(db).await?),
        Invariant::ClaimsEndInTime => {
            found.extend(store::claims_outlived(db, latest, &holding()).await?);
        }
        Invariant::EveryDateIsClaimed => {
            found.extend(store::dates_not_claimed(db, &holding()).await?);
        }
        Invariant::TheLedgerBalances => found.extend(store::ledger_unbalanced(db).await?),
        Invariant::AmountsAddUp => found.extend(store::amounts_off(db).await?),
        Invariant::NobodyPaysTwice => {
            found.extend(store::payments_off(db).await?);
            found.extend(store::paid_twice(db).await?);
        }
        Invariant::RefundsAreOfWhatWasPaid => {
            found.extend(store::refunds_over(db).await?);
            found.extend(store::refunds_off(db).await?);
        }
        Invariant::PayoutsAreWhatIsDue => {
            found.extend(store::payouts_early(db).await?);
            found.extend(store::payouts_over(db).await?);
            found.extend(store::payable_forgotten(db).await?);
        }
        Invariant::StatusesAreReachedAndTold => {
            found.extend(store::rounds_off(db).await?);
            let mut requests = Ok(Vec::new());
            store::request_histories(db, |one| gather(&mut requests, &one, &REQUESTS)).await?;
            let mut bookings = Ok(Vec::new());
            store::booking_histories(db, |one| gather(&mut bookings, &one, &BOOKINGS)).await?;
            found.extend(requests?);
            found.extend(bookings?);
        }
        Invariant::KeysAreOfOneRequest => found.extend(store::keys_reused(db).await?),
        Invariant::DeadlinesAreKept => found.extend(store::requests_overdue(db, latest).await?),
        Invariant::CheckoutsHaveOneCurrency => found.extend(store::currencies_mixed(db).await?),
        Invariant::StartsAreTheirLocalTime => {
            store::starts(db, |start| found.extend(displaced(&start))).await?;
        }
        Invariant::MovementsAreBookedOnce => found.extend(store::booked_twice(db).await?),
        Invariant::BooksAreOnlyAddedTo => {}
    }
    Ok(found)
}

/// The statuses in which a booking takes up capacity.
fn holding() -> Vec<String> {
    booking::Status::ALL
        .into_iter()
        .filter(|status| status.holds_capacity())
        .map(|status| status.as_str().to_owned())
        .collect()
}

fn gather<S>(found: &mut AppResult<Vec<Broken>>, history: &store::History, machine: &Machine<S>)
where
    S: Copy + PartialEq + serde::de::DeserializeOwned,
{
    if let Ok(broken) = found {
        match untold(history, machine) {
            Ok(one) => broken.extend(one),
            Err(error) => *found = Err(error),
        }
    }
}

/// How many rows an invariant is about.
fn of(invariant: Invariant, there_are: &LookedAt) -> u64 {
    let rows = match invariant {
        Invariant::CapacityIsNotExceeded | Invariant::CountersAreTheirClaims => there_are.capacity,
        Invariant::ClaimsEndInTime => there_are.live_claims,
        Invariant::EveryDateIsClaimed
        | Invariant::AmountsAddUp
        | Invariant::StartsAreTheirLocalTime => there_are.bookings,
        Invariant::TheLedgerBalances | Invariant::MovementsAreBookedOnce => there_are.entries,
        Invariant::NobodyPaysTwice => there_are.payments,
        Invariant::RefundsAreOfWhatWasPaid => there_are.refunds,
        Invariant::PayoutsAreWhatIsDue => there_are.payouts,
        Invariant::StatusesAreReachedAndTold => there_are.requests + there_are.bookings,
        Invariant::KeysAreOfOneRequest => there_are.keys,
        Invariant::DeadlinesAreKept => there_are.requests,
        Invariant::BooksAreOnlyAddedTo => PROTECTED,
        Invariant::CheckoutsHaveOneCurrency => {
            there_are.bookings + there_are.payments + there_are.refunds + there_are.payouts
        }
    };
    rows.unsigned_abs()
}

/// In which way a booking does not start when its local date and time say.
fn displaced(start: &store::Start) -> Option<Broken> {
    let time = start.time.unwrap_or(NaiveTime::MIN);
    let zone: Option<Tz> = start.zone.parse().ok();
    let expected = zone.map(|zone| time::instant(start.date, time, zone));
    (expected != Some(start.starts_at)).then(|| Broken {
        id: start.id,
        how: format!(
            "{} {} in {} is {}, stored is {}",
            start.date,
            start.time.map_or_else(|| "(the day)".to_owned(), |time| time.to_string()),
            start.zone,
            expected.map_or_else(|| "no moment".to_owned(), |at| at.to_rfc3339()),
            start.starts_at.to_rfc3339()
        ),
    })
}
