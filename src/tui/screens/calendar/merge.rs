//! Two edits of the same rules, made without knowing of each other, as one.

use std::collections::{BTreeMap, BTreeSet};

use traveloure_core::availability::{AvailabilityRules, CapacityOverride, TimeSlot};

/// See the module's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    pub rules: AvailabilityRules,
    /// What both changed in different ways, by the names people use; there `mine` was taken.
    pub both: Vec<&'static str>,
}

/// What changed from `before` to `mine`, made on `theirs`.
#[must_use]
pub fn merge(
    before: &AvailabilityRules,
    mine: &AvailabilityRules,
    theirs: &AvailabilityRules,
) -> Merged {
    let mut both = Vec::new();
    macro_rules! one {
        ($name:literal, $field:ident) => {
            value($name, &before.$field, &mine.$field, &theirs.$field, &mut both)
        };
    }
    let none = BTreeSet::new();
    let open = |rules: &'_ AvailabilityRules| rules.whitelist().unwrap_or(&none).clone();
    let available_dates = Some(set(&open(before), &open(mine), &open(theirs)));
    let rules = AvailabilityRules {
        availability_type: one!("type", availability_type),
        is_available: one!("the switch", is_available),
        blocked_dates: set(&before.blocked_dates, &mine.blocked_dates, &theirs.blocked_dates),
        available_dates: available_dates.filter(|dates| !dates.is_empty()),
        daily_capacity: one!("the daily capacity", daily_capacity),
        time_slots: slots(before, mine, theirs, &mut both),
        capacity_overrides: overrides(before, mine, theirs, &mut both),
        counts: one!("what counts", counts),
        recurring_unavailable: list(
            &before.recurring_unavailable,
            &mine.recurring_unavailable,
            &theirs.recurring_unavailable,
        ),
        min_notice_minutes: one!("the notice", min_notice_minutes),
        horizon_days: one!("the horizon", horizon_days),
        party_min: one!("the smallest party", party_min),
        party_max: one!("the largest party", party_max),
        buffer_before_minutes: one!("the buffer before", buffer_before_minutes),
        buffer_after_minutes: one!("the buffer after", buffer_after_minutes),
    };
    Merged { rules: rules.normalised(), both }
}

fn value<T: Clone + PartialEq>(
    name: &'static str,
    before: &T,
    mine: &T,
    theirs: &T,
    both: &mut Vec<&'static str>,
) -> T {
    if mine == before {
        return theirs.clone();
    }
    if theirs != before && theirs != mine {
        both.push(name);
    }
    mine.clone()
}

fn set<T: Clone + Ord>(
    before: &BTreeSet<T>,
    mine: &BTreeSet<T>,
    theirs: &BTreeSet<T>,
) -> BTreeSet<T> {
    let kept = theirs.iter().filter(|one| mine.contains(one) || !before.contains(one));
    kept.chain(mine.iter().filter(|one| !before.contains(one))).cloned().collect()
}

fn list<T: Clone + PartialEq>(before: &[T], mine: &[T], theirs: &[T]) -> Vec<T> {
    let kept = theirs.iter().filter(|one| mine.contains(one) || !before.contains(one));
    let added = mine.iter().filter(|one| !before.contains(one) && !theirs.contains(one));
    kept.chain(added).cloned().collect()
}

fn slots(
    before: &AvailabilityRules,
    mine: &AvailabilityRules,
    theirs: &AvailabilityRules,
    both: &mut Vec<&'static str>,
) -> Vec<TimeSlot> {
    let merged = list(&before.time_slots, &mine.time_slots, &theirs.time_slots);
    let collides = |one: &TimeSlot, other: &TimeSlot| {
        one.time == other.time && !one.weekdays.intersection(other.weekdays).is_empty()
    };
    let is_mine = |slot: &TimeSlot| mine.time_slots.contains(slot);
    let (own, other): (Vec<_>, Vec<_>) = merged.into_iter().partition(is_mine);
    let count = other.len();
    let mut slots = own;
    let apart: Vec<TimeSlot> =
        other.into_iter().filter(|slot| slots.iter().all(|own| !collides(own, slot))).collect();
    if apart.len() < count {
        both.push("a time slot");
    }
    slots.extend(apart);
    slots
}

fn overrides(
    before: &AvailabilityRules,
    mine: &AvailabilityRules,
    theirs: &AvailabilityRules,
    both: &mut Vec<&'static str>,
) -> Vec<CapacityOverride> {
    let by_row = |rules: &AvailabilityRules| -> BTreeMap<_, u32> {
        let overrides = rules.capacity_overrides.iter();
        overrides.map(|other| ((other.date, other.time), other.capacity)).collect()
    };
    let (before, mine, theirs) = (by_row(before), by_row(mine), by_row(theirs));
    let rows: BTreeSet<_> = mine.keys().chain(theirs.keys()).copied().collect();
    let mut found = Vec::new();
    let mut merged = Vec::new();
    for row in rows {
        let of = |rules: &BTreeMap<_, u32>| rules.get(&row).copied();
        let (date, time) = row;
        let name = "the capacity of a date";
        if let Some(capacity) = value(name, &of(&before), &of(&mine), &of(&theirs), &mut found) {
            merged.push(CapacityOverride { date, time, capacity });
        }
    }
    found.truncate(1);
    both.extend(found);
    merged
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use traveloure_core::availability::{AvailabilityType, text};

    use super::*;

    fn rules(lines: &str) -> AvailabilityRules {
        let today = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        text::parse(lines, AvailabilityType::Inventory, today).unwrap()
    }

    fn merged(before: &str, mine: &str, theirs: &str) -> (String, Vec<&'static str>) {
        let merged = merge(&rules(before), &rules(mine), &rules(theirs));
        assert_eq!(merged.rules.validate(), Ok(()));
        (merged.rules.to_text(), merged.both)
    }

    #[test]
    fn what_each_changed_alone_is_kept() {
        let (text, both) = merged(
            "daily cap 8\nclosed 24 dec, 25 dec\nclosed every mon\nnotice 24h",
            "daily cap 8\nclosed 25 dec, 31 dec\nclosed every mon\nnotice 48h",
            "daily cap 9\nclosed 24 dec, 25 dec, 26 dec\nclosed every tue",
        );
        assert_eq!(
            text,
            "daily cap 9\nclosed 2026-12-25 - 2026-12-26, 2026-12-31\nclosed every tue\nnotice 2d\n"
        );
        // They took the notice away, which is another change of it.
        assert_eq!(both, ["the notice"]);
    }

    #[test]
    fn where_both_changed_the_same_mine_stays() {
        let (text, both) = merged(
            "every day 09:00 cap 8\n2026-12-24 09:00 cap 2",
            "every day 09:00 cap 10\n2026-12-24 09:00 cap 3",
            "every day 09:00 cap 6\nevery sat 14:00 cap 4\n2026-12-24 09:00 cap 1",
        );
        assert_eq!(text, "every day 09:00 cap 10\nevery sat 14:00 cap 4\n2026-12-24 09:00 cap 3\n");
        assert_eq!(both, ["a time slot", "the capacity of a date"]);
    }

    #[test]
    fn a_merge_with_oneself_or_nothing_changes_nothing() {
        let (one, other) = ("daily cap 8\nclosed 24 dec", "daily cap 4\nparty 1-8");
        assert_eq!(merged(one, other, one), (rules(other).to_text(), Vec::new()));
        assert_eq!(merged(one, one, other), (rules(other).to_text(), Vec::new()));
        assert_eq!(merged(one, other, other), (rules(other).to_text(), Vec::new()));
    }
}
