//! The same list as a traveler sees it, and cancelling in either role.

use traveloure_core::{api::problem::Code, booking::Status};

use super::{change, id, look_at_bookings, settle};
use crate::tui::{
    app::call::Call,
    testing::{Stage, server::problem},
};

fn journeys(width: u16, height: u16) -> Stage {
    let mut stage = Stage::on_a_trip(width, height);
    look_at_bookings(&mut stage);
    stage
}

fn cancelled(stage: &Stage) -> usize {
    stage.asked.iter().filter(|call| matches!(call, Call::Cancel { .. })).count()
}

#[test]
fn a_traveler_sees_what_it_costs_and_what_is_due() {
    let mut stage = journeys(120, 40);
    assert!(stage.asked.iter().any(|call| matches!(call, Call::Journeys { .. })));
    let screen = stage.screen();
    assert!(screen.contains("Provider") && !screen.contains("You earn"), "{screen}");
    assert!(stage.row_with("▌").contains("240.00  EUR"), "{screen}");
    stage.press("j j j j");
    settle(&mut stage);
    assert!(stage.row_with("Balance, due Thu 17 Dec").contains("197.40"), "{}", stage.screen());
    assert!(stage.screen().contains("b pays the rest now"));
    assert!(stage.screen().contains("In your words"));
}

#[test]
fn what_is_due_after_a_deposit_stands_in_the_list() {
    let mut stage = journeys(80, 24);
    settle(&mut stage);
    let (paid, half_paid) = (stage.row_with("Sat 21 Nov"), stage.row_with("Thu 24 Dec"));
    assert!(paid.contains("✓ confirmed"), "{}", stage.screen());
    assert!(half_paid.contains("due 17 Dec") && !half_paid.contains('✓'), "{half_paid}");
}

#[test]
fn cancelling_shows_what_comes_back_before_anybody_says_yes() {
    let mut stage = journeys(80, 24);
    stage.press("x");
    assert!(stage.screen().contains("Cancel this booking?"));
    stage.press("y");
    assert_eq!(cancelled(&stage), 0, "nobody cancels at a quote they have not seen");
    stage.serve();
    let screen = stage.screen();
    assert!(stage.row_with("Paid so far").contains("240.00"), "{screen}");
    assert!(stage.row_with("Comes back").contains("120.00 EUR"), "{screen}");
    assert!(screen.contains("moderate policy: 50 %"), "{screen}");
    assert!(screen.contains("less comes back after"), "{screen}");
    stage.press("enter x");
    assert_eq!(cancelled(&stage), 0, "neither Enter nor the key that asked");
    stage.press("y");
    stage.serve();
    assert_eq!(cancelled(&stage), 1);
    assert!(stage.screen().contains("Cancelled. 120.00 EUR comes back."), "{}", stage.screen());
    assert!(stage.row_with("▌").contains("✗ cancelled"));
    stage.press("x");
    assert!(stage.screen().contains("Not now: it is over already"));
}

#[test]
fn a_quote_that_changed_is_shown_anew_and_asked_about_again() {
    let mut stage = journeys(80, 24);
    stage.press("x");
    stage.serve();
    stage.server.travel.comes_back = 0;
    stage.press("y");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Another amount comes back by now."), "{screen}");
    assert!(stage.row_with("Comes back").contains("0.00 EUR"), "{screen}");
    let key = |stage: &Stage| stage.calls.last().and_then(|call| call.key);
    stage.press("y");
    assert!(key(&stage).is_some());
    stage.serve();
    assert!(stage.screen().contains("Cancelled. Nothing comes back."), "{}", stage.screen());
}

#[test]
fn a_cancellation_whose_answer_was_lost_is_sent_under_the_same_key() {
    let mut stage = journeys(80, 24);
    stage.press("x");
    stage.serve();
    stage.press("y");
    let first = stage.calls[0].key;
    stage.reply(Err(crate::tui::app::call::ApiError::TimedOut));
    stage.press("y");
    assert_eq!(stage.calls[0].key, first);
    stage.serve();
    assert!(stage.screen().contains("Cancelled."));
}

#[test]
fn news_of_it_does_not_talk_over_what_comes_back() {
    let mut stage = journeys(80, 24);
    stage.press("x");
    stage.serve();
    stage.press("y");
    let cancel = stage.calls.remove(0);
    // The event overtakes the answer.
    let answer = stage.server.answer(&cancel);
    stage.news(super::event(traveloure_core::api::event::Kind::BookingCancelled, 0, 2));
    stage.serve();
    stage.message(crate::tui::app::message::Message::Reply {
        ticket: cancel.ticket,
        result: answer,
    });
    let screen = stage.screen();
    assert!(screen.contains("Cancelled. 120.00 EUR comes back."), "{screen}");
    assert!(stage.row_with("▌").contains("✗ cancelled"));
}

#[test]
fn a_provider_sees_what_they_keep() {
    let mut stage = super::at_bookings(80, 24);
    stage.server.travel.comes_back = 100;
    stage.press("x");
    stage.serve();
    assert!(stage.screen().contains("of which you keep"), "{}", stage.screen());
    stage.press("esc p");
    assert!(stage.screen().contains("Not now: its traveler pays it"));
}

#[test]
fn a_refused_quote_says_why() {
    let mut stage = journeys(80, 24);
    stage.press("x");
    stage.reply(Err(problem(Code::NotCancellable, "It has begun already.")));
    assert!(stage.screen().contains("It has begun already."), "{}", stage.screen());
    assert!(!stage.screen().contains("y cancel it"), "{}", stage.screen());
}

#[test]
fn what_is_not_owed_is_said() {
    let mut stage = journeys(80, 24);
    stage.press("b");
    assert!(
        stage.screen().contains("Not now: nothing is owed after a deposit"),
        "{}",
        stage.screen()
    );
    // Paid in another place meanwhile: the server says it.
    stage.press("j j j j b");
    stage.serve();
    assert!(stage.screen().contains("Nothing is owed for it."), "{}", stage.screen());
}

#[test]
fn a_confirmation_is_told_by_what_was_booked() {
    let mut stage = journeys(80, 24);
    change(&mut stage, 1, Status::Confirmed);
    stage.news(super::event(traveloure_core::api::event::Kind::BookingConfirmed, 1, 2));
    stage.serve();
    assert!(stage.screen().contains("Confirmed: Tram 28 photo tour."), "{}", stage.screen());
    assert_eq!(stage.server.bookings[1].row.id, id(1));
}

#[test]
fn journeys_at_every_size() {
    for (width, height) in [(40, 20), (60, 20), (80, 24), (120, 40)] {
        for (name, keys) in [("journeys", "j"), ("journey", "j enter"), ("cancel", "x")] {
            let mut stage = journeys(width, height);
            stage.press(keys);
            settle(&mut stage);
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), stage.styled());
        }
    }
}
