//! No server configured: the private PostgreSQL and the backend in this process.
//!
//! Every process of a home carries its own backend and shares the home's cluster, so that none has
//! to find another, and the last one out stops PostgreSQL.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use tokio::time::{self, MissedTickBehavior};
use traveloure_config::{Paths, PathsError, Secret, ServerUrl, ServerUrlError, Settings};
use traveloure_core::api::auth::{self, Register};
use traveloure_server::{
    app::accounts,
    cluster::{self, Cluster, ClusterError, Left},
    error::AppError,
    serve::{self, ServeError, Server, Setup},
};

use crate::client::ApiError;

/// How often it is looked whether PostgreSQL still runs.
const LOOK_AFTER: Duration = Duration::from_secs(5);

/// A free port on this machine only.
pub const ANY_LOOPBACK_PORT: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A running backend and the cluster it uses. End it with [`Embedded::stop`]; dropping it ends it
/// too, but cannot wait.
#[derive(Debug)]
pub struct Embedded {
    // In the order in which they must end.
    server: Server,
    url: ServerUrl,
    cluster: Option<Cluster>,
}

/// What starting is busy with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Cluster(cluster::Step),
    Server(serve::Step),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cluster(step) => step.fmt(f),
            Self::Server(serve::Step::Migrating) => f.write_str("bringing the database up to date"),
            Self::Server(serve::Step::Starting) => f.write_str("starting the server"),
            Self::Server(serve::Step::Demo { done, of }) => {
                write!(f, "making the demo: {done} of {of} requests")
            }
            Self::Server(serve::Step::Ready { address }) => write!(f, "answering on {address}"),
        }
    }
}

/// Why there is no backend. Nothing of it is left running.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Paths(#[from] PathsError),
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The parser's message would show the password.
    #[error(
        "`database_url` is no address of a PostgreSQL; write it as postgres://user:password@host/database"
    )]
    DatabaseUrl,
    #[error("the database does not answer as it should: {0}. Nothing was changed; start again")]
    Unusable(String),
    #[error("the backend {0}")]
    Url(#[from] ServerUrlError),
}

impl Embedded {
    /// Starts the backend on a free port of this machine: on the configured database, or on the
    /// home's own cluster. `progress` hears each step as it begins. May be given up (dropped) at any
    /// moment without harm.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(
        paths: &Paths,
        settings: &Settings,
        progress: impl FnMut(Step) + Send,
    ) -> Result<Self, StartError> {
        Self::listen_on(ANY_LOOPBACK_PORT, paths, settings, progress).await
    }

    /// The same on `listen`, which other machines may reach. [`Embedded::server`] is where this
    /// machine reaches it.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn listen_on(
        listen: SocketAddr,
        paths: &Paths,
        settings: &Settings,
        mut progress: impl FnMut(Step) + Send,
    ) -> Result<Self, StartError> {
        paths.create()?;
        let (cluster, setup) = if let Some(url) = &settings.database_url {
            (None, setup_on(url, settings)?)
        } else {
            let tell = |step| progress(Step::Cluster(step));
            let cluster = Cluster::open(&paths.home, cluster_options(settings), tell).await?;
            let setup = Setup::new(settings, cluster.owner_options(), cluster.app_options());
            (Some(cluster), setup)
        };
        let setup = Setup { listen, demo: paths.is_demo, ..setup };
        match serve::serve(setup, |step| progress(Step::Server(step))).await {
            Ok(server) => {
                let url = ServerUrl::http(reachable(server.address()))?;
                Ok(Self { server, url, cluster })
            }
            Err(error) => {
                leave(cluster).await;
                Err(error.into())
            }
        }
    }

    /// Where this process reaches it.
    #[must_use]
    pub const fn server(&self) -> &ServerUrl {
        &self.url
    }

    /// The address it listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The backend itself, for what is entered through its use cases.
    #[must_use]
    pub const fn backend(&self) -> &Server {
        &self.server
    }

    /// Whether nobody has an account yet.
    ///
    /// # Errors
    /// [`StartError::Unusable`].
    pub async fn is_new(&self) -> Result<bool, StartError> {
        accounts::are_none(self.server.context())
            .await
            .map_err(|error| StartError::Unusable(error.to_string()))
    }

    /// Makes an administrator's account, which no route of the API does.
    ///
    /// # Errors
    /// As for any account.
    pub async fn register_admin(&self, account: Register) -> Result<auth::Session, ApiError> {
        let outcome = accounts::register_admin(self.server.context(), account).await;
        outcome.map_err(|error| match error {
            AppError::Refused(problem) => ApiError::Problem(problem),
            AppError::Fault(fault) => {
                ApiError::Unexpected { status: None, what: fault.to_string() }
            }
        })
    }

    /// Looks after PostgreSQL for as long as it is awaited, which is without an end: where it dies,
    /// it is started again, and the backend goes on.
    pub async fn keep_running(&self) {
        let Some(cluster) = &self.cluster else { return std::future::pending().await };
        let mut looks = time::interval(LOOK_AFTER);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
            match cluster.ensure_running(|step| tracing::info!("{step}")).await {
                Ok(true) => tracing::warn!("PostgreSQL had died and was started again"),
                Ok(false) => {}
                Err(error) => tracing::error!("PostgreSQL has died and does not start: {error}"),
            }
        }
    }

    /// Ends the backend in order, and PostgreSQL if nobody else uses it.
    pub async fn stop(self) {
        self.server.stop().await;
        leave(self.cluster).await;
    }
}

/// One role for everything: a database of one's own may have no other.
fn setup_on(url: &Secret, settings: &Settings) -> Result<Setup, StartError> {
    let owner = url.expose().parse().map_err(|_| StartError::DatabaseUrl)?;
    let app = url.expose().parse().map_err(|_| StartError::DatabaseUrl)?;
    Ok(Setup::new(settings, owner, app))
}

pub(crate) fn cluster_options(settings: &Settings) -> cluster::Options {
    let mut options = cluster::Options::new(settings.postgres.bin_dir.clone());
    if !settings.postgres.fetch {
        options.source = None;
    }
    options
}

pub(crate) async fn leave(cluster: Option<Cluster>) {
    let Some(cluster) = cluster else { return };
    match cluster.close().await {
        Ok(Left::Stopped) => tracing::info!("PostgreSQL has stopped"),
        Ok(Left::StillUsed) => {
            tracing::info!("PostgreSQL goes on for the other processes of this home");
        }
        // The data is safe, and the next start takes the server over.
        Err(error) => tracing::warn!("{error}"),
    }
}

/// A server on every address of this machine is reached by its loopback.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        return SocketAddr::new(Ipv4Addr::LOCALHOST.into(), address.port());
    }
    address
}
