//! Looking for something to book, key by key.

use chrono::{DateTime, TimeDelta};
use traveloure_core::api::{
    cart::CartItem,
    event::{Event, Kind},
    problem::Code,
};

use crate::tui::{
    app::call::{ApiError, Call, News},
    screens::Tab,
    testing::{Stage, noon, sample, server::problem},
};

/// Says that Lisbon is meant, on the 4th of December, for three.
fn look_for_lisbon(stage: &mut Stage) {
    stage.press("s");
    stage.type_text("lisbon");
    stage.press("tab");
    stage.type_text("4 dec");
    stage.press("tab tab tab");
    stage.type_text("3");
    stage.press("ctrl-s");
    stage.serve();
}

#[test]
fn whoever_has_no_provider_searches_first() {
    let mut stage = Stage::on_a_trip(80, 24);
    assert_eq!(stage.app.tab(), Some(Tab::Search));
    let screen = stage.screen();
    assert!(screen.contains("Search") && screen.contains("Cart") && screen.contains("Bookings"));
    assert!(screen.contains("Traveler: Rita Duarte"), "{screen}");
    assert!(screen.contains("Anywhere, any day"), "{screen}");
    assert!(screen.contains("Tram 28 photo tour"), "{screen}");
}

#[test]
fn a_day_brings_the_live_price() {
    let mut stage = Stage::on_a_trip(120, 40);
    look_for_lisbon(&mut stage);
    let screen = stage.screen();
    assert!(screen.contains("lisbon, Fri 4 Dec, 3 people"), "{screen}");
    let row = stage.row_with("Tram 28 photo tour");
    assert!(row.contains("110.00 EUR"), "{row}");
    assert!(stage.row_with("Base price").contains("110.00"), "the price is explained beside it");
    let Some(Call::Search { filter, .. }) = stage.asked.last() else { panic!() };
    assert_eq!((filter.city.as_str(), filter.party), ("lisbon", Some(3)));
    assert_eq!(filter.date.unwrap().to_string(), "2026-12-04");
    stage.press("+");
    stage.serve();
    assert!(stage.screen().contains("Sat 5 Dec"));
    stage.press("- -");
    stage.serve();
    assert!(stage.screen().contains("Thu 3 Dec"));
}

#[test]
fn a_deposit_is_promised_only_where_the_checkout_will_offer_it() {
    let mut stage = Stage::on_a_trip(120, 40);
    stage.server.travel.asks_for_deposit = true;
    look_for_lisbon(&mut stage);
    assert!(stage.row_with("Deposit, due at once").contains("33.00"));
    assert!(stage.row_with("Balance, due Fri 27 Nov").contains("77.00"));
    stage.press("s tab");
    stage.type_text("+7");
    stage.press("ctrl-s");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Fri 27 Nov, 3 people"), "{screen}");
    assert!(screen.contains("All of it is due at once, so near the date"), "{screen}");
    assert!(!screen.contains("Deposit"), "{screen}");
    stage.press("a");
    stage.serve();
    assert!(stage.screen().contains("All of it is due at once"), "in the form as well");
}

#[test]
fn fields_that_do_not_go_together_are_said() {
    let mut stage = Stage::on_a_trip(80, 24);
    stage.press("s tab tab tab");
    stage.type_text("9:30");
    stage.press("ctrl-s");
    let screen = stage.screen();
    assert!(screen.contains("needed with a day of leaving or a time"), "{screen}");
    assert!(screen.contains("9:30"), "nothing typed is lost: {screen}");
    stage.press("esc");
    assert!(!stage.screen().contains("What are you looking for?"));
}

#[test]
fn what_is_found_goes_into_the_cart() {
    let mut stage = Stage::on_a_trip(80, 24);
    look_for_lisbon(&mut stage);
    stage.press("j a");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("2026-12-04"), "{screen}");
    assert!(screen.contains("can be booked; 6 left"), "{screen}");
    assert!(screen.contains("09:30"), "the only time is filled in: {screen}");
    stage.press("ctrl-s");
    stage.serve();
    assert!(stage.screen().contains("It is in your cart."), "{}", stage.screen());
    assert!(stage.screen().contains("Cart 1"), "{}", stage.screen());
    let [CartItem::Instant(wish)] = stage.server.travel.cart.as_slice() else { panic!() };
    assert_eq!(wish.service_id, sample::service(2, "").id);
    assert_eq!((wish.travelers, wish.expected_total), (3, None));
    assert_eq!(wish.time.unwrap().to_string(), "09:30:00");
}

#[test]
fn where_a_time_is_missing_those_that_there_are_are_named() {
    let mut stage = Stage::on_a_trip(80, 24);
    let service = sample::service(1, "");
    stage.server.calendars.write(&service, "every day 09:30 cap 6\nevery day 14:00 cap 6", noon());
    look_for_lisbon(&mut stage);
    stage.press("a");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("✗ it is sold at certain times: name 09:30 or 14:00"), "{screen}");
}

#[test]
fn what_was_said_of_the_cart_is_gone_once_it_is_booked() {
    let mut stage = Stage::on_a_trip(80, 24);
    look_for_lisbon(&mut stage);
    stage.press("j a");
    stage.serve();
    stage.press("ctrl-s");
    stage.serve();
    stage.press("]");
    stage.serve();
    assert!(stage.screen().contains("It is in your cart."));
    stage.press("b y");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("What became of your cart"), "{screen}");
    assert!(!screen.contains("It is in your cart."), "{screen}");
}

#[test]
fn a_form_follows_what_is_typed() {
    let mut stage = Stage::on_a_trip(80, 24);
    look_for_lisbon(&mut stage);
    stage.press("a");
    stage.serve();
    stage.press("tab tab");
    stage.type_text("9");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("✗"), "nine do not fit into six: {screen}");
    let asked = stage.asked.iter().rev().find_map(|call| match call {
        Call::Quote { ask, .. } => Some(ask.party),
        _ => None,
    });
    assert_eq!(asked, Some(9));
}

#[test]
fn the_list_is_narrowed_by_words() {
    let mut stage = Stage::on_a_trip(80, 24);
    stage.press("/");
    stage.type_text("tram");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Tram 28") && !screen.contains("Sintra"), "{screen}");
    stage.press("enter esc");
    stage.serve();
    assert!(stage.screen().contains("Sintra"));
    stage.press("/");
    stage.type_text("zzz");
    stage.serve();
    assert!(stage.screen().contains("Nothing matches zzz."));
}

#[test]
fn the_beginning_of_a_city_is_said_not_to_be_enough() {
    let mut stage = Stage::on_a_trip(80, 24);
    stage.press("s");
    stage.type_text("lisb");
    stage.press("ctrl-s");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Nothing can be booked there and then."), "{screen}");
    assert!(
        screen.contains("A city is looked for by its whole name; s looks elsewhere."),
        "{screen}"
    );
    stage.press("s tab");
    stage.type_text("4 dec");
    stage.press("ctrl-s");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("A city is looked for by its whole name. + and -"), "{screen}");
}

#[test]
fn an_empty_page_is_not_the_last_one() {
    let mut stage = Stage::on_a_trip(80, 24);
    stage.press("R");
    let page = traveloure_core::api::page::Page {
        items: Vec::new(),
        next: Some("x".to_owned()),
        total: None,
    };
    stage.reply(Ok(crate::tui::app::call::Reply::Found(page)));
    assert!(matches!(stage.asked.last(), Some(Call::Search { after: Some(_), .. })));
    stage.serve();
    assert!(stage.screen().contains("Tram 28"));
}

#[test]
fn what_cannot_be_fetched_is_said_and_tried_again() {
    let mut stage = Stage::on_a_trip(80, 24);
    stage.press("R");
    stage.reply(Err(problem(Code::Internal, "Something went wrong.")));
    let screen = stage.screen();
    assert!(screen.contains("Tram 28"), "what is there stays: {screen}");
    stage.press("s ctrl-s");
    stage.reply(Err(ApiError::Offline("connection refused".to_owned())));
    stage.news(News::Offline { retry_at: noon() + TimeDelta::seconds(60) });
    stage.press("R");
    stage.serve();
    assert!(stage.screen().contains("Tram 28"));
}

#[test]
fn what_others_book_is_followed_without_a_key() {
    let mut stage = Stage::on_a_trip(80, 24);
    look_for_lisbon(&mut stage);
    stage.press("j");
    let at = stage.row_with("▌");
    assert!(at.contains("Tram 28") && at.contains(" 6 "), "{at}");
    let asked = stage.asked.len();
    stage.server.travel.taken = 2;
    stage.wait(TimeDelta::seconds(19));
    assert_eq!(stage.asked.len(), asked, "at a calm pace");
    stage.wait(TimeDelta::seconds(1));
    stage.serve();
    assert_eq!(stage.asked.len(), asked + 1);
    let at = stage.row_with("▌");
    assert!(at.contains("Tram 28") && at.contains(" 4 "), "the cursor stays: {at}");
}

#[test]
fn nothing_is_looked_at_again_while_something_is_typed_or_nobody_looks() {
    for (keys, back) in [("s", "esc"), ("a", "esc"), ("/ t", "enter"), ("]", "[")] {
        let mut stage = Stage::on_a_trip(80, 24);
        look_for_lisbon(&mut stage);
        stage.press(keys);
        stage.serve();
        let asked = stage.asked.len();
        stage.wait(TimeDelta::seconds(300));
        stage.serve();
        assert_eq!(stage.asked.len(), asked, "{keys}");
        stage.server.travel.taken = 3;
        stage.press(back);
        stage.serve();
        assert!(stage.row_with("▌").contains(" 3 "), "at once afterwards: {keys}");
    }
    let mut stage = Stage::on_a_trip(80, 24);
    stage.news(News::Offline { retry_at: noon() + TimeDelta::seconds(600) });
    let asked = stage.asked.len();
    stage.wait(TimeDelta::seconds(300));
    assert_eq!(stage.asked.len(), asked, "nobody can be asked");
}

#[test]
fn what_cannot_be_fetched_is_tried_again_at_the_same_pace() {
    let mut stage = Stage::on_a_trip(80, 24);
    stage.wait(TimeDelta::seconds(20));
    stage.reply(Err(problem(Code::Internal, "Something went wrong.")));
    let asked = stage.asked.len();
    stage.wait(TimeDelta::seconds(60));
    assert_eq!(stage.asked.len(), asked + 1);
}

#[test]
fn a_service_that_is_read_and_gone_is_not_replaced_by_its_neighbour() {
    let mut stage = Stage::on_a_trip(80, 24);
    look_for_lisbon(&mut stage);
    stage.press("j enter");
    assert!(stage.screen().contains("Base price"), "{}", stage.screen());
    stage.server.travel.sold_out.insert(sample::service(2, "").id);
    stage.wait(TimeDelta::seconds(20));
    stage.serve();
    let screen = stage.screen();
    assert!(
        screen.contains("Tram 28 photo tour is no longer among what can be booked."),
        "{screen}"
    );
    assert!(!screen.contains("Base price"), "{screen}");
}

#[test]
fn what_narrowing_hides_is_not_said_to_be_gone() {
    let mut stage = Stage::on_a_trip(80, 24);
    stage.press("j j");
    stage.wait(TimeDelta::seconds(20));
    stage.press("/");
    stage.type_text("tram");
    stage.serve();
    assert!(!stage.screen().contains("no longer"), "{}", stage.screen());
}

#[test]
fn ones_own_booking_is_followed_at_once() {
    let mut stage = Stage::on_a_trip(80, 24);
    look_for_lisbon(&mut stage);
    stage.server.travel.taken = 1;
    let event = Event {
        kind: Kind::BookingCreated,
        subject: uuid::Uuid::from_u128(7),
        version: Some(1),
        at: DateTime::UNIX_EPOCH,
    };
    stage.news(News::Event(event));
    stage.serve();
    assert!(stage.row_with("▌").contains(" 5 "), "{}", stage.screen());
}

#[test]
fn the_search_at_every_size() {
    for (width, height) in [(40, 20), (60, 20), (80, 24), (120, 40)] {
        for (name, keys) in [("list", "j"), ("ask", "s"), ("want", "a")] {
            let mut stage = Stage::on_a_trip(width, height);
            look_for_lisbon(&mut stage);
            stage.press(keys);
            stage.serve();
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), stage.styled());
        }
    }
}

#[test]
fn every_size_is_survived() {
    for keys in ["", "enter", "s", "a", "/"] {
        let mut stage = Stage::on_a_trip(80, 24);
        stage.press(keys);
        stage.serve();
        for (width, height) in [(1, 1), (20, 5), (40, 12), (41, 13), (101, 12), (500, 200)] {
            stage.resize(width, height);
        }
    }
}
