//! Somebody with an account: what they type, what their program prints, and what they are told.

use std::{
    fs::Permissions,
    io::Write,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
    time::Duration,
};

use serde::de::DeserializeOwned;
use tempfile::TempDir;
use tokio::time::timeout;
use traveloure::client::{Client, EventStream, Notice};
use traveloure_config::{Secret, ServerUrl};
use traveloure_core::{
    actor::Role,
    api::{
        auth::Login,
        event::{Event, Kind},
        provider::Provider,
        service::Service,
    },
    ids::ProviderId,
};

use super::{
    terminal::Terminal,
    town::{Town, traveloure},
};

pub const PASSWORD: &str = "a long enough one";

/// A slow machine is no failure; what never comes is.
const PATIENCE: Duration = Duration::from_mins(1);

/// A home of its own for everybody.
pub struct Person {
    home: TempDir,
    url: String,
    /// Acts in the role in which they are here.
    pub client: Client,
}

impl Person {
    pub async fn traveler(town: &Town, email: &str, name: &str) -> Self {
        register(town, email, name);
        Self::sign_in(town, email, Role::Traveler).await
    }

    /// A provider where there is no summer time.
    pub async fn provider(town: &Town, email: &str, name: &str) -> (Self, ProviderId) {
        register(town, email, name);
        let person = Self::sign_in(town, email, Role::Provider).await;
        let place = ["--city", "Reykjavik", "--country", "IS", "--zone", "Atlantic/Reykjavik"];
        let provider: Provider =
            person.does(&[&["providers", "create", name], &place[..]].concat());
        (person, provider.id)
    }

    /// Signs in with the command, and with a client for what has no command.
    pub async fn sign_in(town: &Town, email: &str, role: Role) -> Self {
        let url: ServerUrl = town.url.parse().unwrap();
        let client = Client::try_new(url, PATIENCE).unwrap();
        let login = Login { email: email.to_owned(), password: PASSWORD.to_owned(), device: None };
        let session = client.login(&login).await.unwrap();
        let client = client.with_token(Some(Secret::from(session.token))).in_role(role);
        let person = Self { home: folder(), url: town.url.clone(), client };
        let signed_in = run(person.command().args(["login", email]), &format!("{PASSWORD}\n"));
        assert!(signed_in.is_done(), "{signed_in:?}");
        person
    }

    fn command(&self) -> Command {
        let mut command = traveloure(&self.home);
        command.args(["--server", &self.url]);
        command
    }

    /// What a command prints for a program, which must go through.
    #[track_caller]
    pub fn does<T: DeserializeOwned>(&self, arguments: &[&str]) -> T {
        let ran = self.tries(arguments);
        assert!(ran.is_done(), "{arguments:?}: {ran:?}");
        ran.read()
    }

    /// The same of one that may be refused.
    pub fn tries(&self, arguments: &[&str]) -> Ran {
        run(self.command().arg("--json").args(arguments), "")
    }

    /// Offers something for this price, with these terms if there are more than a price.
    pub fn offers(&self, name: &str, category: &str, price: &str, terms: &[&str]) -> Service {
        let (price, currency) = price.split_once(' ').unwrap();
        let service = self.does(&[
            "services",
            "create",
            name,
            "--category",
            category,
            "--availability",
            "calendar",
            "--price",
            price,
            "--currency",
            currency,
        ]);
        if !terms.is_empty() {
            self.does::<serde_json::Value>(&[&["prices", "set", name], terms].concat());
        }
        service
    }

    /// The screens, at this size.
    pub fn opens_screens(&self, columns: u16, rows: u16) -> Terminal {
        Terminal::start(self.home.path(), &["--server", &self.url], columns, rows)
    }

    /// From now on they hear what happens.
    pub async fn listens(&self) -> Ears {
        let mut stream = self.client.events();
        loop {
            match timeout(PATIENCE, stream.next()).await.expect("the stream opens") {
                Some(Notice::Online) => return Ears(stream),
                Some(_) => {}
                None => panic!("the stream was refused"),
            }
        }
    }
}

pub struct Ears(EventStream);

impl Ears {
    /// The next event of this kind; others are passed over.
    pub async fn hear(&mut self, kind: Kind) -> Event {
        let heard = async {
            loop {
                match self.0.next().await.expect("the stream goes on") {
                    Notice::Event(event) if event.kind == kind => return event,
                    _ => {}
                }
            }
        };
        timeout(PATIENCE, heard)
            .await
            .unwrap_or_else(|_| panic!("{} was never told", kind.as_str()))
    }
}

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub printed: String,
    pub complaint: String,
}

impl Ran {
    pub const fn is_done(&self) -> bool {
        self.code == 0
    }

    #[track_caller]
    pub fn read<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.printed).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Runs a command with this on its standard input.
pub fn run(command: &mut Command, input: &str) -> Ran {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        printed: String::from_utf8(output.stdout).unwrap(),
        complaint: String::from_utf8(output.stderr).unwrap(),
    }
}

fn register(town: &Town, email: &str, name: &str) {
    let home = folder();
    let mut register = traveloure(&home);
    register.args(["--server", &town.url, "register", email, "--name", name]);
    let registered = run(&mut register, &format!("{PASSWORD}\n"));
    assert!(registered.is_done(), "{registered:?}");
}

/// An empty folder that PostgreSQL's account can pass through, removed with the value.
pub fn folder() -> TempDir {
    tempfile::Builder::new()
        .prefix("traveloure")
        .permissions(Permissions::from_mode(0o711))
        .tempdir()
        .unwrap()
}
