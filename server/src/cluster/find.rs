//! Finds an installed PostgreSQL.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use futures_util::future::join_all;
use postgresql_commands::CommandBuilder as _;
use postgresql_commands::initdb::InitDbBuilder;

use super::account::Account;
use super::version::Version;

/// The programs that the cluster needs; a folder without all of them is no installation.
const PROGRAMS: [&str; 3] = ["initdb", "pg_ctl", "postgres"];

/// How long a program may take to say its version. A script on PATH that waits for something must not hold us up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where packages put their programs: a folder that holds one folder per version, the version folder's prefix, and
/// the way from there to the programs.
const USUAL_PLACES: [(&str, &str, &str); 8] = [
    // Debian and its family
    ("/usr/lib/postgresql", "", "bin"),
    // Red Hat and its family, packages of the PostgreSQL project
    ("/usr", "pgsql-", "bin"),
    // SUSE
    ("/usr/lib", "postgresql", "bin"),
    // Alpine
    ("/usr/libexec", "postgresql", ""),
    // Homebrew on ARM, on Intel, on Linux
    ("/opt/homebrew/opt", "postgresql", "bin"),
    ("/usr/local/opt", "postgresql", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql", "bin"),
    // Postgres.app
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];

/// Where to look for an installation.
#[derive(Debug, Clone)]
pub struct Search {
    /// The folder that the configuration names. If set, nothing else is tried.
    pub configured: Option<PathBuf>,
    /// The value of `PATH`.
    pub path: Option<OsString>,
    /// Further folders of programs.
    pub folders: Vec<PathBuf>,
}

impl Search {
    /// This machine: the configured folder, else this process's `PATH` (with the `pg_config` on it) and the usual
    /// folders of Debian, Red Hat, SUSE, Alpine and Homebrew.
    #[must_use]
    pub fn of_this_machine(configured: Option<PathBuf>) -> Self {
        Self {
            configured,
            path: std::env::var_os("PATH"),
            folders: USUAL_PLACES
                .into_iter()
                .flat_map(|(parent, prefix, programs)| version_folders(parent, prefix, programs))
                .collect(),
        }
    }
}

impl Search {
    /// The usable installations in the order in which they are preferred: the configured one alone,
    /// else the newest first. Starts none of them.
    pub async fn installations(&self) -> Vec<Installation> {
        match &self.configured {
            Some(bin_dir) => Installation::at(bin_dir)
                .await
                .ok()
                .filter(|installation| installation.version.is_supported())
                .into_iter()
                .collect(),
            None => installations(self, Vec::new()).await.usable,
        }
    }
}

/// A folder with all programs, and the version they report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// The folder that holds `initdb`, `pg_ctl` and `postgres`.
    pub bin_dir: PathBuf,
    pub version: Version,
}

/// What a search came to: installations, newest first, and what cannot be used, each with its reason.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) usable: Vec<Installation>,
    pub(super) unusable: Vec<String>,
}

impl Installation {
    /// Looks at one folder.
    ///
    /// # Errors
    /// Why it cannot be used, in words that can follow its path.
    pub(super) async fn at(bin_dir: &Path) -> Result<Self, String> {
        if let Some(missing) = PROGRAMS.into_iter().find(|program| !bin_dir.join(program).is_file())
        {
            return Err(format!("it has no {missing}"));
        }
        let mut command = Command::new(bin_dir.join("postgres"));
        command.arg("--version");
        let output = ask(command).await?;
        let line = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = Version::parse(&line).ok_or_else(|| "it reports no version".to_owned())?;
        Ok(Self { bin_dir: bin_dir.to_path_buf(), version })
    }

    /// Whether its share files are where its programs look for them: programs that were copied out of their
    /// installation report a version and yet can create nothing.
    ///
    /// # Errors
    /// What `initdb` says is missing.
    pub(super) async fn check_share_files(&self, account: &Account) -> Result<(), String> {
        // `--show` checks the files and the account, prints, and ends before it touches the folder.
        let mut command =
            InitDbBuilder::new().program_dir(&self.bin_dir).pgdata("/nonexistent").show().build();
        account.dress(&mut command);
        let output = ask(command).await?;
        if output.status.success() {
            Ok(())
        } else {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            Err(said
                .lines()
                .find(|line| line.contains("error:"))
                .unwrap_or("its initdb does not work")
                .to_owned())
        }
    }
}

/// Looks at every place of `search` except the configured one, and at `more`.
pub(super) async fn installations(search: &Search, more: Vec<PathBuf>) -> Found {
    let mut folders: Vec<PathBuf> = Vec::new();
    let candidates = more
        .into_iter()
        .chain(on_path(search))
        .chain(named_by_pg_config(search).await)
        .chain(search.folders.iter().cloned());
    for folder in candidates {
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }

    let mut found = Found::default();
    let reports = join_all(folders.iter().map(|folder| Installation::at(folder))).await;
    for (folder, report) in folders.iter().zip(reports) {
        match report {
            Ok(installation) if installation.version.is_supported() => {
                found.usable.push(installation);
            }
            Ok(installation) => found.unusable.push(format!(
                "{} in {}: too old",
                installation.version,
                folder.display()
            )),
            Err(reason) => found.unusable.push(format!("{}: {reason}", folder.display())),
        }
    }
    // The sort is stable: of two equal versions the one that PATH names stays first.
    found.usable.sort_by_key(|installation| std::cmp::Reverse(installation.version));
    found
}

/// Folders of PATH that hold an `initdb`. Links are followed first: package managers link single programs into
/// `/usr/local/bin`, and only the folder they point to is a whole installation.
fn on_path(search: &Search) -> Vec<PathBuf> {
    path_folders(search)
        .filter_map(|folder| {
            let initdb = folder.join("initdb").canonicalize().ok()?;
            initdb.parent().map(Path::to_path_buf)
        })
        .collect()
}

/// What `pg_config` on PATH says: Debian puts it on PATH, and the server's programs not.
async fn named_by_pg_config(search: &Search) -> Option<PathBuf> {
    let pg_config = path_folders(search)
        .map(|folder| folder.join("pg_config"))
        .find(|program| program.is_file())?;
    let mut command = Command::new(pg_config);
    command.arg("--bindir");
    let output = ask(command).await.ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    // A pg_config of the client library alone names a folder without a server: no reason to report it.
    PathBuf::from(said.trim()).canonicalize().ok().filter(|folder| folder.join("initdb").is_file())
}

fn path_folders(search: &Search) -> impl Iterator<Item = PathBuf> {
    search
        .path
        .iter()
        .flat_map(|path| std::env::split_paths(path).collect::<Vec<_>>())
        .filter(|folder| folder.is_absolute())
}

fn version_folders(parent: &str, prefix: &str, programs: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
        .filter_map(|entry| entry.path().join(programs).canonicalize().ok())
        .filter(|folder| folder.join("initdb").is_file())
        .collect()
}

async fn ask(mut command: Command) -> Result<Output, String> {
    command.stdin(Stdio::null());
    let mut command = tokio::process::Command::from(command);
    match tokio::time::timeout(PATIENCE, command.kill_on_drop(true).output()).await {
        Ok(Ok(output)) => Ok(output),
        Ok(Err(error)) => Err(format!("it cannot be run: {error}")),
        Err(_) => Err("it does not answer".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// A folder with programs that only report `version`.
    fn programs(parent: &Path, name: &str, version: &str) -> PathBuf {
        let folder = parent.join(name);
        fs::create_dir_all(&folder).unwrap();
        for program in PROGRAMS {
            let file = folder.join(program);
            fs::write(&file, format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n"))
                .unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        folder.canonicalize().unwrap()
    }

    fn search(path: &[&Path], folders: Vec<PathBuf>) -> Search {
        Search { configured: None, path: Some(std::env::join_paths(path).unwrap()), folders }
    }

    #[tokio::test]
    async fn the_newest_wins_and_a_too_old_one_is_named() {
        let top = tempfile::tempdir().unwrap();
        let old = programs(top.path(), "14", "14.11");
        let good = programs(top.path(), "16", "16.4");
        let newest = programs(top.path(), "17", "17.2");

        let found =
            installations(&search(&[&good], vec![old.clone(), newest.clone()]), vec![]).await;

        let order: Vec<_> = found.usable.iter().map(|one| one.bin_dir.clone()).collect();
        assert_eq!(order, [newest, good]);
        assert_eq!(found.unusable, [format!("14.11 in {}: too old", old.display())]);
    }

    #[tokio::test]
    async fn stray_links_on_path_lead_to_the_installation_they_point_to() {
        let top = tempfile::tempdir().unwrap();
        let real = programs(top.path(), "16", "16.4");
        let stray = top.path().join("bin");
        fs::create_dir(&stray).unwrap();
        std::os::unix::fs::symlink(real.join("initdb"), stray.join("initdb")).unwrap();

        let found = installations(&search(&[&stray], vec![real.clone()]), vec![]).await;

        assert_eq!(found.usable.len(), 1, "once, though it was met twice");
        assert_eq!(found.usable[0].bin_dir, real);
        assert!(found.unusable.is_empty(), "{:?}", found.unusable);
    }

    #[tokio::test]
    async fn a_folder_without_all_programs_says_which_one_is_missing() {
        let top = tempfile::tempdir().unwrap();
        let partial = programs(top.path(), "bin", "16.4");
        fs::remove_file(partial.join("pg_ctl")).unwrap();

        let found = installations(&search(&[&partial], vec![]), vec![]).await;

        assert!(found.usable.is_empty());
        assert_eq!(found.unusable, [format!("{}: it has no pg_ctl", partial.display())]);
    }

    #[tokio::test]
    async fn pg_config_names_a_folder_that_is_not_on_path() {
        let top = tempfile::tempdir().unwrap();
        let real = programs(top.path(), "server", "15.3");
        let bin = top.path().join("bin");
        fs::create_dir(&bin).unwrap();
        let pg_config = bin.join("pg_config");
        fs::write(&pg_config, format!("#!/bin/sh\necho '{}'\n", real.display())).unwrap();
        fs::set_permissions(&pg_config, fs::Permissions::from_mode(0o755)).unwrap();

        let found = installations(&search(&[&bin], vec![]), vec![]).await;

        assert_eq!(found.usable.len(), 1);
        assert_eq!(found.usable[0].bin_dir, real);
    }

    #[tokio::test]
    async fn programs_without_share_files_are_found_out() {
        let here = installations(&Search::of_this_machine(None), vec![]).await;
        let real = here.usable.first().expect("the tests need a PostgreSQL");
        let account = Account::choose(Path::new("/nonexistent/data")).unwrap();
        assert_eq!(real.check_share_files(&account).await, Ok(()));

        let top = tempfile::tempdir().unwrap();
        // The stand-in account has to reach the scripts.
        fs::set_permissions(top.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let stray = programs(top.path(), "bin", "16.4");
        fs::write(
            stray.join("initdb"),
            "#!/bin/sh\necho 'initdb: error: file \"postgres.bki\" does not exist' >&2\nexit 1\n",
        )
        .unwrap();

        let stray = Installation::at(&stray).await.unwrap();
        let complaint = stray.check_share_files(&account).await.unwrap_err();
        assert!(complaint.contains("postgres.bki"), "{complaint}");
    }
}
