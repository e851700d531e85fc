use proptest::prelude::*;

use super::{
    super::{AvailabilityRules, AvailabilityType, Closure, Counts, text},
    date, inventory, rules, strategies, time,
};

fn faults(kind: AvailabilityType, lines: &str) -> Vec<String> {
    let errors = text::parse(lines, kind, strategies::base()).unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn every_line_of_the_table_is_read() {
    let rules = inventory(
        "daily cap 12
         every tue,thu 09:00 cap 8 except 24 dec
         every day 14:00 cap 8 off
         # a remark, with an open quote: \"
         2026-12-24 09:00 cap 12
         24-26 dec cap 6
         counts per person

         open only 2026-07-01 - 2026-07-31
         closed 24 dec - 2 jan, 2027-05-01
         closed 2026-12-25 \"Christmas\"
         closed every mon,tue except 2026-12-28 \"rest\"
         closed every year 24 dec - 26 dec
         closed RRULE:FREQ=MONTHLY;BYDAY=-1SU from 2026-01-01 except 2026-03-29
         notice 24h
         horizon 365d
         party 1-8
         buffer 30m before 15m after",
    );
    assert_eq!(rules.daily_capacity, Some(12));
    assert_eq!(rules.time_slots.len(), 2);
    assert!(rules.time_slots[0].except.contains(&date("2026-12-24")));
    assert!(!rules.time_slots[1].available);
    assert_eq!(rules.capacity_overrides.len(), 4);
    assert_eq!(rules.counts, Counts::PerPerson);
    assert_eq!(rules.whitelist().unwrap().len(), 31);
    assert_eq!(rules.blocked_dates.len(), 11);
    assert_eq!(rules.recurring_unavailable.len(), 5);
    assert_eq!((rules.min_notice_minutes, rules.horizon_days), (1440, Some(365)));
    assert_eq!((rules.party_min, rules.party_max), (Some(1), Some(8)));
    assert_eq!((rules.buffer_before_minutes, rules.buffer_after_minutes), (30, 15));
}

#[test]
fn rules_are_written_in_plain_lines() {
    let rules = inventory(
        "Capacity 12
         EACH Tuesday and thu 9am,2pm max 8 but 24 dec
         blocked 2026-12-24 to 2027-01-02
         closed sundays
         closed weekends \"rest\"
         closed every year 24 dec - 26 dec
         notice 36 hours
         party up to 8
         buffer 1h30m",
    );
    assert_eq!(
        rules.to_text(),
        "daily cap 12
every tue,thu 09:00 cap 8 except 2026-12-24
every tue,thu 14:00 cap 8 except 2026-12-24
closed 2026-12-24 - 2027-01-02
closed every sun
closed every sat,sun \"rest\"
closed RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24,25,26 from 2026-01-01
notice 36h
party up to 8
buffer 90m before 90m after
"
    );
}

#[test]
fn the_switch_of_a_toggle_is_always_written() {
    assert_eq!(rules(AvailabilityType::Toggle, "").to_text(), "on\n");
    assert_eq!(rules(AvailabilityType::Toggle, "off").to_text(), "off\n");
    assert_eq!(rules(AvailabilityType::Calendar, "on").to_text(), "\n");
}

#[test]
fn faults_point_at_the_word_and_say_what_would_be_right() {
    for (line, expected) in [
        (
            "evrey tue 09:00 cap 8",
            "line 1, column 1: \"evrey\" starts no rule (did you mean every?)",
        ),
        (
            "every teu 09:00 cap 8",
            "line 1, column 7: expected a day of the week, found \"teu\" (did you mean tue?)",
        ),
        (
            "every tue 09:00 cpa 8",
            "line 1, column 17: expected cap and a number, found \"cpa\" (did you mean cap?)",
        ),
        (
            "every tue 09:00 cap eight",
            "line 1, column 21: expected a number, found \"eight\" (every tue,thu 09:00 cap 8)",
        ),
        (
            "every tue cap 8",
            "line 1, column 11: expected a time such as 09:00, found \"cap\" (a capacity for the whole day is the same every day: daily cap 12)",
        ),
        (
            "every tue 09:00 cap",
            "line 1, column 20: expected a number, but the line ends here (every tue,thu 09:00 cap 8)",
        ),
        (
            "every tue 09:00 cap 8 24 dec",
            "line 1, column 23: expected the end of the line, found \"24\" (one rule a line)",
        ),
        (
            "closed 31 feb",
            "line 1, column 8: there is no 31 february (write 2026-12-24, or 24 dec)",
        ),
        (
            "closed 24/12/2026",
            "line 1, column 8: \"24/12/2026\" is not a date (write 2026-12-24, or 24 dec)",
        ),
        (
            "closed 2026-12-24 09:00",
            "line 1, column 19: expected the end of the line, found \"09:00\" (a closure is for whole days; to close one slot: 2026-12-24 09:00 cap 0)",
        ),
        (
            "24 dec closed",
            "line 1, column 1: a date is closed the other way round (closed 2026-12-24)",
        ),
        (
            "notice soon",
            "line 1, column 8: expected a time such as 30m, 24h or 2d, found \"soon\" (notice 24h)",
        ),
        ("horizon 90m", "line 1, column 9: a horizon is in whole days (horizon 365d)"),
        (
            "party many",
            "line 1, column 7: expected a size of party, found \"many\" (party 1-8, party 2+, or party up to 8)",
        ),
        (
            "counts per head",
            "line 1, column 12: expected person or booking, found \"head\" (counts per person)",
        ),
        (
            "closed 2026-12-25 \"Christmas",
            "line 1, column 19: this quote is not closed (end the note with another \")",
        ),
        (
            "hello",
            "line 1, column 1: \"hello\" starts no rule (start with every, daily, closed, open only, on, off, a date, notice, horizon, party, buffer or counts)",
        ),
    ] {
        assert_eq!(faults(AvailabilityType::Inventory, line), [expected], "{line}");
    }
}

#[test]
fn every_faulty_line_is_reported() {
    let found = faults(AvailabilityType::Toggle, "on\nevrey\n\noff\nnotice 1h\nnotice 2h");
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[1].starts_with("line 4, column 1: line 1 says this already"), "{found:?}");
    assert!(found[2].starts_with("line 6, column 1: line 5 says this already"), "{found:?}");
}

#[test]
fn what_the_rules_refuse_is_shown_at_its_line() {
    assert_eq!(
        faults(AvailabilityType::Inventory, ""),
        [
            "line 1, column 1: an inventory needs a capacity a day, time slots, or both (daily cap 12, or: every day 09:00 cap 8)"
        ]
    );
    let found = faults(
        AvailabilityType::Inventory,
        "every tue 09:00 cap 8\n\n  every mon-fri 09:00 cap 4\nparty 8-1\nclosed RRULE:FREQ=HOURLY",
    );
    assert_eq!(
        found,
        [
            "line 3, column 3: there is another slot at 09:00 every tue; keep one",
            "line 5, column 1: a closure is by whole days: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY",
            "line 4, column 1: 1 is less than the smallest party, 8",
        ]
    );
    let found = faults(AvailabilityType::Calendar, "daily cap 3");
    assert_eq!(found, ["line 1, column 1: a calendar has no capacity; only an inventory has"]);
}

#[test]
fn weekdays_are_read_as_people_write_them() {
    for (words, expected) in [
        ("mon - wed", "mon,tue,wed"),
        ("sat-mon", "mon,sat,sun"),
        ("Mon, Wed and fri", "mon,wed,fri"),
        ("weekdays", "mon,tue,wed,thu,fri"),
        ("thurs", "thu"),
        ("day", "day"),
    ] {
        let rules = inventory(&format!("every {words} 09:00 cap 1"));
        assert_eq!(rules.time_slots[0].weekdays.to_string(), expected, "{words}");
        assert_eq!(rules.time_slots[0].time, time("09:00"));
    }
}

#[test]
fn a_long_closure_stays_a_range() {
    let rules = rules(AvailabilityType::Calendar, "closed 2026-01-01 - 2028-01-01");
    assert!(rules.blocked_dates.is_empty());
    let [Closure::Range { note: None, .. }] = rules.recurring_unavailable.as_slice() else {
        panic!("{rules:?}");
    };
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_is_written_reads_back(rules in strategies::rules(), today in strategies::date()) {
        let text = rules.to_text();
        let read = text::parse(&text, rules.availability_type, today);
        let normalised = rules.normalised();
        prop_assert_eq!(read.as_ref(), Ok(&normalised), "{}", text);
        // Of normalised rules it is the identity.
        let again = text::parse(&normalised.to_text(), normalised.availability_type, today);
        prop_assert_eq!(again, Ok(normalised));
    }

    #[test]
    fn documents_survive_the_wire(rules in strategies::rules()) {
        let json = serde_json::to_string(&rules).unwrap();
        prop_assert_eq!(serde_json::from_str::<AvailabilityRules>(&json).unwrap(), rules);
    }

    #[test]
    fn no_text_breaks_the_reader(text in "(every|closed|[a-zé0-9:,\"+-]{1,6}|2026-12-24|dec|cap|rrule:freq=daily|\n| ){0,30}") {
        if let Err(errors) = text::parse(&text, AvailabilityType::Inventory, strategies::base()) {
            for error in errors {
                let line = text.lines().nth(error.line - 1).unwrap_or("");
                prop_assert!(error.column >= 1 && error.column <= line.chars().count() + 1, "{}", error);
            }
        }
    }
}
