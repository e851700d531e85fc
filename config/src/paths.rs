//! Where everything of one installation lives.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

/// The folders and files of one installation. Without `--home` they follow the platform's customs;
/// with it, everything is in that folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// The private cluster is made in here, with what belongs to it.
    pub home: PathBuf,
    pub config_file: PathBuf,
    /// What the client remembers between two starts.
    pub state_dir: PathBuf,
    pub log_file: PathBuf,
    /// Sessions, where there is no keyring.
    pub token_file: PathBuf,
    /// Made-up data, which never shares a home with real data.
    pub is_demo: bool,
    /// Put into a folder of its own, by `--home` or as the demo: nothing is kept outside it, not
    /// even in the keyring.
    pub is_apart: bool,
}

/// Why there is no home.
#[derive(Debug, thiserror::Error)]
pub enum PathsError {
    #[error(
        "this account has no home folder; say where to keep things with --home DIR or TRAVELOURE_HOME"
    )]
    NoHome,
    #[error("{path} cannot be made absolute: {reason}", path = path.display())]
    NotAbsolute { path: PathBuf, reason: std::io::Error },
    #[error("{path} could not be created: {reason}; choose another folder with --home DIR", path = path.display())]
    NotCreated { path: PathBuf, reason: std::io::Error },
}

impl Paths {
    /// The paths of the installation in `home`, or of the account's own. The demo has a folder of
    /// its own within it. Touches nothing.
    ///
    /// # Errors
    /// [`PathsError::NoHome`] where neither is known, [`PathsError::NotAbsolute`] where the working
    /// directory is gone.
    pub fn resolve(home: Option<&Path>, is_demo: bool) -> Result<Self, PathsError> {
        let home_is_said = home.is_some();
        let base = match home {
            Some(home) => {
                let home = std::path::absolute(home)
                    .map_err(|reason| PathsError::NotAbsolute { path: home.to_owned(), reason })?;
                Base { config: home.clone(), state: home.join("state"), home }
            }
            // PostgreSQL runs as another account then, which cannot enter root's own home folder.
            None if nix::unistd::Uid::effective().is_root() => Base {
                home: "/var/lib/traveloure".into(),
                config: "/etc/traveloure".into(),
                state: "/var/lib/traveloure/state".into(),
            },
            None => Base::of_account().ok_or(PathsError::NoHome)?,
        };
        let (home, state_dir) = if is_demo {
            (base.home.join("demo"), base.home.join("demo/state"))
        } else {
            (base.home, base.state)
        };
        Ok(Self {
            config_file: base.config.join("config.toml"),
            log_file: state_dir.join("traveloure.log"),
            token_file: state_dir.join("sessions.json"),
            home,
            state_dir,
            is_demo,
            is_apart: is_demo || home_is_said,
        })
    }

    /// Makes the folder for state, closed to other accounts, unless there is one.
    ///
    /// # Errors
    /// [`PathsError::NotCreated`].
    pub fn create(&self) -> Result<(), PathsError> {
        crate::private_file::create_folder(&self.state_dir)
            .map_err(|reason| PathsError::NotCreated { path: self.state_dir.clone(), reason })
    }
}

struct Base {
    home: PathBuf,
    config: PathBuf,
    state: PathBuf,
}

impl Base {
    fn of_account() -> Option<Self> {
        let own = ProjectDirs::from("", "", "traveloure")?;
        let home = own.data_local_dir().to_owned();
        Some(Self {
            config: own.config_dir().to_owned(),
            state: own.state_dir().map_or_else(|| home.join("state"), Path::to_owned),
            home,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_keeps_everything() {
        let paths = Paths::resolve(Some(Path::new("/srv/desk")), false).unwrap();
        for path in [&paths.config_file, &paths.state_dir, &paths.log_file, &paths.token_file] {
            assert!(path.starts_with("/srv/desk"), "{path:?}");
        }
    }

    #[test]
    fn the_demo_shares_nothing_but_the_configuration() {
        let real = Paths::resolve(Some(Path::new("/srv/desk")), false).unwrap();
        let demo = Paths::resolve(Some(Path::new("/srv/desk")), true).unwrap();
        assert_ne!(real.home, demo.home);
        assert_ne!(real.state_dir, demo.state_dir);
        assert_ne!(real.token_file, demo.token_file);
        assert_eq!(real.config_file, demo.config_file);
    }

    #[test]
    fn a_relative_home_is_made_absolute() {
        assert!(Paths::resolve(Some(Path::new("here")), false).unwrap().home.is_absolute());
    }
}
