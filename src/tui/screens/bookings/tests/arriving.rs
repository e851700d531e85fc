//! Who comes on a day, and words that go with a cancellation.

use traveloure_core::{api::event::Kind, booking::Status};

use super::{at_bookings, booking, change, event, settle};
use crate::tui::{
    app::{call::Call, desk::Settings},
    testing::{Stage, noon, settings},
};

/// Three arrivals on the day of the first booking.
fn arriving(width: u16, height: u16) -> Stage {
    let mut stage = at_bookings(width, height);
    let day = stage.server.bookings[0].row.date;
    for number in [2, 3] {
        stage.server.bookings[number].row.date = day;
    }
    stage.server.bookings[2].special_requests = "Two of us are \u{1b}[2Jvegan.".to_owned();
    stage.press("d");
    stage.serve();
    stage
}

#[test]
fn the_day_of_the_booking_is_listed_as_it_is_printed() {
    let mut stage = arriving(80, 24);
    let screen = stage.screen();
    for words in [
        "Arrivals, Sat 21 Nov",
        "3 bookings",
        "[ ] 09:30  Ana Silva",
        "2 people, Fado walk with dinner",
        "They write: It is our anniversary.",
        "TO BE PAID ON SITE",
        "not paid yet",
    ] {
        assert!(screen.contains(words), "{words}\n{screen}");
    }
    assert!(!screen.contains('\u{1b}'));
    stage.press("y");
    let copied = stage.copied.clone().unwrap();
    assert!(
        copied.starts_with("Alfama Walks\nArrivals on Saturday, 21 November 2026\n"),
        "{copied}"
    );
    assert!(copied.lines().all(|line| crate::terminal::fit::width(line) <= 78), "{copied}");
}

#[test]
fn it_goes_from_day_to_day_and_to_any() {
    let mut stage = arriving(80, 24);
    stage.press("+");
    stage.serve();
    assert!(stage.screen().contains("Arrivals, Sun 22 Nov"), "{}", stage.screen());
    stage.press("- -");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Nobody is booked for this day."), "{screen}");
    stage.press("d");
    stage.press("ctrl-u");
    stage.type_text("+1");
    stage.press("enter");
    stage.serve();
    assert!(stage.screen().contains("Ana Silva"), "{}", stage.screen());
    stage.press("t");
    stage.serve();
    assert!(stage.screen().contains("Arrivals, Fri 20 Nov"));
    stage.press("esc");
    assert!(stage.screen().contains("Upcoming"), "the bookings are still there");
    assert!(stage.app.is_home());
}

#[test]
fn it_is_written_to_a_file() {
    let mut stage = arriving(80, 24);
    stage.press("s");
    assert!(stage.row_with("File").contains("arrivals-2026-11-21.txt"));
    stage.press("enter");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("The list was written to arrivals-2026-11-21.txt."), "{screen}");
    assert!(stage.files["arrivals-2026-11-21.txt"].contains("[ ] 09:30  Ana Silva"));
}

#[test]
fn where_no_file_can_be_written_it_is_said() {
    let mut capabilities = settings().capabilities;
    capabilities.files = false;
    let settings = Settings { capabilities, ..settings() };
    let mut stage = super::at_bookings_with(settings, 80, 24);
    stage.press("d");
    stage.serve();
    stage.press("s");
    assert!(stage.screen().contains("files cannot be written from here"));
}

#[test]
fn what_changes_shows_without_moving_the_page() {
    let mut stage = arriving(80, 24);
    change(&mut stage, 0, Status::Cancelled);
    stage.news(event(Kind::BookingCancelled, 0, 2));
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("2 bookings") && !screen.contains("[ ] 09:30  Ana"), "{screen}");
    let mut new = booking(20, noon());
    new.row.date = stage.server.bookings[0].row.date;
    stage.server.bookings.push(new);
    for version in 1..40 {
        stage.news(event(Kind::BookingCreated, 20, version));
    }
    let asked = stage.calls.iter().filter(|call| matches!(call.call, Call::Manifest { .. }));
    assert!(asked.count() <= 1, "news in a heap is one question");
    stage.serve();
    assert!(stage.screen().contains("3 bookings"), "{}", stage.screen());
}

#[test]
fn a_list_that_cannot_be_fetched_is_tried_again() {
    let mut stage = at_bookings(80, 24);
    stage.server.is_down = true;
    stage.press("d");
    stage.serve();
    assert!(stage.screen().contains("The server cannot be reached."));
    stage.press("y");
    assert!(stage.screen().contains("Not now: the list has not come yet"));
    stage.server.is_down = false;
    stage.press("R");
    stage.serve();
    assert!(stage.screen().contains("Ana Silva"), "{}", stage.screen());
}

#[test]
fn a_cancellation_carries_words_to_the_traveler() {
    let mut stage = at_bookings(80, 24);
    stage.server.travel.comes_back = 100;
    stage.press("x");
    stage.serve();
    assert!(stage.screen().contains("w writes a word to the traveler"), "{}", stage.screen());
    stage.press("w");
    stage.type_text("The guide is ill. y");
    stage.press("esc");
    assert!(stage.screen().contains("w writes a word"), "given up: {}", stage.screen());
    stage.press("w");
    stage.type_text("The guide is ill.");
    stage.press("ctrl-s");
    assert!(stage.screen().contains("The guide is ill."), "{}", stage.screen());
    stage.press("y");
    let sent = stage.asked.iter().rev().find_map(|call| match call {
        Call::Cancel { body, .. } => Some(body.reason.clone()),
        _ => None,
    });
    assert_eq!(sent.as_deref(), Some("The guide is ill."));
    stage.serve();
    settle(&mut stage);
    assert!(stage.screen().contains("Cancelled."), "{}", stage.screen());
}

#[test]
fn travelers_have_no_arrivals() {
    let mut stage = Stage::on_a_trip(80, 24);
    super::look_at_bookings(&mut stage);
    stage.press("d");
    assert!(stage.screen().contains("Not now: arrivals are a provider's"));
}

#[test]
fn arrivals_at_every_size() {
    for (width, height) in [(40, 20), (60, 20), (80, 24), (120, 40)] {
        let mut stage = arriving(width, height);
        insta::assert_snapshot!(format!("arrivals_{width}x{height}"), stage.styled());
    }
    let mut stage = arriving(80, 24);
    for (width, height) in [(1, 1), (20, 5), (40, 12), (500, 200)] {
        stage.resize(width, height);
    }
}
