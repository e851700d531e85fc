//! Paying with commands alone, in a home where no server stays: the page is there for as long as the command.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, ChildStderr, ChildStdout, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;
use tempfile::TempDir;

use super::{
    browser::Browser,
    person::{PASSWORD, folder, run},
    town::traveloure,
};

/// A command that waits until something is paid.
struct Waiting {
    command: Child,
    said: BufReader<ChildStdout>,
    complaint: BufReader<ChildStderr>,
    /// Where to pay.
    url: String,
}

impl Waiting {
    fn begin(home: &TempDir, code: &str) -> Self {
        let mut command = traveloure(home);
        command.args(["pay", "start", code, "--wait"]);
        let mut command = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(command.stdout.take().unwrap());
        let mut complaint = BufReader::new(command.stderr.take().unwrap());
        let url = until(&mut said, "Pay here");
        until(&mut complaint, "Waiting");
        Self { command, said, complaint, url }
    }
}

/// Reads up to the line that begins with these words, and returns what follows them there.
fn until(said: &mut impl BufRead, words: &str) -> String {
    loop {
        let mut line = String::new();
        assert!(said.read_line(&mut line).unwrap() > 0, "{words:?} is never said");
        if let Some(rest) = line.trim().strip_prefix(words) {
            return rest.trim().to_owned();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_stays_with_its_page_until_it_is_paid() {
    let home = folder();
    let does = |words: &[&str], input: &str| -> Value {
        let ran = run(traveloure(&home).arg("--json").args(words), input);
        assert!(ran.is_done(), "{words:?}: {ran:?}");
        ran.read()
    };
    does(&["register", "ana@one.example", "--name", "Ana"], &format!("{PASSWORD}\n"));
    let place = ["--city", "Reykjavik", "--country", "IS", "--zone", "Atlantic/Reykjavik"];
    does(&[&["providers", "create", "Ana"], &place[..]].concat(), "");
    let kind = ["--category", "transport", "--availability", "calendar"];
    let price = ["--price", "80.00", "--currency", "EUR"];
    does(&[&["services", "create", "Ride"], &kind[..], &price[..]].concat(), "");
    does(&["register", "ben@one.example", "--name", "Ben"], &format!("{PASSWORD}\n"));
    does(&["cart", "add", "Ride", "+9"], "");
    let booked = does(&["cart", "process", "--yes"], "");
    let code = booked["instant"][0]["booking"]["confirmation_code"].as_str().unwrap();

    // Nobody is at a terminal, so it ends at once, and says what that means for its link.
    let left = run(traveloure(&home).args(["--json", "pay", "start", code]), "");
    assert!(left.is_done(), "{left:?}");
    let dead = left.read::<Value>()["payment"]["url"].as_str().unwrap().to_owned();
    let (_, page) = dead.split_once("/sandbox/pay/").unwrap();
    assert!(left.complaint.contains("ends with this command"), "{left:?}");
    let later = format!("http://127.0.0.1:8080/sandbox/pay/{page}");
    assert!(left.complaint.contains(&later), "{left:?}");

    let mut waiting = Waiting::begin(&home, code);
    kill(Pid::from_raw(i32::try_from(waiting.command.id()).unwrap()), Signal::SIGINT).unwrap();
    let stopped = waiting.command.wait().unwrap();
    let mut complaint = String::new();
    waiting.complaint.read_to_string(&mut complaint).unwrap();
    assert_eq!(stopped.code(), Some(130), "{complaint}");
    assert!(
        complaint.contains(&later) && complaint.contains("Not waiting any longer."),
        "{complaint}"
    );

    // The same page, where it is now.
    let Waiting { mut command, mut said, url, .. } = Waiting::begin(&home, code);
    assert!(url.ends_with(&format!("/sandbox/pay/{page}")) && url != dead, "{url} {dead}");
    let mut browser = Browser::open(&url).await;
    browser.pay_with("4242424242424242").await;
    browser.shows("Paid");
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert!(command.wait().unwrap().success(), "{rest}");
    assert!(rest.contains("succeeded") && rest.contains("confirmed"), "{rest}");
}
