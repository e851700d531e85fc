//! The program under test: the real binary as a process of its own, started again whenever it dies, as an operating
//! system's supervisor does.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::{Notify, watch},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use crate::trap::Trap;

/// Before a start that failed is tried again, as while its database recovers.
const AGAIN: Duration = Duration::from_millis(50);

/// What the server is started with.
#[derive(Clone, Debug)]
pub struct Start {
    pub home: PathBuf,
    pub listen: String,
    /// The settings, as environment variables.
    pub variables: Vec<(&'static str, String)>,
}

/// A server that comes back until it is stopped.
#[derive(Debug)]
pub struct Server {
    life: watch::Receiver<Life>,
    stays_down: Arc<AtomicBool>,
    woken: Arc<Notify>,
    stop: CancellationToken,
    supervisor: JoinHandle<()>,
}

/// How often it has answered after a start, and whether it does now.
#[derive(Clone, Copy, Debug, Default)]
struct Life {
    starts: u64,
    answers: bool,
}

impl Server {
    pub fn start(start: Start, trap: Trap) -> Self {
        let (tell, life) = watch::channel(Life::default());
        let stays_down = Arc::new(AtomicBool::new(false));
        let woken = Arc::new(Notify::new());
        let stop = CancellationToken::new();
        let supervised =
            Supervised { start, trap, tell, stays_down: stays_down.clone(), woken: woken.clone() };
        let supervisor = tokio::spawn(supervised.run(stop.clone()));
        Self { life, stays_down, woken, stop, supervisor }
    }

    /// Waits until it answers.
    pub async fn is_up(&self) {
        self.life.clone().wait_for(|life| life.answers).await.unwrap();
    }

    /// Waits until it does not.
    pub async fn is_down(&self) {
        self.life.clone().wait_for(|life| !life.answers).await.unwrap();
    }

    /// How often it has answered after a start.
    pub fn starts(&self) -> u64 {
        self.life.borrow().starts
    }

    /// Waits until it answers after one more start than these. Whoever waited for its death first might miss it: it is
    /// back within moments.
    pub async fn is_back(&self, starts: u64) {
        self.life.clone().wait_for(|life| life.answers && life.starts > starts).await.unwrap();
    }

    /// The next time it dies it does not come back, until told otherwise.
    pub fn stay_down(&self, stays: bool) {
        self.stays_down.store(stays, Ordering::SeqCst);
        self.woken.notify_one();
    }

    /// Stops it in order.
    pub async fn stop(self) {
        self.stop.cancel();
        self.woken.notify_one();
        self.supervisor.await.unwrap();
    }
}

struct Supervised {
    start: Start,
    trap: Trap,
    tell: watch::Sender<Life>,
    stays_down: Arc<AtomicBool>,
    woken: Arc<Notify>,
}

impl Supervised {
    async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let mut child = self.spawn();
            let pid = child.id().map(|pid| Pid::from_raw(pid.cast_signed()));
            self.trap.victim(pid);
            let answers = says_that_it_answers(&mut child).await;
            self.tell.send_modify(|life| {
                life.starts += u64::from(answers);
                life.answers = answers;
            });
            tokio::select! {
                _ = child.wait() => {}
                () = stop.cancelled() => {
                    if let Some(pid) = pid {
                        kill(pid, Signal::SIGTERM).unwrap();
                    }
                    child.wait().await.unwrap();
                }
            }
            self.trap.victim(None);
            self.tell.send_modify(|life| life.answers = false);
            if !answers {
                tokio::time::sleep(AGAIN).await;
            }
            while self.stays_down.load(Ordering::SeqCst) && !stop.is_cancelled() {
                self.woken.notified().await;
            }
        }
    }

    fn spawn(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_traveloure"))
            .arg("--home")
            .arg(&self.start.home)
            .args(["serve", "--listen", &self.start.listen])
            .env_remove("DATABASE_URL")
            .envs(self.start.variables.iter().map(|(name, value)| (name, value)))
            .env("TRAVELOURE_LOG_FILE", log(&self.start.home))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }
}

/// Where the server writes what happened to it.
pub fn log(home: &Path) -> PathBuf {
    home.join("server.log")
}

/// False if it ended before it did.
async fn says_that_it_answers(child: &mut Child) -> bool {
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if line.contains("answering on") {
            // Nobody reads what it says later, but it must be able to say it.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return true;
        }
    }
    false
}
