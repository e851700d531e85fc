//! Looking after the jobs, key by key.

use chrono::TimeDelta;
use traveloure_core::{
    api::{event::Kind, job::WorkerState, problem::Code},
    job::Job,
};

use crate::tui::{
    app::call::{Call, News},
    screens::Tab,
    testing::{Stage, job_list, noon, server::problem},
};

/// An administrator before the jobs.
fn at_jobs(width: u16, height: u16) -> Stage {
    let mut stage = Stage::in_charge(width, height);
    while stage.app.tab() != Some(Tab::Jobs) {
        stage.press("]");
        stage.serve();
    }
    stage
}

fn changed() -> News {
    job_list::event(Kind::JobsChanged, noon())
}

fn asked_for_troubles(stage: &Stage) -> usize {
    stage.asked.iter().filter(|call| matches!(call, Call::Troubles { .. })).count()
}

#[test]
fn the_jobs_say_how_they_do_and_what_waits_is_counted_on_the_tab() {
    let mut stage = at_jobs(80, 24);
    let screen = stage.screen();
    assert!(screen.contains("Jobs 2") || screen.contains("Jobs (2)"), "{screen}");
    assert!(screen.contains("2 servers at work, 1 lost"), "{screen}");
    assert!(stage.row_with("Give refunds back").contains("runs"));
    assert!(stage.row_with("Pay providers out").contains("fails"));
    assert!(stage.row_with("Compare the books").contains("silent"));
    assert!(stage.row_with("Act on the processor").contains("late"));
    stage.press("G enter");
    assert!(stage.screen().contains("Delete what is of no more use"));
    stage.press("esc k k enter");
    let screen = stage.screen();
    assert!(screen.contains("It cannot look for what is due"), "{screen}");
    assert!(screen.contains("database: relation does not exist"), "{screen}");
}

#[test]
fn what_is_stuck_is_read_and_tried_again_after_a_question() {
    let mut stage = at_jobs(80, 24);
    stage.press("f s");
    stage.serve();
    let row = stage.row_with("120.00 EUR");
    assert!(row.contains("waits for you"), "{row}");
    stage.press("enter");
    let screen = stage.screen();
    for words in ["The refund did not arrive", "It is not tried again by itself; r tries it."] {
        assert!(screen.contains(words), "{screen}");
    }
    assert!(!screen.contains('\u{1b}'), "what others wrote is drawn clean");
    // Neither the key that asked nor Enter says yes.
    stage.press("r r enter");
    assert!(stage.calls.is_empty());
    assert!(stage.screen().contains("Another refund is made over the same card."));
    stage.press("esc");
    assert!(!stage.screen().contains("Try it again now?"));
    stage.press("r y y");
    assert_eq!(stage.calls.len(), 1, "pressed twice, asked once");
    stage.serve();
    assert!(stage.screen().contains("It is tried now: made anew"));
    assert_eq!(stage.server.jobs.retried, [(Job::SettleRefunds, job_list::subject(1))]);
    assert!(!stage.screen().contains("120.00 EUR"), "it is off the list");
}

#[test]
fn what_came_of_another_try_is_said_when_it_is_known() {
    let mut stage = at_jobs(80, 24);
    stage.press("f s");
    stage.serve();
    stage.press("j r y");
    stage.serve();
    assert!(stage.screen().contains("It is tried now."), "{}", stage.screen());
    let payout = |stage: &Stage| {
        let found = stage.server.jobs.troubles.iter().position(|one| one.job == Job::PayOut);
        found.unwrap()
    };
    // It fails once more.
    let at = payout(&stage);
    let trouble = &mut stage.server.jobs.troubles[at];
    trouble.last_failed_at = noon() + TimeDelta::seconds(1);
    trouble.error = "The account is closed.".to_owned();
    stage.news(changed());
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("340.00 EUR"), "{screen}");
    assert!(
        screen.contains("it failed again.") && screen.contains("account is closed."),
        "{screen}"
    );
    assert!(!screen.contains('\u{202e}'), "what others wrote is drawn clean");
    // Said once: what happens later is news of the list.
    stage.wait(TimeDelta::seconds(20));
    stage.news(changed());
    stage.serve();
    assert!(!stage.screen().contains("it failed again"), "{}", stage.screen());
    // And then it goes through, while the jobs are looked at.
    stage.press("r y");
    stage.serve();
    stage.press("esc");
    stage.serve();
    let at = payout(&stage);
    stage.server.jobs.troubles.remove(at);
    stage.news(changed());
    stage.serve();
    assert!(stage.screen().contains("it is done now."), "{}", stage.screen());
}

#[test]
fn a_refund_made_anew_is_not_said_to_be_done() {
    let mut stage = at_jobs(80, 24);
    stage.press("f s");
    stage.serve();
    stage.press("r y");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("made anew, it comes up here if that fails"), "{screen}");
    assert!(!screen.contains("it is done now"), "{screen}");
}

#[test]
fn what_cannot_be_tried_says_why_and_can_be_asked_again() {
    let mut stage = at_jobs(80, 24);
    stage.press("r");
    assert!(stage.screen().contains("f s shows what is stuck"));
    stage.press("f s");
    stage.serve();
    stage.press("r y");
    stage.reply(Err(problem(Code::NotFound, "Nothing of that name is in trouble.")));
    assert!(stage.screen().contains("Nothing of that name is in trouble."));
    // What was said before is read by now.
    stage.wait(TimeDelta::seconds(20));
    stage.press("y");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("It is tried now: made anew"), "{screen}");
}

#[test]
fn an_open_screen_follows_what_happens_and_asks_once_for_many_events() {
    let mut stage = at_jobs(80, 24);
    stage.press("f s j");
    stage.serve();
    stage.press("j");
    let before = asked_for_troubles(&stage);
    stage.server.jobs.troubles.retain(|trouble| trouble.subject != job_list::subject(1));
    for _ in 0..20 {
        stage.news(changed());
    }
    stage.serve();
    assert_eq!(asked_for_troubles(&stage), before + 2, "once, and once more behind it");
    assert!(!stage.screen().contains("120.00 EUR"));
    stage.server.jobs.troubles.clear();
    stage.news(changed());
    stage.serve();
    assert!(stage.screen().contains("Nothing is stuck."));
}

#[test]
fn everything_that_failed_and_the_servers_are_a_chord_away_and_esc_leads_back() {
    let mut stage = at_jobs(80, 24);
    stage.press("f f");
    stage.serve();
    assert!(stage.screen().contains("Everything that failed  3"));
    stage.press("f w");
    stage.serve();
    assert!(stage.row_with("10.0.0.3:8080").contains(WorkerState::Lost.as_str()));
    stage.press("enter esc");
    stage.serve();
    assert!(stage.row_with("Give refunds back").contains("runs"));
}

#[test]
fn nothing_moves_while_nothing_happens() {
    let mut stage = at_jobs(80, 24);
    let before = stage.screen();
    stage.wait(TimeDelta::minutes(10));
    let after = stage.screen();
    assert_eq!(before, after);
}

#[test]
fn jobs_and_what_failed_at_every_size() {
    for (width, height) in [(40, 20), (60, 20), (80, 24), (120, 40)] {
        for (name, keys) in [("jobs", &[][..]), ("stuck", &["f s"]), ("read", &["f s", "enter"])] {
            let mut stage = at_jobs(width, height);
            for key in keys {
                stage.press(key);
                stage.serve();
            }
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), stage.styled());
        }
    }
}

#[test]
fn every_size_is_survived() {
    for keys in ["", "enter", "f s", "f s enter", "f w"] {
        let mut stage = at_jobs(80, 24);
        stage.press(keys);
        stage.serve();
        stage.press("r");
        for (width, height) in [(1, 1), (20, 5), (40, 12), (60, 20), (101, 12), (500, 200)] {
            stage.resize(width, height);
        }
    }
}
