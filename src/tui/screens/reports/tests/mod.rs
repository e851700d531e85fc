//! Reading the reports, key by key.

use traveloure_core::{
    api::{event::Kind, problem::Code, report::RevenueRow},
    category::Category,
    money::Money,
};

use crate::tui::{
    app::{call::Call, desk::Settings},
    screens::Tab,
    testing::{Stage, platform, server::problem, settings},
    theme::Tone,
};

fn at_reports(width: u16, height: u16) -> Stage {
    at_reports_with(settings(), width, height)
}

fn at_reports_with(settings: Settings, width: u16, height: u16) -> Stage {
    let mut stage = Stage::at_the_platform_with(settings, width, height);
    stage.serve();
    stage.press("2");
    assert_eq!(stage.app.tab(), Some(Tab::Reports));
    stage.serve();
    stage
}

#[test]
fn months_and_categories_are_one_table() {
    let mut stage = at_reports(80, 24);
    let screen = stage.screen();
    assert!(screen.contains("Revenue  Dec 2025 – Nov 2026, in EUR"), "{screen}");
    assert!(
        screen.contains("13645.00 EUR sold, 1836.25 EUR kept (13.5 %), 102 bookings"),
        "{screen}"
    );
    let row = stage.row_with("Oct 2026");
    for words in ["46", "7520.00", "942.00", "186.00", "756.00"] {
        assert!(row.contains(words), "{words}: {screen}");
    }
    assert!(!screen.contains("Jan 2026"), "a month of nothing is no row: {screen}");
    assert!(screen.contains("months without anything are left out"), "{screen}");
    stage.press("j enter");
    let screen = stage.screen();
    assert!(
        screen.contains("October 2026") && screen.contains("accommodation, 4 bookings"),
        "{screen}"
    );
    assert!(stage.row_with("Kept, 7.5 %").contains("186.00"), "{screen}");
    assert!(stage.row_with("Sold").contains("7520.00 EUR"), "{screen}");
    assert!(stage.row_with("▌").contains("accommodation"), "{screen}");
    stage.press("right esc");
    assert!(stage.row_with("▌").contains("Sep 2026"), "{}", stage.screen());
    assert!(stage.app.is_home());
}

#[test]
fn figures_are_traced_to_their_entries_page_by_page() {
    let mut stage = at_reports(120, 40);
    // A category of a month; then all of it.
    stage.press("j enter j enter");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Entries of October 2026, activity  1 of "), "{screen}");
    assert!(screen.contains("5040.00 EUR sold, 756.00 EUR kept"), "{screen}");
    assert!(stage.row_with("▌").contains("120.00"), "{screen}");
    assert!(stage.row_with("▌").contains("TRV-7K3M9Q00"), "{screen}");
    assert!(!screen.contains('\u{1b}'), "{screen}");
    stage.press("y");
    assert_eq!(stage.copied.as_deref(), Some("TRV-7K3M9Q00"));
    // 42 bookings with two entries each, over two pages.
    stage.press("G");
    stage.serve();
    assert!(stage.screen().contains("84 of 84"), "{}", stage.screen());
    stage.press("enter");
    assert!(stage.screen().contains("Not now: these are entries to read"), "{}", stage.screen());
    stage.press("esc j enter");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Entries of October 2026  1 of "), "{screen}");
    assert!(screen.contains("7520.00 EUR sold, 942.00 EUR kept"), "{screen}");
    stage.press("esc esc");
    assert!(stage.app.is_home());
    assert!(stage.row_with("▌").contains("Oct 2026"), "{}", stage.screen());
}

#[test]
fn entries_that_cannot_be_fetched_are_asked_for_again() {
    let mut stage = at_reports(80, 24);
    stage.press("j enter enter");
    stage.reply(Err(problem(Code::Internal, "Something went wrong.")));
    assert!(stage.screen().contains("Something went wrong."), "{}", stage.screen());
    stage.press("R");
    stage.serve();
    assert!(stage.screen().contains("Entries of October 2026, accommodation  1 of 8"));
}

#[test]
fn the_year_before_and_other_currencies() {
    let mut stage = at_reports(80, 24);
    stage.press(">");
    assert!(stage.screen().contains("Not now: these are the months up to now"));
    stage.press("<");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Dec 2024 – Nov 2025"), "{screen}");
    assert!(screen.contains("Nothing was sold in these months."), "{screen}");
    let yen = |amount: i64| Money::try_new(amount.into(), "JPY".parse().unwrap()).unwrap();
    stage.server.platform.rows.push(RevenueRow {
        month: "2026-11".to_owned(),
        category: Category::Meal,
        bookings: 1,
        gmv: yen(9_000),
        fees: yen(450),
    });
    stage.press("t");
    stage.serve();
    assert!(stage.screen().contains("in EUR, 1 of 2 (c next)"), "{}", stage.screen());
    stage.press("c");
    assert!(stage.row_with("▌").contains("9000"), "{}", stage.screen());
}

#[test]
fn differences_say_what_they_mean_and_what_becomes_of_them() {
    let mut stage = at_reports(120, 40);
    stage.press("f d");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("compared up to Thu 19 Nov"), "{screen}");
    assert!(stage.row_with("payment").contains("nothing"), "{screen}");
    assert!(!screen.contains("agree"), "settled ones are not shown: {screen}");
    stage.press("j enter");
    let screen = stage.screen();
    assert!(screen.contains("Both have it, with other amounts."), "{screen}");
    assert!(stage.row_with("Theirs less ours").contains("-2.00 EUR"), "{screen}");
    assert!(screen.contains("It goes off this list by itself"), "{screen}");
    stage.press("y");
    assert_eq!(stage.copied.as_deref(), Some("ch_3QxK2eZvKYlo2C02"));
    stage.press("esc f s");
    stage.serve();
    assert!(stage.row_with("refund").contains("✓ agree"), "{}", stage.screen());
    assert!(stage.row_with("▌").contains("payout"), "the cursor stays on its row");
}

#[test]
fn books_that_agree_are_said_to() {
    let mut stage = at_reports(80, 24);
    stage.server.platform.books.differences.clear();
    stage.press("f d");
    stage.serve();
    assert!(stage.screen().contains("Our books and the processor's agree."));
    stage.server.platform.books.compared_to = None;
    stage.press("R");
    stage.serve();
    assert!(stage.screen().contains("have not been compared yet"), "{}", stage.screen());
    stage.press("enter");
    assert!(stage.screen().contains("Not now: there is nothing here to open"));
}

#[test]
fn what_happens_shows_without_moving_the_cursor() {
    let mut stage = at_reports(80, 24);
    stage.press("j");
    stage.server.platform.rows[3].bookings += 1;
    for _ in 0..40 {
        stage.news(platform::event(Kind::BookingCompleted));
    }
    let asked = stage.calls.iter().filter(|call| matches!(call.call, Call::Revenue { .. }));
    assert!(asked.count() <= 1, "news in a heap is one question");
    stage.serve();
    assert!(stage.screen().contains("103 bookings"), "{}", stage.screen());
    assert!(stage.row_with("▌").contains("Oct 2026"));
    assert!(stage.app.is_idle());
}

#[test]
fn what_cannot_be_fetched_is_said_and_tried_again() {
    let mut stage = Stage::at_the_platform_with(settings(), 80, 24);
    stage.serve();
    stage.press("2");
    stage.reply(Err(problem(Code::Internal, "Something went wrong.")));
    let screen = stage.screen();
    assert!(
        screen.contains("Something went wrong.") && screen.contains("R tries again"),
        "{screen}"
    );
    stage.press("R");
    stage.serve();
    assert!(stage.screen().contains("13645.00 EUR sold"), "{}", stage.screen());
}

#[test]
fn it_looks_right_at_every_size_and_in_every_tone() {
    for (width, height) in [(40, 20), (60, 20), (80, 24), (120, 40), (140, 40)] {
        for (name, keys) in [
            ("months", "j"),
            ("month", "j enter"),
            ("entries", "j enter enter"),
            ("books", "f d"),
            ("difference", "f d enter"),
        ] {
            let mut stage = at_reports(width, height);
            if let Some(rest) = keys.strip_prefix("f d") {
                stage.press("f d");
                stage.serve();
                stage.press(rest);
            } else {
                stage.press(keys);
            }
            stage.serve();
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), stage.styled());
        }
    }
    for (tone, name) in [(Tone::Light, "light"), (Tone::Mono, "mono")] {
        let mut stage = at_reports_with(Settings { tone, ..settings() }, 80, 24);
        insta::assert_snapshot!(name, stage.styled());
    }
    let mut stage = at_reports_with(Settings { plain: true, ..settings() }, 80, 24);
    insta::assert_snapshot!("plain", stage.styled());
}

#[test]
fn every_size_is_survived() {
    for keys in ["", "enter", "enter enter", "f d"] {
        let mut stage = at_reports(80, 24);
        stage.press(keys);
        stage.serve();
        for (width, height) in [(1, 1), (20, 5), (40, 12), (121, 12), (500, 200)] {
            stage.resize(width, height);
        }
    }
}
