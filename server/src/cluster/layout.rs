//! Where the cluster keeps its things, and who may enter.
//!
//! ```text
//! <home>/cluster/          ours; as root others may pass through it, not list it
//!   gate, users            the two locks
//!   *.password             0600, ours
//!   data/                  0700, of the account that runs PostgreSQL
//!   data.partial-…/        a cluster in the making
//!   log/postgresql.log     of that account; the one before it is kept as postgresql.log.1
//!   run/                   the socket, unless the path is too long for one
//! <home>/postgresql/<version>/   a fetched build
//! ```

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::account::{Account, are_root};
use super::error::{ClusterError, while_doing};

/// What a socket's path may measure, its closing zero not counted: 108 bytes on Linux, 104 on macOS and the BSDs.
const SOCKET_PATH_LIMIT: usize = if cfg!(target_os = "linux") { 107 } else { 103 };

/// The name PostgreSQL gives its socket on the default port.
pub(super) const SOCKET_NAME: &str = ".s.PGSQL.5432";

/// For root: others may pass through, not list. For everybody else: nobody else.
const PASSABLE: u32 = 0o711;
const PRIVATE: u32 = 0o700;

/// The paths of one home.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    home: PathBuf,
    cluster: PathBuf,
}

impl Layout {
    /// The paths of `home`, made absolute. Touches nothing.
    ///
    /// # Errors
    /// [`ClusterError::UnusablePath`] if `pg_ctl` could not take such a path: it puts the log's path between double
    /// quotes into a shell line.
    pub(super) fn of(home: &Path) -> Result<Self, ClusterError> {
        let home = std::path::absolute(home).map_err(while_doing("find", home))?;
        let interpreted = home
            .to_string_lossy()
            .chars()
            .find(|c| matches!(c, '"' | '$' | '`' | '\\' | '\n' | '\r'));
        if let Some(character) = interpreted {
            return Err(ClusterError::UnusablePath { path: home, character });
        }
        Ok(Self { cluster: home.join("cluster"), home })
    }

    pub(super) fn cluster(&self) -> &Path {
        &self.cluster
    }

    pub(super) fn builds(&self) -> PathBuf {
        self.home.join("postgresql")
    }

    pub(super) fn data(&self) -> PathBuf {
        self.cluster.join("data")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.cluster.join("log/postgresql.log")
    }

    pub(super) fn password(&self, role: &str) -> PathBuf {
        self.cluster.join(format!("{role}.password"))
    }

    /// Checks, before anything is made, that `account` can pass what exists above the home.
    ///
    /// # Errors
    /// [`ClusterError::Barred`]; the operating system's refusal.
    pub(super) fn check_the_way(&self, account: &Account) -> Result<(), ClusterError> {
        // The home itself is opened by `prepare`, unless it is root's own.
        let above =
            if is_own_home_folder(&self.home) { Some(&*self.home) } else { self.home.parent() };
        match above.and_then(|above| above.ancestors().find(|folder| folder.exists())) {
            Some(existing) => refuse_barred(account, existing),
            None => Ok(()),
        }
    }

    /// Makes home and cluster folder. Never narrows or widens what others made, with one exception: as root the home
    /// itself, being ours by its meaning, is opened for passing through (`o+x`), unless it is root's own home folder.
    ///
    /// # Errors
    /// The operating system's refusal.
    pub(super) fn prepare(&self) -> Result<(), ClusterError> {
        let mode = if are_root() { PASSABLE } else { PRIVATE };
        make_folders(&self.cluster, mode)?;
        if are_root() && !is_own_home_folder(&self.home) {
            open_for_passing(&self.home)?;
            open_for_passing(&self.cluster)?;
        }
        Ok(())
    }

    /// Makes the folders that PostgreSQL writes to and hands them to `account`.
    ///
    /// # Errors
    /// [`ClusterError::Barred`] if the account cannot reach them; the operating system's refusal.
    pub(super) fn prepare_for(&self, account: &Account) -> Result<(), ClusterError> {
        refuse_barred(account, &self.cluster)?;
        for folder in [self.cluster.join("log"), self.cluster.join("run")] {
            make_folders(&folder, PRIVATE)?;
            account.own(&folder)?;
        }
        Ok(())
    }

    /// The folder for the socket: `run` in the cluster's folder if the path is short enough and plain enough for every
    /// place it is written to (a socket address, a shell line, a comma-separated setting), else one in `/tmp` named
    /// after the home. `/tmp` and not the login's runtime folder: that one is swept away at logout, under a `serve`
    /// that goes on running. Other processes read the place from `postmaster.pid`.
    ///
    /// # Errors
    /// [`ClusterError::SocketFolder`] if somebody else sits on the folder in `/tmp`.
    pub(super) fn socket_folder(&self, account: &Account) -> Result<PathBuf, ClusterError> {
        let inside = self.cluster.join("run");
        if fits_a_socket(&inside) {
            return Ok(inside);
        }
        let real = self.cluster.canonicalize().map_err(while_doing("find", &self.cluster))?;
        let folder = short_folder(Path::new("/tmp"), &real);
        claim_socket_folder(&folder, account)?;
        Ok(folder)
    }

    /// Removes a socket folder in `/tmp` after PostgreSQL has left it. Best effort: it is empty and ours.
    pub(super) fn forget_socket_folder(&self, folder: &Path) {
        if folder != self.cluster.join("run") {
            let _ = fs::remove_dir(folder);
        }
    }
}

fn refuse_barred(account: &Account, folder: &Path) -> Result<(), ClusterError> {
    if !account.is_stand_in {
        return Ok(());
    }
    // A link is passed by way of what it points to.
    let real = folder.canonicalize().map_err(while_doing("find", folder))?;
    match account.barred_by(&real)? {
        Some(ancestor) => Err(ClusterError::Barred { account: account.name.clone(), ancestor }),
        None => Ok(()),
    }
}

fn fits_a_socket(folder: &Path) -> bool {
    let bytes = folder.as_os_str().as_bytes();
    bytes.len() + 1 + SOCKET_NAME.len() <= SOCKET_PATH_LIMIT
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"/._-+@".contains(byte))
}

fn short_folder(parent: &Path, home: &Path) -> PathBuf {
    let digest = hex::encode(Sha256::digest(home.as_os_str().as_bytes()));
    parent.join(format!("traveloure-{}", &digest[..16]))
}

/// Makes the folder, or accepts an existing one that is a real folder of ours which nobody else may write to:
/// anybody may create names in `/tmp`, and whoever owns the folder could put a socket of their own there.
fn claim_socket_folder(folder: &Path, account: &Account) -> Result<(), ClusterError> {
    match fs::DirBuilder::new().mode(PRIVATE).create(folder) {
        Ok(()) => return account.own(folder),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(ClusterError::io("create", folder, error)),
    }
    let metadata = fs::symlink_metadata(folder).map_err(while_doing("look at", folder))?;
    let refuse = |reason: &str| {
        Err(ClusterError::SocketFolder { path: folder.to_path_buf(), reason: reason.to_owned() })
    };
    if !metadata.is_dir() {
        return refuse("is not a folder");
    }
    if metadata.uid() != account.uid {
        return refuse("belongs to another account");
    }
    if metadata.mode() & 0o077 != 0 {
        return refuse("is open to other accounts");
    }
    Ok(())
}

/// Makes `path` and what is missing above it, each with exactly `mode`, whatever the umask.
fn make_folders(path: &Path, mode: u32) -> Result<(), ClusterError> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        make_folders(parent, mode)?;
    }
    match fs::DirBuilder::new().mode(mode).create(path) {
        Ok(()) => fs::set_permissions(path, fs::Permissions::from_mode(mode))
            .map_err(while_doing("set the permissions of", path)),
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(ClusterError::io("create", path, error)),
    }
}

fn open_for_passing(folder: &Path) -> Result<(), ClusterError> {
    let metadata = folder.metadata().map_err(while_doing("look at", folder))?;
    let mode = metadata.mode() & 0o7777;
    if mode & 0o011 == 0o011 || metadata.uid() != 0 {
        return Ok(());
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(mode | 0o011))
        .map_err(while_doing("set the permissions of", folder))
}

fn is_own_home_folder(folder: &Path) -> bool {
    std::env::home_dir().is_some_and(|own| match (own.canonicalize(), folder.canonicalize()) {
        (Ok(own), Ok(folder)) => own == folder,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode_of(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn a_home_that_a_shell_would_interpret_is_refused() {
        for character in ['"', '$', '`', '\\', '\n'] {
            let home = format!("/srv/a{character}b");
            let refused = Layout::of(Path::new(&home)).unwrap_err();
            assert!(
                matches!(refused, ClusterError::UnusablePath { character: named, .. } if named == character),
                "{refused}"
            );
        }
        assert!(Layout::of(Path::new("/srv/it's (mine), über & all")).is_ok());
    }

    #[test]
    fn a_long_or_unusual_path_is_no_place_for_a_socket() {
        let room = SOCKET_PATH_LIMIT - SOCKET_NAME.len() - 1;
        let exactly = PathBuf::from(format!("/{}", "x".repeat(room - 1)));
        let longer = PathBuf::from(format!("/{}", "x".repeat(room)));
        assert!(fits_a_socket(&exactly));
        assert!(!fits_a_socket(&longer));
        assert!(!fits_a_socket(Path::new("/srv/a,b/run")));
        assert!(!fits_a_socket(Path::new("/srv/it's/run")));

        let short = short_folder(Path::new("/tmp"), &longer);
        assert!(fits_a_socket(&short), "{}", short.display());
        assert_ne!(short, short_folder(Path::new("/tmp"), &exactly));
    }

    #[test]
    fn a_socket_folder_that_others_may_enter_or_that_is_no_folder_is_refused() {
        let top = tempfile::tempdir().unwrap();
        let us = Account {
            name: "us".to_owned(),
            uid: fs::metadata(top.path()).unwrap().uid(),
            gid: fs::metadata(top.path()).unwrap().gid(),
            is_stand_in: false,
        };

        let ours = top.path().join("ours");
        claim_socket_folder(&ours, &us).unwrap();
        claim_socket_folder(&ours, &us).unwrap();
        assert_eq!(mode_of(&ours), 0o700);

        let open = top.path().join("open");
        fs::create_dir(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
        let link = top.path().join("link");
        std::os::unix::fs::symlink(&ours, &link).unwrap();
        for taken in [open, link] {
            let refused = claim_socket_folder(&taken, &us).unwrap_err();
            assert!(matches!(refused, ClusterError::SocketFolder { .. }), "{refused}");
        }

        let somebody = Account { uid: us.uid + 1, ..us };
        assert!(claim_socket_folder(&ours, &somebody).is_err());
    }

    #[test]
    fn the_home_lets_the_stand_in_through_only_where_there_is_one() {
        let top = tempfile::tempdir().unwrap();
        let home = top.path().join("new/home");
        Layout::of(&home).unwrap().prepare().unwrap();
        let expected = if are_root() { 0o711 } else { 0o700 };
        for folder in [top.path().join("new"), home.clone(), home.join("cluster")] {
            assert_eq!(mode_of(&folder), expected, "{}", folder.display());
        }

        let given = top.path().join("given");
        fs::create_dir(&given).unwrap();
        fs::set_permissions(&given, fs::Permissions::from_mode(0o700)).unwrap();
        Layout::of(&given).unwrap().prepare().unwrap();
        assert_eq!(mode_of(&given), expected);
    }
}
