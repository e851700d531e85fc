//! Rules to begin with: lines of the language of rules, filled in for the days that are selected.

use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};
use traveloure_core::availability::{AvailabilityRules, AvailabilityType, Weekdays, weekdays};

use super::edit::Dates;
use crate::tui::layers::choose::Choice;

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// Go on with what was typed before.
    Kept,
    EveryWeek,
    EveryMonth,
    EveryYear,
    Dates,
    OpenOnly,
    OpenAll,
    Slot,
}

impl Template {
    /// The line to begin with; none for what needs no typing, or was typed already.
    #[must_use]
    pub fn line(self, dates: &Dates, rules: &AvailabilityRules) -> Option<String> {
        let (first, last) = (*dates.start(), *dates.end());
        let written = |format: &str| {
            if first == last {
                first.format(format).to_string()
            } else {
                format!("{} - {}", first.format(format), last.format(format))
            }
        };
        Some(match self {
            Self::Kept | Self::OpenAll => return None,
            Self::EveryWeek => format!("closed every {}", days_of(dates)),
            Self::EveryMonth => {
                format!("closed RRULE:FREQ=MONTHLY;BYDAY={} from {first}", nth_weekday(first))
            }
            Self::EveryYear => {
                format!("closed every year {}", written("%-d %b").to_lowercase())
            }
            Self::Dates => format!("closed {} ", written("%Y-%m-%d")),
            Self::OpenOnly => format!("open only {}", written("%Y-%m-%d")),
            Self::Slot => {
                let capacity = rules.time_slots.last().map_or(8, |slot| slot.capacity);
                let time = free_time(rules);
                format!("every {} {} cap {capacity}", days_of(dates), time.format("%H:%M"))
            }
        })
    }
}

/// What can be added to these rules.
#[must_use]
pub fn choices(rules: &AvailabilityRules, kept: Option<&str>) -> Vec<Choice<Template>> {
    let has_open = rules.whitelist().is_some();
    let is_inventory = rules.availability_type == AvailabilityType::Inventory;
    let choice = |value, label: &str| Choice { value, label: label.to_owned(), why_not: None };
    let only_if = |may: bool, choice: Choice<Template>, why: &str| Choice {
        why_not: (!may).then(|| why.to_owned()),
        ..choice
    };
    let mut choices = vec![
        choice(Template::EveryWeek, "close every week"),
        choice(Template::EveryMonth, "close every month (RRULE)"),
        choice(Template::EveryYear, "close every year"),
        choice(Template::Dates, "close dates, with a note"),
        choice(Template::OpenOnly, "open only certain dates"),
        only_if(has_open, choice(Template::OpenAll, "open every date again"), "it is so already"),
        only_if(is_inventory, choice(Template::Slot, "sell a time slot"), "not an inventory"),
    ];
    if let Some(kept) = kept {
        choices.insert(0, choice(Template::Kept, &format!("go on with: {kept}")));
    }
    choices
}

/// The weekdays of a range: `tue`, `sat,sun`, `day`.
fn days_of(dates: &Dates) -> String {
    let end = *dates.end();
    let days = dates.start().iter_days().take_while(|date| *date <= end).take(7);
    let days: Weekdays = days.map(|date| date.weekday()).collect();
    days.to_string()
}

/// `2TU`: the second Tuesday; the last one of a month that has five is counted from the end.
fn nth_weekday(date: NaiveDate) -> String {
    let day: Weekday = date.weekday();
    let name = weekdays::short_name(day)[..2].to_uppercase();
    let number = date.day0() / 7 + 1;
    let is_last =
        date.checked_add_days(Days::new(7)).is_none_or(|next| next.month() != date.month());
    if is_last && number > 4 { format!("-1{name}") } else { format!("{number}{name}") }
}

/// A time that is not sold yet.
fn free_time(rules: &AvailabilityRules) -> NaiveTime {
    let taken = |time: &NaiveTime| rules.time_slots.iter().any(|slot| slot.time == *time);
    let hours = (9..24).chain(0..9).filter_map(|hour| NaiveTime::from_hms_opt(hour, 0, 0));
    hours.into_iter().find(|time| !taken(time)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use traveloure_core::availability::text;

    use super::*;

    #[test]
    fn every_template_can_be_read_and_says_what_is_selected() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        let rules =
            text::parse("every day 09:00 cap 6", AvailabilityType::Inventory, date("2026-11-20"))
                .unwrap();
        let one = date("2026-11-24")..=date("2026-11-24");
        let some = date("2026-12-26")..=date("2027-01-02");
        let line = |template: Template, dates: &Dates| template.line(dates, &rules).unwrap();
        assert_eq!(line(Template::EveryWeek, &one), "closed every tue");
        assert_eq!(line(Template::EveryWeek, &some), "closed every day");
        assert_eq!(
            line(Template::EveryMonth, &one),
            "closed RRULE:FREQ=MONTHLY;BYDAY=4TU from 2026-11-24"
        );
        assert_eq!(line(Template::EveryYear, &some), "closed every year 26 dec - 2 jan");
        assert_eq!(line(Template::OpenOnly, &one), "open only 2026-11-24");
        assert_eq!(line(Template::Slot, &one), "every tue 10:00 cap 6");
        assert_eq!(nth_weekday(date("2026-11-30")), "-1MO");
        for template in [
            Template::EveryWeek,
            Template::EveryMonth,
            Template::EveryYear,
            Template::Dates,
            Template::OpenOnly,
            Template::Slot,
        ] {
            for dates in [&one, &some] {
                let lines = format!("{}{}", rules.to_text(), line(template, dates));
                let read = text::parse(&lines, AvailabilityType::Inventory, date("2026-11-20"));
                assert!(read.is_ok(), "{lines}: {read:?}");
            }
        }
    }
}
