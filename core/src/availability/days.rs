//! A calendar, painted: what each day offers, what is gone of it and what is left.

use std::ops::Range;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::{
    answer::{DayState, SlotState, State},
    ask::Ask,
    judge::{Judge, Reasons, left_of, shortage},
    occupancy::{Occupancy, Used},
    prepared::PreparedRules,
    reason::Reason,
    rules::AvailabilityType,
};
use crate::time;

/// The state of every date of `range` that lies in the prepared window.
///
/// With `now` the past, the notice and the horizon close days as they do for a traveler; without
/// it only the rules and what is taken count, as for the provider who looks after them. Each night
/// of a stay is its own day. The size of a party does not enter.
#[must_use]
pub fn days(
    prepared: &PreparedRules,
    occupancy: &Occupancy,
    range: Range<NaiveDate>,
    now: Option<DateTime<Utc>>,
) -> Vec<DayState> {
    let window = prepared.window();
    let range = range.start.max(window.start)..range.end.min(window.end);
    let painter = Painter { prepared, occupancy, now };
    time::nights(range.start, range.end).map(|date| painter.day(date)).collect()
}

struct Painter<'a> {
    prepared: &'a PreparedRules,
    occupancy: &'a Occupancy,
    now: Option<DateTime<Utc>>,
}

impl Painter<'_> {
    fn day(&self, date: NaiveDate) -> DayState {
        let used = self.occupancy.day(date);
        let own = self.prepared.day_capacity(date);
        let mut day = DayState {
            date,
            state: State::Closed,
            capacity: own,
            booked: used.booked,
            held: used.held,
            left: own.map(|_| 0),
            slots: Vec::new(),
            reasons: self.closed(date),
        };
        let is_closed = !day.reasons.is_empty();
        if self.prepared.has_slots() {
            self.slots(&mut day, own, used, is_closed);
        } else if !is_closed {
            self.whole(&mut day, used);
        }
        if !is_closed {
            day.state = state(&day);
        }
        day
    }

    /// Why the date is closed whatever is taken.
    fn closed(&self, date: NaiveDate) -> Vec<Reason> {
        let mut judge = self.judge();
        judge.switch();
        judge.dates(&(date..time::next_day(date)));
        if let Some(now) = self.now {
            judge.horizon(&(date..time::next_day(date)), now);
            if !self.prepared.has_slots() {
                judge.notice(&Ask::on(date, 1), now);
            }
        }
        judge.trace.0
    }

    /// A day that is booked as a whole.
    fn whole(&self, day: &mut DayState, used: Used) {
        if let Some(capacity) = day.capacity {
            day.left = Some(left_of(capacity, used));
            day.reasons.extend(shortage(day.date, None, capacity, used, 1));
        } else if self.prepared.rules().availability_type == AvailabilityType::Inventory {
            day.reasons.push(Reason::NoCapacity { date: day.date, time: None });
        }
        let taken = self.taken(day.date, None);
        if !taken.is_empty() {
            day.left = day.left.map(|_| 0);
            day.reasons.extend(taken);
        }
    }

    /// A day that is booked by the slot.
    fn slots(&self, day: &mut DayState, own: Option<u32>, used: Used, is_closed: bool) {
        let date = day.date;
        let day_left = own.map_or(u32::MAX, |capacity| left_of(capacity, used));
        let mut reasons = Vec::new();
        let mut left: u32 = 0;
        let mut offered: u32 = 0;
        for (time, capacity) in self.prepared.slots_on(date) {
            let used = self.occupancy.row(date, Some(time));
            let mut slot = slot(time, capacity, used);
            if !is_closed {
                let mut refused = self.late(date, time);
                refused.extend(shortage(date, Some(time), capacity, used, 1));
                refused.extend(self.taken(date, Some(time)));
                if refused.is_empty() {
                    slot.left = left_of(capacity, used).min(day_left);
                }
                reasons.extend(refused);
            }
            offered = offered.saturating_add(capacity);
            left = left.saturating_add(slot.left);
            day.slots.push(slot);
        }
        self.add_orphans(day);
        day.capacity = own.or(Some(offered));
        day.left = Some(left.min(day_left));
        if is_closed || day.left > Some(0) {
            return;
        }
        if let Some(capacity) = own {
            day.reasons.extend(shortage(date, None, capacity, used, 1));
        }
        if day.slots.iter().all(|slot| slot.capacity == 0) {
            reasons = vec![Reason::NoCapacity { date, time: None }];
        }
        day.reasons.extend(reasons);
    }

    /// Slots that do not run on this date any more but have something taken.
    fn add_orphans(&self, day: &mut DayState) {
        for (time, used) in self.occupancy.rows_of(day.date) {
            let Some(time) = time else { continue };
            if let Err(at) = day.slots.binary_search_by_key(&time, |slot| slot.time)
                && used.total() > 0
            {
                day.slots.insert(at, slot(time, 0, used));
            }
        }
    }

    /// What other calendars and shared resources have against it.
    fn taken(&self, date: NaiveDate, time: Option<NaiveTime>) -> Vec<Reason> {
        let ask = Ask { time, ..Ask::on(date, 1) };
        let span = self.prepared.claimed_span(&ask);
        let mut judge = self.judge();
        judge.other_calendars(span);
        judge.pools(span);
        judge.trace.0
    }

    fn late(&self, date: NaiveDate, time: NaiveTime) -> Vec<Reason> {
        let mut judge = self.judge();
        if let Some(now) = self.now {
            judge.notice(&Ask::on(date, 1).at(time), now);
        }
        judge.trace.0
    }

    fn judge(&self) -> Judge<'_, Reasons> {
        Judge { prepared: self.prepared, occupancy: self.occupancy, trace: Reasons::default() }
    }
}

fn slot(time: NaiveTime, capacity: u32, used: Used) -> SlotState {
    SlotState { time, capacity, booked: used.booked, held: used.held, left: 0 }
}

/// How a day is painted that the calendar's rules leave open.
fn state(day: &DayState) -> State {
    let any = |is: fn(&Reason) -> bool| day.reasons.iter().any(is);
    if day.reasons.is_empty() {
        let is_counted = day.left.is_some();
        return if is_counted && day.booked + day.held > 0 { State::Partly } else { State::Open };
    }
    if any(|reason| matches!(reason, Reason::Held { .. })) {
        State::Held
    } else if any(|reason| matches!(reason, Reason::Full { .. } | Reason::PoolBusy { .. })) {
        State::Full
    } else {
        State::Closed
    }
}
