use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::{
    super::{AvailabilityRules, AvailabilityType, Occupancy, PreparedRules, State, days},
    date, inventory, lisbon, rules, strategies, time, window,
};

fn states(rules: &AvailabilityRules) -> Vec<(NaiveDate, State)> {
    let days = days(&lisbon(rules), &Occupancy::new(), window(), None);
    days.iter().map(|day| (day.date, day.state)).collect()
}

#[test]
fn blocking_and_opening_a_day_leaves_nothing_behind() {
    let before = rules(AvailabilityType::Calendar, "closed every sun");
    let range = date("2026-03-10")..=date("2026-03-12");
    let blocked = before.clone().block(&range);
    assert_eq!(blocked.blocked_dates.len(), 3);
    assert_eq!(blocked.open(&range), before);
}

#[test]
fn opening_makes_exceptions_where_a_closure_repeats() {
    let closed = rules(
        AvailabilityType::Calendar,
        "closed every mon
         closed 2026-03-01 - 2026-03-31 \"winter\"
         closed RRULE:FREQ=MONTHLY;BYDAY=2MO from 2026-01-01
         closed RRULE:FREQ=MONTHLY;BYDAY=1SU from 2026-01-01",
    );
    let day = date("2026-03-09");
    assert_eq!(
        closed.open(&(day..=day)).to_text(),
        "closed every mon except 2026-03-09
closed 2026-03-01 - 2026-03-08 \"winter\"
closed 2026-03-10 - 2026-03-31 \"winter\"
closed RRULE:FREQ=MONTHLY;BYDAY=2MO from 2026-01-01 except 2026-03-09
closed RRULE:FREQ=MONTHLY;BYDAY=1SU from 2026-01-01
"
    );
}

#[test]
fn a_capacity_that_says_nothing_new_is_not_written() {
    let tour = inventory("daily cap 12\nevery tue 09:00 cap 8");
    let (tuesday, nine) = (date("2026-03-10"), Some(time("09:00")));
    let raised = tour.clone().set_capacity(tuesday, nine, 9).unwrap();
    assert!(raised.to_text().contains("2026-03-10 09:00 cap 9"));
    let raised = raised.set_capacity(tuesday, nine, 10).unwrap();
    assert_eq!(raised.capacity_overrides.len(), 1);
    assert_eq!(raised.set_capacity(tuesday, nine, 8).unwrap(), tour);
    let wednesday = tuesday + Days::new(1);
    let extra = tour.clone().set_capacity(wednesday, nine, 8).unwrap();
    assert_eq!(lisbon(&extra).slot_capacity(wednesday, time("09:00")), Some(8));
    assert_eq!(tour.clone().set_capacity(tuesday, None, 12).unwrap(), tour);
    let refused = AvailabilityRules::default().set_capacity(tuesday, None, 1).unwrap_err();
    assert_eq!(refused.code, "not_for_type");
    let refused = inventory("daily cap 12").set_capacity(tuesday, nine, 1).unwrap_err();
    assert_eq!(refused.code, "no_slots");
}

#[test]
fn a_capacity_of_nothing_closes_and_opening_takes_it_back() {
    let tour = inventory("every day 09:00 cap 8");
    let day = date("2026-03-10");
    let closed = tour.clone().set_capacity(day, Some(time("09:00")), 0).unwrap();
    assert_eq!(states(&closed)[9], (day, State::Closed));
    assert_eq!(closed.open(&(day..=day)), tour);
}

#[test]
fn turning_the_switch_twice_changes_nothing() {
    let on = AvailabilityRules::default();
    assert_eq!(on.clone().toggle().toggle(), on);
    assert!(!on.toggle().is_available);
}

fn range() -> impl Strategy<Value = std::ops::RangeInclusive<NaiveDate>> {
    (strategies::date(), 0_u64..12).prop_map(|(from, days)| from..=from + Days::new(days))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn normalising_changes_no_day(rules in strategies::rules(), setting in strategies::setting()) {
        let normalised = rules.clone().normalised();
        prop_assert_eq!(normalised.validate(), Ok(()));
        prop_assert_eq!(&normalised.clone().normalised(), &normalised);
        let painted = |rules: &AvailabilityRules| -> Vec<_> {
            let prepared = PreparedRules::prepare(rules, &setting, window());
            let days = days(&prepared, &Occupancy::new(), window(), None);
            days.into_iter().map(|day| (day.date, day.state, day.capacity, day.slots)).collect()
        };
        prop_assert_eq!(painted(&rules), painted(&normalised));
    }

    #[test]
    fn a_blocked_range_is_closed_and_the_rest_is_as_it_was(
        rules in strategies::rules(),
        range in range(),
    ) {
        let blocked = rules.clone().block(&range);
        prop_assert_eq!(&blocked.clone().normalised(), &blocked);
        for ((date, before), (_, after)) in states(&rules).into_iter().zip(states(&blocked)) {
            let expected = if range.contains(&date) { State::Closed } else { before };
            prop_assert_eq!(after, expected, "{}", date);
        }
    }

    #[test]
    fn an_opened_range_is_closed_by_no_date_and_the_rest_is_as_it_was(
        rules in strategies::rules(),
        range in range(),
    ) {
        let rules = AvailabilityRules { is_available: true, ..rules };
        let opened = rules.clone().open(&range);
        prop_assert_eq!(&opened.clone().normalised(), &opened);
        prop_assert_eq!(opened.validate(), Ok(()));
        let days = days(&lisbon(&opened), &Occupancy::new(), window(), None);
        for ((day, (_, before)), (_, after)) in days.iter().zip(states(&rules)).zip(states(&opened)) {
            if !range.contains(&day.date) {
                prop_assert_eq!(after, before, "{}", day.date);
                continue;
            }
            // What remains is that nothing is on offer that weekday.
            for reason in &day.reasons {
                prop_assert_eq!(reason.code(), "no_capacity", "{}", day.date);
            }
        }
    }
}
