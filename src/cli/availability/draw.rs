//! Answers, days and plans as text.

use traveloure_core::availability::{Answer, DayState, EditPlan};

use super::super::{sheet::Sheet, table::Table, words::spoken};

/// Open or not, and why not.
pub(in super::super) fn answer(answer: &Answer, sheet: &mut Sheet) {
    match answer {
        Answer::Open { left: Some(left) } => sheet.line(format!("Open: {left} left.")),
        Answer::Open { left: None } => sheet.line("Open."),
        Answer::Closed { reasons } => {
            sheet.line("Not to be booked:");
            for reason in reasons {
                sheet.line(format!("  {reason}"));
            }
        }
    }
}

/// A line for each day.
pub(super) fn days(days: &[DayState], sheet: &mut Sheet) {
    let mut table = Table::new()
        .left("DATE")
        .left("STATE")
        .right("LEFT")
        .right("BOOKED")
        .right("HELD")
        .flexible("SLOTS")
        .flexible("WHY");
    for day in days {
        let slots: Vec<_> = day
            .slots
            .iter()
            .map(|slot| format!("{} {}/{}", slot.time.format("%H:%M"), slot.left, slot.capacity))
            .collect();
        let reasons: Vec<_> = day.reasons.iter().map(ToString::to_string).collect();
        table.row([
            day.date.format("%a %Y-%m-%d").to_string(),
            spoken(&day.state),
            day.left.map_or_else(String::new, |left| left.to_string()),
            count(day.booked),
            count(day.held),
            slots.join("  "),
            reasons.join("; "),
        ]);
    }
    sheet.table(&table);
}

fn count(number: u32) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}

/// What an edit does.
pub(super) fn plan(plan: &EditPlan, sheet: &mut Sheet) {
    let mut part = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            sheet.line(title);
            for line in lines {
                sheet.line(format!("  {line}"));
            }
        }
    };
    part("Opens:", plan.opened.iter().map(ToString::to_string).collect());
    part("Closes:", plan.closed.iter().map(ToString::to_string).collect());
    part("Capacity:", plan.capacity.iter().map(ToString::to_string).collect());
    part("Terms:", plan.terms.iter().map(ToString::to_string).collect());
    part("In conflict, and kept:", plan.conflicts.iter().map(ToString::to_string).collect());
    if *plan == EditPlan::default() {
        sheet.line("Nothing changes within the next 400 days.");
    }
}
