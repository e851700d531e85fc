//! The rules once more, written as plainly as possible and without a thought for speed, to compare
//! with.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::super::{
    Ask, AvailabilityRules, AvailabilityType, Closure, Counts, Occupancy, Setting,
    recurrence::Recurrence,
};
use crate::time;

/// Whether `ask` is open, for dates of the window that the rules are prepared for.
pub(super) fn is_open(
    rules: &AvailabilityRules,
    setting: &Setting,
    occupancy: &Occupancy,
    ask: &Ask,
    now: DateTime<Utc>,
) -> bool {
    let Some(dates) = dates(setting, ask) else { return false };
    let smallest = rules.party_min.unwrap_or(1);
    let largest = rules.party_max.unwrap_or(u32::MAX);
    rules.is_available
        && (smallest..=largest).contains(&ask.party)
        && in_time(rules, setting, ask, dates[dates.len() - 1], now)
        && dates.iter().all(|date| {
            is_workday(rules, setting, *date) && has_room(rules, setting, occupancy, ask, *date)
        })
        && is_free(rules, setting, occupancy, ask)
}

fn dates(setting: &Setting, ask: &Ask) -> Option<Vec<NaiveDate>> {
    match (setting.by_night, ask.end_date) {
        (false, None) => Some(vec![ask.date]),
        (true, Some(end)) if end > ask.date => Some(time::nights(ask.date, end).collect()),
        _ => None,
    }
}

fn in_time(
    rules: &AvailabilityRules,
    setting: &Setting,
    ask: &Ask,
    last: NaiveDate,
    now: DateTime<Utc>,
) -> bool {
    let today = time::today(now, setting.zone);
    let start = time::instant(ask.date, ask.time.unwrap_or_default(), setting.zone);
    let notice = TimeDelta::minutes(rules.min_notice_minutes.into());
    let early_enough = if ask.time.is_none() && rules.min_notice_minutes == 0 {
        now < time::instant(time::next_day(ask.date), chrono::NaiveTime::MIN, setting.zone)
    } else {
        now < start - notice
    };
    early_enough
        && rules.horizon_days.is_none_or(|days| (last - today).num_days() <= i64::from(days))
}

fn is_workday(rules: &AvailabilityRules, setting: &Setting, date: NaiveDate) -> bool {
    let listed = match &rules.available_dates {
        Some(open) if !open.is_empty() => open.contains(&date),
        _ => true,
    };
    listed
        && !rules.blocked_dates.contains(&date)
        && !rules.recurring_unavailable.iter().any(|closure| closes(closure, setting, date))
}

fn closes(closure: &Closure, setting: &Setting, date: NaiveDate) -> bool {
    match closure {
        Closure::Day { day, exdates, .. } => date.weekday() == *day && !exdates.contains(&date),
        Closure::Dates { dates, .. } => dates.contains(&date),
        Closure::Range { from, to, .. } => *from <= date && date <= *to,
        Closure::Rrule { rrule, dtstart, exdates, .. } => {
            // From its very start, so that no shortcut to the window is taken.
            let all = Recurrence::parse(rrule, *dtstart)
                .unwrap()
                .dates(&(*dtstart..time::next_day(date)), setting.zone);
            all.dates.contains(&date) && !exdates.contains(&date)
        }
    }
}

fn has_room(
    rules: &AvailabilityRules,
    setting: &Setting,
    occupancy: &Occupancy,
    ask: &Ask,
    date: NaiveDate,
) -> bool {
    let fits = |capacity: u32, taken: u32, wanted: u32| {
        capacity > 0 && capacity.saturating_sub(taken) >= wanted
    };
    let day_taken = occupancy.day(date).total();
    match rules.availability_type {
        AvailabilityType::Toggle => true,
        AvailabilityType::Calendar => fits(1, day_taken, 1),
        AvailabilityType::Inventory => {
            let wanted = if rules.counts == Counts::PerPerson { ask.party } else { 1 };
            let exact = |time| {
                let mut overrides = rules.capacity_overrides.iter();
                overrides.find(|one| one.date == date && one.time == time).map(|one| one.capacity)
            };
            let day = exact(None).or(rules.daily_capacity);
            let day_fits = day.is_none_or(|capacity| fits(capacity, day_taken, wanted));
            let dated = rules.capacity_overrides.iter().any(|one| one.time.is_some());
            let has_slots =
                !rules.time_slots.is_empty() || (rules.daily_capacity.is_none() && dated);
            if setting.by_night || !has_slots {
                return day.is_some() && day_fits;
            }
            let Some(time) = ask.time else { return false };
            let running =
                rules.time_slots.iter().find(|slot| slot.time == time && slot.runs_on(date));
            let slot = exact(Some(time)).or(running.map(|slot| slot.capacity));
            let taken = occupancy.row(date, Some(time)).total();
            day_fits && slot.is_some_and(|capacity| fits(capacity, taken, wanted))
        }
    }
}

fn is_free(rules: &AvailabilityRules, setting: &Setting, occupancy: &Occupancy, ask: &Ask) -> bool {
    let midnight = |date| time::instant(date, chrono::NaiveTime::MIN, setting.zone);
    let (start, end) = match ask.time {
        Some(at) if !setting.by_night => {
            let start = time::instant(ask.date, at, setting.zone);
            let minutes = setting.duration_minutes.unwrap_or(15);
            (start, start + TimeDelta::minutes(minutes.into()))
        }
        _ => {
            let end = ask.end_date.unwrap_or(time::next_day(ask.date));
            (midnight(ask.date), midnight(end))
        }
    };
    let start = start - TimeDelta::minutes(rules.buffer_before_minutes.into());
    let end = end + TimeDelta::minutes(rules.buffer_after_minutes.into());
    let quarter = TimeDelta::minutes(15);
    occupancy.busy_within(start, end).is_none()
        && occupancy.pools().iter().all(|pool| {
            pool.units <= pool.capacity
                && pool.buckets.iter().all(|(bucket, used)| {
                    let meets = *bucket < end && *bucket + quarter > start;
                    !meets || used.total() + pool.units <= pool.capacity
                })
        })
}
