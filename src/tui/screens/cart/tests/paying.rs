//! Paying for what was booked, key by key.

use chrono::TimeDelta;
use traveloure_core::{
    api::problem::Code,
    payment::{Method, Status},
};

use super::{at_cart, at_cart_with, at_checkout, book};
use crate::tui::{
    app::{
        call::{Call, News},
        desk::Settings,
    },
    screens::Tab,
    testing::{Stage, noon, server::problem, settings, travel::card},
};

fn payments(stage: &Stage) -> Vec<Method> {
    let pay = |call: &Call| match call {
        Call::Pay(body) => Some(body.method),
        _ => None,
    };
    stage.asked.iter().filter_map(pay).collect()
}

#[test]
fn paying_is_watched_until_it_is_confirmed() {
    let mut stage = at_checkout(80, 24);
    let screen = stage.screen();
    assert!(screen.contains("pay 240.00 EUR now"), "{screen}");
    assert!(screen.contains("pay a deposit of 72.00 EUR now, 168.00 EUR due "), "{screen}");
    assert!(screen.contains("left to pay"), "{screen}");
    stage.press("enter");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Open this page to pay 240.00 EUR:"), "{screen}");
    assert!(screen.contains("https://pay.example/pay/cs_test_0000"), "{screen}");
    stage.press("y");
    assert_eq!(stage.copied.as_deref(), Some("https://pay.example/pay/cs_test_0000"));
    // Nobody tells us: the processor is asked every few seconds.
    let _ = stage.server.travel.settle(Status::Succeeded);
    stage.wait(TimeDelta::seconds(4));
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("✓ 240.00 EUR paid"), "{screen}");
    assert!(screen.contains("✓ confirmed"), "{screen}");
    assert!(screen.contains("There is nothing left to do here."), "{screen}");
    let asks =
        |stage: &Stage| stage.asked.iter().filter(|c| matches!(c, Call::ConfirmPayment(_))).count();
    let before = asks(&stage);
    stage.wait(TimeDelta::minutes(1));
    assert_eq!(asks(&stage), before, "what is over is not asked about");
    stage.press("esc");
    assert!(!stage.screen().contains("p pay"), "nothing is owed: {}", stage.screen());
    stage.press("p");
    assert!(stage.screen().contains("Not now: nothing booked here waits"), "{}", stage.screen());
}

#[test]
fn an_event_is_faster_than_asking() {
    let mut stage = at_checkout(80, 24);
    stage.press("j enter");
    stage.serve();
    assert_eq!(payments(&stage), [Method::Deposit]);
    let news = stage.server.travel.settle(Status::Succeeded);
    stage.news(news);
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("✓ 72.00 EUR paid"), "{screen}");
    assert!(stage.row_with("balance, due").contains("84.00"), "{screen}");
}

#[test]
fn a_page_that_waits_is_asked_about_only_while_it_is_looked_at() {
    let mut stage = at_checkout(80, 24);
    stage.press("enter");
    stage.serve();
    stage.press("]");
    stage.serve();
    let before = stage.asked.len();
    stage.wait(TimeDelta::minutes(2));
    assert!(!stage.asked[before..].iter().any(|call| matches!(call, Call::ConfirmPayment(_))));
}

#[test]
fn a_saved_card_is_charged_after_a_question_only() {
    let mut stage = at_cart(80, 24);
    stage.server.travel.cards = vec![card()];
    book(&mut stage);
    stage.press("enter j");
    assert!(stage.row_with("▌").contains("with visa 4242"));
    stage.press("enter enter");
    assert!(stage.screen().contains("The card is charged at once."), "{}", stage.screen());
    assert!(payments(&stage).is_empty());
    stage.press("esc enter y");
    stage.serve();
    assert_eq!(payments(&stage), [Method::Full]);
    assert!(stage.screen().contains("✓ 240.00 EUR paid"), "{}", stage.screen());
}

#[test]
fn a_card_is_kept_where_that_is_wanted() {
    let mut stage = at_checkout(80, 24);
    assert!(stage.screen().contains("The card is not kept; s keeps it."));
    stage.press("j");
    assert!(stage.screen().contains("The card is kept for the rest."));
    stage.press("s");
    assert!(
        stage.screen().contains("Not now: the card of a deposit is kept"),
        "{}",
        stage.screen()
    );
    stage.press("k s");
    assert!(stage.screen().contains("The card is kept; s undoes that."), "{}", stage.screen());
    stage.press("enter");
    stage.serve();
    let kept: Vec<bool> = stage
        .asked
        .iter()
        .filter_map(|call| match call {
            Call::Pay(body) => Some(body.save_card),
            _ => None,
        })
        .collect();
    assert_eq!(kept, [true]);
}

#[test]
fn a_page_that_is_open_is_not_another_way_to_pay() {
    let mut stage = at_checkout(80, 24);
    stage.press("enter");
    stage.serve();
    let screen = stage.screen();
    let (_, others) = screen.split_once("Or pay another way").unwrap_or_else(|| panic!("{screen}"));
    assert!(!others.contains("pay 240.00 EUR now"), "{screen}");
    assert!(stage.row_with("▌").contains("pay a deposit"), "{screen}");
}

#[test]
fn a_saved_card_is_forgotten_after_a_question_only() {
    let mut stage = at_cart(80, 24);
    stage.server.travel.cards = vec![card()];
    book(&mut stage);
    stage.press("enter x");
    assert!(stage.screen().contains("Not now: go to a saved card first"), "{}", stage.screen());
    // What was said is gone after a while.
    stage.wait(TimeDelta::minutes(1));
    stage.press("j x");
    assert!(stage.screen().contains("Forget visa 4242?"), "{}", stage.screen());
    stage.press("enter x esc");
    assert_eq!(stage.server.travel.cards.len(), 1, "neither Enter nor the key that asked");
    stage.press("x y");
    stage.serve();
    assert!(stage.server.travel.cards.is_empty());
    let screen = stage.screen();
    assert!(screen.contains("visa 4242 is forgotten."), "{screen}");
    assert!(!screen.contains("with visa 4242"), "{screen}");
    assert!(payments(&stage).is_empty());
}

#[test]
fn a_checkout_behind_another_screen_leaves_a_cancellation_to_the_bookings() {
    let mut stage = at_checkout(80, 24);
    stage.press("enter");
    stage.serve();
    let news = stage.server.travel.settle(Status::Succeeded);
    stage.news(news);
    stage.serve();
    stage.press("]");
    stage.serve();
    let booking = &mut stage.server.travel.checkouts[0].bookings[0];
    booking.status = traveloure_core::booking::Status::Cancelled;
    let subject = booking.booking_id.as_uuid();
    let kind = traveloure_core::api::event::Kind::BookingRefunded;
    let at = noon();
    stage.news(News::Event(traveloure_core::api::event::Event {
        kind,
        subject,
        version: None,
        at,
    }));
    stage.serve();
    assert!(!stage.screen().contains("Cancelled:"), "{}", stage.screen());
}

#[test]
fn a_declined_card_leaves_every_other_way() {
    let mut stage = at_cart(80, 24);
    stage.server.travel.cards = vec![card()];
    stage.server.travel.declines = true;
    book(&mut stage);
    stage.press("enter j enter y");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Your card was declined."), "{screen}");
    assert!(screen.contains("pay 240.00 EUR now"), "{screen}");
}

#[test]
fn on_site_nothing_is_paid_now() {
    let mut stage = at_checkout(80, 24);
    stage.press("j j enter");
    assert!(stage.screen().contains("Pay on site?"), "{}", stage.screen());
    stage.press("y");
    stage.serve();
    assert_eq!(payments(&stage), [Method::PayLater]);
    assert!(stage.screen().contains("✓ confirmed"), "{}", stage.screen());
}

#[test]
fn the_code_is_shown_where_it_fits_and_can_be_read() {
    let mut stage = at_checkout(120, 40);
    stage.press("enter");
    stage.serve();
    let blocks = |stage: &mut Stage| stage.screen().matches(['█', '▀', '▄']).count();
    assert!(blocks(&mut stage) > 200, "beside the bill: {}", stage.screen());
    let link = stage.row_with("https://pay.example/pay/cs_test_0000");
    assert!(link.starts_with("https://"), "in one piece, to be clicked or selected: {link}");
    stage.resize(80, 24);
    assert_eq!(blocks(&mut stage), 0);
    stage.press("o");
    assert!(blocks(&mut stage) > 200, "over it: {}", stage.screen());
    stage.press("esc");
    assert_eq!(blocks(&mut stage), 0);
    stage.resize(40, 16);
    stage.press("o");
    assert!(stage.screen().contains("too small"), "{}", stage.screen());
    let mut plain = at_cart_with(Settings { plain: true, ..settings() }, 120, 40);
    book(&mut plain);
    plain.press("enter enter");
    plain.serve();
    assert_eq!(blocks(&mut plain), 0);
    assert!(plain.screen().contains("https://pay.example/pay/cs_test_0000"));
}

#[test]
fn a_booking_that_waits_is_paid_from_the_bookings() {
    let mut stage = Stage::on_a_trip(80, 24);
    stage.press("] ]");
    stage.serve();
    stage.press("j p");
    stage.serve();
    assert_eq!(stage.app.tab(), Some(Tab::Cart));
    let screen = stage.screen();
    assert!(screen.contains("Checkout") && screen.contains("Open this page to pay"), "{screen}");
    stage.press("esc");
    assert!(stage.screen().contains("The cart is empty."), "{}", stage.screen());
    stage.press("p");
    assert!(stage.screen().contains("Open this page to pay"), "it is one key away");
}

#[test]
fn a_refusal_to_begin_says_why_and_r_tries_again() {
    let mut stage = Stage::on_a_trip(80, 24);
    stage.press("] ]");
    stage.serve();
    stage.press("j p");
    let pay = stage.calls.iter().position(|call| matches!(call.call, Call::Pay(_))).unwrap();
    let key = stage.calls[pay].key;
    stage.calls.swap(0, pay);
    stage.reply(Err(problem(Code::Unavailable, "The payment processor is out of reach.")));
    assert!(stage.screen().contains("out of reach"), "{}", stage.screen());
    stage.calls.clear();
    stage.press("R");
    let again = stage.calls.iter().find(|call| matches!(call.call, Call::Pay(_))).unwrap();
    assert_eq!(again.key, key, "asked again, it takes effect once");
}
