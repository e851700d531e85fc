//! A server from its settings to its last answer: the database brought up to date, the API on its
//! address, and everything that works behind it.
//!
//! `traveloure serve` and the client that carries its own backend start the same one.

mod connections;
mod error;
mod processor;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use chrono::TimeDelta;
use sqlx::postgres::PgConnectOptions;
use tokio::{
    net::TcpListener,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use traveloure_config::{
    Affiliates, Database, Events, Jobs, Payments, RateLimit, ServerUrl, Settings, Stripe,
};

use connections::BOUNDS;
use processor::Chosen;

pub use error::ServeError;
pub(crate) use processor::affiliates;

use crate::{
    app::Context,
    clock::{Clock, SystemClock},
    database, demo,
    entropy::{Entropy, SystemEntropy},
    events::{self, Relay},
    http::{self, Operation},
    jobs::{self, Pace, Tally},
};

/// How long answers that are being given may take once the server is told to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// How long an event stream can outlast its sign-in.
const SIGN_INS: Duration = Duration::from_secs(5);
/// How often counts that have run out are forgotten.
const TIDY: Duration = Duration::from_mins(1);

/// What a server is started with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Port 0 takes a free one; [`Server::address`] says which.
    pub listen: SocketAddr,
    /// Where people reach it; none: where it listens.
    pub public_url: Option<ServerUrl>,
    /// The role that owns the schema and migrates it.
    pub owner: PgConnectOptions,
    /// The role that the backend runs as; the same as `owner` where the database has only one.
    pub app: PgConnectOptions,
    pub database: Database,
    pub jobs: Jobs,
    pub events: Events,
    /// None: whoever asks is trusted, as where client and backend share a process.
    pub rate_limit: Option<RateLimit>,
    pub payments: Payments,
    /// Without a key in it the sandbox takes the processor's place.
    pub stripe: Stripe,
    pub affiliates: Affiliates,
    /// Whether the database is to hold the demo; it is made if it is not there.
    pub demo: bool,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
}

impl Setup {
    /// A server as `settings` want it, on the system's clock, on a database of these two roles.
    #[must_use]
    pub fn new(settings: &Settings, owner: PgConnectOptions, app: PgConnectOptions) -> Self {
        Self {
            listen: settings.listen,
            public_url: settings.public_url.clone(),
            owner,
            app,
            database: settings.database.clone(),
            jobs: settings.jobs.clone(),
            events: settings.events.clone(),
            rate_limit: Some(settings.rate_limit.clone()),
            payments: settings.payments.clone(),
            stripe: settings.stripe.clone(),
            affiliates: settings.affiliates.clone(),
            demo: false,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
        }
    }

    /// The same for the client's own process: on a free port of this machine, without limits.
    #[must_use]
    pub fn embedded(settings: &Settings, owner: PgConnectOptions, app: PgConnectOptions) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            rate_limit: None,
            ..Self::new(settings, owner, app)
        }
    }
}

/// What starting is busy with, to show to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Bringing the schema up to date.
    Migrating,
    /// Opening the address and starting what works behind it.
    Starting,
    /// Making the demo: so many of so many requests.
    Demo { done: u32, of: u32 },
    /// Answering on this address.
    Ready { address: SocketAddr },
}

/// A running server. Stop it with [`Server::stop`]; dropping it tells it to stop, but cannot wait.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    context: Context,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// Starts a server; it answers when this returns. `progress` hears each step as it begins, the last
/// one being [`Step::Ready`].
///
/// # Errors
/// [`ServeError`]: the database cannot be used, or the address cannot be listened on.
pub async fn serve(
    setup: Setup,
    mut progress: impl FnMut(Step) + Send,
) -> Result<Server, ServeError> {
    // The address first: it may be taken, and then nothing should have been touched.
    let listen = |reason| ServeError::Listen { address: setup.listen, reason };
    let listener = TcpListener::bind(setup.listen).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    connections::allow_files(BOUNDS);

    progress(Step::Migrating);
    database::migrate(setup.owner.clone()).await?;
    progress(Step::Starting);
    let app = if setup.database.statement_cache {
        setup.app
    } else {
        setup.app.statement_cache_capacity(0)
    };
    let pool = database::connect(app, setup.database.max_connections).await?;
    let mut context = Context::new(pool, setup.clock, setup.entropy);
    context.affiliates = Arc::new(affiliates(&setup.affiliates));
    context.payout_hold = TimeDelta::hours(setup.payments.payout_hold_hours.into());
    let public_url = setup.public_url.as_ref();
    let chosen = Chosen::choose(&context, &setup.stripe, public_url, address).await?;
    let context = context.with_processor(chosen.processor.clone());
    if setup.demo {
        // Before the relay and the jobs: a season is lived through that is over for them.
        let tell = |made: demo::Progress| progress(Step::Demo { done: made.done, of: made.of });
        let now = context.now();
        demo::load(&context, &setup.owner, now, tell).await.map_err(ServeError::Demo)?;
    }

    let relay = Relay::open(context.clone()).await?;
    let tally = Tally::default();
    let operation = Operation::new(&relay, tally.clone(), setup.rate_limit.as_ref());

    let stop = CancellationToken::new();
    let tasks = TaskTracker::new();
    tasks.spawn(events::end_watching(context.clone(), relay.hub(), SIGN_INS, stop.clone()));
    tasks.spawn(relay.run(stop.clone()));
    tasks.spawn(tidy(operation.clone(), stop.clone()));
    let name = format!("{address} (process {})", std::process::id());
    jobs::start(&context, name, Pace::new(&setup.jobs, &setup.events), &tally, &tasks, &stop);
    let router = chosen.routes(http::router(context.clone(), operation));
    chosen.start(&tasks, &stop);
    tasks.spawn(connections::accept(listener, router, BOUNDS, stop.clone()));
    progress(Step::Ready { address });
    Ok(Server { address, context, stop, tasks })
}

async fn tidy(operation: Operation, stop: CancellationToken) {
    while stop.run_until_cancelled(sleep(TIDY)).await.is_some() {
        operation.tidy();
    }
}

impl Server {
    /// Where it answers.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What its use cases work with, for those who carry it in their own process.
    #[must_use]
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// Takes no more requests, lets those that are being worked on finish within ten seconds, ends the
    /// background work between two steps, and closes the connections to the database.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        if timeout(LAST_ANSWERS, self.tasks.wait()).await.is_err() {
            tracing::warn!("some work did not end in time and was cut off");
        }
        // A use case's transaction has a task of its own: closing waits until it is done.
        self.context.pool.close().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
