//! Which account PostgreSQL's processes run as. PostgreSQL refuses root, and a data folder serves its owner only.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use nix::unistd::{Uid, User};

use super::error::{ClusterError, while_doing};

/// Accounts that may run PostgreSQL for root, best first; `_postgres` is its name on macOS and the BSDs.
const STAND_INS: [&str; 3] = ["postgres", "_postgres", "nobody"];

/// Variables that the children keep. Everything else goes: a `PGDATA`, `PGPORT` or `PGOPTIONS` of the person's shell
/// would reach into the private cluster, and a locale would translate the messages that are looked for.
const KEPT_VARIABLES: [&str; 4] =
    ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"];

/// The account that runs PostgreSQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
    /// Whether it is another one than this process runs as.
    pub(super) is_stand_in: bool,
}

impl Account {
    /// Ourselves; for root the owner of an existing data folder, else `postgres`, else `nobody`.
    ///
    /// The owner comes first so that a cluster made as `nobody` still opens after somebody installs a PostgreSQL
    /// package, which brings an account `postgres`.
    ///
    /// # Errors
    /// [`ClusterError::ForeignOwner`] if the data belongs to somebody that this process cannot act as,
    /// [`ClusterError::NoAccount`] for root without a stand-in.
    pub(super) fn choose(data: &Path) -> Result<Self, ClusterError> {
        let owner = match data.metadata() {
            Ok(metadata) => Some((metadata.uid(), metadata.gid())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(ClusterError::io("look at", data, error)),
        };
        Self::choose_for(Uid::effective(), owner, data)
    }

    fn choose_for(us: Uid, owner: Option<(u32, u32)>, data: &Path) -> Result<Self, ClusterError> {
        match owner {
            Some((uid, gid)) if us.is_root() && uid != 0 => {
                Ok(Self { name: name_of(uid), uid, gid, is_stand_in: true })
            }
            Some((uid, _)) if us.is_root() || uid != us.as_raw() => {
                Err(ClusterError::ForeignOwner {
                    data: data.to_path_buf(),
                    owner: name_of(uid),
                    us: name_of(us.as_raw()),
                })
            }
            None if us.is_root() => Self::stand_in(),
            Some(_) | None => Ok(Self {
                name: name_of(us.as_raw()),
                uid: us.as_raw(),
                gid: nix::unistd::Gid::effective().as_raw(),
                is_stand_in: false,
            }),
        }
    }

    fn stand_in() -> Result<Self, ClusterError> {
        STAND_INS
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .map(|user| Self {
                name: user.name,
                uid: user.uid.as_raw(),
                gid: user.gid.as_raw(),
                is_stand_in: true,
            })
            .ok_or(ClusterError::NoAccount)
    }

    /// Prepares a program of PostgreSQL to run as this account, apart from the terminal and from our own folders:
    /// cwd `/` (ours may be closed to the account), a group of its own (Ctrl-C is for us, not for the database), a clean
    /// environment, nothing inherited on stdin. The standard library drops the other groups when it changes the user.
    pub(super) fn dress(&self, command: &mut Command) {
        command
            .env_clear()
            .envs(KEPT_VARIABLES.iter().filter_map(|name| {
                let value = std::env::var_os(name)?;
                Some((name, value))
            }))
            .env("LC_ALL", "C")
            .current_dir("/")
            .stdin(Stdio::null())
            .process_group(0);
        if self.is_stand_in {
            command.uid(self.uid).gid(self.gid);
        }
    }

    /// Hands a folder to this account, without following a link. Does nothing if the account is ours.
    ///
    /// # Errors
    /// The operating system's refusal.
    pub(super) fn own(&self, path: &Path) -> Result<(), ClusterError> {
        if !self.is_stand_in {
            return Ok(());
        }
        std::os::unix::fs::lchown(path, Some(self.uid), Some(self.gid))
            .map_err(while_doing("hand over", path))
    }

    /// The topmost folder on the way to `path` (itself included) that this account may not pass, by its mode bits.
    ///
    /// # Errors
    /// The operating system's refusal to look at one of them.
    pub(super) fn barred_by(&self, path: &Path) -> Result<Option<PathBuf>, ClusterError> {
        let mut way: Vec<&Path> = path.ancestors().collect();
        way.reverse();
        for folder in way {
            let metadata = folder.metadata().map_err(while_doing("look at", folder))?;
            let mode = metadata.mode();
            let may_pass = if metadata.uid() == self.uid {
                mode & 0o100
            } else if metadata.gid() == self.gid {
                mode & 0o010
            } else {
                mode & 0o001
            };
            if may_pass == 0 {
                return Ok(Some(folder.to_path_buf()));
            }
        }
        Ok(None)
    }
}

/// Whether this process runs as root.
pub(super) fn are_root() -> bool {
    Uid::effective().is_root()
}

fn name_of(uid: u32) -> String {
    match User::from_uid(Uid::from_raw(uid)) {
        Ok(Some(user)) => user.name,
        Ok(None) | Err(_) => format!("uid {uid}"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    const STRANGER: u32 = 54_321;

    fn stranger() -> Account {
        Account { name: "stranger".to_owned(), uid: STRANGER, gid: STRANGER, is_stand_in: true }
    }

    #[test]
    fn the_topmost_folder_that_bars_the_way_is_named() {
        let top = tempfile::tempdir().unwrap();
        let outer = top.path().join("outer");
        let inner = outer.join("inner");
        fs::create_dir_all(&inner).unwrap();
        let allow = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };

        allow(top.path(), 0o711);
        allow(&outer, 0o700);
        allow(&inner, 0o700);
        assert_eq!(stranger().barred_by(&inner).unwrap(), Some(outer.clone()));

        allow(&outer, 0o711);
        assert_eq!(stranger().barred_by(&inner).unwrap(), Some(inner.clone()));

        allow(&inner, 0o711);
        assert_eq!(stranger().barred_by(&inner).unwrap(), None);
    }

    #[test]
    fn a_cluster_stays_with_the_account_that_owns_it() {
        let data = Path::new("/srv/traveloure/cluster/data");
        let root = Uid::from_raw(0);
        let person = Uid::from_raw(STRANGER);

        let chosen = Account::choose_for(root, Some((STRANGER, 7)), data).unwrap();
        assert_eq!((chosen.uid, chosen.gid), (STRANGER, 7));
        assert!(chosen.is_stand_in);

        let chosen = Account::choose_for(person, Some((STRANGER, 7)), data).unwrap();
        assert!(!chosen.is_stand_in);

        for (us, owner) in [(person, 0), (person, STRANGER + 1), (root, 0)] {
            let refused = Account::choose_for(us, Some((owner, 7)), data).unwrap_err();
            assert!(matches!(refused, ClusterError::ForeignOwner { .. }), "{refused}");
        }
    }

    #[test]
    fn root_gets_a_stand_in_that_is_not_root() {
        let chosen = Account::choose_for(Uid::from_raw(0), None, Path::new("/none")).unwrap();
        assert!(chosen.is_stand_in);
        assert_ne!(chosen.uid, 0);
    }
}
