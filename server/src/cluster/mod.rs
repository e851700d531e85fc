//! The private PostgreSQL of one home: found or fetched, created once, shared by every process of the home, stopped by
//! the last one.
//!
//! Two locks keep the processes apart: `gate`, exclusive around starting and leaving, and `users`, shared
//! while running. PostgreSQL listens on a Unix socket only and asks every role for a generated password. It refuses to
//! run as root, so for root its processes run as `postgres` or `nobody`.

mod account;
mod create;
mod error;
mod fetch;
mod find;
mod layout;
mod locks;
mod password;
mod process;
mod provide;
#[cfg(any(test, feature = "test-support"))]
pub mod scratch;
mod server;
mod settings;
mod version;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use sqlx::postgres::{PgConnectOptions, PgSslMode};

pub use error::ClusterError;
pub use fetch::{BuildSource, Theseus};
pub use find::{Installation, Search};
pub use settings::Durability;
pub use version::{MINIMUM_MAJOR, Version};

use account::Account;
use layout::Layout;
use locks::{Gate, Users};
use password::Password;
use process::State;
use server::Server;

/// The database of the private cluster.
pub const DATABASE: &str = "traveloure";
/// The role that owns the database and migrates it.
pub const OWNER_ROLE: &str = "traveloure_owner";
/// The role that the backend runs as. Migrations grant it what it needs.
pub const APP_ROLE: &str = "traveloure_app";
/// PostgreSQL's administrator: for backups and diagnosis, never for the backend.
pub const SUPERUSER: &str = "postgres";

/// The port in the socket's name. No TCP port is opened.
const PORT: u16 = 5432;

/// How to open a cluster.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to look for PostgreSQL.
    pub search: Search,
    /// Where to fetch a build from if none is installed; `None` refuses to download.
    pub source: Option<Arc<dyn BuildSource>>,
    /// What a newly created cluster keeps through a crash of the machine. An existing one stays as it was created.
    pub durability: Durability,
}

impl Options {
    /// The ones for people: this machine with the configured folder first, a download if nothing is installed, full
    /// durability.
    #[must_use]
    pub fn new(configured_bin_dir: Option<PathBuf>) -> Self {
        Self {
            search: Search::of_this_machine(configured_bin_dir),
            source: Some(Arc::new(Theseus)),
            durability: Durability::Full,
        }
    }
}

/// What opening is busy with, to show to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Another process of this home is starting or leaving.
    Waiting,
    /// Looking for an installed PostgreSQL.
    Looking,
    /// None is installed; downloading this version.
    Fetching { version: String },
    /// First start: creating the cluster.
    Creating,
    /// Starting PostgreSQL.
    Starting,
    /// PostgreSQL did not end cleanly: starting it with its recovery.
    Recovering,
    /// Accepting connections.
    Ready { version: Version },
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting => f.write_str("waiting for another traveloure to start or leave"),
            Self::Looking => f.write_str("looking for PostgreSQL"),
            Self::Fetching { version } => write!(f, "fetching PostgreSQL {version}"),
            Self::Creating => f.write_str("creating the database"),
            Self::Starting => f.write_str("starting PostgreSQL"),
            Self::Recovering => f.write_str("recovering the database after an unclean end"),
            Self::Ready { version } => write!(f, "PostgreSQL {version} is ready"),
        }
    }
}

/// What became of PostgreSQL when a process left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Nobody else used it: it is stopped.
    Stopped,
    /// Other processes of the home go on using it.
    StillUsed,
}

/// This process's use of a home's cluster. Leave with [`Cluster::close`]; dropping it leaves too, but cannot wait.
#[derive(Debug)]
pub struct Cluster {
    server: Server,
    passwords: Passwords,
    socket_folder: RwLock<PathBuf>,
    /// `None` after leaving.
    users: Option<Users>,
    /// Held while opening, so that an opening that is given up half-way can leave in order.
    gate: Option<Gate>,
}

#[derive(Debug)]
struct Passwords {
    superuser: Password,
    owner: Password,
    app: Password,
}

impl Passwords {
    fn read(layout: &Layout) -> Result<Self, ClusterError> {
        let of = |role| Password::read(&layout.password(role));
        Ok(Self { superuser: of(SUPERUSER)?, owner: of(OWNER_ROLE)?, app: of(APP_ROLE)? })
    }
}

impl Cluster {
    /// Whether `home` has a cluster. Touches nothing.
    ///
    /// # Errors
    /// [`ClusterError::NotACluster`] where something else is in its place.
    pub fn is_in(home: &Path) -> Result<bool, ClusterError> {
        Ok(create::existing_major(&Layout::of(home)?.data())?.is_some())
    }

    /// Opens the cluster of `home`: creates it the first time, starts it unless it runs, and joins its users.
    /// `progress` hears each step as it begins, the last one being [`Step::Ready`]. May be given up (dropped) at any
    /// moment without harm.
    ///
    /// # Errors
    /// [`ClusterError`]. Nothing half-made remains, so that opening again after the remedy works.
    pub async fn open(
        home: &Path,
        options: Options,
        mut progress: impl FnMut(Step) + Send,
    ) -> Result<Self, ClusterError> {
        let layout = Layout::of(home)?;
        layout.check_the_way(&Account::choose(&layout.data())?)?;
        let gate = Gate::enter(&layout, || progress(Step::Waiting)).await?;
        // Chosen again: the process before us may have created the cluster.
        let account = Account::choose(&layout.data())?;
        layout.prepare_for(&account)?;

        progress(Step::Looking);
        let major = create::existing_major(&layout.data())?;
        let installation =
            provide::installation(&layout, &options, &account, major, &mut progress).await?;
        if major.is_none() {
            progress(Step::Creating);
            create::create(&layout, &installation, &account, options.durability).await?;
        }

        let mut cluster = Self {
            passwords: Passwords::read(&layout)?,
            users: Some(Users::join(&layout)?),
            gate: Some(gate),
            socket_folder: RwLock::default(),
            server: Server::new(layout, account, installation, options.durability),
        };
        cluster.run(&mut progress).await?;
        progress(Step::Ready { version: cluster.version() });
        cluster.gate = None;
        Ok(cluster)
    }

    /// Starts PostgreSQL again if it has died under us. Returns whether it had to. Connections of before are broken;
    /// a pool opens new ones by itself.
    ///
    /// # Errors
    /// As for [`Cluster::open`].
    pub async fn ensure_running(
        &self,
        mut progress: impl FnMut(Step) + Send,
    ) -> Result<bool, ClusterError> {
        let _gate = Gate::enter_again(&self.server.layout).await?;
        self.run(&mut progress).await
    }

    /// Under the gate: brings the server up, from whatever state it is in.
    async fn run(&self, progress: &mut (impl FnMut(Step) + Send)) -> Result<bool, ClusterError> {
        let state = self.server.settled().await?;
        let (socket_folder, had_to) = match &state {
            State::Running { socket_folder } => (socket_folder.clone(), false),
            State::Crashed => {
                progress(Step::Recovering);
                (self.server.start(&state).await?, true)
            }
            State::Stopped | State::Changing { .. } => {
                progress(Step::Starting);
                (self.server.start(&state).await?, true)
            }
        };
        *self.socket_folder.write().unwrap_or_else(PoisonError::into_inner) = socket_folder;
        Ok(had_to)
    }

    /// Leaves, and stops PostgreSQL if nobody else uses it. Close the connection pools first: a stop cuts them off.
    ///
    /// # Errors
    /// [`ClusterError::StopFailed`]; the data is safe all the same.
    pub async fn close(mut self) -> Result<Left, ClusterError> {
        let _gate = Gate::enter_again(&self.server.layout).await?;
        let is_last = self.users.take().is_some_and(Users::leave);
        if !is_last {
            return Ok(Left::StillUsed);
        }
        self.server.stop().await?;
        Ok(Left::Stopped)
    }

    /// How to connect as [`OWNER_ROLE`], to migrate.
    #[must_use]
    pub fn owner_options(&self) -> PgConnectOptions {
        self.connect_as(OWNER_ROLE, &self.passwords.owner).database(DATABASE)
    }

    /// How to connect as [`APP_ROLE`], to run the backend.
    #[must_use]
    pub fn app_options(&self) -> PgConnectOptions {
        self.connect_as(APP_ROLE, &self.passwords.app).database(DATABASE)
    }

    /// How to connect as [`SUPERUSER`], to back up and to diagnose.
    #[must_use]
    pub fn superuser_options(&self) -> PgConnectOptions {
        self.connect_as(SUPERUSER, &self.passwords.superuser).database("postgres")
    }

    fn connect_as(&self, role: &str, password: &Password) -> PgConnectOptions {
        let socket_folder = self.socket_folder.read().unwrap_or_else(PoisonError::into_inner);
        PgConnectOptions::new_without_pgpass()
            .socket(&*socket_folder)
            .port(PORT)
            .username(role)
            .password(password.as_str())
            .ssl_mode(PgSslMode::Disable)
    }

    /// The version of PostgreSQL.
    #[must_use]
    pub fn version(&self) -> Version {
        self.server.installation.version
    }

    /// The folder of PostgreSQL's programs (`pg_dump` and the like are beside `postgres`).
    #[must_use]
    pub fn bin_dir(&self) -> &Path {
        &self.server.installation.bin_dir
    }

    /// The data folder; its `postmaster.pid` names the running server.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.server.layout.data()
    }

    /// PostgreSQL's log.
    #[must_use]
    pub fn log_file(&self) -> PathBuf {
        self.server.layout.log()
    }
}

impl Drop for Cluster {
    /// Best effort, without waiting for the end of the server. If another process is at the gate at this moment, a
    /// server that nobody uses any more may stay, until the next one of the home takes it over.
    fn drop(&mut self) {
        let Some(users) = self.users.take() else {
            return;
        };
        let gate = match self.gate.take() {
            Some(gate) => Some(gate),
            None => Gate::try_enter(&self.server.layout).ok().flatten(),
        };
        if gate.is_some() && users.leave() {
            self.server.ask_to_stop();
        }
    }
}
