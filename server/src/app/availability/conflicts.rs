//! The provider's worklist: where more is taken than the rules offer.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use traveloure_core::{
    api::availability::{ConflictParty, ServiceConflict},
    availability::{
        AvailabilityType, Conflict, DayState, Occupancy, PreparedRules, State, Used, days,
    },
    ids::{ProviderId, ServiceId},
    time,
};

use super::reclaim;
use crate::{
    app::{Context, slots},
    error::AppResult,
    store::{
        bookable::{self, Bookable},
        occupancy,
        stakes::{self, Stake},
    },
};

/// Days and slots from today on of which more is booked and held than the rules offer, in their order. Worked out
/// anew each time from the rules and from who comes.
///
/// # Errors
/// A fault only.
pub async fn conflicts(context: &Context, provider: ProviderId) -> AppResult<Vec<ServiceConflict>> {
    let now = context.now();
    // UTC-12 is where a day ends last.
    let from = (now - TimeDelta::hours(12)).date_naive();
    let mut db = context.pool.acquire().await?;
    let ids = stakes::services_of(&mut db, provider, from).await?;
    let mut by_service: BTreeMap<ServiceId, Vec<Stake>> = BTreeMap::new();
    for stake in stakes::of_services(&mut db, &ids, from, NaiveDate::MAX, now).await? {
        by_service.entry(stake.service).or_default().push(stake);
    }
    let services = bookable::load_all(&mut db, &ids).await?;
    let mut found = Vec::new();
    for service in &services {
        let stakes = by_service.remove(&service.id).unwrap_or_default();
        let Some((first, until)) = dates(service, &stakes, now) else { continue };
        let mut taken = Occupancy::new();
        if service.rules.availability_type == AvailabilityType::Toggle {
            reclaim::add_days(&mut taken, &stakes, first..until);
        } else {
            let window = slots::window(service, first..until);
            taken = occupancy::of(&mut db, service, window, None, now).await?;
        }
        let prepared = PreparedRules::prepare(&service.rules, &service.setting, first..until);
        for date in dates_taken(&stakes, first) {
            for day in days(&prepared, &taken, date..time::next_day(date), None) {
                found.extend(
                    of_day(&day, &taken).into_iter().map(|found| line(service, &stakes, found)),
                );
            }
        }
    }
    found.sort_by_key(|line| (line.conflict.date, line.conflict.slot, line.service_id));
    Ok(found)
}

/// From today until the last day that anybody comes.
fn dates(
    service: &Bookable,
    stakes: &[Stake],
    now: DateTime<Utc>,
) -> Option<(NaiveDate, NaiveDate)> {
    let today = time::today(now, service.setting.zone);
    let until = stakes.iter().map(after).max()?;
    (until > today).then_some((today, until))
}

fn after(stake: &Stake) -> NaiveDate {
    stake.ask.end_date.unwrap_or_else(|| time::next_day(stake.ask.date))
}

fn dates_taken(stakes: &[Stake], from: NaiveDate) -> BTreeSet<NaiveDate> {
    stakes.iter().flat_map(|stake| time::nights(stake.ask.date.max(from), after(stake))).collect()
}

/// What is wrong with a day, and why in words.
fn of_day(day: &DayState, taken: &Occupancy) -> Vec<(Conflict, String)> {
    let closed = day.state == State::Closed;
    let conflict = |slot: Option<NaiveTime>, used: Used, offered: u32| {
        let target = if closed { 0 } else { offered };
        if used.total() <= target {
            return None;
        }
        let reason = if closed && !day.reasons.is_empty() {
            let words: Vec<String> = day.reasons.iter().map(ToString::to_string).collect();
            words.join("; ")
        } else if target == 0 {
            format!("{} taken, and it is not offered any more", are(used.total()))
        } else {
            format!("{} taken and {} offered", are(used.total()), are(target))
        };
        let Used { booked, held } = used;
        Some((Conflict { date: day.date, slot, booked, held, target }, reason))
    };
    let slots: Vec<_> = day
        .slots
        .iter()
        .filter_map(|slot| {
            let used = Used { booked: slot.booked, held: slot.held };
            conflict(Some(slot.time), used, slot.capacity)
        })
        .collect();
    if !slots.is_empty() {
        return slots;
    }
    // A day without a count of its own can be in conflict only when it is closed.
    let offered = day.capacity.unwrap_or(u32::MAX);
    conflict(None, taken.day(day.date), offered).into_iter().collect()
}

fn are(number: u32) -> String {
    if number == 1 { "1 is".to_owned() } else { format!("{number} are") }
}

fn line(
    service: &Bookable,
    stakes: &[Stake],
    (conflict, reason): (Conflict, String),
) -> ServiceConflict {
    let comes = |stake: &&Stake| {
        stake.ask.date <= conflict.date
            && conflict.date < after(stake)
            && conflict.slot.is_none_or(|slot| stake.ask.time == Some(slot))
    };
    let parties = stakes
        .iter()
        .filter(comes)
        .map(|stake| ConflictParty {
            booking_id: stake.holder.booking,
            request_id: stake.holder.request,
            traveler_name: stake.traveler_name.clone(),
            travelers: stake.ask.party,
            held_until: stake.holder.until,
        })
        .collect();
    ServiceConflict {
        service_id: service.id,
        service_name: service.name.clone(),
        zone: service.setting.zone,
        conflict,
        reason,
        parties,
    }
}
