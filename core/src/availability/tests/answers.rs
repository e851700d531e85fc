use chrono::TimeDelta;
use chrono_tz::Tz;
use proptest::prelude::*;

use super::{
    super::{
        Answer, Ask, AvailabilityType, Busy, Occupancy, PoolUse, PreparedRules, Reason, Rule,
        Setting, Take, Used, Verdict, check, explain, pool_buckets, takes, targets, text,
    },
    date, inventory, lisbon, model, moment, rules,
    strategies::{self, Scenario},
    time, window,
};
use crate::ids::PoolId;

fn used(booked: u32, held: u32) -> Used {
    Used { booked, held }
}

fn codes(answer: &Answer) -> Vec<&'static str> {
    answer.reasons().iter().map(Reason::code).collect()
}

const EARLY: &str = "2026-03-01T00:00:00Z";

#[test]
fn a_toggle_is_on_or_off() {
    let on = rules(AvailabilityType::Toggle, "on");
    let ask = Ask::on(date("2026-03-10"), 2);
    let nothing = Occupancy::new();
    assert_eq!(check(&lisbon(&on), &nothing, &ask, moment(EARLY)), Answer::Open { left: None });
    let off = on.toggle();
    let answer = check(&lisbon(&off), &nothing, &ask, moment(EARLY));
    assert_eq!(answer, Answer::Closed { reasons: vec![Reason::Off] });
    assert_eq!(takes(&lisbon(&off), &ask), Ok(vec![]));
}

#[test]
fn a_date_of_a_calendar_is_exclusive() {
    let free = lisbon(&rules(AvailabilityType::Calendar, "closed 2026-03-12"));
    let ask = Ask::on(date("2026-03-10"), 6);
    let mut occupancy = Occupancy::new();
    assert_eq!(check(&free, &occupancy, &ask, moment(EARLY)), Answer::Open { left: Some(1) });
    occupancy.add(date("2026-03-10"), None, used(0, 1));
    assert_eq!(codes(&check(&free, &occupancy, &ask, moment(EARLY))), ["held"]);
    occupancy.add(date("2026-03-11"), None, used(1, 0));
    let next = Ask::on(date("2026-03-11"), 6);
    assert_eq!(codes(&check(&free, &occupancy, &next, moment(EARLY))), ["full"]);
    let blocked = Ask::on(date("2026-03-12"), 6);
    assert_eq!(codes(&check(&free, &occupancy, &blocked, moment(EARLY))), ["blocked"]);
}

#[test]
fn a_stay_takes_every_night_but_not_the_day_it_leaves() {
    let setting = Setting { by_night: true, ..Setting::in_zone(Tz::Europe__Lisbon) };
    let house = rules(AvailabilityType::Calendar, "closed 2026-03-13");
    let house = PreparedRules::prepare(&house, &setting, window());
    let nothing = Occupancy::new();
    let stay = |from, to| Ask::on(date(from), 2).until(date(to));
    let check = |ask: Ask| check(&house, &nothing, &ask, moment(EARLY));
    assert!(check(stay("2026-03-10", "2026-03-13")).is_open());
    assert_eq!(codes(&check(stay("2026-03-10", "2026-03-14"))), ["blocked"]);
    assert_eq!(codes(&check(Ask::on(date("2026-03-10"), 2))), ["end_needed"]);
    assert_eq!(codes(&check(stay("2026-03-10", "2026-03-10"))), ["end_not_after_start"]);
    assert_eq!(codes(&check(stay("2026-03-10", "2027-04-10"))), ["stay_too_long"]);
    let taken = takes(&house, &stay("2026-03-10", "2026-03-12")).unwrap();
    let night = |text| Take { date: date(text), slot: None, target: 1, quantity: 1 };
    assert_eq!(taken, [night("2026-03-10"), night("2026-03-11")]);
}

#[test]
fn an_inventory_counts_by_day_and_slot() {
    let tour = inventory(
        "daily cap 10\nevery tue,thu 09:00 cap 8 except 24 dec\n2026-12-24 09:00 cap 3\ncounts per person",
    );
    let tour = lisbon(&tour);
    let tuesday = date("2026-03-10");
    let ask = Ask::on(tuesday, 4).at(time("09:00"));
    let mut occupancy = Occupancy::new();
    let check = |occupancy: &Occupancy, ask: Ask| check(&tour, occupancy, &ask, moment(EARLY));
    assert_eq!(check(&occupancy, ask), Answer::Open { left: Some(8) });
    occupancy.add(tuesday, None, used(7, 0));
    assert_eq!(
        check(&occupancy, ask),
        Answer::Closed {
            reasons: vec![Reason::Full { date: tuesday, time: None, left: 3, wanted: 4 }]
        }
    );
    assert_eq!(check(&occupancy, Ask { party: 3, ..ask }), Answer::Open { left: Some(3) });
    assert_eq!(codes(&check(&occupancy, Ask { time: None, ..ask })), ["time_needed"]);
    assert_eq!(codes(&check(&occupancy, ask.at(time("10:00")))), ["no_such_slot"]);
    let friday = Ask::on(date("2026-03-13"), 1).at(time("09:00"));
    assert_eq!(codes(&check(&occupancy, friday)), ["slot_not_running"]);
    let christmas = Ask::on(date("2026-12-24"), 2).at(time("09:00"));
    assert_eq!(check(&occupancy, christmas), Answer::Open { left: Some(3) });
    assert_eq!(
        takes(&tour, &christmas).unwrap(),
        [
            Take { date: christmas.date, slot: None, target: 10, quantity: 2 },
            Take { date: christmas.date, slot: Some(time("09:00")), target: 3, quantity: 2 },
        ]
    );
    assert_eq!(
        takes(&tour, &friday),
        Err(Reason::SlotNotRunning { date: friday.date, time: time("09:00") })
    );
}

#[test]
fn bookings_from_before_the_day_had_a_limit_count_against_it() {
    let prepared = lisbon(&inventory("daily cap 3\nevery day 09:00 cap 5\nevery day 14:00 cap 5"));
    let day = date("2026-03-10");
    let occupancy: Occupancy =
        [(day, Some(time("09:00")), used(2, 0)), (day, Some(time("14:00")), used(1, 0))]
            .into_iter()
            .collect();
    let ask = Ask::on(day, 1).at(time("14:00"));
    assert_eq!(codes(&check(&prepared, &occupancy, &ask, moment(EARLY))), ["full"]);
}

#[test]
fn dates_alone_can_be_sold() {
    let concert = lisbon(&inventory("2026-05-01 20:00 cap 50\n2026-05-02 20:00 cap 40"));
    let nothing = Occupancy::new();
    let check = |ask| check(&concert, &nothing, &ask, moment(EARLY));
    let first = Ask::on(date("2026-05-01"), 2);
    assert_eq!(check(first.at(time("20:00"))), Answer::Open { left: Some(50) });
    assert_eq!(codes(&check(first)), ["time_needed"]);
    let third = Ask::on(date("2026-05-03"), 2).at(time("20:00"));
    assert_eq!(codes(&check(third)), ["slot_not_running"]);
    let mixed = text::parse(
        "daily cap 12\n2026-05-01 20:00 cap 50",
        AvailabilityType::Inventory,
        strategies::base(),
    );
    assert_eq!(mixed.unwrap_err()[0].line, 2);
}

#[test]
fn a_pool_is_taken_by_time_and_not_by_slot() {
    let tour = inventory("every day 10:00 cap 8\nbuffer 15m after");
    let setting = Setting { duration_minutes: Some(180), ..Setting::in_zone(Tz::Europe__Lisbon) };
    let prepared = PreparedRules::prepare(&tour, &setting, window());
    let other = Setting { duration_minutes: Some(180), ..setting };
    let morning = PreparedRules::prepare(&inventory("every day 09:00 cap 8"), &other, window());
    let nine = Ask::on(date("2026-03-10"), 2).at(time("09:00"));
    let buckets = pool_buckets(morning.span(&nine), 0, 0);
    assert_eq!(buckets.len(), 12);
    let mut occupancy = Occupancy::new();
    occupancy.add_pool(PoolUse {
        pool: PoolId::from(uuid::Uuid::nil()),
        name: "Ana".to_owned(),
        capacity: 1,
        units: 1,
        buckets: buckets.into_iter().map(|bucket| (bucket, used(1, 0))).collect(),
    });
    let ten = Ask::on(date("2026-03-10"), 2).at(time("10:00"));
    let answer = check(&prepared, &occupancy, &ten, moment(EARLY));
    assert_eq!(codes(&answer), ["pool_busy"]);
    assert_eq!(answer.reasons()[0].to_string(), "Ana is taken at Tue 10 Mar 2026 10:00");
    let next_day = Ask { date: date("2026-03-11"), ..ten };
    assert!(check(&prepared, &occupancy, &next_day, moment(EARLY)).is_open());
}

#[test]
fn a_pool_that_is_taken_by_the_day_names_no_time() {
    let prepared = lisbon(&inventory("daily cap 8"));
    let day = Ask::on(date("2026-03-10"), 2);
    let buckets = pool_buckets(prepared.span(&day), 0, 0);
    let mut occupancy = Occupancy::new();
    occupancy.add_pool(PoolUse {
        pool: PoolId::from(uuid::Uuid::nil()),
        name: "Ana".to_owned(),
        capacity: 1,
        units: 1,
        buckets: buckets.into_iter().map(|bucket| (bucket, used(1, 0))).collect(),
    });
    let answer = check(&prepared, &occupancy, &day, moment(EARLY));
    assert_eq!(codes(&answer), ["pool_busy"]);
    assert_eq!(answer.reasons()[0].to_string(), "Ana is taken on Tue 10 Mar 2026");
}

#[test]
fn a_pool_of_several_lends_as_many_as_it_has() {
    let prepared = lisbon(&inventory("every day 09:00 cap 8"));
    let ask = Ask::on(date("2026-03-10"), 2).at(time("09:00"));
    let is_open = |capacity, units, gone| {
        let mut occupancy = Occupancy::new();
        occupancy.add_pool(PoolUse {
            pool: PoolId::from(uuid::Uuid::nil()),
            name: "the vans".to_owned(),
            capacity,
            units,
            buckets: [(moment("2026-03-10T09:00:00Z"), gone)].into(),
        });
        check(&prepared, &occupancy, &ask, moment(EARLY)).is_open()
    };
    assert!(is_open(2, 1, used(1, 0)));
    assert!(!is_open(2, 1, used(1, 1)));
    assert!(!is_open(2, 2, used(0, 1)));
    assert!(is_open(3, 2, used(1, 0)));
    assert!(!is_open(1, 2, used(0, 0)));
}

#[test]
fn other_calendars_meet_the_buffers() {
    let tour = lisbon(&inventory("every day 10:00 cap 8\nbuffer 30m before"));
    let mut occupancy = Occupancy::new();
    let nine = moment("2026-03-10T09:00:00Z");
    occupancy.add_busy(Busy { from: nine, to: nine + TimeDelta::minutes(30) });
    let ten = Ask::on(date("2026-03-10"), 2).at(time("10:00"));
    assert!(check(&tour, &occupancy, &ten, moment(EARLY)).is_open());
    occupancy.add_busy(Busy { from: nine, to: nine + TimeDelta::minutes(31) });
    assert_eq!(codes(&check(&tour, &occupancy, &ten, moment(EARLY))), ["calendar_busy"]);
}

#[test]
fn every_reason_is_given_and_explained() {
    let rules = inventory(
        "off\nevery day 09:00 cap 2\nclosed every tue \"day off\"\nclosed 2026-03-10\nparty 2-4\nnotice 24h\nhorizon 5d",
    );
    let prepared = lisbon(&rules);
    let ask = Ask::on(date("2026-03-10"), 5).at(time("09:00"));
    let explanation = explain(&prepared, &Occupancy::new(), &ask, moment(EARLY));
    assert_eq!(
        codes(&explanation.answer),
        ["off", "party_too_large", "too_far", "blocked", "closed_by"]
    );
    let texts: Vec<String> = explanation
        .steps
        .iter()
        .map(|step| format!("{:?} {}: {}", step.verdict, step.rule, step.text))
        .collect();
    assert_eq!(
        texts,
        [
            "Allows question: Tue 10 Mar 2026 09:00, a party of 5",
            "Refuses switch: the provider has switched this off",
            "Refuses party: takes parties of up to 4",
            "Allows notice: bookings close on Mon 9 Mar 2026 09:00",
            "Refuses horizon: can be booked up to Fri 6 Mar 2026 only",
            "Allows open only: all dates are open",
            "Refuses blocked: Tue 10 Mar 2026 is blocked",
            "Refuses closures: Tue 10 Mar 2026 is closed: closed every tue \"day off\"",
            "Allows slot: 09:00 runs",
            "Allows capacity: Tue 10 Mar 2026 09:00: 0 booked, 0 held of 2, 2 left",
            "Allows calendars: nothing else then",
        ]
    );
}

#[test]
fn dates_that_were_not_prepared_are_not_promised() {
    let prepared = lisbon(&rules(AvailabilityType::Toggle, "on"));
    for outside in ["2026-02-28", "2027-03-01"] {
        let ask = Ask::on(date(outside), 1);
        let answer = check(&prepared, &Occupancy::new(), &ask, moment("2026-01-01T00:00:00Z"));
        assert_eq!(codes(&answer), ["beyond_window"], "{outside}");
    }
}

#[test]
fn codes_are_the_wire_words() {
    let reasons = [
        Reason::Off,
        Reason::NoSuchSlot { time: time("09:00") },
        Reason::PartyTooSmall { min: 2 },
        Reason::BeyondWindow { date: date("2026-03-01") },
    ];
    for reason in reasons {
        let json = serde_json::to_value(&reason).unwrap();
        assert_eq!(json["code"], reason.code());
        assert_eq!(serde_json::from_value::<Reason>(json).unwrap(), reason);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_answer_is_the_plain_reading_of_the_rules(
        scenario in strategies::scenario(),
    ) {
        let Scenario { rules, setting, occupancy, ask, now } = scenario;
        prop_assert_eq!(rules.validate(), Ok(()));
        let prepared = PreparedRules::prepare(&rules, &setting, window());
        let answer = check(&prepared, &occupancy, &ask, now);
        let expected = model::is_open(&rules, &setting, &occupancy, &ask, now);
        prop_assert_eq!(answer.is_open(), expected, "{:?}", answer);
    }

    #[test]
    fn an_explained_answer_is_the_answer(
        scenario in strategies::scenario(),
    ) {
        let Scenario { rules, setting, occupancy, ask, now } = scenario;
        let prepared = PreparedRules::prepare(&rules, &setting, window());
        let answer = check(&prepared, &occupancy, &ask, now);
        let explanation = explain(&prepared, &occupancy, &ask, now);
        prop_assert_eq!(&explanation.answer, &answer);
        let refused: Vec<String> = explanation
            .steps
            .iter()
            .filter(|step| step.verdict == Verdict::Refuses)
            .map(|step| step.text.clone())
            .collect();
        let reasons: Vec<String> = answer.reasons().iter().map(ToString::to_string).collect();
        prop_assert_eq!(refused, reasons);
        let order: Vec<usize> = explanation.steps.iter().map(|step| step.rule as usize).collect();
        prop_assert!(order.is_sorted(), "{:?}", explanation.steps);
        prop_assert_eq!(explanation.steps.first().map(|step| step.rule), Some(Rule::Question));
    }

    #[test]
    fn what_is_open_can_be_taken_and_fits_its_targets(
        scenario in strategies::scenario(),
    ) {
        let Scenario { rules, setting, occupancy, ask, now } = scenario;
        let prepared = PreparedRules::prepare(&rules, &setting, window());
        if let Answer::Open { left } = check(&prepared, &occupancy, &ask, now) {
            let takes = takes(&prepared, &ask).unwrap();
            prop_assert!(takes.is_sorted());
            prop_assert_eq!(takes.is_empty(), left.is_none());
            let targets = targets(&prepared, prepared.dates(&ask).unwrap());
            let mut least = None;
            for take in &takes {
                let row = targets.iter().find(|row| (row.date, row.slot) == (take.date, take.slot));
                prop_assert_eq!(row.map(|row| row.target), Some(take.target));
                let used = match take.slot {
                    None => occupancy.day(take.date),
                    slot => occupancy.row(take.date, slot),
                };
                prop_assert!(used.total() + take.quantity <= take.target);
                let left = take.target - used.total();
                least = Some(least.map_or(left, |least: u32| least.min(left)));
            }
            prop_assert_eq!(left, least);
        }
    }
}
