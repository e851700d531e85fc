//! Prices that change elsewhere, servers that fail, connections that break.

use traveloure_core::api::{
    event::{Event, Kind},
    problem::{Code, Problem},
};

use crate::tui::{
    app::call::{ApiError, News},
    testing::{price_list::FULL, server::problem},
};

use super::*;

fn changed(version: i64) -> News {
    News::Event(Event {
        kind: Kind::PricingChanged,
        subject: first().as_uuid(),
        version: Some(version),
        at: chrono::DateTime::UNIX_EPOCH,
    })
}

/// Another terminal changes the prices of the first service.
fn change(stage: &mut Stage, lines: &str) {
    stage.server.prices.set(first(), lines);
}

#[test]
fn prices_changed_elsewhere_appear_by_themselves() {
    let mut stage = at_prices(80, 24);
    change(&mut stage, &FULL.replace("base 120", "base 150"));
    stage.news(changed(2));
    stage.serve();
    assert!(stage.row_with("Base price").contains("150.00"));
    let calls = stage.asked.len();
    stage.news(changed(2));
    assert_eq!(stage.asked.len(), calls, "old news is not asked about");
}

#[test]
fn a_draft_moves_onto_prices_that_were_changed_elsewhere() {
    let mut stage = at_prices(80, 24);
    add_fair(&mut stage);
    change(&mut stage, &FULL.replace("base 120", "base 150"));
    stage.news(changed(2));
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Your draft is kept, on top of them."), "{screen}");
    stage.press("S y");
    stage.serve();
    assert_eq!(saves(&stage), [2]);
    let text = saved(&stage);
    assert!(text.contains("base 150") && text.contains("Fair"), "{text}");
}

#[test]
fn a_save_over_a_newer_version_is_refused_and_loses_nothing() {
    let mut stage = at_prices(80, 24);
    add_fair(&mut stage);
    // No event has told of it.
    change(&mut stage, &FULL.replace("deposit 30%", "deposit 40%"));
    stage.press("S y");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("draft: 1 edit"), "{screen}");
    assert!(saved(&stage).contains("deposit 40%") && !saved(&stage).contains("Fair"));
    stage.press("S");
    assert!(!stage.screen().contains("deposit"), "the plan is against the new prices");
    stage.press("y");
    stage.serve();
    assert_eq!(saves(&stage), [1, 2]);
    assert!(saved(&stage).contains("deposit 40%") && saved(&stage).contains("Fair"));
}

#[test]
fn a_draft_that_does_not_fit_says_why_until_it_does() {
    let mut stage = at_prices(80, 24);
    add_fair(&mut stage);
    let theirs = format!("{FULL}season \"Easter\" 2027-04-01 - 2027-04-12 x1.2\n");
    change(&mut stage, &theirs);
    stage.news(changed(2));
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("draft does not fit"), "{screen}");
    stage.press("S");
    let screen = stage.screen();
    assert!(screen.contains("Fair (2027-04-10") && screen.contains("Easter"), "{screen}");
    assert!(saves(&stage).is_empty());
    stage.press("u");
    let screen = stage.screen();
    assert!(!screen.contains("does not fit"), "{screen}");
    stage.wait(chrono::TimeDelta::seconds(15));
    stage.press("a s");
    fill(&mut stage, &["Fair", "2027-04-13", "2027-04-14", "+50%"]);
    stage.press("S y");
    stage.serve();
    assert!(saved(&stage).contains("Easter") && saved(&stage).contains("Fair"));
}

#[test]
fn a_save_without_an_answer_is_sent_again_under_its_key() {
    let mut stage = at_prices(80, 24);
    add_fair(&mut stage);
    stage.press("S y");
    let save = stage.calls.pop().unwrap();
    // It took effect, but nobody heard of it.
    stage.server.answer(&save).unwrap();
    stage.calls.push(save.clone());
    stage.reply(Err(ApiError::TimedOut));
    let screen = stage.screen();
    assert!(screen.contains("Whether it is saved is not known; S sends it again"), "{screen}");
    assert!(screen.contains("draft: 1 edit"), "{screen}");
    stage.press("S y");
    let again = stage.calls.pop().unwrap();
    assert_eq!(again.key, save.key);
    stage.calls.push(again);
    stage.serve();
    assert!(!stage.screen().contains("draft:"));
    assert_eq!(stage.server.prices.of[&first()].version, 2);
    // Another draft is another save.
    stage.press("G x S y");
    assert_ne!(stage.calls[0].key, save.key);
}

#[test]
fn a_save_whose_answer_was_lost_is_known_by_the_prices_themselves() {
    let mut stage = at_prices(80, 24);
    add_fair(&mut stage);
    stage.press("S y");
    let save = stage.calls.pop().unwrap();
    stage.server.answer(&save).unwrap();
    stage.calls.push(save);
    stage.reply(Err(ApiError::Offline("connection reset".to_owned())));
    stage.news(changed(2));
    stage.serve();
    let screen = stage.screen();
    assert!(!screen.contains("draft:"), "{screen}");
    assert!(stage.row_with("Fair").contains("+50%"));
}

#[test]
fn what_the_server_refuses_is_said_and_the_draft_stays() {
    let mut stage = at_prices(80, 24);
    add_fair(&mut stage);
    stage.press("S y");
    let mut refusal = Problem::new(Code::Invalid, "Some fields need another value.");
    refusal.fields.push(traveloure_core::field::FieldError::new(
        "seasonal_pricing[3].multiplier",
        "out_of_range",
        "1.5 is too much this year",
    ));
    stage.reply(Err(ApiError::Problem(Box::new(refusal))));
    let screen = stage.screen();
    assert!(screen.contains("1.5 is too much this year"), "{screen}");
    assert!(screen.contains("draft: 1 edit"), "{screen}");
}

#[test]
fn prices_that_cannot_be_fetched_are_asked_for_again() {
    let mut stage = Stage::at_work(80, 24);
    stage.server.is_down = true;
    look_at_prices(&mut stage);
    let screen = stage.screen();
    assert!(screen.contains("The server cannot be reached."), "{screen}");
    stage.press("p");
    assert!(stage.screen().contains("Not now: the prices have not come yet"));
    stage.server.is_down = false;
    stage.press("R");
    stage.serve();
    assert!(stage.screen().contains("Base price"));
}

#[test]
fn a_refusal_is_said_and_what_was_there_stays_when_it_is_old() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("3");
    stage.reply(Err(problem(Code::NotFound, "There is no such service.")));
    assert!(stage.screen().contains("There is no such service."));
    stage.press("R");
    stage.serve();
    stage.server.is_down = true;
    stage.press("R");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("offline, as of 12:00"), "{screen}");
    assert!(screen.contains("Base price"), "{screen}");
}

#[test]
fn a_slow_server_shows_that_it_is_waited_for() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("3");
    assert!(!stage.screen().contains("Loading"), "what is quick does not flicker");
    stage.wait(chrono::TimeDelta::seconds(1));
    assert!(stage.screen().contains("Loading"));
    stage.serve();
    assert!(
        stage.app.next_wake().is_none_or(|wake| wake > stage.now + chrono::TimeDelta::seconds(30))
    );
}

#[test]
fn nothing_is_fetched_before_the_tab_is_looked_at() {
    let mut stage = Stage::at_work(80, 24);
    assert!(!stage.asked.iter().any(|call| matches!(call, Call::Pricing { .. })));
    stage.news(changed(9));
    assert!(stage.calls.is_empty());
}
