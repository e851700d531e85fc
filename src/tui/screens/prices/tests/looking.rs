//! The calendar of prices and the price that is tried.

use crate::tui::{app::call::ApiError, testing::sample::service};

use super::*;

#[test]
fn a_price_is_explained_line_by_line_with_what_one_earns() {
    let mut stage = at_prices(120, 40);
    stage.press("= tab");
    stage.type_text("");
    stage.press("esc > right right right right");
    stage.press("tab > ");
    stage.press("esc =");
    fill(&mut stage, &["2026-12-22", "5"]);
    stage.serve();
    let screen = stage.screen();
    for line in [
        "Try: Tue 22 Dec, 5 people",
        "Christmas, 40% more",
        "4 more people at 168.00 each",
        "Group of 5 or more, 10% off",
        "Deposit, due at once",
        "You earn",
    ] {
        assert!(screen.contains(line), "{line}\n{screen}");
    }
    // 5 x 168.00 less 10 %; of that 15 % for the platform.
    assert!(stage.row_with("Total").contains("756.00 EUR"));
    assert!(stage.row_with("Deposit, due").contains("226.80"));
    assert!(stage.row_with("Platform fee, 15 %").contains("-113.40"));
    assert!(stage.row_with("You earn").contains("642.60 EUR"));
    let right = |words: &str, stage: &mut Stage| {
        let row = stage.row_with(words);
        row.find(['.']).map(|at| row[..at].chars().count())
    };
    assert_eq!(right("Total", &mut stage), right("Deposit, due", &mut stage), "points align");
}

#[test]
fn the_party_and_the_day_are_a_key_away() {
    let mut stage = at_prices(80, 24);
    assert!(stage.row_with("Fri 20 Nov, 2 people").contains("216.00 EUR, you earn"));
    stage.press("+ + +");
    stage.serve();
    assert!(stage.row_with("Nov, 5 people").contains("486.00 EUR, you earn 413.10"));
    stage.press("- - - - - -");
    assert!(stage.row_with("1 person").contains("108.00 EUR"));
    stage.press(">");
    assert!(stage.screen().contains("Sun 20 Dec, 1 person: 168.00 EUR"));
    stage.press("t");
    assert!(stage.screen().contains("Fri 20 Nov, 1 person"));
}

#[test]
fn what_is_typed_to_be_tried_is_priced_at_once() {
    let mut stage = at_prices(80, 24);
    stage.press("= tab");
    stage.press("backspace");
    stage.type_text("9");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("8 more people at 120.00 each"), "{screen}");
    assert!(screen.contains("Group of 9 or more, 15% off"), "{screen}");
    assert!(screen.contains("You earn"), "{screen}");
}

#[test]
fn one_fee_is_asked_for_at_a_time_and_answers_are_remembered() {
    let mut stage = at_prices(80, 24);
    let fees =
        |stage: &Stage| stage.asked.iter().filter(|call| matches!(call, Call::Fee { .. })).count();
    assert_eq!(fees(&stage), 1);
    stage.press("+ + + +");
    assert_eq!(fees(&stage), 2, "only the first step was asked about");
    stage.serve();
    assert_eq!(fees(&stage), 3, "and then where it ended");
    stage.press("-");
    stage.serve();
    stage.press("+");
    stage.serve();
    assert_eq!(fees(&stage), 4);
    assert!(stage.row_with("6 people").contains("you earn"));
}

#[test]
fn a_fee_that_cannot_be_asked_for_is_said_to_be_unknown() {
    let mut stage = at_prices(120, 40);
    stage.press("+");
    stage.reply(Err(ApiError::TimedOut));
    assert!(stage.screen().contains("Platform fee: not known right now"));
    assert!(stage.calls.is_empty(), "it is not asked for in a circle");
    stage.press("R");
    stage.serve();
    assert!(stage.screen().contains("You earn"));
}

#[test]
fn months_are_gone_through_as_in_every_calendar() {
    let mut stage = at_prices(80, 24);
    stage.press("tab");
    assert!(stage.screen().contains("November 2026, EUR per person"));
    for (keys, day) in [
        ("right", "Sat 21 Nov"),
        ("down", "Sat 28 Nov"),
        ("G", "Mon 30 Nov"),
        ("l", "Tue 1 Dec"),
        ("pagedown", "Fri 1 Jan 2027"),
        ("G >", "Sun 28 Feb 2027"),
        ("< g", "Fri 1 Jan 2027"),
        ("ctrl-u", "Fri 18 Dec"),
        ("t", "Fri 20 Nov"),
    ] {
        stage.press(keys);
        assert!(stage.screen().contains(&format!("Try: {day},")), "{keys}: {}", stage.screen());
    }
}

#[test]
fn a_click_goes_to_a_day_or_a_row() {
    use crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut stage = at_prices(120, 40);
    let click = |stage: &mut Stage, column, row| {
        let kind = MouseEventKind::Down(MouseButton::Left);
        let modifiers = KeyModifiers::NONE;
        stage.event(Event::Mouse(MouseEvent { kind, column, row, modifiers }));
    };
    let place = |stage: &mut Stage, words: &str| {
        let screen = stage.screen();
        let (row, line) =
            screen.lines().enumerate().find(|(_, line)| line.contains(words)).unwrap();
        let column = line[..line.find(words).unwrap()].chars().count();
        (u16::try_from(column).unwrap(), u16::try_from(row).unwrap())
    };
    let (column, row) = place(&mut stage, "Mon      Tue");
    click(&mut stage, column + 1, row + 1);
    assert!(stage.screen().contains("Try: Mon 26 Oct"));
    let (column, row) = place(&mut stage, "High summer");
    click(&mut stage, column, row);
    stage.press("enter");
    assert!(stage.row_with("Name").contains("High summer"));
}

#[test]
fn stays_are_priced_by_the_night() {
    let mut stays = service(1, "Room with a view");
    stays.by_night = true;
    let lines = "base 90 EUR\nseason \"Peak\" 2026-11-21 - 2026-11-30 x2\n";
    let mut stage = at_prices_of(stays, lines, 120, 40);
    assert!(stage.screen().contains("Try: Fri 20 Nov, 1 night, 2 people"));
    stage.press("=");
    fill(&mut stage, &["", "3"]);
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("3 nights at 90.00"), "{screen}");
    assert!(screen.contains("Peak, 100% more, 2 nights"), "{screen}");
    assert!(stage.row_with("Total").contains("450.00 EUR"));
}

#[test]
fn currencies_of_no_and_of_three_decimals_align() {
    for (code, lines, prices) in [
        ("JPY", "base 18000 JPY\non 2026-11-21 price 9000\n", ["18000", " 9000"]),
        ("KWD", "base 45.500 KWD\non 2026-11-21 price 9.125\n", ["45.500", " 9.125"]),
    ] {
        let mut other = service(1, "Elsewhere");
        other.currency = code.parse().unwrap();
        let mut stage = at_prices_of(other, lines, 80, 24);
        stage.press("tab right");
        let screen = stage.screen();
        assert!(screen.contains(&format!("November 2026, {code} per party")), "{screen}");
        let row = screen.lines().find(|line| line.contains(prices[1])).unwrap();
        let at = |price: &str| row.find(price).map(|index| row[..index].chars().count() % 11);
        assert_eq!(at(prices[0]), at(prices[1]), "one below the other: {row}");
    }
}

#[test]
fn a_service_priced_by_offers_shows_what_travelers_expect() {
    let lines = "quote 800 - 1500 EUR\ndeposit 20%\n";
    let mut stage = at_prices_of(service(1, "Weddings"), lines, 120, 40);
    let screen = stage.screen();
    assert!(screen.contains("800.00 - 1500.00"), "{screen}");
    assert!(screen.contains("Travelers may expect at least"), "{screen}");
    assert!(screen.contains("You name the price in your answer to a request."), "{screen}");
    assert!(!stage.asked.iter().any(|call| matches!(call, Call::Fee { .. })));
    let mut stage = at_prices_of(service(1, "Weddings"), lines, 80, 24);
    assert!(stage.screen().contains("2 people: your offer"));
}

#[test]
fn what_another_program_wrote_into_a_name_is_not_obeyed() {
    let mut stage = Stage::at_work(80, 24);
    let mut hostile = terms(crate::tui::testing::price_list::FULL);
    hostile.seasonal_pricing[0].season = "Peak\u{1b}[2J\u{202e}".to_owned();
    stage.server.prices.of.get_mut(&first()).unwrap().terms = hostile;
    look_at_prices(&mut stage);
    for keys in ["", "tab >", "= esc e"] {
        stage.press(keys);
        let screen = stage.screen();
        assert!(!screen.contains('\u{1b}') && !screen.contains('\u{202e}'));
    }
    stage.resize(120, 40);
    assert!(stage.screen().contains("Peak�[2J�"));
}

#[test]
fn a_service_that_is_gone_leaves_the_first_one() {
    let mut stage = at_prices(80, 24);
    stage.press("s 3");
    stage.serve();
    assert!(stage.screen().contains("Sintra by tuk-tuk, 3 of 3"));
    stage.server.services.pop();
    let event = traveloure_core::api::event::Event {
        kind: traveloure_core::api::event::Kind::ServiceChanged,
        subject: first().as_uuid(),
        version: None,
        at: chrono::DateTime::UNIX_EPOCH,
    };
    stage.news(crate::tui::app::call::News::Event(event));
    stage.serve();
    assert!(stage.screen().contains("Fado walk with dinner, 1 of 2"));
}
