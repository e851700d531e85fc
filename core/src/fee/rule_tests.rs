use serde_json::{Value, json};

use super::*;

/// `field code` of each fault of a sound global rule of 15 percent with `changes`.
fn faults(changes: Value) -> Vec<String> {
    let mut rule = json!({
        "id": "01890000-0000-7000-8000-000000000001",
        "fee_type": "global",
        "category": null,
        "provider_id": null,
        "fee_type_method": "percentage",
        "fee_percentage": "15.00",
        "fee_fixed_amount": null,
        "min_fee": null,
        "max_fee": null,
        "currency": null,
        "is_active": true,
        "priority": 0,
        "created_at": "2026-01-01T00:00:00Z",
    });
    let Value::Object(changes) = changes else { panic!("an object") };
    rule.as_object_mut().unwrap().extend(changes);
    let rule: FeeRule = serde_json::from_value(rule).unwrap();
    let faults = rule.validate().err().unwrap_or_default();
    faults.into_iter().map(|fault| format!("{} {}", fault.field, fault.code)).collect()
}

#[test]
fn sound_rules_are_accepted() {
    let provider = "01890000-0000-7000-8000-000000000002";
    for changes in [
        json!({}),
        json!({"fee_type": "category", "category": "meal"}),
        json!({"fee_type": "provider", "provider_id": provider}),
        json!({"fee_percentage": "0"}),
        json!({"min_fee": "5", "max_fee": "5", "currency": "USD"}),
        json!({"fee_type_method": "fixed", "fee_percentage": null, "fee_fixed_amount": "500", "currency": "JPY"}),
        json!({"currency": "EUR"}),
    ] {
        assert_eq!(faults(changes.clone()), [""; 0], "{changes}");
    }
}

#[test]
fn a_level_is_said_once() {
    assert_eq!(faults(json!({"fee_type": "category"})), ["category required"]);
    assert_eq!(faults(json!({"category": "meal"})), ["category not_allowed"]);
    assert_eq!(
        faults(json!({"fee_type": "provider", "category": "meal"})),
        ["category not_allowed", "provider_id required"]
    );
}

#[test]
fn a_method_has_its_figure_and_not_the_other() {
    assert_eq!(
        faults(json!({"fee_type_method": "fixed", "currency": "USD"})),
        ["fee_percentage not_allowed", "fee_fixed_amount required"]
    );
    assert_eq!(faults(json!({"fee_percentage": "100.01"})), ["fee_percentage out_of_range"]);
    assert_eq!(faults(json!({"fee_percentage": "-1"})), ["fee_percentage out_of_range"]);
    assert_eq!(faults(json!({"fee_percentage": "1.125"})), ["fee_percentage too_precise"]);
}

#[test]
fn amounts_are_of_a_currency_and_in_order() {
    assert_eq!(faults(json!({"min_fee": "5"})), ["currency required"]);
    assert_eq!(faults(json!({"min_fee": "0.5", "currency": "JPY"})), ["min_fee invalid"]);
    assert_eq!(faults(json!({"max_fee": "-1", "currency": "USD"})), ["max_fee out_of_range"]);
    assert_eq!(
        faults(json!({"min_fee": "6", "max_fee": "5", "currency": "USD"})),
        ["min_fee out_of_range"]
    );
}
