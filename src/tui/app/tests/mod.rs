//! Starting, signing in, leaving, and what holds on every screen.

mod fuzz;

use chrono::TimeDelta;
use traveloure_core::{
    api::{event::Kind, problem::Code},
    availability::AvailabilityType,
    request::Status,
};

use crate::tui::{
    app::{
        call::{ApiError, Call, News},
        desk::{Settings, Start},
        message::Startup,
    },
    screens::Tab,
    testing::{Stage, noon, sample, server::problem, settings},
};

fn private() -> Settings {
    Settings { start: Start::Private, ..settings() }
}

#[test]
fn whom_one_may_be_is_said_where_one_signs_in() {
    let accounts = Some("You may be provider or admin.".to_owned());
    let mut stage = Stage::begun(Settings { accounts, ..settings() }, 80, 24);
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Sign in") && screen.contains("You may be provider"), "{screen}");
    stage.press("ctrl-n");
    assert!(!stage.screen().contains("You may be"), "a new account is none of them");
    stage.press("ctrl-n");
    assert!(stage.screen().contains("You may be"));
}

#[test]
fn the_first_frame_comes_before_anything_is_there() {
    let mut stage = Stage::begun(private(), 80, 24);
    assert!(stage.screen().contains("Getting ready"));
    assert!(stage.calls.is_empty());
}

#[test]
fn the_start_shows_its_steps() {
    let mut stage = Stage::begun(private(), 80, 24);
    stage.startup(Startup::Looking);
    stage.startup(Startup::Creating);
    stage.startup(Startup::DemoData { done: 3, total: 40 });
    stage.startup(Startup::DemoData { done: 9, total: 40 });
    let screen = stage.screen();
    assert!(screen.contains("✓ Creating a private database"), "{screen}");
    assert!(screen.contains("Entering demo data, 9 of 40"), "{screen}");
    assert!(!screen.contains("3 of 40"), "{screen}");
    stage.startup(Startup::Ready { is_new: false });
    assert!(matches!(stage.asked[..], [Call::Me]));
}

#[test]
fn a_start_that_failed_says_what_to_do_and_tries_again() {
    let mut stage = Stage::begun(private(), 60, 20);
    stage.startup(Startup::Starting);
    stage.startup(Startup::Failed {
        what: "The disk is full.".to_owned(),
        remedy: "Make room in /var/lib and try again.".to_owned(),
    });
    let screen = stage.screen();
    assert!(screen.contains("The disk is full."), "{screen}");
    assert!(screen.contains("Make room in /var/lib"), "{screen}");
    stage.press("R");
    assert_eq!(stage.starts, 1);
    assert!(!stage.screen().contains("disk"));
}

#[test]
fn a_server_out_of_reach_is_said_and_asked_again() {
    let mut stage = Stage::begun(settings(), 80, 24);
    stage.reply(Err(ApiError::Offline("connection refused".to_owned())));
    let screen = stage.screen();
    assert!(screen.contains("cannot be reached: connection refused"), "{screen}");
    stage.server.is_signed_in = true;
    stage.press("R");
    stage.serve();
    assert_eq!(stage.app.tab(), Some(Tab::Inbox));
}

#[test]
fn without_an_account_one_is_made_first() {
    let mut stage = Stage::begun(private(), 80, 24);
    stage.startup(Startup::Ready { is_new: true });
    stage.serve();
    assert!(stage.screen().contains("Make an account"));
    stage.press("ctrl-n");
    assert!(stage.screen().contains("No account yet?"));
}

#[test]
fn a_wrong_password_loses_nothing_typed() {
    let mut stage = Stage::begun(settings(), 80, 24);
    stage.serve();
    stage.type_text("rita@alfama.example");
    stage.press("tab");
    stage.type_text("wrong");
    stage.press("enter");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("E-mail or password is wrong."), "{screen}");
    assert!(screen.contains("rita@alfama.example"), "{screen}");
    assert!(screen.contains("*****") && !screen.contains("wrong "), "{screen}");
    stage.press("ctrl-u");
    stage.type_text("right horse battery");
    stage.press("enter");
    stage.serve();
    assert_eq!(stage.app.tab(), Some(Tab::Inbox));
    assert!(stage.is_listening);
}

/// An account that has just been made.
fn newcomer(width: u16, height: u16) -> Stage {
    let mut stage = Stage::begun(settings(), width, height);
    stage.server.user.provider_id = None;
    stage.server.services.clear();
    stage.server.is_signed_in = true;
    stage.serve();
    // Whoever has just come travels; to offer something is one command away.
    assert_eq!(stage.app.tab(), Some(Tab::Search));
    stage.press(":");
    stage.type_text("become a provider");
    stage.press("enter");
    stage
}

#[test]
fn a_newcomer_is_led_to_a_first_service() {
    let mut stage = newcomer(80, 24);
    assert_eq!(stage.app.tab(), Some(Tab::Welcome));
    stage.press("tab");
    stage.type_text("Lisbon");
    stage.press("tab");
    stage.type_text("Atlantis");
    stage.press("tab ctrl-u");
    stage.type_text("eulis");
    assert!(stage.screen().contains("Europe/Lisbon"));
    stage.press("ctrl-s");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("✗ choose one that exists") && screen.contains("Lisbon"), "{screen}");
    stage.press("ctrl-u");
    stage.type_text("portug");
    stage.press("ctrl-s");
    stage.serve();
    let screen = stage.screen();
    assert!(screen.contains("Step two of two"), "{screen}");
    stage.type_text("Alfama walking tour");
    stage.press("tab tab right right tab tab tab tab");
    stage.type_text("=2*30");
    stage.press("ctrl-s");
    stage.serve();
    assert_eq!(stage.app.tab(), Some(Tab::Inbox));
    let service = &stage.server.new_services[0];
    assert_eq!(service.availability_type, AvailabilityType::Inventory);
    assert_eq!(service.base_price.unwrap().to_string(), "60.00");
    assert!(stage.screen().contains("Alfama walking tour can be booked now."));
}

#[test]
fn a_provider_without_a_service_is_led_to_one() {
    let mut stage = Stage::begun(settings(), 80, 24);
    stage.server.services.clear();
    stage.server.is_signed_in = true;
    stage.serve();
    assert_eq!(stage.app.tab(), Some(Tab::Welcome));
}

#[test]
fn the_way_in_at_every_size() {
    for (width, height) in [(40, 20), (60, 20), (80, 24), (120, 40)] {
        let mut stage = Stage::begun(private(), width, height);
        stage.startup(Startup::Looking);
        stage.startup(Startup::Fetching { done: 7_000_000, total: Some(20_000_000) });
        stage.wait(TimeDelta::seconds(1));
        insta::assert_snapshot!(format!("startup_{width}x{height}"), stage.styled());
        stage.startup(Startup::Ready { is_new: false });
        stage.serve();
        stage.type_text("rita@alfama.example");
        stage.press("tab");
        stage.type_text("secret");
        insta::assert_snapshot!(format!("sign_in_{width}x{height}"), stage.styled());
        insta::assert_snapshot!(
            format!("welcome_{width}x{height}"),
            newcomer(width, height).styled()
        );
    }
}

#[test]
fn what_lies_over_every_screen() {
    for (name, keys) in [("help", "?"), ("palette", ":"), ("roles", "@"), ("chord", "f")] {
        for (width, height) in [(40, 20), (80, 24)] {
            let mut stage = Stage::at_work(width, height);
            stage.press(keys);
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), stage.styled());
        }
    }
}

#[test]
fn a_sign_in_that_ended_keeps_the_place() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("j j j");
    assert!(stage.row_with("▌").contains("Siobhán"));
    stage.server.is_signed_in = false;
    stage.press("R");
    stage.reply(Err(problem(Code::NotSignedIn, "Sign in first.")));
    assert_eq!(stage.app.tab(), Some(Tab::SignIn));
    // Who was away meanwhile finds the reason too, also above the form of a new account.
    stage.wait(TimeDelta::minutes(10));
    for key in ["ctrl-n", "ctrl-n"] {
        assert!(stage.screen().contains("You were signed out in another terminal"), "{key}");
        stage.press(key);
    }
    assert!(stage.screen().contains("everything here is kept"));
    stage.type_text("rita@alfama.example");
    stage.press("tab");
    stage.type_text("right horse battery");
    stage.press("enter");
    stage.serve();
    assert_eq!(stage.app.tab(), Some(Tab::Inbox));
    assert!(stage.row_with("▌").contains("Siobhán"));
}

#[test]
fn signing_out_forgets_who_was_here() {
    let mut stage = Stage::at_work(80, 24);
    stage.press(":");
    stage.type_text("sign out");
    stage.press("enter");
    stage.serve();
    assert_eq!(stage.app.tab(), Some(Tab::SignIn));
    assert!(!stage.is_listening);
    assert!(!stage.screen().contains("Rita"));
}

#[test]
fn q_leaves_and_says_nothing_when_nothing_is_open() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("q");
    assert!(stage.has_left);
    assert_eq!(stage.last_words, None);
}

#[test]
fn a_lost_connection_is_said_and_found_again() {
    let mut stage = Stage::at_work(80, 24);
    stage.news(News::Offline { retry_at: noon() + TimeDelta::seconds(4) });
    assert!(stage.screen().contains("offline, next try in 4s"));
    stage.wait(TimeDelta::seconds(3));
    assert!(stage.screen().contains("offline, next try in 1s"));
    stage.news(News::Online);
    let screen = stage.screen();
    assert!(screen.contains("Connected again.") && !screen.contains("offline"), "{screen}");
}

#[test]
fn a_command_that_cannot_be_used_says_why() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("5");
    assert!(!stage.screen().contains("Not now"));
    let mut stage = Stage::on_a_trip(80, 24);
    stage.press("5");
    assert!(stage.screen().contains("Not now: there is no such tab"));
}

#[test]
fn a_chord_shows_what_may_follow_and_esc_ends_it() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("f");
    let keys = stage.screen().lines().last().unwrap().to_owned();
    assert!(keys.contains("o to answer") && keys.contains("w waiting"), "{keys}");
    stage.press("esc");
    assert!(stage.app.is_home());
}

#[test]
fn help_lists_the_keys_of_the_screen() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("?");
    let screen = stage.screen();
    assert!(screen.contains("Inbox") && screen.contains("Accept the request"), "{screen}");
    stage.press("esc");
    assert!(stage.app.is_home());
}

#[test]
fn the_palette_runs_a_command_by_some_of_its_letters() {
    let mut stage = Stage::at_work(80, 24);
    stage.press(":");
    stage.type_text("lapsed");
    stage.press("enter");
    stage.serve();
    assert!(stage.screen().contains("Nothing has expired or been withdrawn."));
}

#[test]
fn a_terminal_too_small_says_what_it_needs() {
    for (width, height) in [(20, 5), (39, 24), (80, 11), (1, 1), (5, 2)] {
        let mut stage = Stage::at_work(width, height);
        let words = stage.screen().split_whitespace().collect::<Vec<_>>().join(" ");
        if width >= 20 && height >= 5 {
            assert!(words.contains("needs 40 x 12"), "{words}");
        }
    }
}

#[test]
fn a_request_that_arrives_leaves_the_cursor_on_its_row() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("j j");
    let before = stage.row_with("▌");
    let mut urgent = sample::request(30, noon());
    urgent.row.expires_at = noon() + TimeDelta::minutes(3);
    stage.server.requests.push(urgent);
    stage.news(sample::event(Kind::RequestSubmitted, 30, 1));
    stage.serve();
    assert_eq!(stage.row_with("▌"), before);
    assert!(stage.screen().contains("4 of 9"));
    stage.server.change(2, Status::Withdrawn);
    stage.news(sample::event(Kind::RequestWithdrawn, 2, 2));
    stage.serve();
    assert!(stage.row_with("▌").contains("withdrawn"));
}

#[test]
fn every_screen_survives_every_size() {
    let mut stage = Stage::at_work(80, 24);
    for keys in ["", "?", "esc :", "esc @", "esc f"] {
        stage.press(keys);
        for (width, height) in
            [(1, 1), (20, 5), (40, 12), (60, 20), (80, 24), (120, 40), (500, 200)]
        {
            stage.resize(width, height);
        }
    }
}

#[test]
fn at_rest_nothing_changes_before_the_next_minute() {
    let mut stage = Stage::at_work(80, 24);
    stage.wait(TimeDelta::seconds(30));
    let before = stage.styled();
    let wake = stage.app.next_wake().unwrap();
    assert!(wake - stage.now > TimeDelta::seconds(20), "{wake}");
    stage.wait(TimeDelta::seconds(20));
    assert_eq!(stage.styled(), before);
}

#[test]
fn the_acting_role_decides_the_tabs() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("@");
    assert!(stage.screen().contains("1 Traveler"));
    stage.press("1");
    stage.serve();
    assert_eq!(stage.app.tab(), Some(Tab::Search));
    assert!(stage.screen().contains("Traveler: Rita Duarte"));
    assert!(!stage.asked.is_empty() && stage.is_listening);
    stage.press("@ 2");
    stage.serve();
    assert_eq!(stage.app.tab(), Some(Tab::Inbox));
    assert!(stage.screen().contains("Provider: Rita Duarte"));
}

#[test]
fn an_answer_on_its_way_is_not_left_behind_by_a_change_of_role() {
    let mut stage = Stage::at_work(80, 24);
    stage.press("d");
    stage.type_text("Sorry!");
    stage.press("enter @ 1");
    assert_eq!(stage.app.tab(), Some(Tab::Inbox), "{}", stage.screen());
    assert!(stage.screen().contains("is being sent"), "{}", stage.screen());
    stage.serve();
    assert_eq!(stage.server.requests[0].row.status, Status::Declined);
    stage.press("@ 1");
    stage.serve();
    assert_eq!(stage.app.tab(), Some(Tab::Search), "{}", stage.screen());
}

#[test]
fn whoever_thinks_better_of_it_travels_on() {
    let mut stage = newcomer(80, 24);
    assert_eq!(stage.app.tab(), Some(Tab::Welcome));
    stage.press("esc");
    stage.serve();
    assert_eq!(stage.app.tab(), Some(Tab::Search));
    stage.press("@");
    assert!(stage.screen().contains("Provider: become one"), "{}", stage.screen());
    stage.press("2");
    assert_eq!(stage.app.tab(), Some(Tab::Welcome));
}
