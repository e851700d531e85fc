//! What is taken already, as it was read together with the rules.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::claims::{Span, bucket_of};
use crate::ids::PoolId;

/// What is gone of one row of capacity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CapacityUsed))]
pub struct Used {
    /// By bookings.
    pub booked: u32,
    /// By holds that have not expired.
    pub held: u32,
}

impl Used {
    #[must_use]
    pub const fn total(self) -> u32 {
        self.booked.saturating_add(self.held)
    }

    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            booked: self.booked.saturating_add(other.booked),
            held: self.held.saturating_add(other.held),
        }
    }
}

/// A resource that several services share, as one of them sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolUse {
    pub pool: PoolId,
    /// What its owner calls it, for explanations.
    pub name: String,
    /// How many there are: two vans.
    pub capacity: u32,
    /// How many of them one booking of this service takes.
    pub units: u32,
    /// What is gone in each 15-minute bucket, by the bucket's start. Absent: nothing.
    pub buckets: BTreeMap<DateTime<Utc>, Used>,
}

impl PoolUse {
    /// The first bucket of `span` in which fewer than a booking needs are free.
    pub(super) fn taken_within(&self, span: Span) -> Option<DateTime<Utc>> {
        let first = bucket_of(span.start);
        if self.units > self.capacity {
            return Some(first);
        }
        let free = self.capacity - self.units;
        let mut buckets = self.buckets.range(first..span.end.max(first));
        buckets.find(|(_, used)| used.total() > free).map(|(bucket, _)| *bucket)
    }
}

/// An interval `[from, to)` that another calendar of the provider says is busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Busy {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

/// Everything that is taken, for the dates that are going to be asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Occupancy {
    rows: BTreeMap<(NaiveDate, Option<NaiveTime>), Used>,
    pools: Vec<PoolUse>,
    busy: Vec<Busy>,
}

impl Occupancy {
    /// Nothing is taken.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what is gone of a day (`None`) or of a slot of that day.
    pub fn add(&mut self, date: NaiveDate, slot: Option<NaiveTime>, used: Used) {
        let row = self.rows.entry((date, slot)).or_default();
        *row = row.plus(used);
    }

    /// Adds a pool that the service draws from.
    pub fn add_pool(&mut self, pool: PoolUse) {
        self.pools.push(pool);
    }

    /// Adds an interval of another calendar; an empty one is ignored.
    pub fn add_busy(&mut self, busy: Busy) {
        if busy.from < busy.to {
            let at = self.busy.partition_point(|other| *other < busy);
            self.busy.insert(at, busy);
        }
    }

    /// What is gone of a day's own row (`None`) or of a slot's.
    #[must_use]
    pub fn row(&self, date: NaiveDate, slot: Option<NaiveTime>) -> Used {
        self.rows.get(&(date, slot)).copied().unwrap_or_default()
    }

    /// Every row of `date` of which something is gone.
    pub fn rows_of(&self, date: NaiveDate) -> impl Iterator<Item = (Option<NaiveTime>, Used)> {
        self.rows
            .range((date, None)..)
            .take_while(move |((day, _), _)| *day == date)
            .map(|((_, slot), used)| (*slot, *used))
    }

    /// What is gone of the whole day. Bookings made before the day had a capacity of its own
    /// claimed only their slots, so the slots' sum counts where it is larger.
    #[must_use]
    pub fn day(&self, date: NaiveDate) -> Used {
        let mut day = Used::default();
        let mut slots = Used::default();
        for (slot, used) in self.rows_of(date) {
            match slot {
                None => day = used,
                Some(_) => slots = slots.plus(used),
            }
        }
        if slots.total() > day.total() { slots } else { day }
    }

    #[must_use]
    pub fn pools(&self) -> &[PoolUse] {
        &self.pools
    }

    /// The first interval of another calendar that meets `[from, to)`.
    #[must_use]
    pub fn busy_within(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Option<Busy> {
        self.busy.iter().take_while(|busy| busy.from < to).find(|busy| busy.to > from).copied()
    }
}

impl FromIterator<(NaiveDate, Option<NaiveTime>, Used)> for Occupancy {
    fn from_iter<I: IntoIterator<Item = (NaiveDate, Option<NaiveTime>, Used)>>(rows: I) -> Self {
        let mut occupancy = Self::new();
        for (date, slot, used) in rows {
            occupancy.add(date, slot, used);
        }
        occupancy
    }
}
