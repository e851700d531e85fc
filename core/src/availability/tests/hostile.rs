//! Rules meant to take long. No clock is read: a rule that was followed for too long would show as
//! a test that does not come back.

use chrono::Datelike;
use proptest::prelude::*;

use super::{
    super::{
        Ask, AvailabilityRules, AvailabilityType, Closure, MAX_WINDOW_DAYS, Occupancy,
        PreparedRules, Reason, Setting, check, recurrence::Recurrence, text,
    },
    date, moment, strategies,
};

fn repeating(rrule: &str, dtstart: &str) -> AvailabilityRules {
    let closure = Closure::Rrule {
        rrule: rrule.to_owned(),
        dtstart: date(dtstart),
        exdates: std::collections::BTreeSet::new(),
        note: None,
    };
    AvailabilityRules { recurring_unavailable: vec![closure; 50], ..AvailabilityRules::default() }
}

fn prepare(rules: &AvailabilityRules) -> PreparedRules {
    let setting = Setting::in_zone(chrono_tz::Tz::UTC);
    PreparedRules::prepare(rules, &setting, date("2026-01-01")..date("2199-12-31"))
}

#[test]
fn a_window_has_an_end() {
    let prepared = prepare(&AvailabilityRules::default());
    let days = (prepared.window().end - prepared.window().start).num_days();
    assert_eq!(u64::try_from(days), Ok(MAX_WINDOW_DAYS));
}

#[test]
fn rules_that_are_refused_close_what_they_might() {
    for rrule in ["FREQ=SECONDLY", "FREQ=DAILY;COUNT=4000000000", "nonsense"] {
        let rules = repeating(rrule, "2026-03-01");
        assert_eq!(rules.validate().unwrap_err().len(), 50, "{rrule}");
        let prepared = prepare(&rules);
        let check = |day| {
            let ask = Ask::on(date(day), 1);
            check(&prepared, &Occupancy::new(), &ask, moment("2026-01-01T00:00:00Z"))
        };
        assert!(check("2026-02-28").is_open(), "{rrule}");
        assert_eq!(check("2026-03-01").reasons()[0].code(), "closed_by", "{rrule}");
    }
}

#[test]
fn a_rule_without_any_day_is_refused() {
    let barren = AvailabilityRules {
        recurring_unavailable: repeating("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "2026-01-01")
            .recurring_unavailable
            .into_iter()
            .take(1)
            .collect(),
        ..AvailabilityRules::default()
    };
    assert_eq!(barren.validate().unwrap_err()[0].code, "never");
}

#[test]
fn fifty_rules_of_every_day_from_long_ago_are_expanded() {
    for rrule in ["FREQ=DAILY", "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "FREQ=DAILY;COUNT=1000"] {
        let rules = repeating(rrule, "2000-01-01");
        assert_eq!(rules.validate(), Ok(()));
        let ask = Ask::on(date("2030-06-15"), 1);
        let now = moment("2026-01-01T00:00:00Z");
        let answer = check(&prepare(&rules), &Occupancy::new(), &ask, now);
        assert_eq!(answer.is_open(), rrule.contains("COUNT"), "{rrule}");
    }
}

#[test]
fn a_rule_that_comes_once_in_a_lifetime_closes_only_that_day() {
    // The fifth Sunday of a February: 2032, then 2060.
    let rules = repeating("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU", "2026-01-01");
    let prepared = prepare(&rules);
    let now = moment("2026-01-01T00:00:00Z");
    let closed: Vec<_> = date("2026-01-01")
        .iter_days()
        .take(4_000)
        .filter(|date| !check(&prepared, &Occupancy::new(), &Ask::on(*date, 1), now).is_open())
        .collect();
    assert_eq!(closed, [date("2032-02-29")]);
}

#[test]
fn an_endless_text_is_refused() {
    let line = "open only 2024-01-01 - 2026-12-31\n";
    let errors = text::parse(&line.repeat(30_000), AvailabilityType::Calendar, strategies::base())
        .unwrap_err();
    assert_eq!(errors.len(), 1);
    assert!(errors[0].message.contains("1000 lines"), "{}", errors[0]);
}

#[test]
fn lists_are_refused_before_they_are_made() {
    for line in [
        "2024-01-01 - 2026-12-31 9am,10am,11am,12am cap 1\n",
        "every day 9am cap 1 except 2024-01-01 - 2026-12-31\n",
        "closed every mon-sun except 2024-01-01 - 2026-12-31 \"x\"\n",
    ] {
        let text = line.repeat(900);
        let errors =
            text::parse(&text, AvailabilityType::Inventory, strategies::base()).unwrap_err();
        assert!(errors.len() > 500, "{line}");
        let first = &errors[0].message;
        assert!(first.starts_with("this makes "), "{line}: {first}");
    }
}

#[test]
fn dates_at_the_end_of_time_do_no_harm() {
    let prepared = prepare(&AvailabilityRules::default());
    for day in [chrono::NaiveDate::MIN, chrono::NaiveDate::MAX] {
        let answer =
            check(&prepared, &Occupancy::new(), &Ask::on(day, 1), moment("2026-01-01T00:00:00Z"));
        assert!(matches!(answer.reasons(), [Reason::BeyondWindow { .. }]), "{day}: {answer:?}");
    }
    let rules = AvailabilityRules {
        blocked_dates: [chrono::NaiveDate::MAX].into(),
        ..AvailabilityRules::default()
    };
    assert_eq!(rules.validate().unwrap_err()[0].code, "date_out_of_range");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    // Starting near the window gives what starting at the beginning gives.
    #[test]
    fn a_start_near_the_window_changes_nothing(
        freq in prop::sample::select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
        interval in 1_u16..20,
        by in prop::sample::select(vec![
            "", ";BYDAY=MO,TH", ";BYDAY=SU;WKST=SU", ";BYMONTH=2,7", ";BYMONTH=5;BYDAY=TU",
        ]),
        start in 0_u64..3_000,
        offset in 0_u64..3_000,
    ) {
        let dtstart = date("2016-01-29") + chrono::Days::new(start);
        let from = dtstart + chrono::Days::new(offset);
        let window = from..from + chrono::Days::new(500);
        let text = format!("FREQ={freq};INTERVAL={interval}{by}");
        let recurrence = Recurrence::parse(&text, dtstart).unwrap();
        prop_assume!(recurrence.check_fruitful().is_ok());
        let near = recurrence.dates(&window, chrono_tz::Tz::UTC);
        let far = recurrence.dates(&(dtstart..window.end), chrono_tz::Tz::UTC);
        let within: Vec<_> = far.dates.into_iter().filter(|date| window.contains(date)).collect();
        prop_assert_eq!(near.dates, within, "{} from {}", text, dtstart.year());
    }
}
