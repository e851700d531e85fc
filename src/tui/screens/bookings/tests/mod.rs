//! Looking through bookings, key by key.

mod arriving;
mod looks;
mod traveling;

use chrono::TimeDelta;
use traveloure_core::{
    api::{booking::MovementState, event::Kind, problem::Code},
    booking::Status,
    request,
};

use crate::tui::{
    app::{
        call::{ApiError, Call, News},
        desk::Settings,
    },
    screens::Tab,
    testing::{
        Stage,
        booking_list::{booking, event, id},
        noon,
        server::problem,
        settings,
    },
};

fn at_bookings(width: u16, height: u16) -> Stage {
    at_bookings_with(settings(), width, height)
}

fn at_bookings_with(settings: Settings, width: u16, height: u16) -> Stage {
    let mut stage = Stage::at_work_with(settings, width, height);
    for number in 0..8 {
        stage.server.change(number, request::Status::Accepted);
    }
    look_at_bookings(&mut stage);
    stage
}

fn look_at_bookings(stage: &mut Stage) {
    while stage.app.tab() != Some(Tab::Bookings) {
        stage.press("]");
    }
    settle(stage);
}

/// Lets everything come that is asked for once the cursor rests.
fn settle(stage: &mut Stage) {
    stage.serve();
    stage.wait(TimeDelta::seconds(1));
    stage.serve();
}

/// Lets a booking change elsewhere.
fn change(stage: &mut Stage, number: u128, status: Status) {
    let found = stage.server.bookings.iter_mut().find(|booking| booking.row.id == id(number));
    let booking = found.unwrap();
    booking.row.status = status;
    booking.row.version += 1;
}

/// The names in the list, from top to bottom.
fn travelers(stage: &mut Stage) -> Vec<String> {
    let screen = stage.screen();
    let titles = screen.lines().nth(2).unwrap();
    let at = titles.find("Traveler").unwrap();
    let rows = screen.lines().skip(3).take_while(|line| !line.trim().is_empty());
    rows.map(|line| line.chars().skip(at).take(5).collect::<String>().trim().to_owned()).collect()
}

#[test]
fn what_is_to_come_is_listed_the_next_one_first() {
    let mut stage = at_bookings(80, 24);
    assert!(stage.screen().contains("Upcoming  1 of 5"));
    assert_eq!(travelers(&mut stage), ["Ana S", "Jürge", "山田 太郎", "Siobh", "Eve�["]);
    let row = stage.row_with("Ana Silva");
    for words in ["21 Nov 09:30", "240.00", "204.00", "✓ confirmed"] {
        assert!(row.contains(words), "{words}: {row}");
    }
    assert!(stage.row_with("Jürgen").contains("pay 46m"), "the time to pay is counted down");
    assert!(stage.row_with("Siobhán").contains("29 Nov 3n"), "a stay says its nights");
}

#[test]
fn amounts_of_other_currencies_align() {
    let mut stage = at_bookings(80, 24);
    let point = |stage: &mut Stage, words: &str, amount: &str| {
        let row = stage.row_with(words);
        let at = row.find(amount).unwrap_or_else(|| panic!("{amount} in {row}"));
        let digits = amount.find(|c: char| !c.is_ascii_digit()).unwrap();
        crate::terminal::fit::width(&row[..at]) + digits
    };
    let euro = point(&mut stage, "Ana Silva", "204.00  EUR");
    assert_eq!(point(&mut stage, "Jürgen", "15300     JPY"), euro);
    assert_eq!(point(&mut stage, "Siobhán", "38.675 KWD"), euro);
}

#[test]
fn views_are_a_chord_away() {
    let mut stage = at_bookings(80, 24);
    for (keys, heading, count) in [
        ("f p", "Past", 2),
        ("f w", "Waiting for payment", 2),
        ("f c", "Confirmed", 3),
        ("f d", "Completed", 1),
        ("f x", "Cancelled", 2),
        ("f f", "All bookings", 8),
        ("f u", "Upcoming", 5),
    ] {
        stage.press(keys);
        settle(&mut stage);
        let screen = stage.screen();
        assert!(screen.contains(&format!("{heading}  1 of {count}")), "{screen}");
    }
    stage.press("f");
    let keys = stage.screen().lines().last().unwrap().to_owned();
    assert!(keys.contains("u upcoming") && keys.contains("w waiting for payment"), "{keys}");
}

#[test]
fn a_booking_is_read_with_its_frozen_price_and_what_it_pays() {
    let mut stage = at_bookings(120, 40);
    let screen = stage.screen();
    for words in [
        "TRV-7K3M9Q00",
        "It is our anniversary.",
        "Group of 2 or more, 20% off",
        "fee: category rule (activity), 15%",
        "request accepted, booked",
        "r shows the request it came from",
    ] {
        assert!(screen.contains(words), "{words}\n{screen}");
    }
    assert!(stage.row_with("Base price").contains("300.00"));
    assert!(stage.row_with("Group of 2").contains("-60.00"));
    assert!(stage.row_with("Platform fee").contains("-36.00"));
    assert!(stage.row_with("Paid").contains("240.00"));
    stage.press("j");
    settle(&mut stage);
    let screen = stage.screen();
    assert!(screen.contains("46m left to pay"), "{screen}");
    assert!(screen.contains("times are of Asia/Tokyo; Sun 00:30 for you"), "{screen}");
    assert!(screen.contains("to be paid by then"), "{screen}");
    stage.press("j j");
    settle(&mut stage);
    assert!(stage.row_with("Deposit, due at once").contains("13.650"));
    assert!(stage.row_with("Balance, due Sun 22 Nov").contains("31.850"));
}

#[test]
fn what_was_paid_and_what_went_back_is_told_with_its_day() {
    let mut stage = at_bookings(120, 40);
    assert!(stage.row_with("240.00 EUR paid").contains("Thu 19 Nov 16:00"), "{}", stage.screen());
    stage.press("f x");
    settle(&mut stage);
    stage.press("g");
    let number = stage.server.bookings.iter().position(|one| one.row.status == Status::Refunded);
    let whole = stage.server.bookings[number.unwrap()].clone();
    assert_eq!(whole.movements.len(), 2);
    while !stage.row_with("▌").contains(&whole.row.traveler_name) {
        stage.press("j");
    }
    settle(&mut stage);
    let screen = stage.screen();
    let place = |words: &str| screen.find(words).unwrap_or_else(|| panic!("{words}: {screen}"));
    // Both are of one moment; why it was cancelled stands by what it is about.
    assert!(place("cancelled by the traveler") < place("Our flight was"));
    assert!(place("Our flight was") < place("went back, as it"));
    // It does not say for which booking; the one that is read shows it at once.
    let shown = stage.server.bookings.iter_mut().find(|one| one.row.id == whole.row.id).unwrap();
    shown.movements[1].state = MovementState::Failed;
    stage.news(event(Kind::RefundChanged, 99, 0));
    stage.serve();
    assert!(stage.screen().contains("did not arrive"), "{}", stage.screen());
    // What was read before is fetched when it is read again.
    let asked = stage.asked.len();
    stage.news(event(Kind::DisputeChanged, 99, 0));
    settle(&mut stage);
    let booked = stage.asked[asked..].iter().filter(|call| matches!(call, Call::Booking(_)));
    assert_eq!(booked.count(), 1);
    assert!(stage.app.is_idle());
}

#[test]
fn a_cancelled_booking_says_by_whom_and_why() {
    let mut stage = at_bookings(120, 40);
    stage.press("f x");
    settle(&mut stage);
    let screen = stage.screen();
    assert!(screen.contains("✗ cancelled"), "{screen}");
    assert!(screen.contains("cancelled by the traveler"), "{screen}");
    assert!(screen.contains("Our flight was� moved."), "{screen}");
}

#[test]
fn where_there_is_little_room_enter_opens_and_esc_goes_back() {
    let mut stage = at_bookings(80, 24);
    assert!(!stage.screen().contains("anniversary"));
    stage.press("j enter");
    settle(&mut stage);
    assert!(stage.screen().contains("anniversary"));
    stage.press("right");
    settle(&mut stage);
    assert!(stage.screen().lines().nth(1).unwrap().contains("山田"), "the next one is a key away");
    stage.press("G");
    assert!(!stage.screen().contains("more below"));
    stage.press("esc");
    assert!(stage.row_with("▌").contains("山田"));
    assert!(stage.app.is_home());
}

#[test]
fn the_request_it_came_from_is_shown_over_it() {
    let mut stage = at_bookings(80, 24);
    stage.press("enter");
    settle(&mut stage);
    stage.press("r");
    settle(&mut stage);
    let screen = stage.screen();
    assert!(screen.contains("Request of Ana Silva, accepted"), "{screen}");
    assert!(screen.contains("they asked for"), "{screen}");
    stage.press("esc");
    assert!(!stage.screen().contains("Request of"));
    assert!(stage.screen().contains("anniversary"), "the booking is still there");
    stage.press("esc j j enter");
    settle(&mut stage);
    stage.press("r");
    assert!(stage.screen().contains("Not now: it did not come from a request"));
}

#[test]
fn a_request_that_cannot_be_fetched_is_asked_for_again() {
    let mut stage = at_bookings(80, 24);
    stage.press("enter");
    settle(&mut stage);
    stage.server.is_down = true;
    stage.press("r");
    stage.serve();
    assert!(stage.screen().contains("The server cannot be reached."));
    stage.server.is_down = false;
    stage.press("R");
    stage.serve();
    assert!(stage.screen().contains("Request of Ana Silva"));
}

#[test]
fn the_code_can_be_copied() {
    let mut stage = at_bookings(80, 24);
    stage.press("j y");
    assert_eq!(stage.copied.as_deref(), Some("TRV-7K3M9Q01"));
    assert!(stage.screen().contains("TRV-7K3M9Q01 was handed to the terminal's clipboard."));
    let mut other = settings();
    other.capabilities.clipboard = false;
    let mut stage = at_bookings_with(other, 80, 24);
    stage.press("y");
    assert_eq!(stage.copied, None);
    assert!(stage.screen().contains("Not now: this terminal has no clipboard"));
}

#[test]
fn the_list_is_narrowed_by_words() {
    let mut stage = at_bookings(80, 24);
    stage.press("j j /");
    stage.type_text("q01");
    settle(&mut stage);
    assert_eq!(travelers(&mut stage), ["Jürge"], "by its code");
    assert!(stage.screen().contains("Upcoming /q01_"));
    stage.press("enter");
    assert!(stage.screen().contains("Upcoming /q01  1 of 1"));
    stage.press("esc");
    settle(&mut stage);
    assert!(stage.screen().contains("Upcoming  2 of 5"), "the cursor stays on its booking");
    stage.press("/");
    stage.type_text("nobody");
    settle(&mut stage);
    let screen = stage.screen();
    assert!(screen.contains("Nothing matches nobody."), "{screen}");
    stage.press("esc");
    settle(&mut stage);
    assert!(stage.screen().contains("of 5"));
}

#[test]
fn a_long_list_comes_in_pages_as_one_moves() {
    let mut stage = Stage::at_work(80, 24);
    stage.server.bookings = (0..1_000).map(|number| booking(number, noon())).collect();
    look_at_bookings(&mut stage);
    assert!(stage.screen().contains("Upcoming  1 of 60+"), "{}", stage.screen());
    stage.press("G");
    settle(&mut stage);
    let screen = stage.screen();
    assert!(screen.contains("Upcoming  997 of 997"), "{screen}");
    let pages = stage.asked.iter().filter(|call| matches!(call, Call::Bookings { .. })).count();
    assert!(pages <= 5, "{pages}");
}

#[test]
fn a_booking_that_is_made_appears_without_moving_the_cursor() {
    let mut stage = at_bookings(80, 24);
    stage.press("j j");
    let before = stage.row_with("▌");
    let mut new = booking(20, noon());
    new.row.date = noon().date_naive() + TimeDelta::days(1);
    stage.server.bookings.push(new);
    stage.news(event(Kind::BookingCreated, 20, 1));
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("New booking: "), "{screen}");
    assert!(screen.contains("Upcoming  4 of 6"), "{screen}");
    assert_eq!(stage.row_with("▌"), before);
}

#[test]
fn payment_and_cancellation_show_as_they_happen() {
    let mut stage = at_bookings(80, 24);
    change(&mut stage, 1, Status::Confirmed);
    stage.news(event(Kind::BookingConfirmed, 1, 2));
    stage.serve();
    assert!(stage.row_with("22 Nov 09:30").contains("✓ confirmed"));
    assert!(stage.screen().contains("Confirmed: Jürgen Groß"));
    change(&mut stage, 0, Status::Cancelled);
    stage.news(event(Kind::BookingCancelled, 0, 2));
    stage.serve();
    assert!(stage.row_with("21 Nov 09:30").contains("✗ cancelled"));
    assert!(stage.screen().contains("Cancelled: Ana Silva"));
    let ours =
        |stage: &Stage| stage.asked.iter().filter(|call| matches!(call, Call::Booking(_))).count();
    let calls = ours(&stage);
    stage.news(event(Kind::BookingCancelled, 0, 2));
    assert_eq!(ours(&stage), calls, "old news is not asked about");
}

#[test]
fn a_flood_of_news_is_one_question() {
    let mut stage = at_bookings(80, 24);
    let calls = stage.asked.len();
    for number in 100..400 {
        stage.news(event(Kind::BookingCreated, number, 1));
    }
    assert!(stage.asked.len() - calls < 400);
    let booked = stage.asked[calls..].iter().filter(|call| matches!(call, Call::Booking(_)));
    assert!(booked.count() <= 12);
    let lists = stage.asked[calls..].iter().filter(|call| matches!(call, Call::Bookings { .. }));
    assert!(lists.count() <= 2, "the list is asked for once, not per event");
    settle(&mut stage);
    assert!(stage.app.is_idle());
}

#[test]
fn empty_lists_say_what_to_do() {
    let mut stage = Stage::at_work(80, 24);
    stage.server.bookings.clear();
    look_at_bookings(&mut stage);
    let screen = stage.screen();
    assert!(screen.contains("Nothing is booked for the days to come."), "{screen}");
    stage.press("enter y r");
    assert!(stage.screen().contains("Not now: there is no booking here"));
    stage.press("f d");
    settle(&mut stage);
    assert!(stage.screen().contains("Nothing has been completed yet."));
}

#[test]
fn what_cannot_be_fetched_is_said_and_tried_again() {
    let mut stage = Stage::at_work(120, 40);
    stage.server.is_down = true;
    look_at_bookings(&mut stage);
    assert!(stage.screen().contains("The server cannot be reached."));
    stage.server.is_down = false;
    stage.press("R");
    stage.serve();
    stage.calls.clear();
    stage.press("j");
    stage.wait(TimeDelta::seconds(1));
    stage.reply(Err(problem(Code::Internal, "Something went wrong.")));
    let screen = stage.screen();
    assert!(screen.contains("Something went wrong.") && screen.contains("Jürgen"), "{screen}");
    stage.server.is_down = true;
    stage.press("R");
    settle(&mut stage);
    stage.news(News::Offline { retry_at: noon() + TimeDelta::seconds(60) });
    let screen = stage.screen();
    assert!(screen.contains("offline, as of 12:00"), "what is there stays: {screen}");
    assert!(screen.contains("Ana Silva"), "{screen}");
}

#[test]
fn at_rest_it_wakes_for_countdowns_only_while_it_is_seen() {
    let mut stage = at_bookings(80, 24);
    let wake = stage.app.next_wake().unwrap();
    assert!(wake - stage.now > TimeDelta::seconds(20), "{wake}");
    stage.press("f c");
    settle(&mut stage);
    stage.wait(TimeDelta::seconds(20));
    let wake = stage.app.next_wake();
    let only_midnight = wake.is_none_or(|wake| wake - stage.now > TimeDelta::hours(1));
    assert!(only_midnight, "nothing here changes by itself: {wake:?}");
}

#[test]
fn nothing_is_fetched_before_the_tab_is_looked_at() {
    let mut stage = Stage::at_work(80, 24);
    stage.news(event(Kind::BookingCreated, 3, 1));
    let is_ours = |call: &Call| matches!(call, Call::Bookings { .. } | Call::Booking(_));
    assert!(!stage.asked.iter().any(is_ours));
}

#[test]
fn timed_out_details_do_not_keep_the_list_from_being_used() {
    let mut stage = at_bookings(120, 40);
    stage.press("j");
    stage.wait(TimeDelta::seconds(1));
    stage.reply(Err(ApiError::TimedOut));
    stage.press("k");
    assert!(stage.screen().contains("anniversary"), "what was read before is still there");
}
