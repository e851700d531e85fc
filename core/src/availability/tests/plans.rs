use proptest::prelude::*;

use super::{
    super::{
        AvailabilityRules, AvailabilityType, EditPlan, Occupancy, PreparedRules, State, Used, days,
        diff,
    },
    date, inventory, lisbon, rules, strategies, time, window,
};

fn plan(before: &AvailabilityRules, after: &AvailabilityRules, taken: &Occupancy) -> EditPlan {
    diff(&lisbon(before), &lisbon(after), taken, window())
}

#[test]
fn a_plan_says_what_opens_closes_changes_and_conflicts() {
    let before = inventory("every day 09:00 cap 8\nevery sat 14:00 cap 4\nclosed every sun");
    let after = inventory(
        "every day 09:00 cap 6\nevery fri 16:00 cap 2\nclosed every mon\nclosed 10 mar - 12 mar\nnotice 24h",
    );
    let nine = Some(time("09:00"));
    let mut taken = Occupancy::new();
    taken.add(date("2026-03-04"), nine, Used { booked: 5, held: 2 });
    taken.add(date("2026-03-05"), nine, Used { booked: 6, held: 0 });
    taken.add(date("2026-03-09"), nine, Used { booked: 1, held: 0 });
    taken.add(date("2026-03-07"), Some(time("14:00")), Used { booked: 0, held: 1 });
    let plan = plan(&before, &after, &taken);
    assert_eq!(
        plan.lines(),
        [
            "+ open   every sun, Sun 1 Mar 2026 – Sun 28 Feb 2027 (53 days)",
            "+ open   every fri 16:00, Fri 6 Mar 2026 – Fri 26 Feb 2027 (52 days)",
            "- close  every mon, Mon 2 Mar 2026 – Mon 22 Feb 2027 (52 days)",
            "- close  every sat 14:00, Sat 7 Mar 2026 – Sat 27 Feb 2027 (52 days)",
            "- close  Tue 10 Mar 2026 – Thu 12 Mar 2026 (3 days)",
            "~ cap    8 → 6: Tue 3 Mar 2026 – Thu 5 Mar 2026 09:00 (3 days)",
            "~ cap    8 → 6: every fri,sat 09:00, Fri 6 Mar 2026 – Sat 27 Feb 2027 (104 days)",
            "~ cap    8 → 6: every tue,wed,thu 09:00, Tue 17 Mar 2026 – Thu 25 Feb 2027 (150 days)",
            "~ terms  notice 0m → 24h",
            "! booked Wed 4 Mar 2026 09:00: 5 booked, 2 held, 6 offered",
            "! booked Sat 7 Mar 2026 14:00: 0 booked, 1 held, 0 offered",
            "! booked Mon 9 Mar 2026 09:00: 1 booked, 0 held, 0 offered",
        ]
    );
    assert_eq!(
        plan.headline(),
        "53 days open, 52 slots open, 55 days close, 52 slots close, 257 capacities change, \
         1 term changes, 3 conflicts"
    );
}

#[test]
fn nothing_changes_without_a_change() {
    let rules = rules(AvailabilityType::Calendar, "closed every mon");
    let plan = plan(&rules, &rules, &Occupancy::new());
    assert!(plan.is_empty());
    assert_eq!(plan.headline(), "nothing changes on these dates");
}

#[test]
fn a_conflict_that_was_there_before_is_not_repeated() {
    let (eight, six, five) = ("daily cap 8", "daily cap 6", "daily cap 5");
    let mut taken = Occupancy::new();
    taken.add(date("2026-03-04"), None, Used { booked: 7, held: 0 });
    let conflicts = |before, after| plan(&inventory(before), &inventory(after), &taken).conflicts;
    assert_eq!(conflicts(eight, six).len(), 1);
    assert_eq!(conflicts(six, five).len(), 1);
    assert_eq!(conflicts(five, six).len(), 0);
    assert_eq!(conflicts(six, "daily cap 6\nnotice 1h").len(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    // Applying the plan to the days before gives the days after.
    #[test]
    fn a_plan_is_the_difference_of_the_days(
        before in strategies::rules(),
        after in strategies::rules(),
        setting in strategies::setting(),
    ) {
        let prepare = |rules| PreparedRules::prepare(rules, &setting, window());
        let (before, after) = (prepare(&before), prepare(&after));
        let nothing = Occupancy::new();
        let plan = diff(&before, &after, &nothing, window());
        prop_assert!(plan.conflicts.is_empty());
        let whole = |runs: &[super::super::DateRun]| -> Vec<chrono::NaiveDate> {
            let whole = runs.iter().filter(|run| run.slot.is_none());
            whole.flat_map(|run| run.dates().collect::<Vec<_>>()).collect()
        };
        let (opened, closed) = (whole(&plan.opened), whole(&plan.closed));
        let days = |rules| days(rules, &nothing, window(), None);
        for (was, is) in days(&before).iter().zip(days(&after)) {
            let (was_open, is_open) = (was.state != State::Closed, is.state != State::Closed);
            prop_assert_eq!(opened.contains(&is.date), !was_open && is_open, "{}", is.date);
            prop_assert_eq!(closed.contains(&is.date), was_open && !is_open, "{}", is.date);
        }
    }

    #[test]
    fn a_conflict_is_a_row_that_holds_more_than_it_offers(
        before in strategies::rules(),
        after in strategies::rules(),
        occupancy in strategies::occupancy(),
    ) {
        let plan = diff(&lisbon(&before), &lisbon(&after), &occupancy, window());
        for conflict in &plan.conflicts {
            prop_assert!(conflict.booked + conflict.held > conflict.target);
        }
        let back = diff(&lisbon(&after), &lisbon(&after), &occupancy, window());
        prop_assert!(back.is_empty());
    }
}
