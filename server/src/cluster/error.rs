//! What can go wrong with the private cluster, in words that say what happened, what was kept and what to do next.

use std::io;
use std::path::{Path, PathBuf};

use super::version::MINIMUM_MAJOR;

/// Why the private PostgreSQL could not be found, created, started or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClusterError {
    /// No usable installation on this machine, and none could be fetched.
    #[error(
        "no PostgreSQL {MINIMUM_MAJOR} or newer was found{unusable}{fetch}; nothing was changed. To install it: {hint}",
        unusable = in_brackets(unusable), fetch = after_semicolon(fetch.as_deref())
    )]
    NotInstalled {
        /// Installations that were seen and why each cannot be used (too old, incomplete).
        unusable: Vec<String>,
        /// Why no build could be downloaded, if that was tried.
        fetch: Option<String>,
        /// The command that installs PostgreSQL on this operating system.
        hint: String,
    },

    /// The configured folder of programs cannot be used. Others are not tried: the setting was made on purpose.
    #[error(
        "postgres.bin_dir is set to {path}, which cannot be used: {reason}; nothing was changed. \
         Correct the setting, or remove it to let Traveloure look by itself", path = path.display()
    )]
    ConfiguredUnusable { path: PathBuf, reason: String },

    /// The cluster was created by another major version than any that is installed.
    #[error(
        "the database in {data} was created by PostgreSQL {data_major}, but here is only {found}; \
         nothing was changed. Install PostgreSQL {data_major} beside it, or dump the database on a machine \
         that has {data_major} and load it into a new home", data = data.display()
    )]
    OtherMajor { data: PathBuf, data_major: u32, found: String },

    /// The data folder holds something that is not a cluster.
    #[error(
        "{data} is not a PostgreSQL cluster ({reason}); it was left as it is. \
         Move it away to start with an empty database, or choose another home", data = data.display()
    )]
    NotACluster { data: PathBuf, reason: String },

    /// The home's path holds a character that `pg_ctl`'s shell line would interpret.
    #[error(
        "the path {path} contains {character:?}, which PostgreSQL's start command cannot take; \
         nothing was changed. Choose a home without it", path = path.display()
    )]
    UnusablePath { path: PathBuf, character: char },

    /// As root: the account that has to run PostgreSQL cannot pass a folder above the data.
    #[error(
        "PostgreSQL does not run as root, and the account {account} that runs it instead cannot pass {ancestor}; \
         nothing was created. Let it through (chmod o+x {ancestor}), or choose a home it can reach, \
         such as /var/lib/traveloure", ancestor = ancestor.display()
    )]
    Barred { account: String, ancestor: PathBuf },

    /// As root: neither `postgres` nor `nobody` exists.
    #[error(
        "PostgreSQL does not run as root, and this system has neither an account postgres nor nobody; \
         nothing was changed. Create one (useradd --system postgres), or start Traveloure as another user"
    )]
    NoAccount,

    /// The data folder belongs to somebody that this process cannot act as.
    #[error(
        "{data} belongs to {owner}, who must also run PostgreSQL, but this is {us}; nothing was changed. \
         Start Traveloure as {owner}, or choose another home", data = data.display()
    )]
    ForeignOwner { data: PathBuf, owner: String, us: String },

    /// No room left on the device.
    #[error(
        "the disk that holds {path} is full (while {doing}); {kept}. Free some space and start again", path = path.display()
    )]
    DiskFull { path: PathBuf, doing: &'static str, kept: &'static str },

    /// `initdb` or the making of roles and database failed. The half-made folder has been removed.
    #[error(
        "creating the database failed (while {doing}); the half-made folder was removed, so starting again is safe. \
         PostgreSQL says: {output}"
    )]
    CreateFailed { doing: &'static str, output: String },

    /// PostgreSQL did not start.
    #[error(
        "PostgreSQL did not start; the data was kept. It says: {output}. The whole log: {log}", log = log.display()
    )]
    StartFailed { output: String, log: PathBuf },

    /// What a server ran that was killed has not ended, and holds its shared memory.
    #[error(
        "processes of a PostgreSQL that was killed still hold the database in {data}; the data was kept. \
         Wait for them to end, or end them, and start again", data = data.display()
    )]
    Orphans { data: PathBuf },

    /// Processes of an earlier server still hold the data folder.
    #[error(
        "process {pid} still holds the database in {data}, or in the folder it was copied or moved from; \
         the data was kept. Wait for it to end, or end it, and start again", data = data.display()
    )]
    InUse { data: PathBuf, pid: u32 },

    /// PostgreSQL did not stop.
    #[error(
        "PostgreSQL did not stop: {output}; the data is safe, and the next start takes it over"
    )]
    StopFailed { output: String },

    /// The short folder for the socket exists and is not ours.
    #[error(
        "the folder for PostgreSQL's socket, {path}, {reason}; nothing was changed. Remove it, or choose a home \
         with a shorter path", path = path.display()
    )]
    SocketFolder { path: PathBuf, reason: String },

    /// A password file is gone or damaged.
    #[error(
        "the password file {path} cannot be used ({reason}); the data was kept. Restore the file; without it \
         nobody can sign in to the database", path = path.display()
    )]
    Password { path: PathBuf, reason: String },

    /// A permission that is missing.
    #[error(
        "not allowed to {doing} {path}; nothing was changed. Give this user the right to, or choose another home",
        path = path.display()
    )]
    Permission { doing: &'static str, path: PathBuf },

    /// Any other failure of the operating system.
    #[error("could not {doing} {path}: {source}; what was there was kept", path = path.display())]
    Io { doing: &'static str, path: PathBuf, source: io::Error },
}

impl ClusterError {
    /// Sorts a failure of the operating system: a full disk and a missing permission have a remedy of their own.
    pub(super) fn io(doing: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { path, doing: "writing files", kept: "what was there was kept" }
            }
            io::ErrorKind::PermissionDenied => Self::Permission { doing, path },
            _ => Self::Io { doing, path, source },
        }
    }
}

/// Attaches what was being done and to which path, for `map_err`.
pub(super) fn while_doing(
    doing: &'static str,
    path: &Path,
) -> impl FnOnce(io::Error) -> ClusterError {
    move |source| ClusterError::io(doing, path, source)
}

fn in_brackets(items: &[String]) -> String {
    if items.is_empty() { String::new() } else { format!(" (seen: {})", items.join(", ")) }
}

fn after_semicolon(text: Option<&str>) -> String {
    text.map(|text| format!("; {text}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_install_is_one_line_that_names_what_was_seen() {
        let error = ClusterError::NotInstalled {
            unusable: vec!["14.11 in /usr/lib/postgresql/14/bin: too old".to_owned()],
            fetch: Some("downloading a build failed: no route to host".to_owned()),
            hint: "apt install postgresql".to_owned(),
        };
        assert_eq!(
            error.to_string(),
            "no PostgreSQL 15 or newer was found (seen: 14.11 in /usr/lib/postgresql/14/bin: too old); \
             downloading a build failed: no route to host; nothing was changed. To install it: apt install postgresql"
        );
    }

    #[test]
    fn a_full_disk_and_a_missing_permission_are_told_apart_from_the_rest() {
        let path = Path::new("/srv/home");
        for (kind, expected) in [
            (io::ErrorKind::StorageFull, "the disk that holds /srv/home is full"),
            (io::ErrorKind::QuotaExceeded, "the disk that holds /srv/home is full"),
            (io::ErrorKind::PermissionDenied, "not allowed to create /srv/home"),
            (
                io::ErrorKind::ReadOnlyFilesystem,
                "could not create /srv/home: read-only filesystem or storage medium",
            ),
            (io::ErrorKind::NotADirectory, "could not create /srv/home: not a directory"),
        ] {
            let message = ClusterError::io("create", path, kind.into()).to_string();
            assert!(message.starts_with(expected), "{message}");
        }
    }
}
