//! The forms: what can be typed, and what is refused at once.

use traveloure_core::pricing::PricingType;

use super::*;

/// What the draft of the first service adds and takes out, after `keys` open a form that is filled
/// in with `fields`.
fn edited(keys: &str, fields: &[&str]) -> (Vec<String>, Vec<String>) {
    let mut stage = at_prices(80, 24);
    let before = saved(&stage);
    stage.press(keys);
    fill(&mut stage, fields);
    stage.press("S y");
    stage.serve();
    let after = saved(&stage);
    let without = |lines: &str, others: &str| -> Vec<String> {
        lines.lines().filter(|line| others.lines().all(|o| o != *line)).map(String::from).collect()
    };
    (without(&after, &before), without(&before, &after))
}

#[test]
fn everything_that_terms_say_can_be_added() {
    for (keys, fields, line) in [
        (
            "a s",
            &["Fair", "10 apr 2027", "2027-04-14", "x1.5"][..],
            "season \"Fair\" 2027-04-10 - 2027-04-14 x1.5",
        ),
        ("a d", &["2027-03-01", "", "+10%"], "on 2027-03-01 price 132"),
        ("a g", &["12", "20%"], "group 12+ 20%"),
        ("a e", &["", "90", "7.5"], "early 90d 7.5%"),
        ("a l", &["", "0", "15%"], "last minute 0d 15%"),
    ] {
        assert_eq!(edited(keys, fields), (vec![line.to_owned()], Vec::new()), "{keys}");
    }
}

#[test]
fn several_dates_in_a_row_get_one_price_in_place_of_their_own() {
    let (added, removed) = edited("a d", &["2026-12-23", "2026-12-25", "200"]);
    let lines = ["on 2026-12-23 price 200", "on 2026-12-24 price 200", "on 2026-12-25 price 200"];
    assert_eq!(added, lines);
    assert_eq!(removed, ["on 2026-12-24 price 95"]);
}

#[test]
fn the_base_price_takes_arithmetic() {
    let (added, removed) = edited("p", &["", "=120*0.9"]);
    assert_eq!(added, ["base 108 EUR per person"]);
    assert_eq!(removed, ["base 120 EUR per person"]);
    let (added, _) = edited("p", &["", "-10%"]);
    assert_eq!(added, ["base 108 EUR per person"]);
    let mut stage = at_prices(80, 24);
    stage.press("p tab");
    stage.type_text("*1.5");
    assert!(stage.screen().contains("= 180.00 EUR"), "{}", stage.screen());
}

#[test]
fn the_deposit_is_none_a_share_or_an_amount() {
    let mut stage = at_prices(80, 24);
    stage.press("d f tab tab");
    stage.type_text("50");
    stage.press("ctrl-s d");
    assert!(stage.screen().contains("< fixed amount >"));
    stage.press("esc S y");
    stage.serve();
    assert!(saved(&stage).contains("deposit 50\n"));
    stage.press("d n ctrl-s S y");
    stage.serve();
    assert!(!saved(&stage).contains("deposit"));
}

#[test]
fn another_kind_of_pricing_drops_what_it_cannot_use_and_the_plan_says_so() {
    let mut stage = at_prices(80, 40);
    stage.press("p q tab tab");
    stage.type_text("300");
    stage.press("tab");
    stage.type_text("900");
    stage.press("ctrl-s S");
    let screen = stage.screen();
    assert!(screen.contains("- season \"Christmas\""), "{screen}");
    assert!(screen.contains("- group 5+ 10%"), "{screen}");
    assert!(screen.contains("+ quote 300 - 900 EUR per person"), "{screen}");
    stage.press("y");
    stage.serve();
    assert_eq!(stage.server.prices.of[&first()].terms.pricing_type, PricingType::QuoteBased);
    let screen = stage.screen();
    assert!(screen.contains("Your offer, about"), "{screen}");
    stage.press("a s");
    assert!(stage.screen().contains("Not now: you price each request yourself; p changes that"));
}

#[test]
fn overlapping_seasons_are_refused_at_once_and_both_are_named() {
    let mut stage = at_prices(80, 24);
    stage.press("a s");
    fill(&mut stage, &["Snow", "2026-12-28", "2027-01-05", "+30%"]);
    let screen = stage.screen();
    assert!(screen.contains("Snow (2026-12-28 - 2027-01-05) overlaps Christmas"), "{screen}");
    assert!(screen.contains("New season"), "the form stays: {screen}");
    assert!(screen.contains("Snow") && screen.contains("+30%"), "{screen}");
    // The keys go on at the field that is at fault.
    fill(&mut stage, &["2027-01-03", "2027-01-05"]);
    assert!(stage.screen().contains("draft: 1 edit"), "{}", stage.screen());
}

#[test]
fn what_cannot_be_read_is_said_at_its_field() {
    for (keys, fields, fault) in [
        ("a s", &["Fair", "someday", "2027-04-14", "+1%"][..], "write a date as"),
        ("a s", &["Fair", "2027-04-10", "2027-04-14", "40%"], "write +40%, -10% or x1.4"),
        ("a s", &["Fair", "2027-04-10", "2027-04-01", "+1%"], "before it begins"),
        ("a s", &["Fair", "2027-04-10", "2027-04-11", "x1000"], "is not between"),
        ("a d", &["2027-04-10", "2027-04-01", "5"], "is before the first date"),
        ("a d", &["2027-04-10", "2028-04-01", "5"], "a season is made for that"),
        ("a d", &["2027-04-10", "", "1.234"], "too many decimals"),
        ("a g", &["5", "12%"], "there is a discount from 5 people already"),
        ("a g", &["1", "12%"], "a whole number from 2"),
        ("a g", &["12", "5%"], "less than"),
        ("a e", &["", "90", "lots"], "write a percentage: 10%"),
        ("a l", &["", "70", "5%"], "both last minute and"),
    ] {
        let mut stage = at_prices(80, 24);
        stage.press(keys);
        fill(&mut stage, fields);
        let words = stage.screen().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.replace(" │ │ ", " ").contains(fault), "{keys} {fields:?}: {words}");
        assert!(!words.contains("draft:"), "{words}");
    }
}

#[test]
fn a_form_shows_what_it_would_change_while_it_is_typed() {
    let mut stage = at_prices(120, 40);
    stage.press("a s");
    for text in ["Fair", "", "", "+50%"] {
        stage.type_text(text);
        stage.press("tab");
    }
    let screen = stage.screen();
    assert!(screen.contains("1 date changes for 2 people: 1 dearer."), "{screen}");
    assert!(screen.contains("saved: 216.00 EUR"), "the bill compares: {screen}");
    assert!(screen.contains("Fair, 50% more"), "{screen}");
    assert!(screen.contains('~'), "the calendar marks the day: {screen}");
    stage.press("esc");
    let screen = stage.screen();
    assert!(!screen.contains("Fair") && !screen.contains("saved:"), "{screen}");
}

#[test]
fn a_form_that_was_closed_is_there_again_with_what_was_typed() {
    let mut stage = at_prices(80, 24);
    stage.press("a s");
    stage.type_text("Fair of the");
    stage.press("esc a s");
    assert!(stage.screen().contains("Fair of the"));
    stage.type_text(" lamps");
    assert!(stage.screen().contains("Fair of the lamps"));
    stage.press("esc p esc a s");
    assert!(!stage.screen().contains("lamps"), "another form took its place");
}

#[test]
fn what_the_cursor_is_on_is_edited_and_taken_out() {
    let mut stage = at_prices(80, 24);
    stage.press("j enter");
    assert!(stage.row_with("Name").contains("Christmas"));
    fill(&mut stage, &["", "", "", "+60%"]);
    assert!(stage.row_with("Christmas").contains("+60%"));
    stage.press("x");
    assert!(stage.screen().contains("In the draft: without season Christmas +60%. u undoes."));
    stage.press("S y");
    stage.serve();
    assert!(!saved(&stage).contains("Christmas"));
    stage.press("g x");
    assert!(stage.screen().contains("Not now: there is nothing to take out here"));
}

#[test]
fn days_are_chosen_in_the_calendar() {
    let mut stage = at_prices(80, 24);
    // From today, 20 November, to the 24th of the next month.
    stage.press("tab > right right right right enter");
    assert!(stage.row_with("Price 9").contains("95.00"), "its own price: {}", stage.screen());
    stage.press("esc x");
    assert!(stage.screen().contains("without price of 2026-12-24"));
    stage.press("u left v down");
    assert!(stage.row_with("December 2026").contains("8 days chosen"));
    stage.press("a d");
    stage.press("tab tab");
    stage.type_text("77");
    stage.press("ctrl-s S y");
    stage.serve();
    let text = saved(&stage);
    assert_eq!(text.matches("price 77").count(), 8, "{text}");
    assert!(text.contains("on 2026-12-23 price 77") && text.contains("on 2026-12-30 price 77"));
    assert!(text.contains("on 2026-12-31 price 250"));
}
