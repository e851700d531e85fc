//! Filling a cart and having it booked, key by key.

mod looks;
mod paying;

use chrono::TimeDelta;
use traveloure_core::{
    affiliate::Partner,
    api::cart::{CartItem, ExternalWish},
};

use crate::tui::{
    app::{
        call::{ApiError, Call},
        desk::Settings,
    },
    screens::Tab,
    testing::{Stage, noon, sample, settings, travel::wish},
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
