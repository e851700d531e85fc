//! The rules one after the other. `check` and `explain` walk the same way and differ only in what
//! they write down, so that an explanation cannot say anything else than the answer.

use std::ops::Range;

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::{
    answer::{Rule, Step, Verdict},
    ask::Ask,
    claims::{Span, slot_asked},
    occupancy::{Occupancy, Used},
    prepared::PreparedRules,
    reason::{Clock, Day, Reason, Row},
    rules::AvailabilityType,
    text,
};
use crate::time;

/// Where the rules write what they find.
pub(super) trait Trace {
    /// A rule has no objection; `text` is called only where someone reads it.
    fn allow(&mut self, rule: Rule, text: impl FnOnce() -> String);
    fn refuse(&mut self, rule: Rule, reason: Reason);
}

/// Only the reasons.
#[derive(Default)]
pub(super) struct Reasons(pub(super) Vec<Reason>);

impl Trace for Reasons {
    fn allow(&mut self, _: Rule, _: impl FnOnce() -> String) {}

    fn refuse(&mut self, _: Rule, reason: Reason) {
        self.0.push(reason);
    }
}

/// The reasons and every step that led to them.
#[derive(Default)]
pub(super) struct Steps {
    pub(super) reasons: Vec<Reason>,
    pub(super) steps: Vec<Step>,
}

impl Trace for Steps {
    fn allow(&mut self, rule: Rule, text: impl FnOnce() -> String) {
        self.steps.push(Step { rule, verdict: Verdict::Allows, text: text() });
    }

    fn refuse(&mut self, rule: Rule, reason: Reason) {
        self.steps.push(Step { rule, verdict: Verdict::Refuses, text: reason.to_string() });
        self.reasons.push(reason);
    }
}

/// One walk through the rules.
pub(super) struct Judge<'a, T> {
    pub(super) prepared: &'a PreparedRules,
    pub(super) occupancy: &'a Occupancy,
    pub(super) trace: T,
}

impl<T: Trace> Judge<'_, T> {
    /// Every rule on one question. Returns what is left on the scarcest row, if rows count.
    pub(super) fn judge(&mut self, ask: &Ask, now: DateTime<Utc>) -> Option<u32> {
        let dates = self.question(ask)?;
        self.switch();
        self.party(ask.party);
        self.notice(ask, now);
        self.horizon(&dates, now);
        self.dates(&dates);
        let left = self.capacity(ask, &dates);
        let span = self.prepared.claimed_span(ask);
        self.other_calendars(span);
        self.pools(span);
        left
    }

    fn refuse(&mut self, rule: Rule, reason: Reason) {
        self.trace.refuse(rule, reason);
    }

    fn question(&mut self, ask: &Ask) -> Option<Range<NaiveDate>> {
        let dates = match self.prepared.dates(ask) {
            Ok(dates) => dates,
            Err(reason) => {
                self.refuse(Rule::Question, reason);
                return None;
            }
        };
        let window = self.prepared.window();
        let outside =
            if dates.start < window.start { Some(dates.start) } else { dates.end.pred_opt() }
                .filter(|date| !window.contains(date));
        if let Some(date) = outside {
            self.refuse(Rule::Question, Reason::BeyondWindow { date });
            return None;
        }
        self.trace.allow(Rule::Question, || {
            let nights = (dates.end - dates.start).num_days();
            let party = ask.party;
            if self.prepared.setting.by_night {
                format!("{nights} nights from {}, a party of {party}", Day(ask.date))
            } else {
                format!("{}, a party of {party}", Row(ask.date, ask.time))
            }
        });
        Some(dates)
    }

    pub(super) fn switch(&mut self) {
        if self.prepared.rules.is_available {
            self.trace.allow(Rule::Switch, || "switched on".to_owned());
        } else {
            self.refuse(Rule::Switch, Reason::Off);
        }
    }

    fn party(&mut self, party: u32) {
        let rules = &self.prepared.rules;
        let min = rules.party_min.unwrap_or(1).max(1);
        if party < min {
            self.refuse(Rule::Party, Reason::PartyTooSmall { min });
        } else if let Some(max) = rules.party_max.filter(|max| party > *max) {
            self.refuse(Rule::Party, Reason::PartyTooLarge { max });
        } else {
            self.trace.allow(Rule::Party, || match (rules.party_min, rules.party_max) {
                (None, None) => "parties of any size".to_owned(),
                (_, None) => format!("parties of {min} or more"),
                (_, Some(max)) => format!("parties of {min} to {max}"),
            });
        }
    }

    pub(super) fn notice(&mut self, ask: &Ask, now: DateTime<Utc>) {
        let zone = self.prepared.setting.zone;
        let cutoff = self.prepared.cutoff(ask);
        let notice_minutes = self.prepared.rules.min_notice_minutes;
        if now < cutoff {
            self.trace.allow(Rule::Notice, || {
                let closes = time::local(cutoff, zone);
                format!("bookings close on {} {}", Day(closes.date()), Clock(closes.time()))
            });
            return;
        }
        let over = match ask.time {
            Some(_) => self.prepared.start(ask) <= now,
            None => ask.date < time::today(now, zone),
        };
        let reason = if over {
            Reason::Past { start: time::local(self.prepared.start(ask), zone) }
        } else {
            Reason::TooSoon { cutoff: time::local(cutoff, zone), notice_minutes }
        };
        self.refuse(Rule::Notice, reason);
    }

    pub(super) fn horizon(&mut self, dates: &Range<NaiveDate>, now: DateTime<Utc>) {
        let Some(days) = self.prepared.rules.horizon_days else {
            self.trace.allow(Rule::Horizon, || "any date ahead".to_owned());
            return;
        };
        let today = time::today(now, self.prepared.setting.zone);
        let last = today.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX);
        if dates.end > time::next_day(last) {
            self.refuse(Rule::Horizon, Reason::TooFar { last });
        } else {
            self.trace.allow(Rule::Horizon, || format!("can be booked up to {}", Day(last)));
        }
    }

    /// The rules about dates; of several dates that a rule refuses, the first is named.
    pub(super) fn dates(&mut self, dates: &Range<NaiveDate>) {
        let prepared = self.prepared;
        let rules = &prepared.rules;
        let each = || time::nights(dates.start, dates.end);
        match rules.whitelist().map(|open| (open, each().find(|date| !open.contains(date)))) {
            Some((_, Some(date))) => self.refuse(Rule::Whitelist, Reason::NotOpened { date }),
            Some((open, None)) => {
                self.trace.allow(Rule::Whitelist, || format!("one of {} open dates", open.len()));
            }
            None => self.trace.allow(Rule::Whitelist, || "all dates are open".to_owned()),
        }
        match each().find(|date| rules.blocked_dates.contains(date)) {
            Some(date) => self.refuse(Rule::BlockedDates, Reason::Blocked { date }),
            None => self.trace.allow(Rule::BlockedDates, || "not blocked".to_owned()),
        }
        let closure =
            each().find_map(|date| prepared.closures_on(date).next().map(|one| (date, one)));
        match closure {
            Some((date, closure)) => {
                let rule = text::closure_line(closure);
                self.refuse(Rule::Closures, Reason::ClosedBy { date, rule });
            }
            None => self.trace.allow(Rule::Closures, || match rules.recurring_unavailable.len() {
                0 => "no closures".to_owned(),
                many => format!("none of {many} closures applies"),
            }),
        }
    }

    /// What is left on the scarcest of the rows that `ask` takes.
    fn capacity(&mut self, ask: &Ask, dates: &Range<NaiveDate>) -> Option<u32> {
        let prepared = self.prepared;
        if prepared.rules.availability_type == AvailabilityType::Toggle {
            self.trace.allow(Rule::Capacity, || "not counted".to_owned());
            return None;
        }
        let slot = if prepared.has_slots() {
            match slot_asked(prepared, ask.date, ask.time) {
                Ok((time, capacity)) => {
                    self.trace.allow(Rule::Slot, || format!("{} runs", Clock(time)));
                    Some((time, capacity))
                }
                Err(reason) => {
                    self.refuse(Rule::Slot, reason);
                    return None;
                }
            }
        } else {
            None
        };
        let wanted = prepared.rules.units(ask.party);
        let mut left: Option<u32> = None;
        for date in time::nights(dates.start, dates.end) {
            let day = prepared.day_capacity(date);
            let rows = [
                day.map(|capacity| (None, capacity, self.occupancy.day(date))),
                slot.map(|(time, capacity)| {
                    (Some(time), capacity, self.occupancy.row(date, Some(time)))
                }),
            ];
            if rows == [None, None] {
                self.refuse(Rule::Capacity, Reason::NoCapacity { date, time: None });
                return None;
            }
            for (time, capacity, used) in rows.into_iter().flatten() {
                let here = left_of(capacity, used);
                match shortage(date, time, capacity, used, wanted) {
                    Some(reason) => self.refuse(Rule::Capacity, reason),
                    None => self.trace.allow(Rule::Capacity, || {
                        let Used { booked, held } = used;
                        let row = Row(date, time);
                        format!("{row}: {booked} booked, {held} held of {capacity}, {here} left")
                    }),
                }
                left = Some(left.map_or(here, |least| least.min(here)));
            }
        }
        left
    }

    pub(super) fn other_calendars(&mut self, span: Span) {
        match self.occupancy.busy_within(span.start, span.end) {
            Some(busy) => {
                let zone = self.prepared.setting.zone;
                let (from, to) = (time::local(busy.from, zone), time::local(busy.to, zone));
                self.refuse(Rule::OtherCalendars, Reason::CalendarBusy { from, to });
            }
            None => self.trace.allow(Rule::OtherCalendars, || "nothing else then".to_owned()),
        }
    }

    pub(super) fn pools(&mut self, span: Span) {
        for pool in self.occupancy.pools() {
            match pool.taken_within(span) {
                Some(bucket) => {
                    let at = time::local(bucket.max(span.start), self.prepared.setting.zone);
                    let (pool, name) = (pool.pool, pool.name.clone());
                    self.refuse(Rule::Pools, Reason::PoolBusy { pool, name, at });
                }
                None => self.trace.allow(Rule::Pools, || format!("{} is free", pool.name)),
            }
        }
    }
}

pub(super) fn left_of(capacity: u32, used: Used) -> u32 {
    capacity.saturating_sub(used.total())
}

/// Why `wanted` does not fit into a row.
pub(super) fn shortage(
    date: NaiveDate,
    time: Option<chrono::NaiveTime>,
    capacity: u32,
    used: Used,
    wanted: u32,
) -> Option<Reason> {
    let left = left_of(capacity, used);
    if capacity == 0 {
        return Some(Reason::NoCapacity { date, time });
    }
    if left >= wanted {
        return None;
    }
    if capacity.saturating_sub(used.booked) >= wanted {
        return Some(Reason::Held { date, time, left, wanted });
    }
    Some(Reason::Full { date, time, left, wanted })
}
