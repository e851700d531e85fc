//! Changing what the platform keeps, key by key.

use chrono::TimeDelta;
use traveloure_core::{
    actor::Role,
    api::{event::Kind, problem::Code},
    category::Category,
    fee::{FeeMethod, FeeType},
};

use crate::tui::{
    app::{
        call::{ApiError, Call},
        desk::Settings,
    },
    screens::Tab,
    testing::{
        Stage,
        platform::{self, fee},
        server::problem,
        settings,
    },
    theme::Tone,
};

fn at_fees(width: u16, height: u16) -> Stage {
    at_fees_with(settings(), width, height)
}

fn at_fees_with(settings: Settings, width: u16, height: u16) -> Stage {
    let mut stage = Stage::at_the_platform_with(settings, width, height);
    stage.serve();
    stage
}

fn saved(stage: &Stage) -> usize {
    let changes = |call: &&Call| matches!(call, Call::NewFee(_) | Call::EditFee { .. });
    stage.asked.iter().filter(changes).count()
}

#[test]
fn an_administrator_begins_here_and_the_role_switch_leads_back() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("@ 4");
    stage.serve();
    assert_eq!(stage.app.tab(), Some(Tab::Inbox), "the account does not hold it");
    stage.press("esc");
    let mut stage = at_fees(80, 24);
    assert_eq!(stage.app.tab(), Some(Tab::Fees));
    stage.press("@ 1");
    stage.serve();
    assert_eq!(stage.app.desk().role, Role::Traveler);
    stage.press("@ 4");
    stage.serve();
    assert_eq!(stage.app.tab(), Some(Tab::Fees));
    assert_eq!(stage.app.desk().role, Role::Admin);
}

#[test]
fn the_rules_are_listed_as_they_count() {
    let mut stage = at_fees(80, 24);
    let screen = stage.screen();
    let row = stage.row_with("Alfama");
    assert!(row.contains("8 %") && row.contains("5.00 EUR") && row.contains("✓ on"), "{screen}");
    assert!(!screen.contains('\u{1b}'), "what others wrote is cleaned");
    assert!(stage.row_with("accommodation").contains("7.5 %"), "{screen}");
    assert!(screen.contains("✗ off"), "{screen}");
    stage.press("enter");
    assert!(stage.screen().contains("It is for bookings in EUR alone."), "{}", stage.screen());
    stage.press("right");
    assert!(stage.screen().contains("7.5 %, priority 10"), "{}", stage.screen());
    stage.press("esc");
    assert!(stage.app.is_home());
}

#[test]
fn nothing_is_saved_before_its_difference_was_read() {
    let mut stage = at_fees(80, 24);
    stage.press("j j e");
    assert!(stage.row_with("How much").contains("15"), "{}", stage.screen());
    stage.press("tab ctrl-u");
    stage.type_text("18");
    stage.press("ctrl-s");
    assert!(stage.screen().contains("Save this?"), "{}", stage.screen());
    stage.press("y");
    assert_eq!(saved(&stage), 0, "nobody changes fees at a difference they have not seen");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("The fee for activity: 18 %, priority 10 instead of 15 %"), "{screen}");
    let row = stage.row_with("activity EUR");
    for words in ["150.00", "180.00", "+30.00", " 9"] {
        assert!(row.contains(words), "{words}: {screen}");
    }
    stage.press("enter e");
    assert_eq!(saved(&stage), 0, "neither Enter nor the key that asked");
    stage.press("y");
    stage.serve();
    assert_eq!(saved(&stage), 1);
    let screen = stage.screen();
    assert!(screen.contains("The fee for activity is 18 % from now on."), "{screen}");
    assert!(stage.row_with("▌").contains("18 %"), "{screen}");
}

#[test]
fn esc_goes_back_to_what_was_typed() {
    let mut stage = at_fees(80, 24);
    stage.press("j j e tab ctrl-u");
    stage.type_text("18");
    stage.press("ctrl-s");
    stage.serve();
    stage.press("esc");
    assert!(stage.row_with("How much").contains("18"), "{}", stage.screen());
    stage.press("ctrl-c");
    assert!(stage.app.is_home(), "{}", stage.screen());
    assert_eq!(saved(&stage), 0);
}

#[test]
fn what_is_only_tried_cannot_be_saved() {
    let mut stage = at_fees(80, 24);
    stage.press("j j s tab ctrl-u");
    stage.type_text("10");
    stage.press("ctrl-s");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Nothing is saved.") && !screen.contains("y save it"), "{screen}");
    assert!(stage.row_with("activity EUR").contains("-50.00"), "{screen}");
    stage.press("y esc esc");
    assert_eq!(saved(&stage), 0);
    assert!(stage.app.is_home());
}

#[test]
fn a_rule_is_switched_off_and_on_again() {
    let mut stage = at_fees(80, 24);
    stage.press("j j x");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Switch the fee for activity off: 15 %"), "{screen}");
    let asked = stage.asked.iter().rev().find_map(|call| match call {
        Call::SimulateFee(body) => Some(body.clone()),
        _ => None,
    });
    let asked = asked.unwrap();
    assert!(asked.rule.is_none() && asked.replaces.is_some(), "tried without the rule");
    stage.press("y");
    stage.serve();
    assert!(stage.row_with("▌").contains("✗ off"), "{}", stage.screen());
    stage.press("x");
    stage.serve();
    assert!(stage.screen().contains("on again"), "{}", stage.screen());
    stage.press("y");
    stage.serve();
    assert!(stage.row_with("▌").contains("✓ on"), "{}", stage.screen());
}

#[test]
fn a_provider_gets_a_fee_of_their_own() {
    let mut stage = at_fees(80, 24);
    stage.press("p");
    stage.serve();
    stage.type_text("blue");
    stage.press("tab");
    assert!(stage.row_with("Provider").contains("Blue Van, Lisbon"), "{}", stage.screen());
    stage.press("tab");
    stage.type_text("6");
    stage.press("ctrl-s");
    stage.serve();
    assert!(stage.screen().contains("A fee for Blue Van: 6 %"), "{}", stage.screen());
    stage.press("y");
    stage.serve();
    let made = &stage.server.platform.fees[0];
    assert_eq!((made.fee_type, made.fee_type_method), (FeeType::Provider, FeeMethod::Percentage));
    assert!(stage.row_with("▌").contains("Blue Van"), "{}", stage.screen());
}

#[test]
fn faults_go_to_their_fields_and_nothing_typed_is_lost() {
    let mut stage = at_fees(80, 24);
    stage.press("a right tab tab");
    stage.type_text("lots");
    stage.press("ctrl-s");
    assert!(stage.screen().contains("write a number such as 12.5"), "{}", stage.screen());
    stage.press("ctrl-u");
    stage.type_text("101");
    stage.press("ctrl-s");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("101 is not between 0 and 100"), "{screen}");
    assert!(stage.row_with("How much").contains("101"), "{screen}");
    assert_eq!(saved(&stage), 0);
}

#[test]
fn a_rule_that_changed_elsewhere_is_not_overwritten() {
    let mut stage = at_fees(80, 24);
    stage.press("j j e tab ctrl-u");
    stage.type_text("18");
    stage.press("ctrl-s");
    stage.serve();
    stage.server.platform.fees[2].version += 1;
    stage.press("y");
    stage.serve();
    assert!(stage.screen().contains("It was changed elsewhere."), "{}", stage.screen());
    stage.news(platform::event(Kind::FeeChanged));
    stage.press("esc esc");
    stage.serve();
    assert!(stage.row_with("▌").contains("activity"), "{}", stage.screen());
}

#[test]
fn a_save_whose_answer_was_lost_is_sent_under_the_same_key() {
    let mut stage = at_fees(80, 24);
    stage.press("a tab tab");
    stage.type_text("14");
    stage.press("ctrl-s");
    stage.serve();
    stage.press("y");
    let first = stage.calls[0].key;
    stage.reply(Err(ApiError::TimedOut));
    stage.press("y");
    assert_eq!(stage.calls[0].key, first);
    stage.serve();
    assert!(stage.screen().contains("The fee for everything is 14 %"), "{}", stage.screen());
}

#[test]
fn what_changes_elsewhere_shows_and_the_cursor_stays() {
    let mut stage = at_fees(80, 24);
    stage.press("j j");
    stage.server.platform.fees.insert(0, fee(50, "9", Some(Category::Transport)));
    for _ in 0..40 {
        stage.news(platform::event(Kind::FeeChanged));
    }
    assert!(stage.calls.len() <= 1, "news in a heap is one question");
    stage.serve();
    assert!(stage.row_with("transport").contains("9 %"));
    assert!(stage.row_with("▌").contains("activity"), "{}", stage.screen());
}

#[test]
fn without_rules_or_a_server_it_says_what_to_do() {
    let mut stage = at_fees(80, 24);
    stage.server.platform.fees.clear();
    stage.press("R");
    stage.serve();
    assert!(stage.screen().contains("There is no rule yet."), "{}", stage.screen());
    stage.press("e");
    assert!(stage.screen().contains("Not now: there is no rule here"));
    stage.press("p");
    stage.reply(Err(problem(Code::Internal, "Something went wrong.")));
    assert!(stage.screen().contains("The providers could not be fetched."));
    let mut stage = Stage::at_the_platform_with(settings(), 80, 24);
    stage.press("@ 1");
    stage.serve();
    stage.server.is_down = true;
    stage.press("@ 4");
    stage.serve();
    assert!(stage.screen().contains("The server cannot be reached."), "{}", stage.screen());
}

#[test]
fn it_looks_right_at_every_size_and_in_every_tone() {
    for (width, height) in [(40, 20), (60, 20), (80, 24), (120, 40)] {
        let mut stage = at_fees(width, height);
        stage.press("j j");
        insta::assert_snapshot!(format!("list_{width}x{height}"), stage.styled());
        stage.press("e");
        insta::assert_snapshot!(format!("form_{width}x{height}"), stage.styled());
        stage.press("tab ctrl-u");
        stage.type_text("18");
        stage.press("ctrl-s");
        stage.serve();
        insta::assert_snapshot!(format!("trial_{width}x{height}"), stage.styled());
    }
    for (tone, name) in [(Tone::Light, "light"), (Tone::Mono, "mono")] {
        let mut stage = at_fees_with(Settings { tone, ..settings() }, 80, 24);
        insta::assert_snapshot!(name, stage.styled());
    }
    let mut stage = at_fees_with(Settings { plain: true, ..settings() }, 80, 24);
    insta::assert_snapshot!("plain", stage.styled());
}

#[test]
fn every_size_is_survived() {
    for keys in ["", "enter", "e", "a", "x"] {
        let mut stage = at_fees(80, 24);
        stage.press(keys);
        stage.serve();
        stage.wait(TimeDelta::seconds(1));
        for (width, height) in [(1, 1), (20, 5), (40, 12), (101, 12), (500, 200)] {
            stage.resize(width, height);
        }
    }
}
