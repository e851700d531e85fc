//! Looking at what was earned, key by key.

mod looks;

use chrono::TimeDelta;
use traveloure_core::{
    api::{event::Kind, payout::AccountStatus, problem::Code},
    ledger::Account,
    money::{Currency, Money},
};

use crate::tui::{
    app::{call::Call, desk::Settings},
    screens::Tab,
    testing::{
        Stage, noon,
        purse::{self, Purse},
        sample::euros,
        server::problem,
        settings,
    },
};

fn at_earnings(width: u16, height: u16) -> Stage {
    at_earnings_with(settings(), width, height)
}

fn at_earnings_with(settings: Settings, width: u16, height: u16) -> Stage {
    let mut stage = Stage::at_work_with(settings, width, height);
    stage.server.purse = Purse::season(noon());
    go_there(&mut stage);
    stage
}

fn go_there(stage: &mut Stage) {
    stage.press("5");
    assert_eq!(stage.app.tab(), Some(Tab::Earnings));
    settle(stage);
}

/// Lets everything come that is asked for once the cursor rests.
fn settle(stage: &mut Stage) {
    stage.serve();
    stage.wait(TimeDelta::seconds(1));
    stage.serve();
}

fn asked(stage: &Stage, is_it: fn(&Call) -> bool) -> usize {
    stage.asked.iter().filter(|call| is_it(call)).count()
}

#[test]
fn every_week_has_its_bar_and_nothing_is_left_out() {
    let mut stage = at_earnings(80, 24);
    let screen = stage.screen();
    assert!(screen.contains("Earnings  31 Aug – 22 Nov, in EUR"), "{screen}");
    assert!(stage.row_with("Earned  ").contains("994.50 EUR"), "{screen}");
    let best = stage.row_with("9 – 15 Nov");
    let bars = |row: &str| row.matches('█').count();
    assert!(best.contains("331.50") && best.contains("85.00"), "{best}");
    let newest = stage.row_with("16 – 22 Nov");
    assert!(newest.contains("306.00") && bars(&newest) < bars(&best), "{screen}");
    let none = stage.row_with("26 Oct – 1 Nov");
    assert!(none.contains("0.00") && bars(&none) == 0, "a week of nothing is a week: {screen}");
    let little = stage.row_with("14 – 20 Sep");
    assert_eq!(bars(&little), 1, "whatever was earned is seen: {little}");
    let rows = screen.lines().filter(|line| line.contains(" – ") && !line.contains("EUR"));
    assert_eq!(rows.count(), 12, "{screen}");
}

#[test]
fn a_week_shows_the_entries_that_its_figures_come_from() {
    let mut stage = at_earnings(80, 24);
    stage.press("j enter");
    settle(&mut stage);
    let screen = stage.screen();
    for words in ["Week 9 – 15 Nov", "What moved what you are to be paid", "TRV-7K3M9Q02", "refund"]
    {
        assert!(screen.contains(words), "{words}\n{screen}");
    }
    assert!(stage.row_with("To be paid out, change").contains("-85.00 EUR"), "{screen}");
    assert!(stage.row_with("Together").contains("-85.00 EUR"), "the same figure: {screen}");
    stage.press("right");
    settle(&mut stage);
    assert!(stage.screen().contains("Week 2 – 8 Nov"), "the next one is a key away");
    stage.press("esc");
    assert!(stage.app.is_home());
    assert!(stage.row_with("▌").contains("2 – 8 Nov"));
}

#[test]
fn a_payout_shows_where_it_stands_and_its_entries() {
    let mut stage = at_earnings(120, 40);
    stage.press("f p");
    settle(&mut stage);
    let screen = stage.screen();
    assert!(screen.contains("Payouts  31 Aug"), "{screen}");
    assert!(stage.row_with("▌").contains("· held"), "{screen}");
    assert!(screen.contains("It is held until Sat 21 Nov"), "{screen}");
    assert!(stage.row_with("Together").contains("204.00 EUR"), "{screen}");
    stage.press("j y");
    settle(&mut stage);
    assert_eq!(stage.copied.as_deref(), Some("tr_1"));
    let screen = stage.screen();
    assert!(screen.contains("Paid out Thu 19 Nov."), "{screen}");
    assert!(stage.row_with("Transferred").contains("102.00 EUR"), "{screen}");
}

#[test]
fn what_changes_the_books_is_fetched_and_the_cursor_stays() {
    let mut stage = at_earnings(120, 40);
    stage.press("j j");
    settle(&mut stage);
    let before = stage.row_with("▌");
    stage.server.purse.earn(6, 40_000, noon() - TimeDelta::hours(2), noon());
    stage.news(purse::event(Kind::BookingCompleted));
    settle(&mut stage);
    let screen = stage.screen();
    assert!(stage.row_with("16 – 22 Nov").contains("706.00"), "{screen}");
    let now = stage.row_with("▌");
    let week = |row: &str| row.split("   ").next().unwrap().to_owned();
    assert_eq!(week(&now), week(&before));
    // News in a heap is one question more.
    let asked_before = asked(&stage, |call| matches!(call, Call::Earnings { .. }));
    for _ in 0..50 {
        stage.news(purse::event(Kind::DisputeChanged));
    }
    settle(&mut stage);
    let more = asked(&stage, |call| matches!(call, Call::Earnings { .. })) - asked_before;
    assert!((1..=2).contains(&more), "{more}");
    assert!(stage.app.is_idle());
}

#[test]
fn the_weeks_before_are_a_key_away() {
    let mut stage = at_earnings(80, 24);
    stage.press(">");
    assert!(stage.screen().contains("Not now: these are the weeks up to now"));
    stage.press("<");
    settle(&mut stage);
    let screen = stage.screen();
    assert!(screen.contains("Earnings  8 Jun – 30 Aug"), "{screen}");
    assert!(stage.row_with("24 – 30 Aug").contains("0.00"), "{screen}");
    stage.press("f p");
    assert!(stage.screen().contains("Nothing was paid out in these weeks"));
    stage.press("t f w");
    settle(&mut stage);
    assert!(stage.screen().contains("31 Aug – 22 Nov"));
    assert!(stage.screen().contains("Not now") || stage.row_with("9 – 15 Nov").contains("331.50"));
}

#[test]
fn currencies_are_never_mixed() {
    let mut stage = at_earnings(80, 24);
    let yen = Money::try_new((-18_000).into(), "JPY".parse().unwrap()).unwrap();
    let at = noon() - TimeDelta::days(2);
    stage.server.purse.post(7, "earned", Account::ProviderPayable, yen, at);
    stage.press("R");
    settle(&mut stage);
    assert!(stage.screen().contains("in EUR, 1 of 2 (c next)"), "{}", stage.screen());
    stage.press("c");
    settle(&mut stage);
    let screen = stage.screen();
    assert!(screen.contains("in JPY, 2 of 2"), "{screen}");
    assert!(stage.row_with("16 – 22 Nov").contains("18000"), "{screen}");
    stage.press("enter");
    settle(&mut stage);
    let screen = stage.screen();
    assert!(screen.contains("18000 JPY") && !screen.contains("EUR"), "{screen}");
}

#[test]
fn whoever_cannot_be_paid_is_told_and_gets_the_link() {
    let mut stage = Stage::at_work(80, 24);
    stage.server.purse = Purse::season(noon());
    stage.server.purse.account.id = None;
    stage.server.purse.account.can_receive = false;
    stage.server.purse.account.status = AccountStatus::Pending;
    go_there(&mut stage);
    let screen = stage.screen();
    assert!(screen.contains("You cannot be paid yet"), "{screen}");
    stage.press("o");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("https://pay.example/onboard/1"), "{screen}");
    assert!(screen.contains("until Fri 20 Nov 12:05"), "{screen}");
    assert!(screen.contains("o shows it as a code to scan."), "{screen}");
    stage.press("o");
    assert!(stage.screen().contains('▄'), "{}", stage.screen());
    stage.press("esc");
    assert!(stage.screen().contains("https://pay.example/onboard/1"), "Esc takes the code away");
    stage.press("s");
    assert!(stage.screen().contains("Not now: the link is shown; Esc closes it"));
    stage.press("y");
    assert_eq!(stage.copied.as_deref(), Some("https://pay.example/onboard/1"));
    stage.server.purse.account.can_receive = true;
    stage.server.purse.account.status = AccountStatus::Active;
    stage.press("esc");
    stage.serve();
    assert!(!stage.screen().contains("You cannot be paid yet"), "{}", stage.screen());
}

#[test]
fn a_processor_that_does_not_answer_costs_nothing_else() {
    let mut stage = Stage::at_work(80, 24);
    stage.server.purse = Purse::season(noon());
    stage.server.purse.is_deaf = true;
    go_there(&mut stage);
    let screen = stage.screen();
    assert!(screen.contains("Whether you can be paid is not known"), "{screen}");
    assert!(screen.contains("331.50"), "{screen}");
    stage.press("o");
    stage.serve();
    assert!(stage.screen().contains("The payment processor cannot be reached."));
}

#[test]
fn a_statement_is_written_to_a_file_and_never_over_one_unasked() {
    let mut stage = at_earnings(80, 24);
    stage.press("s");
    assert!(stage.row_with("Month").contains("2026-10"));
    assert!(stage.row_with("File").contains("statement-2026-10.csv"));
    stage.press("ctrl-u");
    stage.type_text("June");
    stage.press("ctrl-s");
    assert!(stage.screen().contains("write a month as 2026-06"), "{}", stage.screen());
    stage.press("ctrl-u");
    stage.type_text("2026-09");
    assert!(stage.row_with("File").contains("statement-2026-09.csv"), "the name goes with it");
    stage.press("ctrl-s");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("The statement was written to statement-2026-09.csv."), "{screen}");
    assert!(stage.files["statement-2026-09.csv"].contains("2026-09-01"));
    stage.files.insert("statement-2026-10.csv".to_owned(), "mine".to_owned());
    stage.press("s ctrl-s");
    stage.serve();
    assert!(stage.screen().contains("Write over this file?"), "{}", stage.screen());
    stage.press("enter s");
    assert_eq!(
        stage.files["statement-2026-10.csv"], "mine",
        "neither Enter nor the key that asked"
    );
    stage.press("esc");
    assert!(stage.row_with("File").contains("statement-2026-10.csv"), "{}", stage.screen());
    stage.press("ctrl-s");
    stage.serve();
    stage.press("y");
    stage.serve();
    assert!(stage.files["statement-2026-10.csv"].contains("2026-10-01"));
}

#[test]
fn a_statement_that_cannot_be_had_or_written_keeps_what_was_typed() {
    let mut stage = at_earnings(80, 24);
    stage.press("s ctrl-s");
    stage.reply(Err(problem(Code::Internal, "Something went wrong.")));
    assert!(stage.screen().contains("Something went wrong."));
    stage.press("tab ctrl-u");
    stage.type_text("/full/a.csv");
    stage.press("ctrl-s");
    stage.serve();
    assert!(stage.screen().contains("no space left"), "{}", stage.screen());
    assert!(stage.row_with("File").contains("/full/a.csv"));
    stage.press("esc");
    assert!(stage.app.is_home());
}

#[test]
fn what_is_owed_stands_out() {
    let mut stage = at_earnings(80, 24);
    stage.server.purse.owed = euros("34");
    stage.press("R");
    settle(&mut stage);
    assert!(stage.row_with("You owe").contains("34.00 EUR"));
    assert_eq!(stage.server.purse.owed.currency(), Currency::EUR);
}

#[test]
fn who_has_earned_nothing_is_told_when_it_counts() {
    let mut stage = Stage::at_work(80, 24);
    go_there(&mut stage);
    let screen = stage.screen();
    assert!(screen.contains("Nothing has been earned yet."), "{screen}");
    stage.press("enter y");
    assert!(stage.screen().contains("Not now"), "{}", stage.screen());
}

#[test]
fn what_cannot_be_fetched_is_said_and_tried_again() {
    let mut stage = Stage::at_work(80, 24);
    stage.server.purse = Purse::season(noon());
    stage.server.is_down = true;
    go_there(&mut stage);
    assert!(stage.screen().contains("The server cannot be reached."), "{}", stage.screen());
    stage.server.is_down = false;
    stage.press("R");
    settle(&mut stage);
    assert!(stage.screen().contains("331.50"));
    stage.press("enter");
    stage.reply(Err(problem(Code::Internal, "Something went wrong.")));
    let screen = stage.screen();
    assert!(
        screen.contains("Something went wrong.") && screen.contains("R tries again"),
        "{screen}"
    );
    stage.press("R");
    settle(&mut stage);
    assert!(stage.screen().contains("Together"), "{}", stage.screen());
}

#[test]
fn nothing_is_fetched_before_the_tab_is_looked_at() {
    let mut stage = Stage::at_work(80, 24);
    stage.news(purse::event(Kind::PayoutChanged));
    let is_ours = |call: &Call| matches!(call, Call::Earnings { .. } | Call::PayoutAccount(_));
    assert_eq!(asked(&stage, is_ours), 0);
}

#[test]
fn at_rest_nothing_wakes_it() {
    let mut stage = at_earnings(120, 40);
    stage.wait(TimeDelta::seconds(30));
    let wake = stage.app.next_wake();
    assert!(wake.is_none_or(|wake| wake - stage.now > TimeDelta::seconds(30)), "{wake:?}");
}
