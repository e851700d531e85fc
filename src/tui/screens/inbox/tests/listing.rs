//! Rows that are found, come in pages or arrive, and what is read of them.

use traveloure_core::{api::event::Kind, request::Status};

use super::seconds;
use crate::tui::{
    app::call::ApiError,
    testing::{Stage, noon, sample},
};

#[test]
fn rows_narrow_while_words_are_typed_and_widen_with_esc() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("j /");
    stage.type_text("tram");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("/tram") && screen.contains("of 3"), "{screen}");
    assert!(!screen.contains("Ana Silva"), "{screen}");
    stage.press("enter G");
    assert!(stage.row_with("▌").contains("Łukasz"));
    stage.press("esc");
    stage.serve();
    assert!(stage.row_with("▌").contains("Łukasz"), "the cursor stays on what was found");
    stage.press("n");
    assert!(stage.row_with("▌").contains("Jürgen"), "past the end it begins anew");
    stage.press("N");
    assert!(stage.row_with("▌").contains("Łukasz"));
    assert!(stage.app.is_home());
}

#[test]
fn one_search_is_on_its_way_at_a_time_and_the_last_letter_counts() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("/");
    let before = stage.asked.len();
    stage.type_text("noor");
    assert_eq!(stage.asked.len(), before + 1);
    stage.serve();
    assert_eq!(stage.asked.len(), before + 2);
    assert!(stage.screen().contains("1 of 1"));
    stage.type_text("xyz");
    stage.serve();
    assert!(stage.screen().contains("Nothing matches noorxyz."));
}

#[test]
fn pages_come_before_the_cursor_gets_there() {
    let mut stage = Stage::at_work(80, 24);
    stage.server.requests = (0..1_000).map(|number| sample::request(number, noon())).collect();
    stage.press("R");
    stage.serve();
    assert!(stage.screen().contains("1 of 1,000"));
    stage.press("j");
    stage.serve();
    stage.press("G");
    stage.serve();
    assert!(stage.screen().contains("1,000 of 1,000"), "{}", stage.screen());
    stage.press("g");
    assert!(stage.screen().contains("  1 of 1,000"));
}

#[test]
fn a_failed_page_is_said_and_tried_again() {
    let mut stage = Stage::at_work(80, 24);
    stage.server.is_down = true;
    stage.press("R");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("offline, as of 12:00"), "{screen}");
    assert!(screen.contains("Ana Silva"), "{screen}");
    stage.press("f a");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("The server cannot be reached."), "{screen}");
    assert!(screen.contains("R tries again."), "{screen}");
    stage.server.is_down = false;
    stage.press("R");
    stage.serve();
    assert!(stage.screen().contains("Nothing has been accepted yet."));
}

#[test]
fn a_flood_of_events_fetches_the_list_instead() {
    let mut stage = Stage::at_work(80, 24);
    let before = stage.asked.len();
    for number in 0..8 {
        stage.server.change(number, Status::Expired);
    }
    for version in 2..60_u8 {
        stage.news(sample::event(Kind::RequestExpired, u128::from(version % 8), version.into()));
    }
    assert!(stage.asked.len() - before < 20, "{}", stage.asked.len() - before);
    stage.serve();
    assert!(stage.app.is_idle());
}

#[test]
fn what_is_already_known_is_not_fetched_again() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("d enter");
    stage.wait(seconds(5));
    stage.serve();
    let before = stage.asked.len();
    stage.news(sample::event(Kind::RequestDeclined, 0, 2));
    assert_eq!(stage.asked.len(), before);
}

#[test]
fn the_preview_reads_as_a_letter_and_its_answer() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("j enter");
    stage.serve();
    let screen = stage.screen();
    for words in ["Jürgen Groß", "our anniversary", "If you accept", "Total", "asked for"] {
        assert!(screen.contains(words), "{words}\n{screen}");
    }
    stage.press("l");
    stage.wait(seconds(1));
    stage.serve();
    assert!(stage.screen().contains("山田 太郎"));
    stage.press("esc");
    assert!(stage.app.is_home());
}

#[test]
fn a_held_key_fetches_one_request_not_all_it_passes() {
    let mut stage = Stage::at_work(120, 40);
    stage.serve();
    let before = stage.asked.len();
    for _ in 0..6 {
        stage.press("j");
    }
    stage.wait(seconds(1));
    stage.serve();
    assert!(stage.asked.len() - before <= 2, "{}", stage.asked.len() - before);
}

#[test]
fn a_request_that_could_not_be_read_is_tried_again() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("enter");
    stage.reply(Err(ApiError::TimedOut));
    assert!(stage.screen().contains("took too long"));
    stage.press("R");
    stage.wait(seconds(1));
    stage.serve();
    assert!(stage.screen().contains("If you accept"));
}

#[test]
fn a_reminder_is_said_only_while_an_answer_is_owed() {
    let mut stage = Stage::at_work(80, 24);
    stage.news(sample::event(Kind::RequestReminder, 1, 1));
    assert!(stage.screen().contains("Jürgen Groß waits for your answer: 48m left."));
    stage.press("esc d enter");
    stage.news(sample::event(Kind::RequestReminder, 0, 1));
    assert!(!stage.screen().contains("Ana Silva waits"));
}

#[test]
fn a_new_request_is_said_also_where_it_is_not_listed() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("f a");
    stage.serve();
    stage.server.requests.push(sample::request(40, noon()));
    stage.news(sample::event(Kind::RequestSubmitted, 40, 1));
    stage.serve();
    assert!(stage.screen().contains("New request: Ana Silva"));
}
