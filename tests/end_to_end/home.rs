//! A folder of its own for one test, and the program run in it without a terminal.

use std::{
    fs::Permissions,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

/// An empty folder that PostgreSQL's account can pass through, removed with the value.
pub struct Home(TempDir);

impl Home {
    pub fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("traveloure")
            .permissions(Permissions::from_mode(0o711))
            .tempdir()
            .unwrap();
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs `traveloure` with these arguments, its output not a terminal.
    pub fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_traveloure"))
            .args(arguments)
            .env("TRAVELOURE_HOME", self.path())
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .output()
            .unwrap()
    }

    /// The JSON that a command prints, which must succeed.
    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        let (text, words) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{arguments:?}: {text}{words}");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
}
