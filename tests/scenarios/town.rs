//! The real server, its database, and the passing of time in it.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError, Weak},
    thread,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;
use traveloure_core::{actor::Role, ids::ProviderId};
use traveloure_server::cluster::{Cluster, Options};

use super::person::{PASSWORD, Person, folder};

/// Everybody signs in from one address; what is due is done within a second, and a booking is paid out when it is over.
const SETTINGS: &str = "[rate_limit]\nsign_in_per_minute = 1000\n[jobs]\nexpire_seconds = 1\nremind_seconds = 1\n[payments]\npayout_hold_hours = 0\n";

static SHARED: Mutex<Weak<Town>> = Mutex::new(Weak::new());

/// A running `traveloure serve` in a home of its own.
pub struct Town {
    server: Child,
    pub url: String,
    home: TempDir,
}

impl Town {
    /// The one that runs, or a new one.
    pub fn shared() -> Arc<Self> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(town) = shared.upgrade() {
            return town;
        }
        let town = Arc::new(Self::start());
        *shared = Arc::downgrade(&town);
        town
    }

    fn start() -> Self {
        let home = folder();
        fs::write(home.path().join("config.toml"), SETTINGS).unwrap();
        let mut server = traveloure(&home)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(server.stderr.take().unwrap()).lines();
        let address = said
            .by_ref()
            .map(|line| line.unwrap())
            .find_map(|line| line.strip_prefix("answering on ").map(str::to_owned))
            .expect("the server starts");
        // What it logs is not waited for, and must not hold it up.
        thread::spawn(move || said.for_each(drop));
        Self { server, url: format!("http://{address}"), home }
    }

    /// Registers an administrator, which takes the database at hand.
    pub async fn admin(&self, email: &str) -> Person {
        let mut register = traveloure(&self.home);
        register.args(["register", email, "--name", "Ada", "--admin"]);
        let registered = super::person::run(&mut register, &format!("{PASSWORD}\n"));
        assert!(registered.is_done(), "{registered:?}");
        Person::sign_in(self, email, Role::Admin).await
    }

    /// Every invariant holds; the server goes on meanwhile.
    pub fn holds(&self) {
        let check =
            super::person::run(traveloure(&self.home).args(["--json", "admin", "check"]), "");
        assert!(check.is_done(), "{check:?}");
        let report: Value = serde_json::from_str(&check.printed).unwrap();
        assert_eq!((&report["holds"], &report["is_served"]), (&true.into(), &true.into()));
        assert!(report["rules"].as_array().unwrap().len() >= 16, "{report:#}");
    }

    /// So many days go by for what a provider has sold: everything that happens by the clock of it happens by itself.
    /// The provider's zone must know no summer time.
    pub async fn days_pass(&self, provider: ProviderId, days: u32) {
        let cluster = Cluster::open(self.home.path(), Options::new(None), |_| {}).await.unwrap();
        let mut owner = PgConnection::connect_with(&cluster.owner_options()).await.unwrap();
        let sql = format!(
            "BEGIN;
             UPDATE capacity SET date = date - {days}
             WHERE service_id IN (SELECT id FROM services WHERE provider_id = '{provider}');
             UPDATE bookings SET booking_date = booking_date - {days}, end_date = end_date - {days},
                 starts_at = starts_at - interval '{days} days', ends_at = ends_at - interval '{days} days',
                 balance_due_date = balance_due_date - {days},
                 balance_due_at = balance_due_at - interval '{days} days',
                 balance_try_at = balance_try_at - interval '{days} days',
                 balance_reminder_at = balance_reminder_at - interval '{days} days'
             WHERE provider_id = '{provider}';
             COMMIT"
        );
        owner.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
        owner.close().await.unwrap();
        cluster.close().await.unwrap();
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        // In order, so that PostgreSQL ends with it.
        let pid = Pid::from_raw(i32::try_from(self.server.id()).unwrap());
        kill(pid, Signal::SIGTERM).unwrap();
        self.server.wait().unwrap();
    }
}

/// The program in this home, and nothing of whoever runs the tests.
pub fn traveloure(home: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_traveloure"));
    command
        .arg("--home")
        .arg(home.path())
        .env_remove("DATABASE_URL")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    command
}
