//! The invariants of the domain: what must hold whatever happened, checked over all there is.
//!
//! Their numbers are those of the design's list; those of audits come with these.

use std::fmt;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use traveloure_core::{api::event::Kind, booking, request, time};
use uuid::Uuid;

use super::Context;
use crate::{
    error::AppResult,
    store::{
        invariants::{self as store, Broken, History},
        read::enumerated,
    },
};

/// How long after its moment the job for it may still come.
const GRACE: TimeDelta = TimeDelta::seconds(60);

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
    DeadlinesAreKept,
    CheckoutsHaveOneCurrency,
    StartsAreTheirLocalTime,
    MovementsAreBookedOnce,
}

impl Invariant {
    pub const ALL: [Self; 14] = [
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
        Self::DeadlinesAreKept,
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
            Self::DeadlinesAreKept => 12,
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
            Self::RefundsAreOfWhatWasPaid => "no more goes back than was paid",
            Self::PayoutsAreWhatIsDue => {
                "what is transferred is due, earned, once, and of nothing in dispute"
            }
            Self::CheckoutsHaveOneCurrency => "one checkout has one currency, and so has its money",
            Self::MovementsAreBookedOnce => "nothing that happened is in the books twice",
            Self::AmountsAddUp => "fee and payout make the price, price and expert fee the total",
            Self::StatusesAreReachedAndTold => "every change of a status is allowed and told of",
            Self::DeadlinesAreKept => "no request is open after its deadline",
            Self::StartsAreTheirLocalTime => "a start is the instant of its local date and time",
        }
    }
}

/// A row that breaks an invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub invariant: Invariant,
    /// The row: of capacity, a claim, a request, a booking, or of money.
    pub row: Uuid,
    pub how: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { invariant, row, how } = self;
        write!(f, "{} ({}): {row}: {how}", invariant.number(), invariant.says())
    }
}

/// Checks every invariant and returns all that breaks one; nothing is repaired. It reads whole tables: for
/// tests and for an operator. On a running server each invariant sees one consistent moment.
///
/// # Errors
/// A fault only.
pub async fn check(context: &Context) -> AppResult<Vec<Violation>> {
    let latest = context.now() - GRACE;
    let holding: Vec<String> = booking::Status::ALL
        .into_iter()
        .filter(|status| status.holds_capacity())
        .map(|status| status.as_str().to_owned())
        .collect();
    let mut db = context.pool.acquire().await?;
    let mut found = Vec::new();
    let mut add = |invariant, broken: Vec<Broken>| {
        found.extend(broken.into_iter().map(|row| Violation {
            invariant,
            row: row.id,
            how: row.how,
        }));
    };
    add(Invariant::CapacityIsNotExceeded, store::capacity_exceeded(&mut db).await?);
    add(Invariant::CountersAreTheirClaims, store::counters_off(&mut db).await?);
    add(Invariant::ClaimsEndInTime, store::claims_outlived(&mut db, latest, &holding).await?);
    add(Invariant::EveryDateIsClaimed, store::dates_not_claimed(&mut db, &holding).await?);
    add(Invariant::TheLedgerBalances, store::ledger_unbalanced(&mut db).await?);
    add(Invariant::AmountsAddUp, store::amounts_off(&mut db).await?);
    add(Invariant::NobodyPaysTwice, store::payments_off(&mut db).await?);
    add(Invariant::NobodyPaysTwice, store::paid_twice(&mut db).await?);
    add(Invariant::RefundsAreOfWhatWasPaid, store::refunds_over(&mut db).await?);
    add(Invariant::PayoutsAreWhatIsDue, store::payouts_early(&mut db).await?);
    add(Invariant::PayoutsAreWhatIsDue, store::payouts_over(&mut db).await?);
    add(Invariant::PayoutsAreWhatIsDue, store::payable_forgotten(&mut db).await?);
    add(Invariant::CheckoutsHaveOneCurrency, store::currencies_mixed(&mut db).await?);
    add(Invariant::MovementsAreBookedOnce, store::booked_twice(&mut db).await?);
    add(Invariant::StatusesAreReachedAndTold, store::rounds_off(&mut db).await?);
    let requests = store::request_histories(&mut db).await?;
    add(Invariant::StatusesAreReachedAndTold, untold(&requests, &REQUESTS)?);
    let bookings = store::booking_histories(&mut db).await?;
    add(Invariant::StatusesAreReachedAndTold, untold(&bookings, &BOOKINGS)?);
    add(Invariant::DeadlinesAreKept, store::requests_overdue(&mut db, latest).await?);
    let starts = store::starts(&mut db).await?;
    add(Invariant::StartsAreTheirLocalTime, displaced(&starts));
    Ok(found)
}

/// How the events of a thing lead it through its statuses.
struct Machine<S: 'static> {
    all: &'static [S],
    may_become: fn(S, S) -> bool,
    /// The statuses that an event of this kind says it took on; none for one that says nothing of them.
    told_by: fn(Kind) -> &'static [S],
    begins_with: Kind,
}

static REQUESTS: Machine<request::Status> = Machine {
    all: &request::Status::ALL,
    may_become: request::Status::may_become,
    told_by: |kind| match kind {
        Kind::RequestSubmitted => &[request::Status::PendingProvider],
        // Either side counters; which one it was follows from where it stood.
        Kind::RequestCountered => {
            &[request::Status::CounterOffered, request::Status::PendingProvider]
        }
        Kind::RequestAccepted => &[request::Status::Accepted],
        Kind::RequestDeclined => &[request::Status::Declined],
        Kind::RequestWithdrawn => &[request::Status::Withdrawn],
        Kind::RequestExpired => &[request::Status::Expired],
        _ => &[],
    },
    begins_with: Kind::RequestSubmitted,
};

static BOOKINGS: Machine<booking::Status> = Machine {
    all: &booking::Status::ALL,
    may_become: booking::Status::may_become,
    told_by: |kind| match kind {
        Kind::BookingCreated => &[booking::Status::Pending, booking::Status::PendingPayment],
        Kind::BookingConfirmed => &[booking::Status::Confirmed],
        Kind::BookingCancelled => &[booking::Status::Cancelled],
        Kind::BookingCompleted => &[booking::Status::Completed],
        Kind::BookingRefunded => &[booking::Status::Refunded],
        _ => &[],
    },
    begins_with: Kind::BookingCreated,
};

/// The things whose events do not lead, by allowed steps, to where they stand.
fn untold<S>(histories: &[History], machine: &Machine<S>) -> AppResult<Vec<Broken>>
where
    S: Copy + PartialEq + serde::de::DeserializeOwned,
{
    let mut broken = Vec::new();
    for history in histories {
        let status: S = enumerated("status", history.id, &history.status)?;
        if let Some(how) = untold_step(history, status, machine) {
            broken.push(Broken { id: history.id, how });
        }
    }
    Ok(broken)
}

fn untold_step<S: Copy + PartialEq>(
    history: &History,
    status: S,
    machine: &Machine<S>,
) -> Option<String> {
    let mut kinds = history
        .kinds
        .iter()
        .filter_map(|name| Kind::from_name(name))
        .filter(|kind| !(machine.told_by)(*kind).is_empty());
    // Where it may stand after the events so far.
    let mut may_be = if history.is_cut {
        machine.all.to_vec()
    } else {
        match kinds.next() {
            Some(kind) if kind == machine.begins_with => (machine.told_by)(kind).to_vec(),
            other => {
                let first = other.map_or("nothing", Kind::as_str);
                return Some(format!("its story begins with {first}"));
            }
        }
    };
    for kind in kinds {
        let told = (machine.told_by)(kind);
        let next: Vec<S> = told
            .iter()
            .copied()
            .filter(|next| {
                kind == machine.begins_with && history.is_cut
                    || may_be.iter().any(|before| (machine.may_become)(*before, *next))
            })
            .collect();
        if next.is_empty() {
            return Some(format!("{} was told where it could not happen", kind.as_str()));
        }
        may_be = next;
    }
    (!may_be.contains(&status)).then(|| format!("it is {}, which no event told of", history.status))
}

/// Bookings that do not start when their local date and time say.
fn displaced(starts: &[store::Start]) -> Vec<Broken> {
    let expected = |start: &store::Start| -> Option<DateTime<Utc>> {
        let zone: Tz = start.zone.parse().ok()?;
        Some(time::instant(start.date, start.time.unwrap_or(NaiveTime::MIN), zone))
    };
    starts
        .iter()
        .filter_map(|start| {
            let expected = expected(start);
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
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history(status: &str, kinds: &[&str]) -> History {
        History {
            id: Uuid::nil(),
            status: status.to_owned(),
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
            is_cut: false,
        }
    }

    fn told(status: &str, kinds: &[&str]) -> bool {
        untold(&[history(status, kinds)], &REQUESTS).unwrap().is_empty()
    }

    #[test]
    fn a_negotiation_may_go_back_and_forth() {
        assert!(told("pending_provider", &["request.submitted"]));
        assert!(told(
            "accepted",
            &[
                "request.submitted",
                "request.countered",
                "request.message",
                "request.countered",
                "request.reminder",
                "request.accepted"
            ]
        ));
    }

    #[test]
    fn a_step_without_its_event_is_found() {
        assert!(!told("accepted", &["request.submitted"]));
        assert!(!told("pending_provider", &[]));
        assert!(!told("counter_offered", &["request.countered"]));
        // An even number of counter-offers is answered by the provider.
        assert!(!told(
            "counter_offered",
            &["request.submitted", "request.countered", "request.countered"]
        ));
    }

    #[test]
    fn what_is_closed_stays_closed() {
        let kinds = ["request.submitted", "request.declined", "request.accepted"];
        assert!(!told("accepted", &kinds));
        assert!(!told("declined", &kinds));
    }

    #[test]
    fn a_history_that_lost_its_beginning_counts_from_what_is_left() {
        let cut = |status, kinds: &[&str]| {
            let history = History { is_cut: true, ..history(status, kinds) };
            untold(&[history], &REQUESTS).unwrap().is_empty()
        };
        assert!(cut("declined", &[]));
        assert!(cut("counter_offered", &["request.countered"]));
        assert!(!cut("declined", &["request.expired"]));
    }
}
