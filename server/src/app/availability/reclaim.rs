//! What everybody who comes takes of a service's own rows by new rules, and the changes that lead there.
//!
//! A toggle counts nothing, a calendar its dates, an inventory its days and slots, in people or in bookings. When an
//! edit changes which of these rows a booking takes, those made before must take them too, or the rows would look
//! free.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use chrono::{NaiveDate, NaiveTime};
use traveloure_core::{
    availability::{AvailabilityType, Occupancy, PreparedRules, Used, takes},
    ids::uuid_v7,
    time,
};
use uuid::Uuid;

use crate::{
    app::work::Work,
    error::AppResult,
    store::{
        retarget::{self, Move, NewClaim, OwnRow},
        stakes::{self, Claimed, Stake},
    },
};

/// A row of a service and how much of it is taken.
type Taken = (NaiveDate, Option<NaiveTime>, u32);

/// Someone who comes, what they take by the new rules, and what they have claimed by the old.
#[derive(Debug)]
pub struct Claimant {
    stake: Stake,
    takes: Vec<Taken>,
    claimed: Vec<Claimed>,
}

impl Claimant {
    fn key(&self) -> (Option<Uuid>, Option<Uuid>) {
        key(self.stake.holder.booking.map(Uuid::from), self.stake.holder.request.map(Uuid::from))
    }

    fn is_settled(&self) -> bool {
        let mut claimed: Vec<Taken> = self.claimed.iter().map(taken).collect();
        let mut takes = self.takes.clone();
        claimed.sort_unstable();
        takes.sort_unstable();
        claimed == takes
    }
}

// A claim that a booking took over from its request is the booking's.
fn key(booking: Option<Uuid>, request: Option<Uuid>) -> (Option<Uuid>, Option<Uuid>) {
    (booking, request.filter(|_| booking.is_none()))
}

fn taken(claimed: &Claimed) -> Taken {
    (claimed.date, claimed.slot, claimed.quantity)
}

/// Who comes from `today` on, with what they take by `rules`.
pub fn claimants(
    rules: &PreparedRules,
    stakes: Vec<Stake>,
    claims: Vec<Claimed>,
    today: NaiveDate,
) -> Vec<Claimant> {
    let mut claimed: BTreeMap<_, Vec<Claimed>> = BTreeMap::new();
    for claim in claims {
        let holder = key(claim.booking.map(Uuid::from), claim.request.map(Uuid::from));
        claimed.entry(holder).or_default().push(claim);
    }
    stakes
        .into_iter()
        .map(|stake| {
            let mut claimant = Claimant { stake, takes: Vec::new(), claimed: Vec::new() };
            claimant.claimed = claimed.remove(&claimant.key()).unwrap_or_default();
            claimant.takes = takes_by(rules, &claimant, today);
            claimant
        })
        .collect()
}

fn takes_by(rules: &PreparedRules, claimant: &Claimant, today: NaiveDate) -> Vec<Taken> {
    let ask = claimant.stake.ask;
    let mut rows: BTreeSet<Taken> = BTreeSet::new();
    if let Ok(found) = takes(rules, &ask) {
        rows.extend(found.into_iter().map(|row| (row.date, row.slot, row.quantity)));
    } else {
        // There is no such row any more, a slot that is gone: what is claimed stays, as a conflict.
        rows.extend(claimant.claimed.iter().map(taken));
        let units = rules.rules().units(ask.party);
        if rows.is_empty() {
            rows.insert((ask.date, ask.time, units));
        }
        let day_is_taken = rows.iter().any(|(_, slot, _)| slot.is_none());
        if rules.day_capacity(ask.date).is_some() && !day_is_taken {
            rows.insert((ask.date, None, units));
        }
    }
    rows.into_iter().filter(|(date, ..)| *date >= today).collect()
}

/// What all of them take together, as an edit's plan counts it.
pub fn occupancy(
    rules: &PreparedRules,
    claimants: &[Claimant],
    window: Range<NaiveDate>,
) -> Occupancy {
    let mut occupancy = Occupancy::new();
    if rules.rules().availability_type == AvailabilityType::Toggle {
        let stakes: Vec<Stake> = claimants.iter().map(|claimant| claimant.stake.clone()).collect();
        add_days(&mut occupancy, &stakes, window);
        return occupancy;
    }
    for claimant in claimants {
        for (date, slot, quantity) in &claimant.takes {
            occupancy.add(*date, *slot, used(&claimant.stake, *quantity));
        }
    }
    occupancy
}

/// Counts each booking and each held offer once on each of its dates.
pub fn add_days(occupancy: &mut Occupancy, stakes: &[Stake], window: Range<NaiveDate>) {
    for stake in stakes {
        let after = stake.ask.end_date.unwrap_or_else(|| time::next_day(stake.ask.date));
        let (from, until) = (stake.ask.date.max(window.start), after.min(window.end));
        for date in time::nights(from, until) {
            occupancy.add(date, None, used(stake, 1));
        }
    }
}

fn used(stake: &Stake, quantity: u32) -> Used {
    if stake.holder.until.is_some() {
        Used { booked: 0, held: quantity }
    } else {
        Used { booked: quantity, held: 0 }
    }
}

/// The last date that anybody takes anything of.
pub fn last_date(claimants: &[Claimant]) -> Option<NaiveDate> {
    claimants.iter().flat_map(|claimant| &claimant.takes).map(|(date, ..)| *date).max()
}

/// Gives the service's rows their new targets, and everybody the rows they take by the new rules.
pub async fn settle(
    work: &mut Work<'_>,
    service: traveloure_core::ids::ServiceId,
    rows: Vec<OwnRow>,
    targets: &BTreeMap<(NaiveDate, Option<NaiveTime>), u32>,
    claimants: Vec<Claimant>,
) -> AppResult<()> {
    let target = |date, slot| targets.get(&(date, slot)).copied().unwrap_or(0);
    let unsettled: Vec<Claimant> =
        claimants.into_iter().filter(|claimant| !claimant.is_settled()).collect();
    let unsettled = still_there(work, unsettled).await?;

    let now = work.now;
    let mut by_place: BTreeMap<(NaiveDate, Option<NaiveTime>), Uuid> =
        rows.iter().map(|row| ((row.date, row.slot), row.id)).collect();
    let mut made = Vec::new();
    for (date, slot, _) in unsettled.iter().flat_map(|claimant| &claimant.takes) {
        by_place.entry((*date, *slot)).or_insert_with(|| {
            let id = uuid_v7(now, work.random());
            made.push(OwnRow { id, date: *date, slot: *slot, target: target(*date, *slot) });
            id
        });
    }
    let mut counters: BTreeMap<Uuid, i32> = BTreeMap::new();
    if !unsettled.is_empty() {
        retarget::make(work.db(), service, &made).await?;
        let old: Vec<Uuid> = unsettled
            .iter()
            .flat_map(|claimant| &claimant.claimed)
            .map(|claimed| claimed.claim)
            .collect();
        for (row, quantity) in retarget::let_go(work.db(), &old, now).await? {
            *counters.entry(row).or_default() -= quantity;
        }
        let mut new = Vec::new();
        for claimant in &unsettled {
            for (date, slot, quantity) in &claimant.takes {
                let Some(row) = by_place.get(&(*date, *slot)).copied() else { continue };
                let id = uuid_v7(now, work.random());
                let holder = claimant.stake.holder;
                new.push(NewClaim { id, row, holder, quantity: *quantity });
                *counters.entry(row).or_default() += i32::try_from(*quantity).unwrap_or(i32::MAX);
            }
        }
        retarget::claim(work.db(), &new, now).await?;
    }
    let moves: Vec<Move> = rows
        .iter()
        .chain(&made)
        .map(|row| Move {
            row: row.id,
            target: target(row.date, row.slot),
            booked: counters.get(&row.id).copied().unwrap_or(0),
        })
        .zip(rows.iter().chain(&made))
        .filter(|(to, row)| to.target != row.target || to.booked != 0)
        .map(|(to, _)| to)
        .collect();
    retarget::apply(work.db(), &moves).await?;
    Ok(())
}

// Someone may be letting go of what they have, right now.
async fn still_there(work: &mut Work<'_>, claimants: Vec<Claimant>) -> AppResult<Vec<Claimant>> {
    if claimants.is_empty() {
        return Ok(claimants);
    }
    let keys: Vec<_> = claimants.iter().map(Claimant::key).collect();
    let bookings: Vec<Uuid> = keys.iter().filter_map(|(booking, _)| *booking).collect();
    let requests: Vec<Uuid> = keys.iter().filter_map(|(_, request)| *request).collect();
    let mut there: BTreeSet<Uuid> = BTreeSet::new();
    there.extend(stakes::lock_bookings(work.db(), &bookings).await?);
    there.extend(stakes::lock_requests(work.db(), &requests).await?);
    Ok(claimants
        .into_iter()
        .zip(keys)
        .filter(|(_, (booking, request))| {
            booking.or(*request).is_some_and(|id| there.contains(&id))
        })
        .map(|(claimant, _)| claimant)
        .collect())
}
