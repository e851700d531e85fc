//! An edit shown before it is made: what it opens and closes, and which bookings it leaves in
//! conflict.

use std::{collections::BTreeMap, fmt, ops::Range};

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::{
    hour_minute,
    judge::{Judge, Reasons},
    occupancy::{Occupancy, Used},
    prepared::PreparedRules,
    reason::{Minutes, Row},
    rules::{AvailabilityRules, AvailabilityType, Counts},
    runs::{self, DateRun},
};
use crate::time;

/// What an edit of the rules would change within a window of dates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AvailabilityPlan))]
pub struct EditPlan {
    /// Days, or slots of days that stay open, that can be booked afterwards and could not before.
    pub opened: Vec<DateRun>,
    pub closed: Vec<DateRun>,
    /// Other capacities of days and slots that are open before and after.
    pub capacity: Vec<CapacityChange>,
    /// What is asked of every booking: notice, horizon, party, buffers.
    pub terms: Vec<TermChange>,
    /// Bookings and holds that the rules do not offer any more. They stay as they are.
    pub conflicts: Vec<Conflict>,
}

/// A capacity before and after; absent: the day has no limit of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CapacityChange {
    pub on: DateRun,
    pub before: Option<u32>,
    pub after: Option<u32>,
}

/// One term before and after, as people read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = AvailabilityTermChange))]
pub struct TermChange {
    /// The field of the document.
    pub field: String,
    pub before: String,
    pub after: String,
}

/// More is taken than the rules offer after the edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CapacityConflict))]
pub struct Conflict {
    pub date: NaiveDate,
    #[serde(default, with = "hour_minute::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "09:00"))]
    pub slot: Option<NaiveTime>,
    pub booked: u32,
    pub held: u32,
    /// What the rules offer; 0 when closed.
    pub target: u32,
}

/// Compares two versions of the rules of one service over `window`, which both are prepared for.
///
/// A conflict is one that the edit makes or makes worse; one that was there before is not repeated.
#[must_use]
pub fn diff(
    before: &PreparedRules,
    after: &PreparedRules,
    occupancy: &Occupancy,
    window: Range<NaiveDate>,
) -> EditPlan {
    let mut changes = Changes::default();
    let mut conflicts = Vec::new();
    for date in time::nights(window.start, window.end) {
        let (was, is) = (Offer::of(before, date), Offer::of(after, date));
        changes.compare(date, &was, &is);
        conflicts.extend(conflicts_on(date, &was, &is, occupancy));
    }
    let Changes { opened, closed, capacity } = changes;
    let mut capacity: Vec<CapacityChange> = capacity
        .into_iter()
        .flat_map(|((slot, before, after), dates)| {
            let change = move |on| CapacityChange { on, before, after };
            runs::runs(&dates, slot).into_iter().map(change)
        })
        .collect();
    capacity.sort_by_key(|change| (change.on.from, change.on.slot));
    EditPlan {
        opened: by_date(opened),
        closed: by_date(closed),
        capacity,
        terms: terms(before.rules(), after.rules()),
        conflicts,
    }
}

/// What the rules offer on one date to whoever comes first.
struct Offer {
    is_open: bool,
    /// The day's own capacity.
    day: Option<u32>,
    /// Slots with a capacity above 0; none where the service has no slots.
    slots: Vec<(NaiveTime, u32)>,
}

impl Offer {
    fn of(prepared: &PreparedRules, date: NaiveDate) -> Self {
        let nothing = Occupancy::new();
        let mut judge = Judge { prepared, occupancy: &nothing, trace: Reasons::default() };
        judge.switch();
        judge.dates(&(date..time::next_day(date)));
        let day = prepared.day_capacity(date);
        let mut slots = prepared.slots_on(date);
        slots.retain(|(_, capacity)| *capacity > 0);
        let has_capacity = match prepared.rules().availability_type {
            AvailabilityType::Toggle => true,
            _ if prepared.has_slots() => day != Some(0) && !slots.is_empty(),
            _ => day.is_some_and(|capacity| capacity > 0),
        };
        Self { is_open: judge.trace.0.is_empty() && has_capacity, day, slots }
    }

    fn slot(&self, time: NaiveTime) -> Option<u32> {
        self.slots.iter().find(|(slot, _)| *slot == time).map(|(_, capacity)| *capacity)
    }

    /// What a row may hold; `None` for no limit.
    fn target(&self, slot: Option<NaiveTime>) -> Option<u32> {
        match slot {
            _ if !self.is_open => Some(0),
            None => self.day,
            Some(time) => Some(self.slot(time).unwrap_or(0)),
        }
    }
}

type Slots = BTreeMap<Option<NaiveTime>, Vec<NaiveDate>>;
/// Slot, capacity before, capacity after.
type Change = (Option<NaiveTime>, Option<u32>, Option<u32>);

#[derive(Default)]
struct Changes {
    opened: Slots,
    closed: Slots,
    capacity: BTreeMap<Change, Vec<NaiveDate>>,
}

impl Changes {
    fn compare(&mut self, date: NaiveDate, was: &Offer, is: &Offer) {
        match (was.is_open, is.is_open) {
            (false, false) => {}
            (false, true) => self.opened.entry(None).or_default().push(date),
            (true, false) => self.closed.entry(None).or_default().push(date),
            (true, true) => self.compare_open(date, was, is),
        }
    }

    fn compare_open(&mut self, date: NaiveDate, was: &Offer, is: &Offer) {
        if was.day != is.day {
            self.capacity.entry((None, was.day, is.day)).or_default().push(date);
        }
        for (time, before) in &was.slots {
            match is.slot(*time) {
                None => self.closed.entry(Some(*time)).or_default().push(date),
                Some(after) if after != *before => {
                    let change = (Some(*time), Some(*before), Some(after));
                    self.capacity.entry(change).or_default().push(date);
                }
                Some(_) => {}
            }
        }
        for (time, _) in &is.slots {
            if was.slot(*time).is_none() {
                self.opened.entry(Some(*time)).or_default().push(date);
            }
        }
    }
}

fn by_date(slots: Slots) -> Vec<DateRun> {
    let mut runs: Vec<DateRun> =
        slots.into_iter().flat_map(|(slot, dates)| runs::runs(&dates, slot)).collect();
    runs.sort_by_key(|run| (run.from, run.slot));
    runs
}

fn conflicts_on(date: NaiveDate, was: &Offer, is: &Offer, occupancy: &Occupancy) -> Vec<Conflict> {
    let mut slots: Vec<_> = occupancy.rows_of(date).filter(|(slot, _)| slot.is_some()).collect();
    // A day that closes is named once for each of its slots, and as a whole only without slots.
    if is.is_open || slots.is_empty() {
        slots.insert(0, (None, occupancy.day(date)));
    }
    let conflict = |(slot, used): (Option<NaiveTime>, Used)| {
        let (before, target) = (was.target(slot), is.target(slot)?);
        let is_over = used.total() > target;
        let was_as_bad = before.is_some_and(|before| before <= target && used.total() > before);
        let Used { booked, held } = used;
        (is_over && !was_as_bad).then_some(Conflict { date, slot, booked, held, target })
    };
    slots.into_iter().filter_map(conflict).collect()
}

fn terms(before: &AvailabilityRules, after: &AvailabilityRules) -> Vec<TermChange> {
    let party = |bound: Option<u32>| bound.map_or("any".to_owned(), |bound| bound.to_string());
    let all = |rules: &AvailabilityRules| {
        [
            ("availability_type", rules.availability_type.as_str().to_owned()),
            ("counts", counts(rules).to_owned()),
            ("min_notice_minutes", Minutes(rules.min_notice_minutes).to_string()),
            (
                "horizon_days",
                rules.horizon_days.map_or("any".to_owned(), |days| format!("{days}d")),
            ),
            ("party_min", party(rules.party_min)),
            ("party_max", party(rules.party_max)),
            ("buffer_before_minutes", Minutes(rules.buffer_before_minutes).to_string()),
            ("buffer_after_minutes", Minutes(rules.buffer_after_minutes).to_string()),
        ]
    };
    let changed = |((field, before), (_, after)): ((&str, String), (&str, String))| {
        (before != after).then(|| TermChange { field: field.to_owned(), before, after })
    };
    all(before).into_iter().zip(all(after)).filter_map(changed).collect()
}

fn counts(rules: &AvailabilityRules) -> &'static str {
    match rules.counts {
        Counts::PerPerson => "per person",
        Counts::PerBooking => "per booking",
    }
}

impl EditPlan {
    /// Whether nothing changes within the window.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// One line: how much opens, closes, changes, and is in conflict.
    #[must_use]
    pub fn headline(&self) -> String {
        let sum = |runs: &[DateRun], whole: bool| -> u32 {
            runs.iter().filter(|run| run.slot.is_none() == whole).map(|run| run.days).sum()
        };
        let capacities = self.capacity.iter().map(|change| change.on.days).sum::<u32>();
        let conflicts = u32::try_from(self.conflicts.len()).unwrap_or(u32::MAX);
        let terms = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
        let parts: Vec<String> = [
            (sum(&self.opened, true), "day opens", "days open"),
            (sum(&self.opened, false), "slot opens", "slots open"),
            (sum(&self.closed, true), "day closes", "days close"),
            (sum(&self.closed, false), "slot closes", "slots close"),
            (capacities, "capacity changes", "capacities change"),
            (terms, "term changes", "terms change"),
            (conflicts, "conflict", "conflicts"),
        ]
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
        if parts.is_empty() {
            "nothing changes on these dates".to_owned()
        } else {
            parts.join(", ")
        }
    }

    /// The plan line by line: `+` opens, `-` closes, `~` changes, `!` is in conflict.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let opened = self.opened.iter().map(|run| format!("+ open   {run}"));
        let closed = self.closed.iter().map(|run| format!("- close  {run}"));
        let capacity = self.capacity.iter().map(|change| format!("~ cap    {change}"));
        let terms = self.terms.iter().map(|term| format!("~ terms  {term}"));
        let conflicts = self.conflicts.iter().map(|conflict| format!("! booked {conflict}"));
        opened.chain(closed).chain(capacity).chain(terms).chain(conflicts).collect()
    }
}

impl fmt::Display for CapacityChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |capacity: Option<u32>| {
            capacity.map_or("no limit".to_owned(), |capacity| capacity.to_string())
        };
        write!(f, "{} → {}: {}", show(self.before), show(self.after), self.on)
    }
}

impl fmt::Display for TermChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = match self.field.as_str() {
            "availability_type" => "type",
            "min_notice_minutes" => "notice",
            "horizon_days" => "horizon",
            "party_min" => "smallest party",
            "party_max" => "largest party",
            "buffer_before_minutes" => "buffer before",
            "buffer_after_minutes" => "buffer after",
            field => field,
        };
        write!(f, "{label} {} → {}", self.before, self.after)
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = Row(self.date, self.slot);
        write!(f, "{row}: {} booked, {} held, {} offered", self.booked, self.held, self.target)
    }
}
