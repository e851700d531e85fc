//! What a document must be to be accepted, and how the rest looks on the wire.

use std::collections::BTreeSet;

use chrono_tz::Tz;

use super::{
    super::{
        AvailabilityRules, AvailabilityType, CapacityOverride, Closure, Reason, Setting, TimeSlot,
    },
    date, inventory, rules, time,
};

fn refused(rules: &AvailabilityRules) -> Vec<String> {
    let errors = rules.validate().err().unwrap_or_default();
    errors.into_iter().map(|error| format!("{} {}", error.field, error.code)).collect()
}

#[test]
fn every_fault_of_a_document_is_named() {
    let inventory = AvailabilityRules {
        daily_capacity: Some(2_000_000),
        time_slots: vec![
            TimeSlot::new(time("09:00"), 3),
            TimeSlot { weekdays: super::super::Weekdays::NONE, ..TimeSlot::new(time("10:00"), 3) },
            TimeSlot::new("09:00:30".parse().unwrap(), 3),
        ],
        capacity_overrides: vec![
            CapacityOverride { date: date("2026-05-01"), time: None, capacity: 1 },
            CapacityOverride { date: date("2026-05-01"), time: None, capacity: 2 },
        ],
        party_min: Some(0),
        party_max: Some(0),
        horizon_days: Some(100_000),
        buffer_after_minutes: 60 * 24 * 8,
        ..AvailabilityRules::new(AvailabilityType::Inventory)
    };
    assert_eq!(
        refused(&inventory),
        [
            "daily_capacity out_of_range",
            "time_slots[1].weekdays missing",
            "time_slots[2].time too_precise",
            "capacity_overrides[1] duplicate",
            "buffer_after_minutes out_of_range",
            "horizon_days out_of_range",
            "party_min out_of_range",
            "party_max out_of_range",
        ]
    );
    let calendar = AvailabilityRules {
        daily_capacity: Some(2),
        blocked_dates: [date("0026-01-01")].into(),
        recurring_unavailable: vec![
            Closure::Dates { dates: BTreeSet::new(), note: Some(" x".to_owned()) },
            Closure::Range { from: date("2026-02-02"), to: date("2026-02-01"), note: None },
            Closure::Dates {
                dates: [date("2026-02-02")].into(),
                note: Some("\u{202e}gnp.exe \"".to_owned()),
            },
        ],
        ..AvailabilityRules::new(AvailabilityType::Calendar)
    };
    assert_eq!(
        refused(&calendar),
        [
            "blocked_dates date_out_of_range",
            "daily_capacity not_for_type",
            "recurring_unavailable[0].note blank",
            "recurring_unavailable[0].dates missing",
            "recurring_unavailable[1].to out_of_order",
            "recurring_unavailable[2].note quote",
            "recurring_unavailable[2].note control_character",
        ]
    );
}

#[test]
fn a_stay_has_no_time_slots() {
    let by_night = Setting { by_night: true, ..Setting::in_zone(Tz::UTC) };
    let slots = inventory("every day 09:00 cap 3");
    assert_eq!(slots.validate_for(&Setting::in_zone(Tz::UTC)), Ok(()));
    assert_eq!(slots.validate_for(&by_night).unwrap_err()[0].code, "not_by_night");
    assert_eq!(inventory("daily cap 3").validate_for(&by_night), Ok(()));
}

#[test]
fn a_document_of_the_plan_is_read() {
    let json = r#"{
        "availability_type": "inventory",
        "blocked_dates": ["2026-03-15", "2026-03-16"],
        "available_dates": [],
        "is_available": true,
        "daily_capacity": null,
        "time_slots": [{"time": "09:00", "available": true, "capacity": 5}],
        "recurring_unavailable": [{"day": "monday"}, {"dates": "2026-12-25"}]
    }"#;
    let read: AvailabilityRules = serde_json::from_str(json).unwrap();
    assert_eq!(
        read.normalised(),
        inventory("every day 09:00 cap 5\nclosed 15-16 mar, 25 dec\nclosed every mon")
    );
}

#[test]
fn times_have_hours_and_minutes_on_the_wire() {
    let reason =
        Reason::Full { date: date("2026-05-01"), time: Some(time("09:00")), left: 1, wanted: 2 };
    assert_eq!(
        serde_json::to_string(&reason).unwrap(),
        r#"{"code":"full","date":"2026-05-01","time":"09:00","left":1,"wanted":2}"#
    );
    let reason = Reason::NoSuchSlot { time: time("09:00") };
    assert_eq!(
        serde_json::to_string(&reason).unwrap(),
        r#"{"code":"no_such_slot","time":"09:00"}"#
    );
    let toggle = serde_json::to_value(rules(AvailabilityType::Toggle, "on")).unwrap();
    assert_eq!(toggle["availability_type"], "toggle");
}

#[cfg(feature = "openapi")]
#[test]
fn the_schema_refers_to_nothing_that_it_lacks() {
    use utoipa::OpenApi;

    use super::super::{Answer, Ask, DayState, EditPlan, Explanation};

    #[derive(OpenApi)]
    #[openapi(components(schemas(
        AvailabilityRules,
        Ask,
        Answer,
        Explanation,
        DayState,
        EditPlan
    )))]
    struct Document;

    let json = Document::openapi().to_json().unwrap();
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let references = json.split("#/components/schemas/").skip(1);
    let names: BTreeSet<_> = references.filter_map(|rest| rest.split('"').next()).collect();
    assert!(names.contains("Closure"), "{names:?}");
    for name in names {
        assert!(schemas.contains_key(name), "{name} is missing of {:?}", schemas.keys());
    }
}
