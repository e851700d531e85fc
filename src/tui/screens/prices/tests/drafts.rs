//! Edits: made, shown as a plan, taken back, applied.

use crate::tui::{app::message::Message, screens::Tab};

use super::*;

#[test]
fn a_season_is_priced_seen_as_a_plan_and_applied() {
    let mut stage = at_prices(80, 24);
    add_fair(&mut stage);
    let screen = stage.screen();
    assert!(screen.contains("In the draft. S applies it, u takes it back."), "{screen}");
    assert!(screen.contains("draft: 1 edit"), "{screen}");
    assert!(screen.contains("5 dates change for 2 people: 5 dearer"), "{screen}");
    assert!(saves(&stage).is_empty());
    stage.press("S");
    let screen = stage.screen();
    assert!(screen.contains("Apply these edits?"), "{screen}");
    assert!(screen.contains("1. season Fair +50%"), "{screen}");
    assert!(screen.contains("228.00 → 342.00 EUR dearer"), "{screen}");
    assert!(screen.contains("+ season \"Fair\" 2027-04-10 - 2027-04-14 x1.5"), "{screen}");
    stage.press("enter S");
    assert!(saves(&stage).is_empty(), "neither Enter nor the key that asked");
    stage.press("y");
    assert!(stage.screen().contains("saving"));
    assert_eq!(saves(&stage), [1]);
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Saved: 5 dates change."), "{screen}");
    assert!(!screen.contains("draft"), "{screen}");
    assert!(saved(&stage).contains("\"Fair\" 2027-04-10 - 2027-04-14 x1.5"));
}

#[test]
fn edits_are_taken_back_and_made_again_until_they_are_applied() {
    let mut stage = at_prices(80, 24);
    let before = stage.screen();
    add_fair(&mut stage);
    stage.press("G x");
    assert!(stage.screen().contains("draft: 2 edits"));
    stage.press("u");
    assert!(stage.screen().contains("Taken back: no deposit."));
    stage.press("u u");
    assert!(stage.screen().contains("Not now: nothing was changed"));
    stage.wait(chrono::TimeDelta::seconds(15));
    stage.press("g");
    assert_eq!(stage.screen(), before);
    stage.press("U ctrl-r U");
    let screen = stage.screen();
    assert!(screen.contains("Not now: nothing was taken back"), "{screen}");
    assert!(screen.contains("draft: 2 edits"), "{screen}");
    stage.press("S y");
    stage.serve();
    stage.press("u");
    assert!(stage.screen().contains("Not now: nothing was changed"));
    assert!(saved(&stage).contains("Fair") && !saved(&stage).contains("deposit"));
}

#[test]
fn nothing_changed_is_nothing_to_apply() {
    let mut stage = at_prices(80, 24);
    stage.press("S");
    assert!(stage.screen().contains("Not now: nothing was changed"));
    stage.wait(chrono::TimeDelta::seconds(15));
    stage.press("p");
    fill(&mut stage, &["", "120"]);
    assert!(stage.screen().contains("That is how it was already."));
    assert!(!stage.screen().contains("draft"));
}

#[test]
fn every_edit_can_be_dropped_at_once_after_a_question() {
    let mut stage = at_prices(80, 24);
    add_fair(&mut stage);
    stage.press("X");
    assert!(stage.screen().contains("1 edit would be lost."));
    stage.press("X enter esc");
    assert!(stage.screen().contains("draft: 1 edit"));
    stage.press("X y");
    assert!(!stage.screen().contains("draft"));
}

#[test]
fn each_service_keeps_its_own_draft() {
    let mut stage = at_prices(80, 24);
    add_fair(&mut stage);
    stage.press("s");
    assert!(stage.screen().contains("2 Tram 28 photo tour"));
    stage.press("2");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Tram 28 photo tour, 2 of 3"), "{screen}");
    assert!(!screen.contains("draft:"), "{screen}");
    stage.press("p");
    fill(&mut stage, &["", "50"]);
    assert!(stage.screen().contains("Prices 2"), "the tab counts drafts");
    stage.press("s 1");
    assert!(stage.screen().contains("Fair"));
}

#[test]
fn leaving_asks_before_a_draft_is_lost() {
    for (key, does) in [("q", "Leave all the same?"), ("ctrl-c", "Leave all the same?")] {
        let mut stage = at_prices(80, 24);
        add_fair(&mut stage);
        stage.press("1");
        assert_eq!(stage.app.tab(), Some(Tab::Inbox));
        stage.press(key);
        let screen = stage.screen();
        assert!(screen.contains(does), "{screen}");
        assert!(screen.contains("1 edit of prices is not applied."), "{screen}");
        stage.press(key);
        stage.press("enter");
        assert!(!stage.has_left);
        stage.press("esc");
        assert!(!stage.screen().contains(does));
        stage.press(key);
        stage.press("y");
        assert!(stage.has_left);
    }
    let mut stage = at_prices(80, 24);
    add_fair(&mut stage);
    stage.press(":");
    stage.type_text("sign out");
    stage.press("enter");
    assert!(stage.screen().contains("Sign out all the same?"));
    stage.press("y");
    stage.serve();
    assert_eq!(stage.app.tab(), Some(Tab::SignIn));
}

#[test]
fn a_terminal_that_goes_away_is_not_asked() {
    let mut stage = at_prices(80, 24);
    add_fair(&mut stage);
    stage.message(Message::Closing);
    assert!(stage.has_left);
}

#[test]
fn while_it_is_saved_nothing_is_edited() {
    let mut stage = at_prices(80, 24);
    add_fair(&mut stage);
    stage.press("S y");
    for key in ["u", "p", "x", "S", "X", "e"] {
        stage.press(key);
        let screen = stage.screen();
        assert!(screen.contains("Not now: the draft is being saved"), "{key}: {screen}");
    }
    stage.wait(chrono::TimeDelta::seconds(15));
    stage.serve();
    assert_eq!(saves(&stage), [1]);
    assert!(stage.screen().contains("Saved"));
}
