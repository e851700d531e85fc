//! The rules written as text.

use super::scene::{stage, walk};
use crate::tui::{
    app::message::Message,
    testing::{Stage, noon},
};

fn opened(width: u16, height: u16) -> Stage {
    let mut stage = stage(width, height);
    stage.press("e");
    stage
}

#[test]
fn a_slip_is_pointed_at_with_a_hint_and_the_month_stays() {
    let mut stage = opened(100, 30);
    let before = stage.screen();
    assert!(before.contains("1  every day 09:00 cap 8"), "{before}");
    assert!(before.contains("✓ as it is"), "{before}");
    stage.press("ctrl-end");
    stage.press("enter");
    stage.type_text("evrey sun 10:00 cap 3");
    let screen = stage.screen();
    assert!(screen.contains("9! evrey sun 10:00 cap 3"), "{screen}");
    assert!(
        screen.contains("line 9, column 1: \"evrey\" starts no rule (did you mean"),
        "{screen}"
    );
    assert!(screen.contains("every?)"), "{screen}");
    assert!(screen.contains("as last read"), "{screen}");
    stage.press("ctrl-s");
    let screen = stage.screen();
    assert!(screen.contains("1 line cannot be read yet."), "{screen}");
    stage.press("delete delete delete delete delete");
    stage.type_text("every");
    let screen = stage.screen();
    assert!(screen.contains("slots open") && screen.contains("22 ◐*"), "{screen}");
}

#[test]
fn the_text_becomes_one_edit() {
    let mut stage = opened(80, 24);
    stage.press("ctrl-end enter");
    stage.type_text("closed 2 jan");
    stage.press("pagedown pagedown");
    assert!(stage.screen().contains("January 2027"));
    stage.press("ctrl-s");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("January 2027") && screen.contains("1 edit: 1 day closes"), "{screen}");
    stage.press("S");
    stage.serve();
    assert!(stage.screen().contains("1. rules written as text"));
    stage.press("y");
    stage.serve();
    assert!(stage.server.calendars.text(walk()).contains("2027-01-02"));
}

#[test]
fn what_is_written_stays_when_it_is_put_aside_and_meets_later_edits() {
    let mut stage = opened(80, 24);
    stage.press("ctrl-end enter");
    stage.type_text("closed 31 dec");
    stage.press("esc");
    assert!(stage.screen().contains("What you wrote is kept and not taken; e goes on with it."));
    assert!(!stage.screen().contains("Calendar 1"));
    stage.press("j h x e");
    assert!(stage.screen().contains("closed 31 dec"));
    stage.press("ctrl-s");
    stage.press("S");
    stage.serve();
    stage.press("y");
    stage.serve();
    let text = stage.server.calendars.text(walk());
    assert!(text.contains("2026-11-26") && text.contains("2026-12-31"), "{text}");
}

#[test]
fn nothing_written_leaves_nothing() {
    let mut stage = opened(80, 24);
    stage.press("ctrl-s");
    assert!(stage.app.is_home());
    stage.press("e esc");
    assert!(stage.app.is_home());
    assert!(!stage.screen().contains("kept"));
}

#[test]
fn ones_own_editor_can_write_it() {
    let mut stage = opened(80, 24);
    stage.press("ctrl-e");
    let text = stage.editing.take().unwrap();
    assert!(text.starts_with("every day 09:00 cap 8\n"), "{text}");
    stage.message(Message::Edited(Ok(Some("every day 09:00 cap 2\u{202e}\ndaily\n".to_owned()))));
    let screen = stage.screen();
    assert!(screen.contains("line 2, column 6"), "{screen}");
    assert!(!screen.contains('\u{202e}'));
    stage.press("ctrl-e");
    stage.message(Message::Edited(Ok(Some("every day 09:00 cap 2\n".to_owned()))));
    stage.press("ctrl-s");
    assert!(stage.screen().contains("Calendar 1"));
}

#[test]
fn a_paste_of_many_lines_is_read_at_once() {
    let mut stage = opened(80, 24);
    stage.press("ctrl-end enter");
    let lines: Vec<String> = (1..=28).map(|day| format!("closed 2027-02-{day:02}\r\n")).collect();
    let lines = lines.concat();
    stage.event(crossterm::event::Event::Paste(lines));
    assert!(stage.screen().contains("24 days close"), "{}", stage.screen());
    stage.event(crossterm::event::Event::Paste("x".repeat(200_000)));
    assert!(stage.screen().contains("line "), "{}", stage.screen());
}

#[test]
fn it_goes_on_while_rules_change_elsewhere() {
    let mut stage = opened(80, 24);
    stage.press("ctrl-end enter");
    stage.type_text("party up to 9");
    let service = super::scene::services()[0].clone();
    stage.server.calendars.write(&service, "every day 11:00 cap 1\nparty 1-8", noon());
    stage.news(crate::tui::app::call::News::Event(traveloure_core::api::event::Event {
        kind: traveloure_core::api::event::Kind::AvailabilityChanged,
        subject: service.id.as_uuid(),
        version: Some(2),
        at: noon(),
    }));
    stage.serve();
    assert!(stage.screen().contains("party up to 9"));
    assert!(stage.screen().contains("line 9, column 1: line 8 says this"), "{}", stage.screen());
    stage.press("up");
    stage.press("end shift-home backspace");
    stage.press("ctrl-s");
    assert!(stage.screen().contains("Calendar 1"), "{}", stage.screen());
    stage.press("S");
    stage.serve();
    stage.press("y");
    stage.serve();
    let text = stage.server.calendars.text(walk());
    assert_eq!(text, "every day 11:00 cap 1\nparty up to 9\n");
}
