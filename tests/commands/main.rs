//! The commands of the real binary, on a real PostgreSQL in a home of the test's own.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod check;
mod desk;
mod home;
mod jobs;
mod people;

use home::Home;
use serde_json::Value;

#[test]
fn a_session_from_its_beginning_to_its_end() {
    let home = Home::new();
    let refused = home.run(&["whoami"], "");
    assert_eq!(refused.exit_code(), 4);
    assert!(refused.complaint().starts_with("You are not signed in."), "{}", refused.complaint());

    let registered =
        home.ok(&["register", "ana@example.com", "--name", "Ana Sousa"], "a long enough one\n");
    assert!(registered.starts_with("Ana Sousa <ana@example.com>, traveler\n"), "{registered}");
    assert_eq!(home.json(&["whoami"])["email"], "ana@example.com");

    home.ok(&["logout"], "");
    assert_eq!(home.run(&["whoami"], "").exit_code(), 4);
    let wrong = home.run(&["--json", "login", "ana@example.com"], "another one\n");
    assert_eq!(wrong.exit_code(), 4);
    let said: Value = serde_json::from_str(&wrong.complaint()).unwrap();
    assert_eq!(said["error"]["problem"]["code"], "wrong_credentials");
    home.ok(&["login", "ana@example.com"], "a long enough one\n");
    assert_eq!(home.ok(&["requests", "list"], ""), "No requests.\n");
    let refused = home.run(
        &[
            "services",
            "create",
            "Tour",
            "--category",
            "activity",
            "--availability",
            "toggle",
            "--currency",
            "EUR",
        ],
        "",
    );
    assert_eq!(refused.exit_code(), 4);
    assert!(refused.complaint().contains("traveloure providers create"), "{}", refused.complaint());
}

#[test]
fn a_setting_that_cannot_be_used_is_named() {
    let home = Home::new();
    std::fs::write(home.0.path().join("config.toml"), "undo_secnds = 3\n").unwrap();
    let refused = home.run(&["whoami"], "");
    assert_eq!(refused.exit_code(), 2);
    assert!(
        refused.complaint().contains("did you mean `undo_seconds`?"),
        "{}",
        refused.complaint()
    );
}

#[test]
fn a_server_that_is_not_there_is_offline() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let home = Home::new();
    let refused = home.run(&["--server", &server, "login", "ana@example.com"], "a password\n");
    assert_eq!(refused.exit_code(), 5);
    assert!(
        refused.complaint().contains("cannot be reached: Connection refused"),
        "{}",
        refused.complaint()
    );
    // A server elsewhere needs no cluster here.
    assert!(!home.0.path().join("cluster").exists());
}

#[test]
fn the_demo_is_not_served_to_others() {
    let home = Home::new();
    let refused = home.run(&["serve", "--demo", "--listen", "0.0.0.0:0"], "");
    assert_eq!(refused.exit_code(), 2);
    assert!(
        refused.complaint().contains("Everybody knows the passwords"),
        "{}",
        refused.complaint()
    );
}

#[test]
fn what_is_about_the_program_touches_nothing() {
    let home = Home::new();
    assert!(home.ok(&["completions", "bash"], "").contains("_traveloure"));
    assert!(home.ok(&["man"], "").contains("Exit codes"));
    assert_eq!(std::fs::read_dir(home.0.path()).unwrap().count(), 0);
}
