//! Starts and stops the server of one data folder. Callers hold the gate.

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use postgresql_commands::CommandBuilder as _;
use postgresql_commands::pg_ctl::{Mode, PgCtlBuilder, ShutdownMode};

use super::account::Account;
use super::error::{ClusterError, while_doing};
use super::find::Installation;
use super::layout::{Layout, SOCKET_NAME};
use super::process::{self, PidFile, State, is_disk_full, last_lines, run, said, says_disk_full};
use super::settings::Durability;

/// How long a start may take. Recovery after a crash replays the log since the last checkpoint, which takes seconds;
/// the person sees that it recovers and can quit.
const START_SECONDS: u32 = 300;

/// How long a stop may take: sessions are cut off at once, what remains is writing one checkpoint.
const STOP_SECONDS: u32 = 60;

/// How long processes of a killed server may take to notice. They look at every wait, so only a running query delays.
const ORPHANS_MAY_TAKE: Duration = Duration::from_secs(15);

/// How long a server may take to write down its process number.
const BEGINS_WITHIN: Duration = Duration::from_secs(1);

/// How often a server that is changing its state is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Above this the log is put aside at the next start.
const LOG_KEPT_BYTES: u64 = 1 << 20;

/// What it takes to start and stop the server of a home.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) layout: Layout,
    pub(super) account: Account,
    pub(super) installation: Installation,
    pub(super) durability: Durability,
    /// Set while `pg_ctl start` is at work, and left set if that wait is given up.
    is_starting: AtomicBool,
}

impl Server {
    pub(super) fn new(
        layout: Layout,
        account: Account,
        installation: Installation,
        durability: Durability,
    ) -> Self {
        Self { layout, account, installation, durability, is_starting: AtomicBool::new(false) }
    }

    /// Waits until the server is neither starting nor stopping, and says what it is then.
    ///
    /// # Errors
    /// [`ClusterError::InUse`] if it never gets that far.
    pub(super) async fn settled(&self) -> Result<State, ClusterError> {
        let data = self.layout.data();
        let deadline = Instant::now() + Duration::from_secs(START_SECONDS.into());
        loop {
            match State::of(&data).await? {
                State::Changing { pid } if Instant::now() >= deadline => {
                    return Err(ClusterError::InUse { data, pid });
                }
                State::Changing { .. } => tokio::time::sleep(LOOK_AGAIN).await,
                state => return Ok(state),
            }
        }
    }

    /// Starts the server, whose state is [`State::Stopped`] or [`State::Crashed`], and returns its socket's folder.
    /// Recovery is PostgreSQL's own.
    ///
    /// # Errors
    /// [`ClusterError::StartFailed`], [`ClusterError::DiskFull`], [`ClusterError::InUse`], [`ClusterError::Orphans`],
    /// [`ClusterError::SocketFolder`].
    pub(super) async fn start(&self, state: &State) -> Result<PathBuf, ClusterError> {
        let socket_folder = self.layout.socket_folder(&self.account)?;
        if let State::Crashed = state {
            remove_stale_lock(&self.layout.data().join("postmaster.pid"))?;
            remove_stale_lock(&socket_folder.join(format!("{SOCKET_NAME}.lock")))?;
        }
        self.rotate_log()?;
        let deadline = Instant::now() + ORPHANS_MAY_TAKE;
        loop {
            match self.try_start(&socket_folder).await {
                Ok(()) => return Ok(socket_folder),
                Err(ClusterError::InUse { .. } | ClusterError::Orphans { .. })
                    if Instant::now() < deadline =>
                {
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn try_start(&self, socket_folder: &Path) -> Result<(), ClusterError> {
        let log = self.layout.log();
        let log_before = fs::metadata(&log).map_or(0, |metadata| metadata.len());

        // The options end in a shell line; the socket's folder was chosen to need no quotes. TCP stays off whatever
        // became of the configuration file. The data folder goes by PGDATA: as an option it would be in that line too.
        let options = format!("-k {} -c listen_addresses=", socket_folder.display());
        let mut command = PgCtlBuilder::new()
            .program_dir(&self.installation.bin_dir)
            .mode(Mode::Start)
            .log(&log)
            .options(&[options])
            .wait()
            .timeout(START_SECONDS)
            .silent()
            .build();
        self.dress(&mut command);
        self.is_starting.store(true, Ordering::Relaxed);
        let output = run(command).await;
        self.is_starting.store(false, Ordering::Relaxed);
        let output = output?;
        if output.status.success() {
            return Ok(());
        }
        Err(self.why_not(&output, &text_from(&log, log_before)))
    }

    fn why_not(&self, output: &Output, log: &str) -> ClusterError {
        let data = self.layout.data();
        let pg_ctl = said(&output.stderr);
        if says_disk_full(log) || says_disk_full(&pg_ctl) || is_disk_full(&data) {
            return ClusterError::DiskFull {
                path: data,
                doing: "starting PostgreSQL",
                kept: "the data was kept",
            };
        }
        let has_orphans = log.contains("pre-existing shared memory block");
        let is_held = has_orphans || log.contains("lock file \"postmaster.pid\" already exists");
        if is_held && let Some(pid) = lock_holder(&data.join("postmaster.pid")) {
            return ClusterError::InUse { data, pid };
        }
        // The server that found them has taken its own lock file away with it.
        if has_orphans {
            return ClusterError::Orphans { data };
        }
        ClusterError::StartFailed {
            output: if log.trim().is_empty() { pg_ctl } else { last_lines(log) },
            log: self.layout.log(),
        }
    }

    /// Stops the server and waits for its end. Nothing to do if none runs.
    ///
    /// # Errors
    /// [`ClusterError::StopFailed`].
    pub(super) async fn stop(&self) -> Result<(), ClusterError> {
        let socket_folder = match self.settled().await? {
            State::Running { socket_folder } => socket_folder,
            State::Stopped | State::Crashed | State::Changing { .. } => return Ok(()),
        };
        let mut command = self.stop_command().wait().timeout(STOP_SECONDS).build();
        self.dress(&mut command);
        let output = run(command).await?;
        if !output.status.success() && State::of(&self.layout.data()).await? != State::Stopped {
            return Err(ClusterError::StopFailed { output: said(&output.stderr) });
        }
        self.layout.forget_socket_folder(&socket_folder);
        Ok(())
    }

    /// Asks the server to stop and does not wait for it: what a destructor can do. The next start waits.
    ///
    /// A server whose start was given up can only be asked after it has written its number down, a few milliseconds
    /// after its beginning: that moment is waited for.
    pub(super) fn ask_to_stop(&self) {
        let data = self.layout.data();
        if self.is_starting.load(Ordering::Relaxed) {
            let deadline = Instant::now() + BEGINS_WITHIN;
            let pid_file = data.join("postmaster.pid");
            while !pid_file.exists() && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        // In a copied home the number is that of the original's server.
        if !PidFile::read(&data).is_ok_and(|file| file.is_some_and(|file| file.is_about(&data))) {
            return;
        }
        let mut command = self.stop_command().no_wait().build();
        self.dress(&mut command);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        if let Err(error) = command.status() {
            tracing::warn!(%error, "PostgreSQL could not be asked to stop; the next start takes it over");
        }
    }

    fn stop_command(&self) -> PgCtlBuilder {
        PgCtlBuilder::new()
            .program_dir(&self.installation.bin_dir)
            .mode(Mode::Stop)
            .silent()
            .shutdown_mode(match self.durability {
                Durability::Full => ShutdownMode::Fast,
                // There is nothing worth a last checkpoint.
                Durability::None => ShutdownMode::Immediate,
            })
    }

    fn dress(&self, command: &mut Command) {
        self.account.dress(command);
        command.env("PGDATA", self.layout.data());
    }

    /// Keeps the log bounded, and out of the way if another account wrote it.
    fn rotate_log(&self) -> Result<(), ClusterError> {
        let log = self.layout.log();
        let Ok(metadata) = fs::symlink_metadata(&log) else {
            return Ok(());
        };
        if metadata.len() < LOG_KEPT_BYTES && metadata.uid() == self.account.uid {
            return Ok(());
        }
        fs::rename(&log, log.with_extension("log.1")).map_err(while_doing("put aside", &log))
    }
}

/// Removes a lock file whose process exists without being a server: a zombie that nobody collects (in a container
/// whose first process does not), or after a crash of the machine anything with the same number. PostgreSQL only sees
/// that the process exists, and would refuse to start. A lock file of nobody it removes itself.
fn remove_stale_lock(path: &Path) -> Result<(), ClusterError> {
    let Some(pid) = lock_holder(path) else {
        return Ok(());
    };
    if process::exists(pid) && !process::is_postgres_alive(pid) {
        fs::remove_file(path).map_err(while_doing("remove", path))?;
    }
    Ok(())
}

/// The process number in the first line of one of PostgreSQL's lock files.
fn lock_holder(path: &Path) -> Option<u32> {
    fs::read_to_string(path).ok()?.lines().next()?.trim().parse().ok()
}

fn text_from(path: &Path, offset: u64) -> String {
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|mut file| {
        file.seek(SeekFrom::Start(offset))?;
        file.read_to_end(&mut bytes)
    });
    match read {
        Ok(_) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(_) => String::new(),
    }
}
