//! Answering requests, key by key.

use chrono::{NaiveTime, TimeDelta};
use traveloure_core::{
    api::{
        problem::Code,
        request::{Accept, Decline},
    },
    availability::{Answer as Availability, Reason},
    request::Status,
};

use super::seconds;
use crate::tui::{
    app::{
        call::Call,
        message::Message,
        unsent::{Answer, Unsent},
    },
    screens::Tab,
    testing::{Stage, noon, sample, server::problem, settings},
};

/// Calls that are neither lists nor details.
fn acts(stage: &Stage) -> Vec<&Call> {
    stage.asked.iter().filter(|call| call.changes_something()).collect()
}

fn status(stage: &Stage, number: usize) -> Status {
    stage.server.requests[number].row.status
}

#[test]
fn accepting_shows_what_it_uses_up_and_pays_before_it_is_sent() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("a");
    assert!(stage.screen().contains("Looking up what it uses up"));
    stage.press("y");
    assert!(stage.screen().contains("Accept Ana Silva?"), "nobody has seen it yet");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("takes 2 of the 6 left"), "{screen}");
    assert!(screen.contains("1 other request wants the same"), "{screen}");
    assert!(screen.contains("pays you 34.00 EUR of 40.00 EUR"), "{screen}");
    assert!(screen.contains("Traveloure keeps 6.00 EUR: 15 % for activities"), "{screen}");
    stage.press("enter a");
    assert!(stage.screen().contains("Accept Ana Silva?"), "neither Enter nor the key that asked");
    stage.press("y");
    assert!(stage.row_with("Accepting").contains("Accepting Ana Silva in 5s. u takes it back."));
    assert!(acts(&stage).is_empty());
    stage.wait(seconds(5));
    let body = Accept { over_rules: false, round: Some(1), message: None };
    assert!(matches!(acts(&stage)[..], [Call::Accept { id, body: sent }]
            if *id == sample::id(0) && *sent == body));
    stage.serve();
    assert_eq!(status(&stage, 0), Status::Accepted);
    let screen = stage.screen();
    assert!(screen.contains("Accepted Ana Silva."), "{screen}");
    assert!(screen.contains("Inbox 7") && screen.contains("of 8"), "{screen}");
    assert!(stage.app.is_idle());
}

#[test]
fn after_an_answer_the_cursor_is_on_the_next_request_that_waits() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("j d enter");
    assert!(stage.row_with("▌").contains("山田"));
    stage.press("G d enter");
    assert!(stage.row_with("▌").contains("Ana Silva"), "from the end to the first");
}

#[test]
fn a_sent_answer_waits_and_can_be_taken_back() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("d");
    stage.type_text("We are closed that day.");
    stage.press("enter");
    assert!(stage.row_with("Ana Silva").contains("decline"));
    stage.wait(seconds(3));
    assert!(stage.screen().contains("in 2s"));
    stage.press("u");
    assert!(stage.row_with("▌").contains("Ana Silva"), "back where it was");
    stage.wait(seconds(60));
    assert!(acts(&stage).is_empty());
    stage.press("d");
    assert!(stage.screen().contains("We are closed that day."), "what was written is kept");
}

#[test]
fn the_last_answer_is_repeated_with_one_key() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("d");
    stage.type_text("Sorry!");
    stage.press("enter . .");
    stage.wait(seconds(6));
    stage.serve();
    let declined = (0..8).filter(|number| status(&stage, *number) == Status::Declined).count();
    assert_eq!(declined, 3);
    assert!(acts(&stage).iter().all(|call| matches!(call,
        Call::Decline { body: Decline { message }, .. } if message == "Sorry!")));
}

#[test]
fn against_the_own_rules_is_asked_with_another_key() {
    let mut stage = Stage::at_work(80, 24);
    let uses = stage.server.requests[0].uses.as_mut().unwrap();
    uses.answer = Availability::Closed { reasons: vec![Reason::PartyTooLarge { max: 1 }] };
    stage.press("a");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("takes parties of up to 1"), "{screen}");
    assert!(screen.contains("o accept all the same"), "{screen}");
    stage.press("y");
    assert!(stage.screen().contains("Accept Ana Silva?"));
    stage.press("o");
    stage.wait(seconds(5));
    assert!(matches!(acts(&stage)[..], [Call::Accept { body, .. }] if body.over_rules));
}

#[test]
fn what_is_full_cannot_be_accepted() {
    let mut stage = Stage::at_work(80, 24);
    let uses = stage.server.requests[0].uses.as_mut().unwrap();
    let date = "2026-12-01".parse().unwrap();
    let full = Reason::Full { date, time: None, left: 0, wanted: 1 };
    uses.answer = Availability::Closed { reasons: vec![full] };
    stage.press("a");
    stage.serve();
    assert!(stage.screen().contains("fully booked"));
    stage.press("y o");
    assert!(stage.screen().contains("Accept Ana Silva?"));
    stage.press("esc");
    stage.wait(seconds(9));
    assert!(acts(&stage).is_empty());
}

#[test]
fn an_answer_given_elsewhere_wins_and_is_said() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("d enter");
    stage.server.change(0, Status::Withdrawn);
    stage.wait(seconds(5));
    stage.serve();
    let screen = stage.screen();
    assert!(
        screen.contains("Not done: declining Ana Silva. It was withdrawn already."),
        "{screen}"
    );
    assert!(stage.row_with("Ana Silva").contains("withdrawn"), "{screen}");
}

#[test]
fn an_offer_that_is_refused_is_not_lost() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("c ctrl-u");
    stage.type_text("=40*0.9");
    stage.serve();
    stage.press("ctrl-s");
    stage.wait(seconds(5));
    stage.reply(Err(problem(Code::Invalid, "The offer is too long.")));
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("making an offer to Ana Silva. The offer is too long."), "{screen}");
    assert!(screen.contains("kept: c opens it."), "{screen}");
    stage.press("k k k c");
    assert!(stage.screen().contains("=40*0.9"));
}

#[test]
fn an_offer_of_what_is_taken_stays_in_the_form() {
    let mut stage = Stage::at_work(80, 24);
    stage.server.taken_at = Some(NaiveTime::from_hms_opt(9, 30, 0).unwrap());
    stage.press("c");
    stage.serve();
    stage.press("ctrl-s");
    assert!(stage.screen().contains("taken; another date or time may do"), "{}", stage.screen());
    // It was given back meanwhile, and the refusal asked anew.
    stage.server.taken_at = None;
    stage.serve();
    stage.press("ctrl-s");
    stage.wait(seconds(5));
    assert!(matches!(acts(&stage)[..], [Call::Counter { .. }]), "{:?}", acts(&stage));
}

#[test]
fn an_offer_shows_what_it_comes_to() {
    let mut stage = Stage::at_work(120, 40);
    stage.press("c ctrl-u");
    stage.type_text("=40*0.9");
    stage.serve();
    let screen = stage.screen();
    for words in
        ["On the table", "36.00 EUR", "-4.00 EUR", "You receive", "30.60 EUR", "5.40 EUR", "3 left"]
    {
        assert!(screen.contains(words), "{words}\n{screen}");
    }
    stage.press("tab");
    stage.type_text("A smaller table, for less.");
    stage.press("tab space ctrl-s");
    stage.wait(seconds(5));
    let [Call::Counter { body, .. }] = acts(&stage)[..] else { panic!("{:?}", acts(&stage)) };
    assert_eq!(body.price.unwrap().to_string(), "36.00 EUR");
    assert_eq!(body.message, "A smaller table, for less.");
    assert!(body.hold);
    assert_eq!(body.valid_until.unwrap(), noon() + TimeDelta::hours(24));
    stage.serve();
    assert_eq!(status(&stage, 0), Status::CounterOffered);
    assert!(stage.row_with("Ana Silva").contains("offered"));
}

#[test]
fn a_draft_that_esc_closes_is_there_again() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("m");
    stage.type_text("Which language do you");
    stage.press("esc j k m");
    assert!(stage.screen().contains("Which language do you"));
    stage.type_text(" speak?");
    stage.press("enter");
    stage.wait(seconds(5));
    stage.serve();
    assert_eq!(stage.server.requests[0].messages.len(), 1);
    stage.press("m");
    assert!(!stage.screen().contains("language"), "it was sent");
}

#[test]
fn several_are_answered_at_once_with_a_result_per_row() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("v j j v");
    assert!(stage.screen().contains("3 marked"));
    stage.press("a");
    let screen = stage.screen();
    assert!(screen.contains("Accept 3 requests?"), "{screen}");
    assert!(screen.contains("pays you 191.25 EUR in all"), "{screen}");
    stage.press("y");
    assert!(stage.row_with("▌").contains("Siobhán"));
    stage.server.change(1, Status::Withdrawn);
    stage.wait(seconds(5));
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Accepted 2 of 3 requests"), "{screen}");
    assert!(screen.contains("✗ Jürgen Groß") && screen.contains("withdrawn already"), "{screen}");
    stage.press("enter");
    assert!(stage.app.is_home());
}

#[test]
fn marks_take_only_what_can_be_answered() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("d enter k space space a");
    let screen = stage.screen();
    assert!(screen.contains("1 marked request is left out"), "{screen}");
}

#[test]
fn an_answer_is_sent_again_under_its_key_until_the_server_has_it() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("d enter");
    stage.server.is_down = true;
    stage.wait(seconds(5));
    let first = stage.calls[0].key;
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Not sent yet: declining Ana Silva"), "{screen}");
    assert!(stage.row_with("Ana Silva ").contains("unsent"), "{screen}");
    stage.server.is_down = false;
    stage.wait(seconds(3));
    assert_eq!(stage.calls[0].key, first);
    stage.serve();
    assert_eq!(status(&stage, 0), Status::Declined);
    assert!(stage.kept.is_empty());
}

#[test]
fn an_answer_leaves_before_its_request_expires() {
    let mut stage = Stage::at_work(80, 24);
    stage.server.requests[0].row.expires_at = noon() + seconds(6);
    stage.press("R");
    stage.serve();
    stage.press("d enter");
    stage.wait(seconds(3));
    assert_eq!(acts(&stage).len(), 1);
}

#[test]
fn leaving_sends_what_waits_and_waits_for_it() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("d enter");
    stage.press("q");
    assert_eq!(acts(&stage).len(), 1);
    assert!(!stage.has_left);
    assert!(stage.screen().contains("Sending 1 answer before leaving."));
    stage.serve();
    assert!(stage.has_left);
    assert_eq!(stage.last_words, None);
}

#[test]
fn a_terminal_that_goes_away_sends_what_waits() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("d enter");
    stage.message(Message::Closing);
    assert_eq!(acts(&stage).len(), 1);
    stage.wait(seconds(20));
    assert!(stage.has_left);
    assert!(stage.last_words.as_ref().unwrap().contains("One answer was not sent."));
    assert_eq!(stage.kept.len(), 1);
}

#[test]
fn an_answer_is_kept_on_disk_until_it_has_arrived() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("d enter");
    assert_eq!(stage.kept.len(), 1);
    assert_eq!(stage.kept[0].traveler, "Ana Silva");
    stage.wait(seconds(5));
    assert_eq!(stage.kept.len(), 1);
    assert_eq!(stage.calls[0].key, Some(stage.kept[0].key));
    stage.serve();
    assert!(stage.kept.is_empty());
}

fn leftover(number: u128) -> Unsent {
    Unsent {
        user: sample::user().id,
        request: sample::id(number),
        traveler: "Ana Silva".to_owned(),
        answer: Answer::Decline(Decline { message: "Sorry!".to_owned() }),
        key: uuid::Uuid::from_u128(99),
        decided_at: noon() - TimeDelta::hours(1),
    }
}

#[test]
fn after_a_crash_an_answer_is_shown_as_not_sent() {
    let mut other = leftover(1);
    other.user = traveloure_core::ids::UserId::from(uuid::Uuid::from_u128(5));
    let mut stage = Stage::with_kept(settings(), 80, 24, vec![leftover(0), other.clone()]);
    stage.server.is_signed_in = true;
    stage.server.requests = sample::requests(noon());
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Not sent") && screen.contains("Declining Ana Silva"), "{screen}");
    stage.press("esc");
    assert!(stage.screen().contains("1 answer was not sent in an earlier session. ! shows them."));
    stage.press("! s");
    assert_eq!(stage.calls[0].key, Some(uuid::Uuid::from_u128(99)));
    stage.serve();
    assert_eq!(status(&stage, 0), Status::Declined);
    assert_eq!(stage.kept, [other], "another person's stays where it is");
    assert!(stage.app.is_home());
}

#[test]
fn an_answer_refused_for_a_sign_in_that_ended_is_sent_after_the_next() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("d enter");
    stage.server.is_signed_in = false;
    stage.wait(seconds(5));
    stage.serve();
    assert_eq!(stage.app.tab(), Some(Tab::SignIn));
    stage.type_text("rita@alfama.example");
    stage.press("tab");
    stage.type_text("right horse battery");
    stage.press("enter");
    stage.serve();
    stage.wait(seconds(40));
    stage.serve();
    assert_eq!(status(&stage, 0), Status::Declined);
}
