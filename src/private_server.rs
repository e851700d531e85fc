//! The private server behind the screens: started while they are open already, again when it
//! failed and the person says so, and ended after them.

use std::time::Duration;

use tokio::{sync::mpsc, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use traveloure_config::{Paths, Settings};
use traveloure_server::{cluster, serve};

use crate::{
    client::{Account, Client},
    demo,
    embedded::{Embedded, Step},
    tui::{app::message::Startup, runtime::PrivateServer},
};

/// A start has a handful of steps; a screen that does not read them must not hold it up.
const STEPS: usize = 64;

/// A private server on its way, or running. End it with [`Starting::stop`].
#[derive(Debug)]
pub struct Starting {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Starting {
    /// Begins to start the backend of `paths`; once it answers, `account` is connected to it. The
    /// other half is for the session of the screens. Must be called within a Tokio runtime.
    #[must_use]
    pub fn begin(paths: Paths, settings: Settings, account: Account) -> (Self, PrivateServer) {
        let (tell, steps) = mpsc::channel(STEPS);
        let (again, asked_again) = mpsc::channel(1);
        let stop = CancellationToken::new();
        let starter = Starter { paths, settings, account, tell, asked_again, stop: stop.clone() };
        let task = tokio::spawn(starter.run());
        (Self { stop, task }, PrivateServer { steps, again })
    }

    /// Ends the backend in order, and PostgreSQL if nobody else uses it.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!("the private server ended by itself: {error}");
        }
    }
}

struct Starter {
    paths: Paths,
    settings: Settings,
    account: Account,
    tell: mpsc::Sender<Startup>,
    asked_again: mpsc::Receiver<()>,
    stop: CancellationToken,
}

impl Starter {
    async fn run(mut self) {
        let stop = self.stop.clone();
        loop {
            let started = tokio::select! {
                started = self.start() => started,
                () = stop.cancelled() => return,
            };
            let failure = match started {
                Ok(backend) => {
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = backend.keep_running() => {}
                    }
                    return backend.stop().await;
                }
                Err(failure) => failure,
            };
            tracing::error!("{failure}");
            let (what, remedy) = in_two(&failure);
            self.say(Startup::Failed { what, remedy }).await;
            tokio::select! {
                asked = self.asked_again.recv() => if asked.is_none() { return },
                () = stop.cancelled() => return,
            }
        }
    }

    async fn start(&self) -> Result<Embedded, String> {
        let backend = Embedded::start(&self.paths, &self.settings, |step| {
            tracing::info!("{step}");
            if let Some(step) = shown(&step) {
                // A full queue loses a step, not the start.
                let _ = self.tell.try_send(step);
            }
        })
        .await
        .map_err(|error| error.to_string())?;
        match self.connect(&backend).await {
            Ok(is_new) => {
                self.say(Startup::Ready { is_new }).await;
                Ok(backend)
            }
            Err(failure) => {
                backend.stop().await;
                Err(failure)
            }
        }
    }

    /// Lets the account use the backend. Returns whether nobody has an account there yet.
    async fn connect(&self, backend: &Embedded) -> Result<bool, String> {
        let is_new = backend.is_new().await.map_err(|error| error.to_string())?;
        let patience = Duration::from_secs(self.settings.timeout_seconds.into());
        let client = Client::try_new(backend.server().clone(), patience)
            .map_err(|error| error.to_string())?;
        if self.paths.is_demo {
            self.account
                .connect_to_demo(client.clone())
                .await
                .map_err(|error| error.to_string())?;
            // They leave with `stop`.
            drop(demo::let_guests_in(&client, self.stop.clone()));
            return Ok(false);
        }
        if let Err(error) = self.account.connect(client, self.settings.token.clone()).await {
            // Whoever it was can sign in again.
            tracing::warn!("{error}");
        }
        Ok(is_new)
    }

    async fn say(&self, step: Startup) {
        // The screens have gone: then `stop` comes next.
        let _ = self.tell.send(step).await;
    }
}

/// The step as the first screen shows it.
fn shown(step: &Step) -> Option<Startup> {
    match step {
        Step::Cluster(cluster::Step::Waiting | cluster::Step::Looking) => Some(Startup::Looking),
        Step::Cluster(cluster::Step::Fetching { .. }) => {
            Some(Startup::Fetching { done: 0, total: None })
        }
        Step::Cluster(cluster::Step::Creating) => Some(Startup::Creating),
        Step::Cluster(cluster::Step::Starting | cluster::Step::Recovering) => {
            Some(Startup::Starting)
        }
        Step::Server(serve::Step::Migrating) => Some(Startup::Migrating),
        Step::Server(serve::Step::Demo { done, of }) => {
            Some(Startup::DemoData { done: *done, total: *of })
        }
        Step::Cluster(cluster::Step::Ready { .. }) | Step::Server(_) => None,
    }
}

/// What happened, and what to do about it: our failures say the one, then the other.
fn in_two(failure: &str) -> (String, String) {
    let end = failure.find(". ").map(|at| at + 1);
    let (what, remedy) = failure.split_at(end.unwrap_or(failure.len()));
    (what.trim().to_owned(), remedy.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_what_happened_and_what_to_do() {
        assert_eq!(
            in_two("PostgreSQL 15.2 is too old; nothing was changed. Install 16. Then start again"),
            (
                "PostgreSQL 15.2 is too old; nothing was changed.".to_owned(),
                "Install 16. Then start again".to_owned()
            )
        );
        assert_eq!(in_two("It broke"), ("It broke".to_owned(), String::new()));
    }
}
