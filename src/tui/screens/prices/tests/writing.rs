//! Prices written as text.

use crate::tui::app::message::Message;

use super::*;

#[test]
fn faults_are_shown_where_they_are_while_one_types() {
    let mut stage = at_prices(80, 24);
    stage.press("e");
    assert!(stage.screen().contains("1  base 120 EUR per person"));
    assert!(stage.screen().contains("This changes nothing."));
    stage.press("ctrl-end enter");
    stage.type_text("saison \"Fair\"");
    let screen = stage.screen();
    assert!(screen.contains("✗ line 12, column 1:"), "{screen}");
    assert!(screen.contains("lines begin with base, quote"), "{screen}");
    for _ in 0.."saison \"Fair\"".len() {
        stage.press("backspace");
    }
    stage.type_text("season \"Fair\" 2027-04-10 - 2027-04-14 x");
    let screen = stage.screen();
    assert!(screen.contains("line 12, column"), "{screen}");
    stage.type_text("1.5");
    let screen = stage.screen();
    assert!(screen.contains("5 dates change for 2 people: 5 dearer."), "{screen}");
    stage.press("ctrl-s");
    assert!(stage.screen().contains("draft: 1 edit"));
    stage.press("S y");
    stage.serve();
    assert!(saved(&stage).contains("Fair"));
}

#[test]
fn overlapping_seasons_in_the_text_are_named_with_their_line() {
    let mut stage = at_prices(80, 24);
    stage.press("e ctrl-end enter");
    stage.type_text("season \"Snow\" 2027-01-01 - 2027-01-05 x1.3");
    let screen = stage.screen();
    assert!(screen.contains("line 12, column 15"), "{screen}");
    assert!(screen.contains("overlaps Christmas"), "{screen}");
    stage.press("ctrl-s");
    assert!(stage.screen().contains("Prices as text"), "it stays open, nothing is lost");
    assert!(stage.screen().contains("Snow"));
    assert!(saves(&stage).is_empty());
}

#[test]
fn what_was_typed_is_there_again_after_esc() {
    let mut stage = at_prices(80, 24);
    stage.press("e ctrl-end enter");
    stage.type_text("# to be thought over");
    stage.press("esc");
    assert!(!stage.screen().contains("Prices as text"));
    stage.press("e");
    assert!(stage.screen().contains("# to be thought over"));
}

#[test]
fn the_persons_own_editor_can_write_it() {
    let mut stage = at_prices(80, 24);
    stage.press("e ctrl-e");
    let given = stage.editing.take().unwrap();
    assert!(given.starts_with("base 120 EUR per person\n"), "{given}");
    let written = given.replace("base 120", "base 130");
    stage.message(Message::Edited(Ok(Some(written))));
    let screen = stage.screen();
    assert!(screen.contains("base 130 EUR per person"), "{screen}");
    assert!(screen.contains("dearer"), "{screen}");
    stage.press("ctrl-e");
    stage.message(Message::Edited(Ok(None)));
    assert!(stage.screen().contains("base 130"), "given up, the text stays");
    stage.press("ctrl-s S y");
    stage.serve();
    assert!(saved(&stage).starts_with("base 130 EUR per person\n"));
}

#[test]
fn a_paste_is_cleaned() {
    let mut stage = at_prices(80, 24);
    stage.press("e ctrl-end enter");
    stage.event(crossterm::event::Event::Paste("deposit\t20%\u{1b}[2J\r\n# ok".to_owned()));
    let screen = stage.screen();
    assert!(
        screen.contains("12  deposit 20%�[2J") || screen.contains("12✗ deposit 20%�[2J"),
        "{screen}"
    );
    assert!(screen.contains("13  # ok"), "{screen}");
}

#[test]
fn the_month_beside_the_text_follows_it() {
    let mut stage = at_prices(120, 40);
    stage.press("e pagedown");
    assert!(stage.screen().contains("December 2026, EUR per person"));
    stage.press("ctrl-home");
    for _ in 0..5 {
        stage.press("right");
    }
    stage.press("delete delete delete");
    stage.type_text("240");
    let screen = stage.screen();
    assert!(
        screen.contains("240") && screen.contains("336"),
        "Christmas follows the base: {screen}"
    );
    stage.press("pageup");
    assert!(stage.screen().contains("November 2026"));
}
