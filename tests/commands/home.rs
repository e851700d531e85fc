//! A home of a test's own, and the real binary run in it.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use sqlx::{Connection, Executor, PgConnection};
use traveloure_server::cluster::{Cluster, Options};

pub struct Home(pub tempfile::TempDir);

impl Home {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Runs `traveloure` with these arguments, and with `input` on standard input.
    pub fn run(&self, arguments: &[&str], input: &str) -> Ran {
        self.run_with(arguments, input, &[])
    }

    /// The same with these environment variables.
    pub fn run_with(&self, arguments: &[&str], input: &str, variables: &[(&str, &str)]) -> Ran {
        let mut child = Command::new(env!("CARGO_BIN_EXE_traveloure"))
            .arg("--home")
            .arg(self.0.path())
            .args(arguments)
            .env_remove("DATABASE_URL")
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Ran(child.wait_with_output().unwrap())
    }

    pub fn ok(&self, arguments: &[&str], input: &str) -> String {
        let ran = self.run(arguments, input);
        assert!(ran.0.status.success(), "{arguments:?}: {}", ran.complaint());
        ran.printed()
    }

    /// What the command prints for a program.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let arguments = [&["--json"], arguments].concat();
        serde_json::from_str(&self.ok(&arguments, "")).unwrap()
    }

    /// Does something to the database as somebody with every right there might.
    pub async fn as_owner(&self, sql: &'static str) {
        let cluster = Cluster::open(self.0.path(), Options::new(None), |_| {}).await.unwrap();
        let mut owner = PgConnection::connect_with(&cluster.owner_options()).await.unwrap();
        owner.execute(sql).await.unwrap();
        owner.close().await.unwrap();
        cluster.close().await.unwrap();
    }
}

pub struct Ran(pub Output);

impl Ran {
    pub fn printed(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub fn complaint(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    pub fn exit_code(&self) -> i32 {
        self.0.status.code().unwrap()
    }
}
