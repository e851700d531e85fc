//! What runs: calling PostgreSQL's programs, and reading what its main process left in `postmaster.pid`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;
use tokio::net::UnixStream;

use super::error::{ClusterError, while_doing};
use super::layout::SOCKET_NAME;

/// Below this a disk counts as full when a program failed without saying why: PostgreSQL cannot log to a full disk.
const FULL_BELOW_BYTES: u64 = 1 << 20;

/// Runs a program to its end, with its output collected; kills it if the wait is given up.
///
/// # Errors
/// That it could not be run at all; a failing exit is in the result.
pub(super) async fn run(command: Command) -> Result<Output, ClusterError> {
    let program = PathBuf::from(command.get_program());
    tokio::process::Command::from(command)
        .kill_on_drop(true)
        .output()
        .await
        .map_err(while_doing("run", &program))
}

/// What a failed program said, without blank lines and without more than a screen can show.
pub(super) fn said(output: &[u8]) -> String {
    last_lines(&String::from_utf8_lossy(output))
}

/// The last few lines of a text, in one line.
pub(super) fn last_lines(text: &str) -> String {
    const SHOWN: usize = 6;
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return "(nothing)".to_owned();
    }
    lines[lines.len().saturating_sub(SHOWN)..].join(" | ")
}

/// Whether a program's output says that the disk is full. The children run with `LC_ALL=C`, so the words are fixed.
pub(super) fn says_disk_full(output: &str) -> bool {
    ["No space left on device", "Disk quota exceeded"].iter().any(|words| output.contains(words))
}

/// Whether the disk below `path` has no room left for an ordinary account.
pub(super) fn is_disk_full(path: &Path) -> bool {
    nix::sys::statvfs::statvfs(path).is_ok_and(|disk| {
        // The two fields have different widths on different systems.
        #[allow(clippy::useless_conversion)]
        let free = u64::from(disk.blocks_available()).saturating_mul(disk.fragment_size().into());
        free < FULL_BELOW_BYTES
    })
}

/// What `postmaster.pid` says. PostgreSQL writes it at the start and removes it at a clean end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PidFile {
    pub(super) pid: u32,
    data_folder: Option<PathBuf>,
    /// Where the socket is; missing in the first moments.
    pub(super) socket_folder: Option<PathBuf>,
    is_ready: bool,
}

impl PidFile {
    /// Reads it. `None` if there is none, or one without a process number (torn by a crash of the machine).
    ///
    /// # Errors
    /// The operating system's refusal.
    pub(super) fn read(data: &Path) -> Result<Option<Self>, ClusterError> {
        let path = data.join("postmaster.pid");
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Self::parse(&text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(ClusterError::io("read", &path, error)),
        }
    }

    /// Whether its server was started for this folder. In its first moments it does not say, and nothing speaks
    /// against it.
    pub(super) fn is_about(&self, data: &Path) -> bool {
        let Some(folder) = &self.data_folder else { return true };
        matches!((folder.canonicalize(), data.canonicalize()), (Ok(one), Ok(other)) if one == other)
    }

    /// Lines: pid, data folder, start time, port, socket folder, TCP address, shared memory key, status.
    fn parse(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.lines().collect();
        let line = |number: usize| lines.get(number).map(|line| line.trim());
        Some(Self {
            pid: line(0)?.parse().ok()?,
            data_folder: line(1).map(PathBuf::from),
            socket_folder: line(4).filter(|path| !path.is_empty()).map(PathBuf::from),
            is_ready: line(7) == Some("ready"),
        })
    }
}

/// What is going on in a data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// Ended cleanly, or never started.
    Stopped,
    /// Nothing runs, and the last end was not a clean one.
    Crashed,
    /// A server runs and accepts connections in this folder.
    Running { socket_folder: PathBuf },
    /// A server is starting, recovering or stopping.
    Changing { pid: u32 },
}

impl State {
    /// Looks at `postmaster.pid`, the process it names and the socket.
    ///
    /// # Errors
    /// [`ClusterError::InUse`] if the server in it was started for another folder, as after copying or moving a home
    /// under a running server. Taking its place could ruin the data. The operating system's refusal.
    pub(super) async fn of(data: &Path) -> Result<Self, ClusterError> {
        let Some(file) = PidFile::read(data)? else {
            return Ok(Self::Stopped);
        };
        if !is_postgres_alive(file.pid) {
            return Ok(Self::Crashed);
        }
        if !file.is_about(data) {
            return Err(ClusterError::InUse { data: data.to_path_buf(), pid: file.pid });
        }
        match file.socket_folder {
            Some(socket_folder) if file.is_ready && accepts(&socket_folder).await => {
                Ok(Self::Running { socket_folder })
            }
            _ => Ok(Self::Changing { pid: file.pid }),
        }
    }
}

async fn accepts(socket_folder: &Path) -> bool {
    UnixStream::connect(socket_folder.join(SOCKET_NAME)).await.is_ok()
}

/// Whether a process of this number exists, dead or alive.
pub(super) fn exists(pid: u32) -> bool {
    match i32::try_from(pid) {
        Ok(number) if number > 0 => kill(Pid::from_raw(number), None) != Err(Errno::ESRCH),
        _ => false,
    }
}

/// Whether the process exists and may be a PostgreSQL. After a crash of the machine the number in a leftover
/// `postmaster.pid` can belong to anything; and in a container whose first process reaps nobody, a killed server stays
/// as a zombie that still answers to signal 0.
pub(super) fn is_postgres_alive(pid: u32) -> bool {
    if !exists(pid) {
        return false;
    }
    match fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => is_living_postgres(&stat),
        // No /proc, or hidden from us: believe the signal.
        Err(_) => true,
    }
}

/// Reads `/proc/<pid>/stat`: number, name in brackets (which may hold brackets), state letter.
fn is_living_postgres(stat: &str) -> bool {
    let Some((_, rest)) = stat.split_once('(') else {
        return true;
    };
    let Some((name, rest)) = rest.rsplit_once(')') else {
        return true;
    };
    let is_dead = rest.trim_start().starts_with(['Z', 'X']);
    // The shell that pg_ctl starts carries the number until it becomes the server.
    let is_postgres = matches!(name, "postgres" | "postmaster" | "sh");
    is_postgres && !is_dead
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pid_file_is_read_in_every_stage() {
        let full = "4711\n/srv/data\n1795345402\n5432\n/srv/run\n\n 10010784 10\nready   \n";
        let read = PidFile::parse(full).unwrap();
        assert_eq!(read.pid, 4711);
        assert_eq!(read.socket_folder, Some(PathBuf::from("/srv/run")));
        assert!(read.is_ready);

        let stopping = PidFile::parse(&full.replace("ready   ", "stopping")).unwrap();
        assert!(!stopping.is_ready);

        let first_moment = PidFile::parse("4711\n/srv/data\n1795345402\n5432\n\n").unwrap();
        assert_eq!(first_moment.socket_folder, None);

        assert_eq!(PidFile::parse(""), None);
        assert_eq!(PidFile::parse("\0\0\0\0"), None);
    }

    #[test]
    fn a_zombie_or_a_stranger_with_the_same_number_is_no_server() {
        assert!(is_living_postgres("4711 (postgres) S 1 4711"));
        assert!(!is_living_postgres("4711 (postgres) Z 1 4711"));
        assert!(!is_living_postgres("4711 (evil) postgres) S) R 1 4711"));
        assert!(!is_living_postgres("4711 (firefox) S 1 4711"));
        assert!(!is_postgres_alive(std::process::id()));
        assert!(!is_postgres_alive(u32::MAX));
    }

    #[test]
    fn a_full_disk_is_recognised_in_what_postgres_says() {
        assert!(says_disk_full(
            "FATAL:  could not write to file \"pg_wal/xlogtemp.42\": No space left on device"
        ));
        assert!(!says_disk_full("FATAL:  could not open file: Permission denied"));
        assert!(!is_disk_full(Path::new("/")));
    }

    #[test]
    fn only_the_end_of_a_long_output_is_shown() {
        let long = (1..=20).map(|n| format!("line {n}")).collect::<Vec<_>>().join("\n\n");
        assert_eq!(last_lines(&long), "line 15 | line 16 | line 17 | line 18 | line 19 | line 20");
        assert_eq!(last_lines(" \n"), "(nothing)");
    }
}
