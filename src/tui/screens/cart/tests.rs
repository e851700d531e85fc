//! Filling a cart, having it booked and paying for it, key by key.

use chrono::TimeDelta;
use traveloure_core::{
    affiliate::Partner,
    api::{
        cart::{CartItem, ExternalWish},
        problem::Code,
    },
    payment::{Method, Status},
};

use crate::tui::{
    app::{
        call::{ApiError, Call, News},
        desk::Settings,
    },
    screens::Tab,
    testing::{
        Stage, noon, sample,
        server::problem,
        settings,
        travel::{card, wish},
    },
    theme::Tone,
};

fn at_cart(width: u16, height: u16) -> Stage {
    at_cart_with(settings(), width, height)
}

/// Two things to be booked at once, one to be asked for, one elsewhere.
fn at_cart_with(settings: Settings, width: u16, height: u16) -> Stage {
    let mut stage = Stage::on_a_trip_with(settings, width, height);
    stage.server.travel.version = 1;
    stage.server.travel.cart = vec![
        CartItem::External(ExternalWish {
            partner: Partner::Opentable,
            title: "Dinner\u{1b}[2J by the river".to_owned(),
            city: "Lisbon".to_owned(),
            date: noon().date_naive() + TimeDelta::days(15),
            end_date: None,
            travelers: 2,
            trip_item_id: None,
        }),
        CartItem::Instant(wish(1, 2)),
        CartItem::Request(wish(3, 2)),
        CartItem::Instant(wish(2, 4)),
    ];
    stage.press("]");
    stage.serve();
    assert_eq!(stage.app.tab(), Some(Tab::Cart));
    stage
}

/// Everything is booked; the checkout is in front.
fn at_checkout(width: u16, height: u16) -> Stage {
    let mut stage = at_cart(width, height);
    book(&mut stage);
    stage.press("enter");
    stage
}

fn book(stage: &mut Stage) {
    stage.press("b");
    assert!(stage.screen().contains("Book all of it?"), "{}", stage.screen());
    stage.press("y");
    stage.serve();
}

fn payments(stage: &Stage) -> Vec<Method> {
    let pay = |call: &Call| match call {
        Call::Pay(body) => Some(body.method),
        _ => None,
    };
    stage.asked.iter().filter_map(pay).collect()
}

#[test]
fn the_cart_is_shown_by_kind_with_its_prices() {
    let mut stage = at_cart(80, 24);
    let screen = stage.screen();
    let at = |words: &str| screen.find(words).unwrap_or_else(|| panic!("{words}\n{screen}"));
    assert!(at("Booked at once") < at("Fado walk"), "{screen}");
    assert!(at("Fado walk") < at("Asked of the provider first"));
    assert!(at("Asked of the provider first") < at("Sintra"));
    assert!(at("Sintra") < at("Booked elsewhere"));
    assert!(screen.contains("Dinner\u{FFFD}[2J"), "nobody's words are drawn raw: {screen}");
    assert!(stage.row_with("Fado walk").contains("40.00 EUR"));
    assert!(stage.row_with("To be paid").contains("80.00 EUR"), "two of them are paid at once");
    assert!(stage.row_with("▌").contains("Fado walk"), "the cursor is on no heading");
    stage.press("j j");
    assert!(stage.row_with("▌").contains("Sintra"));
    stage.press("k k k");
    assert!(stage.row_with("▌").contains("Fado walk"));
}

#[test]
fn what_is_gone_says_so_and_is_no_part_of_the_sum() {
    let mut stage = at_cart(80, 24);
    stage.server.travel.sold_out.insert(sample::service(2, "").id);
    stage.press("R");
    stage.serve();
    let screen = stage.screen();
    assert!(stage.row_with("Tram 28").contains("✗ gone"), "{screen}");
    assert!(stage.row_with("To be paid").contains("40.00 EUR"), "one of two: {screen}");
    assert!(stage.row_with("To be paid").contains("✗ 1 item not to be had"), "{screen}");
    stage.press("b");
    assert!(stage.row_with("To be paid:").contains("40.00 EUR"), "{}", stage.screen());
    stage.press("esc j enter");
    let screen = stage.screen();
    assert!(screen.contains("✗ Not to be had: Nothing is left on that day."), "{screen}");
}

#[test]
fn what_is_refused_when_it_is_booked_is_gone_in_the_cart_as_well() {
    let mut stage = at_cart(80, 24);
    let all = [1, 2, 3].map(|number| sample::service(number, "").id);
    stage.server.travel.cart.retain(|item| matches!(item, CartItem::Instant(_)));
    stage.press("R");
    stage.serve();
    stage.server.travel.sold_out.extend(all);
    book(&mut stage);
    stage.press("esc");
    let screen = stage.screen();
    assert!(stage.row_with("Tram 28").contains("✗ gone"), "{screen}");
    assert!(!screen.contains("To be paid"), "{screen}");
}

#[test]
fn a_deposit_is_promised_only_where_the_checkout_will_offer_it() {
    let mut stage = at_cart(80, 24);
    stage.server.travel.asks_for_deposit = true;
    let near = noon().date_naive() + TimeDelta::days(7);
    let soon = traveloure_core::api::cart::Wish { date: near, ..wish(1, 2) };
    stage.server.travel.cart = vec![CartItem::Instant(soon), CartItem::Instant(wish(2, 2))];
    stage.press("R enter");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("All of it is due at once, so near the date"), "{screen}");
    assert!(!screen.contains("Deposit"), "{screen}");
    stage.press("esc j enter");
    assert!(stage.row_with("Deposit, due at once").contains("12.00"));
    assert!(stage.row_with("Balance, due Sat 28 Nov").contains("28.00"));
}

#[test]
fn an_item_is_explained_changed_and_taken_out() {
    let mut stage = at_cart(80, 24);
    stage.press("enter");
    assert!(stage.row_with("Base price").contains("40.00"));
    stage.press("esc e tab tab ctrl-u");
    stage.type_text("5");
    stage.press("ctrl-s");
    stage.serve();
    let parties = |stage: &Stage| -> Vec<u32> {
        let party = |item: &CartItem| super::items::wish(item).map(|wish| wish.travelers);
        stage.server.travel.cart.iter().filter_map(party).collect()
    };
    assert_eq!(parties(&stage), [5, 2, 4]);
    stage.press("x");
    stage.serve();
    assert_eq!(parties(&stage), [2, 4]);
    assert!(stage.row_with("▌").contains("Tram 28"));
    stage.press("t");
    stage.serve();
    assert!(matches!(stage.server.travel.cart[2], CartItem::Request(_)));
    assert!(stage.row_with("▌").contains("Tram 28"), "the cursor goes with it");
}

#[test]
fn a_cart_that_was_changed_elsewhere_gets_the_same_edit() {
    let mut stage = at_cart(80, 24);
    stage.server.travel.version = 7;
    stage.server.travel.cart.push(CartItem::Request(wish(1, 9)));
    stage.press("x");
    stage.serve();
    assert_eq!(stage.server.travel.cart.len(), 4, "one came, one went");
    assert_eq!(stage.server.travel.version, 8);
}

#[test]
fn an_edit_waits_for_a_server_out_of_reach() {
    let mut stage = at_cart(80, 24);
    stage.server.is_down = true;
    stage.press("x");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("not saved yet") && !screen.contains("Fado walk"), "{screen}");
    stage.press("b");
    assert!(stage.screen().contains("Not now: the cart is being saved"));
    stage.server.is_down = false;
    stage.press("R");
    stage.serve();
    assert_eq!(stage.server.travel.cart.len(), 3);
    assert!(!stage.screen().contains("not saved yet"));
}

#[test]
fn what_went_through_and_what_did_not() {
    let mut stage = at_cart(80, 24);
    stage.server.travel.sold_out.insert(sample::service(2, "").id);
    book(&mut stage);
    let screen = stage.screen();
    for words in [
        "Booked, to be paid now",
        "✓ Fado walk with dinner",
        "Asked of the provider",
        "https://partner.example/search?q=1",
        "✗ Tram 28 photo tour: Nothing is left on that day.",
    ] {
        assert!(screen.contains(words), "{words}\n{screen}");
    }
    let Some(Call::ProcessCart(items)) =
        stage.asked.iter().find(|call| matches!(call, Call::ProcessCart(_)))
    else {
        panic!()
    };
    let CartItem::Instant(first) = &items[0] else { panic!() };
    assert_eq!(first.expected_total, Some(sample::euros("40.00")), "the price that was shown");
    assert_eq!(stage.server.travel.cart, [CartItem::Instant(wish(2, 4))], "the rest stays");
    stage.press("esc");
    assert!(stage.screen().contains("Tram 28"));
    assert!(!stage.screen().contains("Fado walk"));
}

#[test]
fn neither_enter_nor_the_key_that_asked_books() {
    let mut stage = at_cart(80, 24);
    stage.press("b enter b esc");
    assert!(!stage.asked.iter().any(|call| matches!(call, Call::ProcessCart(_))));
    assert!(!stage.screen().contains("Book all of it?"));
}

#[test]
fn a_lost_answer_books_nothing_twice() {
    let mut stage = at_cart(80, 24);
    stage.press("b y");
    stage.reply(Err(ApiError::TimedOut));
    assert!(stage.screen().contains("books nothing twice"), "{}", stage.screen());
    let first = stage.server.bookings.len();
    stage.press("b y");
    let keys: Vec<_> = stage.calls.iter().map(|call| call.key).collect();
    stage.serve();
    assert_eq!(stage.server.bookings.len(), first + 2);
    assert!(stage.screen().contains("What became of your cart"));
    assert!(keys[0].is_some());
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

#[test]
fn the_cart_and_the_checkout_at_every_size() {
    for (width, height) in [(40, 20), (60, 20), (80, 24), (120, 40)] {
        let mut stage = at_cart(width, height);
        insta::assert_snapshot!(format!("cart_{width}x{height}"), stage.styled());
        stage.press("b");
        insta::assert_snapshot!(format!("book_{width}x{height}"), stage.styled());
        stage.server.travel.sold_out.insert(sample::service(2, "").id);
        stage.press("y");
        stage.serve();
        insta::assert_snapshot!(format!("outcome_{width}x{height}"), stage.styled());
        stage.press("enter");
        insta::assert_snapshot!(format!("ways_{width}x{height}"), stage.styled());
        stage.press("enter");
        stage.serve();
        insta::assert_snapshot!(format!("link_{width}x{height}"), stage.styled());
        let _ = stage.server.travel.settle(Status::Succeeded);
        stage.wait(TimeDelta::seconds(4));
        stage.serve();
        stage.wait(TimeDelta::seconds(20));
        insta::assert_snapshot!(format!("paid_{width}x{height}"), stage.styled());
    }
}

#[test]
fn the_checkout_in_every_tone() {
    for (tone, name) in [(Tone::Light, "light"), (Tone::Mono, "mono")] {
        let mut stage = at_cart_with(Settings { tone, ..settings() }, 120, 40);
        book(&mut stage);
        stage.press("enter enter");
        stage.serve();
        insta::assert_snapshot!(format!("link_{name}"), stage.styled());
    }
}

#[test]
fn every_size_is_survived() {
    for keys in ["", "enter", "b", "b y", "b y enter", "b y enter enter", "e"] {
        let mut stage = at_cart(80, 24);
        for key in keys.split_whitespace() {
            stage.press(key);
            stage.serve();
        }
        for (width, height) in [(1, 1), (20, 5), (40, 12), (41, 13), (101, 12), (500, 200)] {
            stage.resize(width, height);
        }
    }
}
