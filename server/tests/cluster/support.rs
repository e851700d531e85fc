//! A home that leaves nothing behind, other processes that use it, and waiting for a condition.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use traveloure_server::cluster::{Cluster, ClusterError, Durability, Options, Step};

/// Names the home for [`user_process`] in another process.
const HOME_VARIABLE: &str = "TRAVELOURE_CLUSTER_TEST_HOME";

/// Says that the home's cluster is a durable one.
const DURABLE_VARIABLE: &str = "TRAVELOURE_CLUSTER_TEST_DURABLE";

/// Far above what anything here takes: a test that meets it has failed.
const DEADLINE: Duration = Duration::from_mins(1);

/// A home in a temporary folder. Whatever still runs in it is killed at the end.
pub struct Home {
    folder: tempfile::TempDir,
    below: PathBuf,
    durability: Durability,
}

impl Home {
    pub fn new() -> Self {
        Self::below("")
    }

    /// A home deeper in the temporary folder.
    pub fn below(below: impl Into<PathBuf>) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            below: below.into(),
            durability: Durability::None,
        }
    }

    /// A home whose cluster is as durable as a person's: for tests about that, for it is slower to create.
    pub fn durable() -> Self {
        let mut home = Self::new();
        home.durability = Durability::Full;
        home
    }

    pub fn top(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join(&self.below)
    }

    pub fn cluster(&self) -> PathBuf {
        self.path().join("cluster")
    }

    pub fn data(&self) -> PathBuf {
        self.cluster().join("data")
    }

    /// This machine's PostgreSQL, never a download.
    pub fn options(&self) -> Options {
        options(self.durability)
    }

    pub async fn open(&self) -> Result<Cluster, ClusterError> {
        Cluster::open(&self.path(), self.options(), |_| ()).await
    }

    /// Opens it and returns the steps it told.
    pub async fn open_telling(&self) -> (Cluster, Vec<Step>) {
        let mut steps = Vec::new();
        let cluster =
            Cluster::open(&self.path(), self.options(), |step| steps.push(step)).await.unwrap();
        (cluster, steps)
    }

    /// The process number in `postmaster.pid`, if PostgreSQL left one.
    pub fn postmaster(&self) -> Option<Pid> {
        let text = std::fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        text.lines().next()?.parse().ok().map(Pid::from_raw)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Some(pid) = self.postmaster() {
            let _ = kill(pid, Signal::SIGKILL);
        }
    }
}

fn options(durability: Durability) -> Options {
    Options { source: None, durability, ..Options::new(None) }
}

pub async fn connect(cluster: &Cluster) -> PgConnection {
    cluster.app_options().connect().await.unwrap()
}

/// Whether the cluster answers a statement.
pub async fn answers(cluster: &Cluster) -> bool {
    match cluster.app_options().connect().await {
        Ok(mut connection) => connection.ping().await.is_ok(),
        Err(_) => false,
    }
}

pub fn is_alive(pid: Pid) -> bool {
    // A zombie has ended; whether somebody has collected it is not our matter.
    kill(pid, None).is_ok()
        && !std::fs::read_to_string(format!("/proc/{pid}/stat"))
            .is_ok_and(|stat| stat.contains(") Z"))
}

/// Waits until `condition` holds.
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < DEADLINE, "never happened: {what}");
        std::thread::yield_now();
    }
}

/// Another process that uses the cluster of a home until told to leave.
pub struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl Process {
    /// Starts it, and does not wait until it has opened the cluster.
    pub fn start(home: &Home) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["support::user_process", "--exact", "--ignored", "--nocapture"])
            .env(HOME_VARIABLE, home.path())
            .envs((home.durability == Durability::Full).then_some((DURABLE_VARIABLE, "1")))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        Self {
            stdin: child.stdin.take(),
            stdout: BufReader::new(child.stdout.take().unwrap()),
            child,
        }
    }

    /// Waits until it says `word`.
    pub fn expect(&mut self, word: &str) {
        let mut line = String::new();
        while !line.trim_end().ends_with(word) {
            line.clear();
            let read = self.stdout.read_line(&mut line).unwrap();
            assert_ne!(read, 0, "the process ended before it said {word}");
        }
    }

    /// Lets it close the cluster and waits for its end.
    pub fn leave(mut self) {
        drop(self.stdin.take());
        self.expect("left");
        assert!(self.child.wait().unwrap().success());
    }

    /// kill -9.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.has_ended();
    }

    /// What Ctrl-C does: an interrupt for its whole process group.
    pub fn interrupt_group(mut self) {
        killpg(Pid::from_raw(self.child.id().cast_signed()), Signal::SIGINT).unwrap();
        self.has_ended();
    }

    /// Waits for its end, and for the end of its output: a database that kept it open would hang `demo | head`.
    fn has_ended(&mut self) {
        assert!(!self.child.wait().unwrap().success());
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
    }
}

/// What another process runs: opens the cluster, says so, and closes it when its stdin ends.
#[tokio::test]
#[ignore = "run by other tests, in a process of its own"]
async fn user_process() {
    let home = PathBuf::from(std::env::var_os(HOME_VARIABLE).expect("a test names the home"));
    let say = |word: &str| {
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "{word}").unwrap();
        stdout.flush().unwrap();
    };
    let durability = match std::env::var_os(DURABLE_VARIABLE) {
        Some(_) => Durability::Full,
        None => Durability::None,
    };
    let cluster = Cluster::open(&home, options(durability), |step| {
        if step == Step::Creating {
            say("creating");
        }
    })
    .await
    .unwrap();
    assert!(answers(&cluster).await);
    say("opened");
    let mut rest = String::new();
    std::io::stdin().read_line(&mut rest).unwrap();
    cluster.close().await.unwrap();
    say("left");
}
