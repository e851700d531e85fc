//! Makes a new cluster: all of it or nothing.
//!
//! It is built under another name (`data.partial-…`), complete with its settings, roles and database, flushed, and
//! renamed to `data` as the last step. A kill at any moment leaves either no cluster or a whole one.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use nix::fcntl::OFlag;
use postgresql_commands::CommandBuilder as _;
use postgresql_commands::initdb::InitDbBuilder;
use postgresql_commands::postgres::PostgresBuilder;
use tokio::io::AsyncWriteExt;

use super::account::Account;
use super::error::{ClusterError, while_doing};
use super::find::Installation;
use super::layout::Layout;
use super::password::Password;
use super::process::{is_disk_full, run, said, says_disk_full};
use super::settings::{ACCESS, Durability, postgresql_conf};
use super::{APP_ROLE, DATABASE, OWNER_ROLE, SUPERUSER};

const PARTIAL: &str = "data.partial-";

/// The major version of the cluster in `data`; `None` if there is none yet.
///
/// # Errors
/// [`ClusterError::NotACluster`] if something else is there.
pub(super) fn existing_major(data: &Path) -> Result<Option<u32>, ClusterError> {
    let refuse = |reason: &str| {
        Err(ClusterError::NotACluster { data: data.to_path_buf(), reason: reason.to_owned() })
    };
    let mut entries = match fs::read_dir(data) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => {
            return refuse("it is not a folder");
        }
        Err(error) => return Err(ClusterError::io("read", data, error)),
    };
    if entries.next().is_none() {
        return Ok(None);
    }
    let Ok(version) = fs::read_to_string(data.join("PG_VERSION")) else {
        return refuse("it has no readable PG_VERSION");
    };
    let Ok(major) = version.trim().parse() else {
        return refuse("its PG_VERSION holds no version");
    };
    if !data.join("global/pg_control").is_file() {
        return refuse("it has no global/pg_control");
    }
    Ok(Some(major))
}

/// Makes the cluster of `layout`, with fresh passwords.
///
/// # Errors
/// What failed; nothing half-made is left.
pub(super) async fn create(
    layout: &Layout,
    installation: &Installation,
    account: &Account,
    durability: Durability,
) -> Result<(), ClusterError> {
    remove_leftovers(layout.cluster());
    let partial = Partial::make(layout.cluster(), account)?;
    let maker = Maker { installation, account, folder: &partial.path };
    maker.initdb().await?;
    maker.configure(durability)?;
    maker.make_roles_and_database(layout).await?;
    if durability == Durability::Full {
        maker.flush().await?;
    }
    partial.finish(&layout.data())
}

/// The steps of making a cluster in one folder.
struct Maker<'a> {
    installation: &'a Installation,
    account: &'a Account,
    folder: &'a Path,
}

impl Maker<'_> {
    async fn initdb(&self) -> Result<(), ClusterError> {
        // The access file that it writes is replaced before anybody can connect, hence "reject". Flushing is left to
        // the end, when everything is there.
        let mut command = InitDbBuilder::new()
            .program_dir(&self.installation.bin_dir)
            .pgdata(self.folder)
            .username(SUPERUSER)
            .auth("reject")
            .encoding("UTF8")
            .locale("C")
            .no_sync()
            .no_instructions()
            .build();
        self.account.dress(&mut command);
        let output = run(command).await?;
        self.check("setting up its folder", &output)
    }

    fn configure(&self, durability: Durability) -> Result<(), ClusterError> {
        extend(&self.folder.join("postgresql.conf"), &postgresql_conf(durability))?;
        replace(&self.folder.join("pg_hba.conf"), ACCESS)
    }

    /// In single-user mode, before the first start: so there is never a server without its roles, nor a moment in
    /// which anybody could connect without a password. The statements go through stdin, where no process list shows them.
    async fn make_roles_and_database(&self, layout: &Layout) -> Result<(), ClusterError> {
        let mut statements = Vec::new();
        for role in [SUPERUSER, OWNER_ROLE, APP_ROLE] {
            let password = Password::generate();
            password.write(&layout.password(role))?;
            let verb = if role == SUPERUSER { "ALTER" } else { "CREATE" };
            let password = password.as_str();
            statements.push(format!("{verb} ROLE {role} LOGIN PASSWORD '{password}'"));
        }
        statements.extend([
            format!("CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}"),
            format!("REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC"),
            format!("GRANT CONNECT ON DATABASE {DATABASE} TO {APP_ROLE}"),
        ]);
        // In this mode a semicolon and an empty line end a statement.
        let statements: String =
            statements.into_iter().map(|statement| statement + ";\n\n").collect();

        let mut command = PostgresBuilder::new()
            .program_dir(&self.installation.bin_dir)
            .single_user_mode()
            .data_dir(self.folder)
            .fsync_off()
            .no_newline_delimiter()
            .runtime_param("exit_on_error", "on")
            // A failed statement must not put a password into the error.
            .runtime_param("log_min_error_statement", "panic")
            .dbname("postgres")
            .build();
        self.account.dress(&mut command);
        let program = self.installation.bin_dir.join("postgres");
        let mut child = tokio::process::Command::from(command)
            .kill_on_drop(true)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(while_doing("run", &program))?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that ended early has closed its end; why it did is in its output.
            let _ = stdin.write_all(statements.as_bytes()).await;
        }
        let output = child.wait_with_output().await.map_err(while_doing("run", &program))?;
        self.check("making its roles and its database", &output)
    }

    async fn flush(&self) -> Result<(), ClusterError> {
        let mut command = InitDbBuilder::new()
            .program_dir(&self.installation.bin_dir)
            .pgdata(self.folder)
            .sync_only()
            .build();
        self.account.dress(&mut command);
        let output = run(command).await?;
        self.check("writing it through to the disk", &output)
    }

    fn check(&self, doing: &'static str, output: &Output) -> Result<(), ClusterError> {
        if output.status.success() {
            return Ok(());
        }
        let stderr = said(&output.stderr);
        if says_disk_full(&stderr) || is_disk_full(self.folder) {
            return Err(ClusterError::DiskFull {
                path: self.folder.parent().unwrap_or(self.folder).to_path_buf(),
                doing: "creating the database",
                kept: "the half-made folder was removed, nothing else was changed",
            });
        }
        let output = if output.stderr.is_empty() { output.status.to_string() } else { stderr };
        Err(ClusterError::CreateFailed { doing, output })
    }
}

fn extend(path: &Path, text: &str) -> Result<(), ClusterError> {
    write_into(path, text, OpenOptions::new().append(true))
}

fn replace(path: &Path, text: &str) -> Result<(), ClusterError> {
    write_into(path, text, OpenOptions::new().write(true).truncate(true))
}

/// Writes into a file of the stand-in's folder without following a link: as root it could lead anywhere.
fn write_into(path: &Path, text: &str, how: &mut OpenOptions) -> Result<(), ClusterError> {
    how.custom_flags(OFlag::O_NOFOLLOW.bits())
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(while_doing("write", path))
}

/// A folder in the making; removed when dropped unfinished.
struct Partial {
    path: PathBuf,
    is_finished: bool,
}

impl Partial {
    /// The name is new each time: the programs of a killed process may still write to the one before.
    fn make(cluster: &Path, account: &Account) -> Result<Self, ClusterError> {
        let path = cluster.join(format!("{PARTIAL}{:016x}", rand::random::<u64>()));
        fs::create_dir(&path).map_err(while_doing("create", &path))?;
        let partial = Self { path, is_finished: false };
        account.own(&partial.path)?;
        Ok(partial)
    }

    fn finish(mut self, data: &Path) -> Result<(), ClusterError> {
        fs::rename(&self.path, data).map_err(while_doing("put in place", data))?;
        self.is_finished = true;
        let parent = data.parent().unwrap_or(data);
        File::open(parent)
            .and_then(|folder| folder.sync_all())
            .map_err(while_doing("flush", parent))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.is_finished {
            // Best effort: what stays is removed before the next attempt.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// Removes what killed attempts left. Best effort: a program of theirs may still be writing, and nothing here is in
/// the way of the new folder.
fn remove_leftovers(cluster: &Path) {
    let Ok(entries) = fs::read_dir(cluster) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(PARTIAL) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_cluster_is_told_from_a_missing_one() {
        let top = tempfile::tempdir().unwrap();
        let data = top.path().join("data");
        assert_eq!(existing_major(&data).unwrap(), None);

        fs::create_dir(&data).unwrap();
        assert_eq!(existing_major(&data).unwrap(), None, "an empty folder");

        fs::write(data.join("holiday.jpg"), "…").unwrap();
        let mut complaints = vec![existing_major(&data).unwrap_err().to_string()];
        fs::write(data.join("PG_VERSION"), "fifteen\n").unwrap();
        complaints.push(existing_major(&data).unwrap_err().to_string());
        fs::write(data.join("PG_VERSION"), "15\n").unwrap();
        complaints.push(existing_major(&data).unwrap_err().to_string());
        for (complaint, about) in
            complaints.iter().zip(["no readable PG_VERSION", "holds no version", "pg_control"])
        {
            assert!(complaint.contains(about), "{complaint}");
        }

        fs::create_dir(data.join("global")).unwrap();
        fs::write(data.join("global/pg_control"), "…").unwrap();
        assert_eq!(existing_major(&data).unwrap(), Some(15));
    }

    #[test]
    fn an_unfinished_folder_goes_and_so_do_those_of_killed_attempts() {
        let top = tempfile::tempdir().unwrap();
        let account = Account::choose(Path::new("/nonexistent")).unwrap();
        let killed = top.path().join(format!("{PARTIAL}killed"));
        fs::create_dir(&killed).unwrap();
        fs::write(killed.join("PG_VERSION"), "15").unwrap();

        remove_leftovers(top.path());
        drop(Partial::make(top.path(), &account).unwrap());

        assert_eq!(fs::read_dir(top.path()).unwrap().count(), 0);
    }
}
