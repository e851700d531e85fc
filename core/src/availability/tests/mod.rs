//! What availability promises, tried on arbitrary rules.

mod answers;
mod calendar;
mod edits;
mod hostile;
mod model;
mod others;
mod plans;
mod texts;
mod wire;
mod zones;

use std::ops::Range;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

use super::{AvailabilityRules, AvailabilityType, PreparedRules, Setting, strategies, text};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Rules from text, as read on 1 March 2026.
fn inventory(lines: &str) -> AvailabilityRules {
    rules(AvailabilityType::Inventory, lines)
}

fn rules(kind: AvailabilityType, lines: &str) -> AvailabilityRules {
    text::parse(lines, kind, strategies::base()).unwrap()
}

fn window() -> Range<NaiveDate> {
    strategies::base()..strategies::base() + Days::new(365)
}

fn lisbon(rules: &AvailabilityRules) -> PreparedRules {
    PreparedRules::prepare(rules, &Setting::in_zone(Tz::Europe__Lisbon), window())
}
