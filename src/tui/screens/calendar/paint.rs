//! A month as the rules and what is taken make it, the draft's edits included.
//!
//! The states are made here, from the rules and from the counts that the server sent, so that an
//! edit shows at once. What only the server knows, that a shared resource or another calendar is
//! busy, is taken over from the days it painted: those of the rules as they are saved, at no certain
//! time.

use std::{collections::BTreeMap, ops::Range};

use chrono::{DateTime, NaiveDate, Utc};
use traveloure_core::{
    availability::{
        AvailabilityRules, DayState, Occupancy, PreparedRules, Reason, Setting, SlotState, State,
        Used, days,
    },
    time,
};

/// One day, painted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Painted {
    pub day: DayState,
    /// What the day is by the saved rules, where the draft makes something else of it.
    pub before: Option<State>,
    /// What is taken of it is known.
    pub is_counted: bool,
    /// Places that would be left if others did not have what this service shares with them.
    pub elsewhere: u32,
    /// More is taken than is offered.
    pub is_conflict: bool,
    /// Why travelers cannot book it at this moment, though the rules leave it open.
    pub not_now: Option<Reason>,
}

/// Consecutive days.
#[derive(Clone, Debug)]
pub struct Paint {
    from: NaiveDate,
    days: Vec<Painted>,
}

/// What a month is painted from.
#[derive(Clone, Copy, Debug)]
pub struct Palette<'a> {
    pub saved: &'a AvailabilityRules,
    /// None without edits.
    pub draft: Option<&'a AvailabilityRules>,
    pub setting: &'a Setting,
    pub taken: &'a Occupancy,
    /// The days as the server painted them, where it has.
    pub server: &'a BTreeMap<NaiveDate, DayState>,
    pub now: DateTime<Utc>,
}

impl Paint {
    #[must_use]
    pub fn new(window: Range<NaiveDate>, palette: &Palette) -> Self {
        let prepare = |rules| PreparedRules::prepare(rules, palette.setting, window.clone());
        let saved = prepare(palette.saved);
        let draft = palette.draft.map(prepare);
        let shown = draft.as_ref().unwrap_or(&saved);
        let paint = |rules, now| days(rules, palette.taken, window.clone(), now);
        let today = time::today(palette.now, palette.setting.zone);
        let now = paint(shown, Some(palette.now));
        let before = draft.as_ref().map(|_| paint(&saved, None)).unwrap_or_default();
        let days = paint(shown, None).into_iter().zip(now).enumerate();
        let days = days.map(|(index, (day, now))| {
            let known = palette.server.get(&day.date);
            // What an edit makes of days that are over is of no interest.
            let saved = before.get(index).filter(|_| day.date >= today);
            let saved = saved.filter(|before| differs(&day, before));
            let (is_conflict, not_now) = (is_conflict(&day), not_now(&day, &now));
            let left_alone = day.left.unwrap_or(0);
            let day = with_server(day, known);
            Painted {
                before: saved.map(|day| day.state),
                is_counted: known.is_some(),
                elsewhere: left_alone.saturating_sub(day.left.unwrap_or(0)),
                is_conflict: day.date >= today && is_conflict,
                not_now,
                day,
            }
        });
        Self { from: window.start, days: days.collect() }
    }

    #[must_use]
    pub fn get(&self, date: NaiveDate) -> Option<&Painted> {
        let index = usize::try_from((date - self.from).num_days()).ok()?;
        self.days.get(index)
    }

    pub fn days(&self) -> impl Iterator<Item = &Painted> {
        self.days.iter()
    }
}

/// What is taken, read from the days that the server painted.
#[must_use]
pub fn taken(server: &BTreeMap<NaiveDate, DayState>) -> Occupancy {
    let mut taken = Occupancy::new();
    for day in server.values() {
        let used = Used { booked: day.booked, held: day.held };
        if used.total() > 0 {
            taken.add(day.date, None, used);
        }
        for slot in day.slots.iter().filter(|slot| slot.booked + slot.held > 0) {
            let used = Used { booked: slot.booked, held: slot.held };
            taken.add(day.date, Some(slot.time), used);
        }
    }
    taken
}

/// Whether a row of the day has more taken than it offers; a day that the rules close offers
/// nothing.
fn is_conflict(day: &DayState) -> bool {
    let taken = day.booked + day.held;
    if taken > 0 && day.state == State::Closed {
        return true;
    }
    let own = day.slots.is_empty().then_some(day.capacity).flatten();
    own.is_some_and(|capacity| taken > capacity)
        || day.slots.iter().any(|slot| slot.booked + slot.held > slot.capacity)
}

/// The first reason that holds for travelers now and not in general.
fn not_now(day: &DayState, now: &DayState) -> Option<Reason> {
    if day.state == State::Closed || now.state != State::Closed {
        return None;
    }
    let passing = |reason: &&Reason| {
        matches!(reason, Reason::Past { .. } | Reason::TooSoon { .. } | Reason::TooFar { .. })
    };
    now.reasons.iter().find(passing).cloned()
}

/// Adds what only the server knows: shared resources and other calendars.
fn with_server(mut day: DayState, known: Option<&DayState>) -> DayState {
    let Some(known) = known else { return day };
    let is_open = matches!(day.state, State::Open | State::Partly);
    let elsewhere: Vec<Reason> = known
        .reasons
        .iter()
        .filter(|reason| matches!(reason, Reason::PoolBusy { .. } | Reason::CalendarBusy { .. }))
        .cloned()
        .collect();
    if is_open && !elsewhere.is_empty() {
        let is_pool = elsewhere.iter().any(|reason| matches!(reason, Reason::PoolBusy { .. }));
        day.state = if is_pool { State::Full } else { State::Closed };
        day.left = day.left.map(|_| 0);
        for slot in &mut day.slots {
            slot.left = 0;
        }
        day.reasons = elsewhere;
    } else if is_open && known.state != State::Closed {
        for slot in &mut day.slots {
            let same = |other: &&SlotState| {
                (other.time, other.capacity, other.booked, other.held)
                    == (slot.time, slot.capacity, slot.booked, slot.held)
            };
            // Less than the rules and counts leave: something else is in the way.
            if let Some(known) = known.slots.iter().find(same) {
                slot.left = slot.left.min(known.left);
            }
        }
        if !day.slots.is_empty() {
            let left = day.slots.iter().map(|slot| slot.left).fold(0, u32::saturating_add);
            day.left = day.left.map(|all| all.min(left));
        }
    }
    day
}

fn differs(day: &DayState, before: &DayState) -> bool {
    let offer = |day: &DayState| -> Vec<_> {
        day.slots.iter().map(|slot| (slot.time, slot.capacity)).collect()
    };
    (day.state == State::Closed) != (before.state == State::Closed)
        || day.capacity != before.capacity
        || offer(day) != offer(before)
}
