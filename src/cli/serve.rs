//! `traveloure serve`: the server alone.

use std::{net::SocketAddr, time::Duration};

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use traveloure_server::demo;

use super::{context::Context, failure::Failure, output::warn};
use crate::{client::Client, demo::let_guests_in, embedded::Embedded};

/// Run the server alone
///
/// The database is the private one of the home, or the one that DATABASE_URL, TRAVELOURE_DATABASE_URL
/// or the configuration names.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen; 127.0.0.1:8080 unless configured otherwise
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
}

impl Serve {
    pub(super) async fn run(&self, context: &Context) -> Result<(), Failure> {
        let listen = context.settings.listen;
        if context.paths.is_demo && !listen.ip().is_loopback() {
            return Err(Failure::Usage(format!(
                "Everybody knows the passwords of the demo, so it is not served on {listen}. \
                 Listen on 127.0.0.1, or serve without --demo."
            )));
        }
        // Before anything is started, so that a signal during the start is not lost.
        let stop = StopSignal::try_new()?;
        let backend = tokio::select! {
            backend = Embedded::listen_on(listen, &context.paths, &context.settings, |step| warn(&step.to_string())) => {
                backend.map_err(|error| Failure::NoBackend(error.to_string()))?
            }
            () = stop.received() => return Ok(()),
        };
        if !listen.ip().is_loopback() {
            warn(
                "This is plain HTTP: put a proxy that speaks TLS before it. \
                 Clients refuse plain HTTP from other machines.",
            );
        }
        let leave = CancellationToken::new();
        let mut guests = None;
        if context.paths.is_demo {
            warn(demo::ACCOUNTS);
            let patience = Duration::from_secs(context.settings.timeout_seconds.into());
            let client = Client::try_new(backend.server().clone(), patience)?;
            guests = Some(let_guests_in(&client, leave.clone()));
        }
        StopSignal::try_new()?.received().await;
        warn("stopping");
        leave.cancel();
        if let Some(guests) = guests {
            let _ = guests.await;
        }
        backend.stop().await;
        Ok(())
    }
}

/// Ctrl-C or a request to end.
pub(super) struct StopSignal {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl StopSignal {
    /// From now on the two signals no longer end the process at once.
    ///
    /// # Errors
    /// The operating system's refusal.
    pub(super) fn try_new() -> Result<Self, Failure> {
        let on = |kind| {
            signal(kind)
                .map_err(|error| Failure::Other(format!("signals cannot be heard: {error}")))
        };
        Ok(Self {
            interrupt: on(SignalKind::interrupt())?,
            terminate: on(SignalKind::terminate())?,
        })
    }

    /// Waits for one of them.
    pub(super) async fn received(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
