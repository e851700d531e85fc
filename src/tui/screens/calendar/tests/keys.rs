//! Key scripts and what comes of them.

use chrono::TimeDelta;
use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::scene::{applied, services, stage, text};
use crate::tui::{app::call::Call, testing::Stage};

/// Applies the edits, also those that leave bookings in conflict.
fn apply(stage: &mut Stage) {
    stage.press("S");
    stage.serve();
    stage.press("y s");
    stage.serve();
}

#[test]
fn a_day_is_closed_by_one_key_and_a_plan() {
    let mut stage = stage(80, 24);
    // From Friday the 20th to Thursday the 26th.
    stage.press("j h x");
    let screen = stage.screen();
    assert!(screen.contains("Calendar 1"), "{screen}");
    assert!(screen.contains("1 edit: 1 day closes"), "{screen}");
    assert!(screen.contains("26 ×*"), "{screen}");
    assert!(screen.contains("* was open, not applied"), "{screen}");
    assert!(applied(&stage).is_empty() && stage.calls.is_empty());
    stage.press("enter");
    let screen = stage.screen();
    assert!(screen.contains("1. close Thu 26 Nov"), "known here at once: {screen}");
    assert!(screen.contains("- close  Thu 26 Nov 2026"), "{screen}");
    stage.press("y");
    assert!(applied(&stage).is_empty(), "the server has not looked at it yet");
    stage.serve();
    stage.press("enter S");
    assert!(applied(&stage).is_empty(), "neither Enter nor the key that asked");
    stage.press("y");
    assert!(matches!(applied(&stage)[..], [Call::EditAvailability { version: 1, .. }]));
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Applied: 1 day closes."), "{screen}");
    assert!(!screen.contains("Calendar 1") && screen.contains("26 × "), "{screen}");
    assert!(text(&stage).contains("closed 2026-11-26, 2026-12-24 - 2026-12-26"));
    assert!(stage.app.is_idle() && stage.app.is_home());
}

#[test]
fn edits_are_taken_back_and_made_again_until_they_are_applied() {
    let mut stage = stage(80, 24);
    stage.press("l + + l x");
    assert!(stage.screen().contains("Calendar 3"));
    stage.press("u u");
    let screen = stage.screen();
    assert!(screen.contains("Taken back: capacity +1 at 09:00, Sat 21 Nov."), "{screen}");
    assert!(screen.contains("Calendar 1"), "{screen}");
    stage.press("U");
    assert!(stage.screen().contains("Made again: capacity +1 at 09:00, Sat 21 Nov."));
    stage.press("X");
    let screen = stage.screen();
    assert!(screen.contains("Every edit is taken back. U makes them again."), "{screen}");
    stage.press("U U U");
    assert!(stage.screen().contains("Calendar 3"));
    apply(&mut stage);
    stage.press("u");
    assert!(stage.screen().contains("Not now: nothing was edited"));
    assert!(text(&stage).contains("2026-11-21 09:00 cap 10\n"), "{}", text(&stage));
    assert!(text(&stage).contains("closed 2026-11-22"), "{}", text(&stage));
}

#[test]
fn a_range_is_closed_and_opened_at_once() {
    let mut stage = stage(80, 24);
    stage.press("j l v l l");
    let screen = stage.screen();
    assert!(screen.contains("3 days: 1 open, 1 held, 1 closed"), "{screen}");
    stage.press("x");
    assert!(stage.app.is_home(), "the range is done with");
    assert!(stage.screen().contains("1 edit: 2 days close"));
    apply(&mut stage);
    assert!(text(&stage).contains("closed 2026-11-28 - 2026-11-30"), "{}", text(&stage));
    stage.press("h h v l l x");
    assert!(stage.screen().contains("3 days open"));
    apply(&mut stage);
    let text = text(&stage);
    assert!(!text.contains("2026-11-28 - "), "{text}");
    assert!(text.contains("closed every mon except 2026-11-30 \"rest\""), "{text}");
}

#[test]
fn capacity_goes_up_and_down_and_can_be_typed() {
    let mut stage = stage(80, 24);
    stage.press("l -");
    assert!(stage.row_with("▌ 09:00").trim_end().ends_with('7'));
    stage.press("= 4 0 enter");
    assert!(stage.row_with("▌ 09:00").trim_end().ends_with("40"));
    stage.press("tab j - - esc");
    assert!(stage.row_with("▌ 14:00").trim_end().ends_with('2'));
    stage.press("C 6 enter");
    assert!(stage.row_with("▌ 14:00").trim_end().ends_with('6'), "the day typed on follows");
    apply(&mut stage);
    let text = text(&stage);
    assert!(text.contains("2026-11-21 09:00 cap 40"), "{text}");
    assert!(text.contains("every fri,sat 14:00 cap 6"), "{text}");
    assert!(!text.contains("2026-11-21 14:00"), "{text}");
}

#[test]
fn a_typed_capacity_counts_for_a_whole_range() {
    let mut stage = stage(80, 24);
    stage.press("l v j =");
    assert!(stage.screen().contains("Capacity of Sat 21 Nov - Sat 28 Nov, 09:00"));
    stage.type_text("x");
    stage.press("enter");
    assert!(stage.screen().contains("a whole number from 0 to 1000000"));
    stage.press("backspace");
    stage.type_text("9");
    stage.press("enter");
    // The 23rd is a Monday: closed, but the slot runs in the rules.
    assert!(stage.screen().contains("1 edit: 7 capacities change, 1 conflict"));
    stage.press("esc + esc");
    assert!(stage.row_with("▌ 09:00").trim_end().ends_with("10"));
}

#[test]
fn less_than_is_booked_is_shown_as_a_conflict_before_and_after() {
    let mut stage = stage(80, 24);
    stage.press("l l = 5 enter");
    let screen = stage.screen();
    assert!(screen.contains("22 ●!"), "{screen}");
    assert!(screen.contains("! More is booked than is offered."), "{screen}");
    stage.press("S");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("! booked Sun 22 Nov 2026 09:00: 8 booked, 0 held, 5 offered"));
    assert!(screen.contains("Bookings in conflict stay as they are"), "{screen}");
    assert!(screen.contains("s apply all the same"), "another key than usual: {screen}");
    stage.press("y s");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("1 row with more booked than offered: n goes there."), "{screen}");
    stage.press("t n");
    assert!(stage.screen().contains("Sun 22 Nov"));
}

#[test]
fn days_that_are_over_are_not_edited() {
    let mut stage = stage(80, 24);
    stage.press("h x");
    assert!(stage.screen().contains("That day is over."));
    stage.press("v h +");
    assert!(stage.screen().contains("Those days are over."));
    assert!(!stage.screen().contains("Calendar 1"));
}

#[test]
fn a_slot_is_added_as_a_line_and_dropped_once_or_for_good() {
    let mut stage = stage(80, 24);
    stage.press("l a");
    let screen = stage.screen();
    assert!(screen.contains("every sat 10:00 cap 4"), "{screen}");
    assert!(screen.contains("slots open"), "{screen}");
    stage.press("enter");
    assert!(stage.screen().contains("  10:00        0     0     4"));
    stage.press("tab j D");
    assert!(stage.screen().contains("1 on Sat 21 Nov only"));
    stage.press("1");
    assert!(!stage.screen().contains("  10:00"), "{}", stage.screen());
    stage.press("j D 3");
    assert!(!stage.screen().contains("14:00        0"), "{}", stage.screen());
    apply(&mut stage);
    let text = text(&stage);
    assert!(text.contains("every sat 10:00 cap 4 except 2026-11-21"), "{text}");
    assert!(!text.contains("14:00"), "{text}");
}

#[test]
fn the_last_slot_cannot_be_dropped_and_it_says_why() {
    let mut stage = stage(80, 24);
    stage.press("D 3");
    assert!(!stage.screen().contains("Not done"));
    stage.press("tab j D 3");
    assert!(stage.screen().contains("Not done: an inventory needs a capacity a day"));
}

#[test]
fn a_rule_is_read_while_it_is_typed_and_kept_when_put_aside() {
    let mut stage = stage(80, 24);
    stage.press("r 1");
    assert!(stage.screen().contains("closed every fri"));
    stage.press("backspace");
    assert!(stage.screen().contains("expected a day of the week"), "{}", stage.screen());
    stage.press("enter");
    assert!(stage.screen().contains("closed every fr"), "nothing typed is lost");
    stage.press("esc r");
    assert!(stage.screen().contains("1 go on with: closed every fr"));
    stage.press("1");
    stage.type_text("i \"market\"");
    assert!(stage.screen().contains("days close"), "{}", stage.screen());
    stage.press("enter");
    assert!(stage.screen().contains("Calendar 1"));
    stage.press("r");
    assert!(!stage.screen().contains("go on with"));
    stage.press("esc");
    apply(&mut stage);
    assert!(text(&stage).contains("closed every fri \"market\""), "{}", text(&stage));
}

#[test]
fn only_certain_dates_can_be_open() {
    let mut stage = stage(80, 24);
    stage.press("l v l r 5 enter esc");
    assert!(stage.screen().contains("Calendar 1"));
    stage.press("j");
    assert!(stage.screen().contains("is not among the"), "{}", stage.screen());
    stage.press("r 6");
    assert!(!stage.screen().contains("is not among"), "{}", stage.screen());
}

#[test]
fn a_toggle_turns_by_one_key_as_a_plan() {
    let mut stage = stage(80, 24);
    stage.press("s j enter");
    stage.serve();
    assert!(stage.screen().contains("Tram 28 photo tour"));
    stage.press("o");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("1. switch off") && screen.contains("close"), "{screen}");
    stage.press("o enter");
    assert!(applied(&stage).is_empty());
    stage.press("y");
    stage.serve();
    assert!(stage.screen().contains("switched off"));
    assert_eq!(
        stage.server.calendars.text(services()[1].id),
        "off\nclosed 2026-12-01 - 2026-12-03 \"away\"\n"
    );
    stage.press("x");
    assert!(stage.screen().contains("The service is switched off; o switches it on."));
    stage.press("+");
    assert!(stage.screen().contains("Not now: only an inventory has capacities and slots"));
}

#[test]
fn each_service_keeps_its_edits() {
    let mut stage = stage(80, 24);
    stage.press("l x s 3");
    stage.serve();
    stage.press("j x");
    assert!(stage.screen().contains("Calendar 2"));
    stage.press("s");
    assert!(stage.row_with("1 Fado walk").contains("1 edit"));
    stage.press("1");
    assert!(stage.screen().contains("1 edit: 1 day closes"));
    stage.press("1");
    assert!(stage.screen().contains("Calendar 2"), "seen from another tab");
    stage.press("2");
    apply(&mut stage);
    assert!(stage.screen().contains("Calendar 1"), "the other one's is still there");
}

#[test]
fn leaving_with_edits_is_said_first() {
    let mut stage = stage(80, 24);
    stage.press("l x 1 q");
    assert!(!stage.has_left);
    assert!(stage.screen().contains("1 edit of a calendar is not applied."), "{}", stage.screen());
    stage.press("y");
    assert!(stage.has_left);
}

#[test]
fn why_is_answered_at_once_and_by_the_server_when_the_cursor_rests() {
    let mut stage = stage(80, 24);
    stage.press("l l l w");
    let screen = stage.screen();
    assert!(screen.contains("cannot be booked"), "{screen}");
    assert!(screen.contains("closed every mon"), "{screen}");
    assert!(stage.calls.is_empty());
    stage.press("h h");
    stage.wait(TimeDelta::milliseconds(200));
    assert!(matches!(&stage.calls[..], [call] if matches!(call.call, Call::Check { .. })));
    stage.serve();
    assert!(stage.screen().contains("can be booked"), "{}", stage.screen());
    stage.press("x");
    let screen = stage.screen();
    assert!(screen.contains("✗ blocked"), "{screen}");
    stage.press("ctrl-d ctrl-d");
    assert!(stage.screen().contains("By the rules as edited here"), "{}", stage.screen());
    stage.wait(TimeDelta::seconds(1));
    assert!(stage.calls.is_empty(), "the server does not know the edit");
    stage.press("esc");
    assert!(stage.app.is_home());
}

#[test]
fn today_is_the_services_own() {
    let mut stage = stage(80, 24);
    stage.press("s 3");
    stage.serve();
    stage.press("t");
    // Noon in Lisbon is past midnight in Auckland.
    assert!(stage.screen().contains("Sat 21 Nov, today"));
    stage.wait(TimeDelta::hours(22) + TimeDelta::minutes(59));
    assert!(stage.screen().contains("Sat 21 Nov, today"));
    stage.wait(TimeDelta::minutes(1));
    assert!(!stage.screen().contains("today  "), "{}", stage.screen());
    stage.press("t");
    assert!(stage.screen().contains("Sun 22 Nov, today"));
}

#[test]
fn a_house_shows_who_stays() {
    let mut stage = stage(120, 40);
    stage.press("s 3");
    stage.serve();
    stage.press("j");
    let screen = stage.screen();
    assert!(screen.contains("27 ●") && screen.contains("Łukasz W"), "{screen}");
    assert!(screen.contains("● fully booked"), "{screen}");
    stage.press("l l");
    assert!(stage.row_with("person").contains("Łukasz Wiśniewski"), "the last night");
    stage.press("l");
    assert!(!stage.screen().contains(" 1 person"), "the day of leaving is free");
}

#[test]
fn the_mouse_selects_marks_and_turns() {
    let mut stage = stage(80, 24);
    let mouse = |kind, column, row| {
        Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })
    };
    // The weeks begin in row 3 and are two rows high; a day is six columns wide.
    stage.event(mouse(MouseEventKind::Down(MouseButton::Left), 2 * 6 + 2, 3 + 8));
    assert!(stage.screen().contains("Wed 25 Nov"), "{}", stage.screen());
    stage.event(mouse(MouseEventKind::Drag(MouseButton::Left), 4 * 6 + 2, 3 + 8));
    assert!(stage.screen().contains("Wed 25 Nov - Fri 27 Nov"), "{}", stage.screen());
    stage.event(mouse(MouseEventKind::ScrollDown, 2, 4));
    stage.serve();
    assert!(stage.screen().contains("December 2026"), "{}", stage.screen());
}
