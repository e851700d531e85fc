//! Which rows of capacity a booking takes, and which quarters of an hour of a shared resource.

use std::ops::Range;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::{ask::Ask, prepared::PreparedRules, reason::Reason, rules::AvailabilityType};
use crate::time;

/// The longest stay.
pub const MAX_NIGHTS: u32 = 366;
/// The length of a bucket by which pools are claimed.
pub const BUCKET_MINUTES: i64 = 15;

/// A row of capacity that a booking needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Take {
    pub date: NaiveDate,
    /// The slot's local time; `None` for the day's own row.
    pub slot: Option<NaiveTime>,
    /// The row's capacity by the rules as they are.
    pub target: u32,
    /// How much of it the booking takes.
    pub quantity: u32,
}

/// A row of capacity and what the rules want it to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    pub date: NaiveDate,
    pub slot: Option<NaiveTime>,
    pub target: u32,
}

/// The time `[start, end)` that a booking occupies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
}

impl Span {
    /// Widened by these minutes of time that must be free before and after.
    #[must_use]
    pub fn with_buffers(self, before_minutes: u32, after_minutes: u32) -> Self {
        let earlier = TimeDelta::minutes(before_minutes.into());
        let later = TimeDelta::minutes(after_minutes.into());
        Self {
            start: self.start.checked_sub_signed(earlier).unwrap_or(self.start),
            end: self.end.checked_add_signed(later).unwrap_or(self.end),
        }
    }

    /// The starts of the 15-minute UTC buckets that the span touches, ascending.
    pub fn buckets(self) -> impl Iterator<Item = DateTime<Utc>> {
        let first = bucket_of(self.start);
        let step = TimeDelta::minutes(BUCKET_MINUTES);
        std::iter::successors(Some(first), move |bucket| bucket.checked_add_signed(step))
            .take_while(move |bucket| *bucket < self.end)
    }
}

/// The start of the bucket in which `moment` lies.
#[must_use]
pub fn bucket_of(moment: DateTime<Utc>) -> DateTime<Utc> {
    let past = moment.timestamp().rem_euclid(BUCKET_MINUTES * 60);
    let past =
        TimeDelta::seconds(past) + TimeDelta::nanoseconds(moment.timestamp_subsec_nanos().into());
    moment.checked_sub_signed(past).unwrap_or(moment)
}

/// The buckets of a pool that a booking of `span` claims, its buffers included, ascending: the
/// order in which a transaction must take them.
#[must_use]
pub fn pool_buckets(span: Span, before_minutes: u32, after_minutes: u32) -> Vec<DateTime<Utc>> {
    span.with_buffers(before_minutes, after_minutes).buckets().collect()
}

impl PreparedRules {
    /// The dates that `ask` claims: the date, or every night of a stay.
    ///
    /// # Errors
    /// The [`Reason`] why the question makes no sense for this service: a stay without an end
    /// after its start or with more than [`MAX_NIGHTS`], an end date where there are no nights.
    pub fn dates(&self, ask: &Ask) -> Result<Range<NaiveDate>, Reason> {
        match (self.setting.by_night, ask.end_date) {
            (false, None) => Ok(ask.date..time::next_day(ask.date)),
            (false, Some(_)) => Err(Reason::NotByNight),
            (true, None) => Err(Reason::EndNeeded),
            (true, Some(end)) if end <= ask.date => Err(Reason::EndNotAfterStart),
            (true, Some(end)) if end - ask.date > TimeDelta::days(MAX_NIGHTS.into()) => {
                Err(Reason::StayTooLong { max_nights: MAX_NIGHTS })
            }
            (true, Some(end)) => Ok(ask.date..end),
        }
    }

    /// When `ask` begins: its local time, or midnight at the beginning of its date.
    #[must_use]
    pub fn start(&self, ask: &Ask) -> DateTime<Utc> {
        time::instant(ask.date, ask.time.unwrap_or(NaiveTime::MIN), self.setting.zone)
    }

    /// The moment from which `ask` can no longer be booked: its start less the notice. Without a
    /// time and without notice, a date can be booked until it is over.
    #[must_use]
    pub fn cutoff(&self, ask: &Ask) -> DateTime<Utc> {
        if ask.time.is_none() && self.rules.min_notice_minutes == 0 {
            return self.midnight(time::next_day(ask.date));
        }
        let start = self.start(ask);
        let notice = TimeDelta::minutes(self.rules.min_notice_minutes.into());
        start.checked_sub_signed(notice).unwrap_or(start)
    }

    /// The time that `ask` occupies, without buffers. A stay, and a booking without a time, occupy
    /// whole local days; a time without a known duration one bucket.
    #[must_use]
    pub fn span(&self, ask: &Ask) -> Span {
        if self.setting.by_night || ask.time.is_none() {
            let after = ask.end_date.unwrap_or(ask.date).max(time::next_day(ask.date));
            return Span { start: self.midnight(ask.date), end: self.midnight(after) };
        }
        let start = self.start(ask);
        let minutes = self.setting.duration_minutes.map_or(BUCKET_MINUTES, i64::from);
        let end = start.checked_add_signed(TimeDelta::minutes(minutes.max(1)));
        Span { start, end: end.unwrap_or(start) }
    }

    /// [`span`](Self::span) with the buffers of the rules: what must be free of other calendars
    /// and is claimed of pools.
    #[must_use]
    pub fn claimed_span(&self, ask: &Ask) -> Span {
        self.span(ask)
            .with_buffers(self.rules.buffer_before_minutes, self.rules.buffer_after_minutes)
    }

    fn midnight(&self, date: NaiveDate) -> DateTime<Utc> {
        time::instant(date, NaiveTime::MIN, self.setting.zone)
    }
}

/// The rows of capacity that `ask` takes, sorted as a transaction must take them: none of a
/// toggle, each date of a calendar, and of an inventory the day's row, the slot's row, or both.
///
/// The provider's other rules (closures, notice, party …) do not enter: a provider may accept
/// against them, but never against capacity.
///
/// # Errors
/// The [`Reason`] why there is no such row: a question that makes no sense for this service, a
/// missing time, a slot that does not run, a day without capacity.
pub fn takes(prepared: &PreparedRules, ask: &Ask) -> Result<Vec<Take>, Reason> {
    let dates = prepared.dates(ask)?;
    let quantity = prepared.rules.units(ask.party);
    let mut takes = Vec::new();
    if prepared.rules.availability_type == AvailabilityType::Toggle {
        return Ok(takes);
    }
    for date in time::nights(dates.start, dates.end) {
        let day = prepared.day_capacity(date);
        if let Some(target) = day {
            takes.push(Take { date, slot: None, target, quantity });
        }
        if prepared.has_slots() {
            let (time, target) = slot_asked(prepared, date, ask.time)?;
            takes.push(Take { date, slot: Some(time), target, quantity });
        } else if day.is_none() {
            return Err(Reason::NoCapacity { date, time: ask.time });
        }
    }
    Ok(takes)
}

/// The slot that is asked for, with its capacity.
pub(super) fn slot_asked(
    prepared: &PreparedRules,
    date: NaiveDate,
    time: Option<NaiveTime>,
) -> Result<(NaiveTime, u32), Reason> {
    let time = time.ok_or(Reason::TimeNeeded)?;
    match prepared.slot_capacity(date, time) {
        Some(capacity) => Ok((time, capacity)),
        None if prepared.knows_slot(time) => Err(Reason::SlotNotRunning { date, time }),
        None => Err(Reason::NoSuchSlot { time }),
    }
}

/// What every row of capacity in `window` should be, sorted. A row that exists and is not listed
/// here should be 0.
///
/// Closed dates keep their capacity, because a provider may accept against a closure; it is
/// [`check`](super::check) that closes them to everyone else.
#[must_use]
pub fn targets(prepared: &PreparedRules, window: Range<NaiveDate>) -> Vec<Target> {
    let mut targets = Vec::new();
    for date in time::nights(window.start, window.end) {
        if let Some(target) = prepared.day_capacity(date) {
            targets.push(Target { date, slot: None, target });
        }
        for (time, target) in prepared.slots_on(date) {
            targets.push(Target { date, slot: Some(time), target });
        }
    }
    targets
}
