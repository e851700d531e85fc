//! What others than the provider are told.

use proptest::prelude::*;

use super::*;
use crate::{
    availability::{
        Ask, DayState, Explanation, Occupancy, PoolUse, Reason, Step, Used, Verdict, days, explain,
    },
    ids::PoolId,
};

fn told(explanation: &Explanation) -> String {
    serde_json::to_string(&explanation.clone().for_others()).unwrap()
}

#[test]
fn notes_names_and_counts_stay_with_the_provider() {
    let rules = inventory("every day 09:00 cap 8\nclosed every mon \"hospital\"");
    let prepared = lisbon(&rules);
    let mut occupancy = Occupancy::new();
    occupancy.add(date("2026-03-03"), Some(time("09:00")), Used { booked: 3, held: 2 });
    occupancy.add(date("2026-03-03"), Some(time("11:00")), Used { booked: 1, held: 0 });
    let at = moment("2026-03-03T09:00:00Z");
    let buckets = [(at, Used { booked: 1, held: 0 })].into();
    let pool = PoolId::from(uuid::Uuid::from_u128(7));
    let van = PoolUse { pool, name: "Zé's van".to_owned(), capacity: 1, units: 1, buckets };
    occupancy.add_pool(van);
    let now = moment("2026-03-01T08:00:00Z");

    for day in ["2026-03-02", "2026-03-03"] {
        let ask = Ask::on(date(day), 2).at(time("09:00"));
        let own = explain(&prepared, &occupancy, &ask, now);
        let told = told(&own);
        for secret in ["hospital", "Zé", "booked", "held"] {
            assert!(!told.contains(secret), "{told}");
        }
        assert_eq!(own.answer.is_open(), own.for_others().answer.is_open());
    }
    let ask = Ask::on(date("2026-03-02"), 2).at(time("09:00"));
    assert!(
        told(&explain(&prepared, &occupancy, &ask, now)).contains("is closed: closed every mon")
    );

    let range = date("2026-03-02")..date("2026-03-04");
    let days: Vec<DayState> = days(&prepared, &occupancy, range, Some(now))
        .into_iter()
        .map(DayState::for_others)
        .collect();
    let told = serde_json::to_string(&days).unwrap();
    assert!(!told.contains("hospital") && !told.contains("Zé"), "{told}");
    assert!(days.iter().all(|day| day.booked + day.held == 0));
    assert_eq!(days[1].slots.len(), 1);
}

proptest! {
    #[test]
    fn others_are_told_the_same_answer(
        rules in strategies::rules(),
        setting in strategies::setting(),
        occupancy in strategies::occupancy(),
        ask in strategies::ask(),
        now in strategies::now(),
    ) {
        let prepared = PreparedRules::prepare(&rules, &setting, window());
        let own = explain(&prepared, &occupancy, &ask, now);
        let others = own.clone().for_others();
        let codes = |one: &Explanation| -> Vec<&'static str> {
            one.answer.reasons().iter().map(Reason::code).collect()
        };
        prop_assert_eq!(codes(&own), codes(&others));
        let refusing = |step: &&Step| step.verdict == Verdict::Refuses;
        let texts: Vec<&str> =
            others.steps.iter().filter(refusing).map(|step| step.text.as_str()).collect();
        let mut reasons: Vec<String> =
            others.answer.reasons().iter().map(ToString::to_string).collect();
        reasons.dedup();
        prop_assert_eq!(texts, reasons);
    }
}
