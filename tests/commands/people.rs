//! A provider and a traveler who work by commands.

use serde_json::Value;

use super::home::{Home, Ran};

/// Two people on one home: each keeps their own session.
pub struct People {
    pub provider: Home,
    traveler_token: String,
}

impl People {
    /// Inês has a provider in Lisbon; Tom travels.
    pub fn meet() -> Self {
        let provider = Home::new();
        provider.ok(&["register", "tom@example.com", "--name", "Tom"], "a long enough one\n");
        let sessions = provider.0.path().join("state/sessions.json");
        let kept: Value =
            serde_json::from_str(&std::fs::read_to_string(sessions).unwrap()).unwrap();
        let traveler_token = kept["own"].as_str().unwrap().to_owned();
        provider.ok(&["register", "ines@example.com", "--name", "Inês"], "a long enough one\n");
        provider.ok(
            &[
                "providers",
                "create",
                "Blue Van",
                "--city",
                "Lisbon",
                "--country",
                "pt",
                "--zone",
                "Europe/Lisbon",
            ],
            "",
        );
        Self { provider, traveler_token }
    }

    pub fn ok(&self, line: &str) -> String {
        self.provider.ok(&words(line), "")
    }

    pub fn json(&self, line: &str) -> Value {
        self.provider.json(&words(line))
    }

    pub fn exit_code(&self, line: &str) -> i32 {
        self.provider.run(&words(line), "").exit_code()
    }

    pub fn tom(&self, line: &str) -> Ran {
        let token = [("TRAVELOURE_TOKEN", self.traveler_token.as_str())];
        self.provider.run_with(&words(line), "", &token)
    }

    pub fn as_tom(&self, line: &str) -> Value {
        let ran = self.tom(&format!("--json {line}"));
        assert!(ran.0.status.success(), "{line}: {}", ran.complaint());
        serde_json::from_str(&ran.printed()).unwrap()
    }
}

/// Words of a line; those in double quotes belong together.
pub fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for (index, part) in line.split('"').enumerate() {
        if index % 2 == 1 {
            words.push(part);
        } else {
            words.extend(part.split_whitespace());
        }
    }
    words
}

/// The end of a row's id, as the tables show it.
pub fn id(value: &Value) -> String {
    let id = value["id"].as_str().unwrap();
    id[id.len() - 8..].to_owned()
}
