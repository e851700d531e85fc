//! A request answered three ways, seen to change in a second terminal.

use std::fs;

use crate::{home::Home, terminal::Terminal};

/// The line that the cursor is on.
fn cursor_line(terminal: &Terminal) -> String {
    let screen = terminal.screen();
    screen.lines().find(|line| line.starts_with('▌')).unwrap_or_default().to_owned()
}

/// Moves down to the request of this traveler.
fn go_to(terminal: &mut Terminal, traveler: &str) {
    while !cursor_line(terminal).contains(traveler) {
        let before = cursor_line(terminal);
        terminal.press("j");
        terminal.wait("the cursor to move", |screen| !screen.contains(before.as_str()));
    }
}

#[test]
fn three_answers_and_a_second_terminal_that_sees_them() {
    let home = Home::new();
    let mut desk = Terminal::start(home.path(), &["demo"], 80, 24);
    desk.wait_for("To answer");
    let mut second = Terminal::start(home.path(), &["--demo"], 120, 40);
    second.wait_for("If you accept");
    save_picture("inbox", &second);

    go_to(&mut desk, "Thandiwe");
    desk.press("a");
    desk.wait_for("Accept Thandiwe");
    // What it uses up has to be shown before it can be accepted.
    desk.wait_for("y accept");
    save_picture("accept", &desk);
    desk.press("y");
    desk.wait_for("takes it back");
    desk.wait_for("✓ Accepted");
    second.wait_for("accepted");

    go_to(&mut desk, "Søren");
    desk.press("d");
    desk.wait_for("Decline Søren");
    desk.press("The van is at the garage that day.\u{13}");
    desk.wait_for("✓ Declined");
    second.wait_for("declined");

    go_to(&mut desk, "Camille");
    desk.press("c");
    desk.wait_for("Offer to Camille");
    desk.press("\u{15}-10%");
    desk.wait_for("Difference");
    save_picture("offer", &desk);
    desk.press("\u{13}");
    desk.wait_for("takes it back");
    second.wait_for("your offer");

    // The first one that leaves takes nothing away from the second.
    desk.press("q");
    assert_eq!(desk.wait_for_end(), 0);
    second.press("g");
    second.wait_for("To answer");
    let countered =
        home.json(&["--demo", "--json", "requests", "list", "--status", "counter_offered"]);
    let names: Vec<&str> = countered["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["traveler_name"].as_str())
        .collect();
    assert!(names.iter().any(|name| name.contains("Camille")), "{names:?}");

    second.press("2");
    second.wait_for("Mon");
    second.press("s");
    second.wait_for("Whose calendar");
    second.press("3");
    second.wait("the calendar of the walk", |screen| {
        screen.contains("Alfama before breakfast") && screen.contains("taken")
    });
    save_picture("calendar", &second);
    second.press("q");
    assert_eq!(second.wait_for_end(), 0);
}

#[test]
fn without_a_terminal_the_demo_prints_the_inbox_and_how_to_answer() {
    let home = Home::new();
    let output = home.run(&["demo"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("Thandiwe Nkosi") && text.contains("requests accept"), "{text}");
    assert!(!text.contains('\u{1b}'), "no escape code where there is no terminal");
    let again = home.json(&["--demo", "--json", "requests", "list", "--status", "accepted"]);
    assert!(!again["items"].as_array().unwrap().is_empty());
}

#[test]
fn a_terminal_of_twenty_by_five_says_what_it_needs() {
    let home = Home::new();
    let mut small = Terminal::start(home.path(), &["demo"], 20, 5);
    small.wait("a word about the size", |screen| screen.contains("40"));
    small.resize(80, 24);
    small.wait_for("To answer");
    small.press("q");
    assert_eq!(small.wait_for_end(), 0);
}

/// Writes the screen as a picture for the README where `UPDATE_PICTURES` asks for it.
fn save_picture(name: &str, terminal: &Terminal) {
    let picture = terminal.picture();
    assert!(
        picture.starts_with("<svg") && picture.contains("Inbox"),
        "{name} is no picture of the inbox"
    );
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/pictures");
        fs::create_dir_all(folder).unwrap();
        fs::write(format!("{folder}/{name}.svg"), picture).unwrap();
    }
}
