//! Arbitrary rules, questions and occupancies for property tests.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use proptest::{collection, option, prelude::*, sample};

use super::{
    Ask, AvailabilityRules, AvailabilityType, Busy, CapacityOverride, Closure, Counts, Occupancy,
    PoolUse, Setting, TimeSlot, Used, Weekdays,
};
use crate::ids::PoolId;

/// The date that all the others lie around.
pub(crate) fn base() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 1).unwrap()
}

/// Three months around a change of clocks, so that rules and questions meet often.
pub(crate) fn date() -> impl Strategy<Value = NaiveDate> {
    (0_u64..90).prop_map(|days| base() + Days::new(days))
}

pub(crate) fn dates(most: usize) -> impl Strategy<Value = BTreeSet<NaiveDate>> {
    collection::btree_set(date(), 0..=most)
}

pub(crate) fn time() -> impl Strategy<Value = NaiveTime> {
    sample::select(vec!["01:30", "02:30", "09:00", "14:15", "23:45"])
        .prop_map(|time| NaiveTime::parse_from_str(time, "%H:%M").unwrap())
}

pub(crate) fn weekday() -> impl Strategy<Value = Weekday> {
    (0_u8..7).prop_map(|day| Weekday::try_from(day).unwrap())
}

pub(crate) fn weekdays() -> impl Strategy<Value = Weekdays> {
    prop_oneof![
        Just(Weekdays::EVERY_DAY),
        collection::vec(weekday(), 1..4).prop_map(|days| days.into_iter().collect()),
    ]
}

fn note() -> impl Strategy<Value = Option<String>> {
    option::of("[a-zA-Zé#][a-zA-Zé,;:#.0-9 -]{0,12}[a-zé.]")
}

/// RRULEs that are fruitful from [`base`] on.
pub(crate) const RRULES: [&str; 8] = [
    "FREQ=MONTHLY;BYDAY=-1SU",
    "FREQ=WEEKLY;INTERVAL=2",
    "FREQ=DAILY;INTERVAL=5;COUNT=7",
    "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=3,4,5",
    "FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260415",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "freq=daily;bymonth=5;byday=fr",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;UNTIL=20260520T215959Z",
];

pub(crate) fn closure() -> impl Strategy<Value = Closure> {
    prop_oneof![
        (weekday(), dates(2), note()).prop_map(|(day, exdates, note)| Closure::Day {
            day,
            exdates,
            note
        }),
        (collection::btree_set(date(), 1..5), note())
            .prop_map(|(dates, note)| Closure::Dates { dates, note }),
        (date(), 0_u64..20, note()).prop_map(|(from, days, note)| {
            Closure::Range { from, to: from + Days::new(days), note }
        }),
        (date(), 0_u64..900, note()).prop_map(|(from, days, note)| {
            Closure::Range { from, to: from + Days::new(days), note }
        }),
        (sample::select(RRULES.to_vec()), 0_u64..20, dates(2), note()).prop_map(
            |(rrule, days, exdates, note)| Closure::Rrule {
                rrule: rrule.to_owned(),
                dtstart: base() - Days::new(days),
                exdates,
                note,
            }
        ),
    ]
}

fn slot() -> impl Strategy<Value = TimeSlot> {
    (time(), 0_u32..6, prop::bool::weighted(0.8), weekdays(), dates(2)).prop_map(
        |(time, capacity, available, weekdays, except)| TimeSlot {
            time,
            capacity,
            available,
            weekdays,
            except,
        },
    )
}

fn slots() -> impl Strategy<Value = Vec<TimeSlot>> {
    collection::vec(slot(), 0..4).prop_map(|slots| {
        let mut kept: Vec<TimeSlot> = Vec::new();
        for slot in slots {
            let collides = |other: &TimeSlot| {
                other.time == slot.time && !other.weekdays.intersection(slot.weekdays).is_empty()
            };
            if !kept.iter().any(collides) {
                kept.push(slot);
            }
        }
        kept
    })
}

fn overrides() -> impl Strategy<Value = Vec<CapacityOverride>> {
    collection::btree_map((date(), option::of(time())), 0_u32..6, 0..4).prop_map(|overrides| {
        overrides
            .into_iter()
            .map(|((date, time), capacity)| CapacityOverride { date, time, capacity })
            .collect()
    })
}

prop_compose! {
    fn limits()(
        min_notice_minutes in prop_oneof![Just(0), Just(90), Just(1440), 0_u32..5000],
        horizon_days in option::of(0_u32..100),
        party_min in option::of(1_u32..4),
        more in option::of(0_u32..5),
        before in sample::select(vec![0, 15, 50]),
        after in sample::select(vec![0, 30, 1440]),
    ) -> AvailabilityRules {
        AvailabilityRules {
            min_notice_minutes,
            horizon_days,
            party_min,
            party_max: more.map(|more| party_min.unwrap_or(1) + more),
            buffer_before_minutes: before,
            buffer_after_minutes: after,
            ..AvailabilityRules::default()
        }
    }
}

fn kind() -> impl Strategy<Value = AvailabilityType> {
    prop_oneof![
        Just(AvailabilityType::Toggle),
        Just(AvailabilityType::Calendar),
        Just(AvailabilityType::Inventory),
        Just(AvailabilityType::Inventory),
    ]
}

prop_compose! {
    /// Rules that `validate` accepts, not normalised.
    pub(crate) fn rules()(
        kind in kind(),
        limits in limits(),
        is_available in prop::bool::weighted(0.9),
        blocked_dates in dates(8),
        available_dates in prop_oneof![4 => Just(None), 1 => dates(60).prop_map(Some)],
        daily in option::of(0_u32..8),
        time_slots in slots(),
        capacity_overrides in overrides(),
        per_person in any::<bool>(),
        recurring_unavailable in collection::vec(closure(), 0..4),
    ) -> AvailabilityRules {
        let mut rules = AvailabilityRules {
            availability_type: kind,
            is_available,
            blocked_dates,
            available_dates,
            recurring_unavailable,
            counts: if per_person { Counts::PerPerson } else { Counts::PerBooking },
            ..limits
        };
        if kind == AvailabilityType::Inventory {
            rules.daily_capacity = daily;
            rules.time_slots = time_slots;
            rules.capacity_overrides = capacity_overrides;
            if !rules.sells_slots() {
                rules.capacity_overrides.retain(|other| other.time.is_none());
            }
            if rules.time_slots.is_empty() && rules.capacity_overrides.is_empty() {
                rules.daily_capacity.get_or_insert(4);
            }
        }
        rules
    }
}

pub(crate) fn zone() -> impl Strategy<Value = Tz> {
    prop_oneof![
        Just(Tz::Europe__Lisbon),
        Just(Tz::America__New_York),
        Just(Tz::Asia__Kathmandu),
        sample::select(chrono_tz::TZ_VARIANTS.to_vec()),
    ]
}

pub(crate) fn setting() -> impl Strategy<Value = Setting> {
    (zone(), option::of(sample::select(vec![30_u32, 90, 600])), prop::bool::weighted(0.3))
        .prop_map(|(zone, duration_minutes, by_night)| Setting { zone, duration_minutes, by_night })
}

pub(crate) fn ask() -> impl Strategy<Value = Ask> {
    (date(), option::weighted(0.3, 0_u64..6), option::weighted(0.6, time()), 0_u32..7).prop_map(
        |(date, nights, time, party)| Ask {
            date,
            end_date: nights.map(|nights| date + Days::new(nights)),
            time,
            party,
        },
    )
}

/// Rules, what is taken, a question about them, and when it is asked.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) rules: AvailabilityRules,
    pub(crate) setting: Setting,
    pub(crate) occupancy: Occupancy,
    pub(crate) ask: Ask,
    pub(crate) now: DateTime<Utc>,
}

/// Questions that mostly make sense for the service, so that about a third of them are open.
pub(crate) fn scenario() -> impl Strategy<Value = Scenario> {
    (rules(), setting(), occupancy()).prop_flat_map(|(rules, setting, occupancy)| {
        let early = base().and_time(NaiveTime::MIN).and_utc() - TimeDelta::days(5);
        let now = prop_oneof![4 => Just(early), 1 => now()];
        let ask = prop_oneof![9 => fitting_ask(&rules, &setting), 1 => ask()];
        (ask, now).prop_map(move |(ask, now)| Scenario {
            rules: rules.clone(),
            setting,
            occupancy: occupancy.clone(),
            ask,
            now,
        })
    })
}

fn fitting_ask(rules: &AvailabilityRules, setting: &Setting) -> BoxedStrategy<Ask> {
    let times: Vec<_> = rules.time_slots.iter().map(|slot| Some(slot.time)).collect();
    let times = if times.is_empty() { vec![None] } else { times };
    let by_night = setting.by_night;
    let smallest = rules.party_min.unwrap_or(1);
    (date(), 1_u64..4, sample::select(times), smallest..smallest + 2)
        .prop_map(move |(date, nights, time, party)| Ask {
            date,
            end_date: by_night.then(|| date + Days::new(nights)),
            time,
            party,
        })
        .boxed()
}

/// A moment before, in or after the dates.
pub(crate) fn now() -> impl Strategy<Value = DateTime<Utc>> {
    (-60 * 24 * 10_i64..60 * 24 * 95)
        .prop_map(|minutes| base().and_time(NaiveTime::MIN).and_utc() + TimeDelta::minutes(minutes))
}

fn used() -> impl Strategy<Value = Used> {
    (0_u32..5, 0_u32..3).prop_map(|(booked, held)| Used { booked, held })
}

fn busy() -> impl Strategy<Value = Busy> {
    (now(), 1_i64..60 * 30)
        .prop_map(|(from, minutes)| Busy { from, to: from + TimeDelta::minutes(minutes) })
}

fn pool() -> impl Strategy<Value = PoolUse> {
    let bucket = (0_i64..4 * 24 * 90).prop_map(|quarters| {
        base().and_time(NaiveTime::MIN).and_utc() + TimeDelta::minutes(quarters * 15)
    });
    (0_u32..4, 1_u32..3, collection::btree_map(bucket, used(), 0..60)).prop_map(
        |(capacity, units, buckets)| PoolUse {
            pool: PoolId::from(uuid::Uuid::nil()),
            name: "the van".to_owned(),
            capacity,
            units,
            buckets,
        },
    )
}

pub(crate) fn occupancy() -> impl Strategy<Value = Occupancy> {
    (
        collection::vec((date(), option::of(time()), used()), 0..60),
        collection::vec(busy(), 0..4),
        option::weighted(0.2, pool()),
    )
        .prop_map(|(rows, busy, pool)| {
            let mut occupancy: Occupancy = rows.into_iter().collect();
            for busy in busy {
                occupancy.add_busy(busy);
            }
            if let Some(pool) = pool {
                occupancy.add_pool(pool);
            }
            occupancy
        })
}
