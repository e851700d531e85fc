//! A throw-away PostgreSQL for tests: one server for all test processes of a run, and a database per test.
//!
//! It lives in `TRAVELOURE_TEST_HOME`, by default in a folder of the temporary directory. Test runners start a process
//! per test, so the last one out is soon followed by the next one in. Instead of it, a small shell script stops the
//! server and removes it when nobody has used it for a few seconds. Nothing is flushed to the disk.
//!
//! ```no_run
//! # async fn a_test(migrator: sqlx::migrate::Migrator) {
//! use traveloure_server::cluster::scratch::TestDatabase;
//!
//! let database = TestDatabase::migrated(&migrator).await;
//! let pool = sqlx::PgPool::connect_with(database.app_options()).await.unwrap();
//! # }
//! ```
// A test that gets no database has failed: there is nobody to hand an error to.
#![allow(clippy::expect_used)]

use std::fs::{File, OpenOptions};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use sha2::{Digest, Sha256};
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection};
use tokio::sync::OnceCell;

use super::{APP_ROLE, Cluster, Durability, OWNER_ROLE, Options};

const HOME_VARIABLE: &str = "TRAVELOURE_TEST_HOME";

/// Stops the server once nobody has used it for this many looks, one per second.
const IDLE_SECONDS: &str = "3";

static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A database of its own for one test; dropped with the value, whatever is still connected.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    cluster: &'static Cluster,
}

impl TestDatabase {
    /// A database without tables, set up like the one of a real home.
    ///
    /// # Panics
    /// If there is no PostgreSQL to be had.
    pub async fn empty() -> Self {
        Self::copy_of("template1").await
    }

    /// A database with all migrations applied. They run once per server; each call copies the result.
    ///
    /// # Panics
    /// If there is no PostgreSQL to be had, or a migration fails.
    pub async fn migrated(migrator: &Migrator) -> Self {
        let cluster = cluster().await;
        let template = template_name(migrator);
        let mut admin = administrator(cluster).await;
        if !exists(&mut admin, &template).await {
            make_template(cluster, &mut admin, &template, migrator).await;
        }
        close(admin).await;
        Self::copy_of(&template).await
    }

    async fn copy_of(template: &str) -> Self {
        let cluster = cluster().await;
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{}_{number}", std::process::id());
        let mut admin = administrator(cluster).await;
        // A process of the same number may have been killed before it could drop its own.
        run(&mut admin, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        run(&mut admin, format!("CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER_ROLE}"))
            .await;
        run(&mut admin, format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC")).await;
        run(&mut admin, format!("GRANT CONNECT ON DATABASE {name} TO {APP_ROLE}")).await;
        close(admin).await;
        Self { name, cluster }
    }

    /// How to connect as the role that owns and migrates the database.
    #[must_use]
    pub fn owner_options(&self) -> PgConnectOptions {
        self.cluster.owner_options().database(&self.name)
    }

    /// How to connect as the role that the backend runs as.
    #[must_use]
    pub fn app_options(&self) -> PgConnectOptions {
        self.cluster.app_options().database(&self.name)
    }

    /// How to connect as PostgreSQL's administrator.
    #[must_use]
    pub fn superuser_options(&self) -> PgConnectOptions {
        self.cluster.superuser_options().database(&self.name)
    }
}

impl Drop for TestDatabase {
    /// In a thread with a runtime of its own, for the test's may be ending. Best effort: what stays goes with the server.
    fn drop(&mut self) {
        // A test that failed may leave connections half made, and the server waits a minute for those.
        if std::thread::panicking() {
            return;
        }
        let options = self.cluster.superuser_options();
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut admin = options.connect().await?;
                sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut admin).await?;
                admin.close().await
            })
        });
        if let Ok(Err(error)) = dropping.join() {
            tracing::warn!(%error, "a test database was not dropped");
        }
    }
}

/// The shared server, for tests about the server itself. Never stop it.
///
/// # Panics
/// If there is no PostgreSQL to be had.
pub async fn cluster() -> &'static Cluster {
    CLUSTER
        .get_or_init(|| async {
            let home = home();
            refuse_foreign(&home);
            let cluster =
                Cluster::open(&home, options(), |_| ()).await.expect("tests need a PostgreSQL");
            keep(&home.join("cluster"));
            cluster
        })
        .await
}

/// For a test that needs a server of its own, to harm it: `Cluster::open(temporary_home, scratch::options(), …)`.
#[must_use]
pub fn options() -> Options {
    Options { source: None, durability: Durability::None, ..Options::new(None) }
}

fn home() -> PathBuf {
    std::env::var_os(HOME_VARIABLE).map_or_else(
        || {
            let uid = nix::unistd::Uid::effective();
            std::env::temp_dir().join(format!("traveloure-test-{uid}"))
        },
        PathBuf::from,
    )
}

/// Anybody may have made a folder of that name in the temporary directory.
fn refuse_foreign(home: &Path) {
    if let Ok(metadata) = home.symlink_metadata() {
        let is_ours = metadata.is_dir() && metadata.uid() == nix::unistd::Uid::effective().as_raw();
        assert!(is_ours, "{} is not ours; set {HOME_VARIABLE}", home.display());
    }
}

/// Sees to it that somebody stops the server in the end. Needs flock(1), which comes with every Linux; elsewhere the
/// server stays, and the next run uses it.
fn keep(cluster: &Path) {
    // A look only: the script takes the lock itself, and a second script leaves at once.
    let is_kept =
        File::open(cluster.join("keeper")).is_ok_and(|file| file.try_lock_shared().is_err());
    if is_kept {
        return;
    }
    let started = Command::new("/bin/sh")
        .args(["-c", include_str!("keeper.sh"), "keeper"])
        .arg(cluster)
        .arg(IDLE_SECONDS)
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn();
    if let Err(error) = started {
        tracing::warn!(%error, "nobody will stop the test server");
    }
}

async fn make_template(
    cluster: &Cluster,
    admin: &mut PgConnection,
    template: &str,
    migrator: &Migrator,
) {
    // One process migrates, the others wait for it. Blocking is fine: they could do nothing else.
    let lock = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(cluster.server.layout.cluster().join("template"))
        .expect("the home is ours");
    lock.lock().expect("the home is ours");
    if exists(admin, template).await {
        return;
    }
    let unfinished = format!("{template}_unfinished");
    run(admin, format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await;
    run(admin, format!("CREATE DATABASE {unfinished} OWNER {OWNER_ROLE}")).await;
    let mut owner =
        cluster.owner_options().database(&unfinished).connect().await.expect("the server runs");
    migrator.run(&mut owner).await.expect("the migrations apply");
    close(owner).await;
    run(admin, format!("ALTER DATABASE {unfinished} RENAME TO {template}")).await;
}

/// Another set of migrations is another template.
fn template_name(migrator: &Migrator) -> String {
    let mut digest = Sha256::new();
    for migration in migrator.iter() {
        digest.update(migration.version.to_be_bytes());
        digest.update(&migration.checksum);
    }
    format!("migrated_{}", &hex::encode(digest.finalize())[..16])
}

async fn administrator(cluster: &Cluster) -> PgConnection {
    cluster.superuser_options().connect().await.expect("the server runs")
}

async fn exists(admin: &mut PgConnection, database: &str) -> bool {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
        .bind(database)
        .fetch_one(admin)
        .await
        .expect("the server runs")
}

async fn run(admin: &mut PgConnection, statement: String) {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(admin).await.expect("the server runs");
}

/// Waits for the end of the session: a database with a session cannot be copied or renamed.
async fn close(connection: PgConnection) {
    connection.close().await.expect("the server runs");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_test_has_a_database_of_its_own_that_goes_with_it() {
        let one = TestDatabase::empty().await;
        let other = TestDatabase::empty().await;
        let mut owner = one.owner_options().connect().await.unwrap();
        sqlx::query("CREATE TABLE mine (id int)").execute(&mut owner).await.unwrap();
        let mut elsewhere = other.owner_options().connect().await.unwrap();
        let is_there: bool = sqlx::query_scalar("SELECT to_regclass('mine') IS NOT NULL")
            .fetch_one(&mut elsewhere)
            .await
            .unwrap();
        assert!(!is_there);

        let name = one.name.clone();
        drop(one);
        let mut admin = administrator(cluster().await).await;
        assert!(!exists(&mut admin, &name).await);
        assert!(exists(&mut admin, &other.name).await);
    }

    #[tokio::test]
    async fn migrations_run_once_and_are_copied() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("0001_times.sql"),
            "CREATE TABLE times AS SELECT clock_timestamp() AS migrated_at",
        )
        .unwrap();
        let migrator = Migrator::new(folder.path()).await.unwrap();

        let mut times = Vec::new();
        for _ in 0..2 {
            let database = TestDatabase::migrated(&migrator).await;
            let mut owner = database.owner_options().connect().await.unwrap();
            let time: String = sqlx::query_scalar("SELECT migrated_at::text FROM times")
                .fetch_one(&mut owner)
                .await
                .unwrap();
            times.push(time);
        }
        assert_eq!(times[0], times[1]);
    }
}
