//! `traveloure serve`: the server alone.

use std::{net::SocketAddr, time::Duration};

use clap::Args;
use tokio_util::sync::CancellationToken;
use traveloure_server::{demo, serve};

use super::{context::Context, failure::Failure, output::warn, stop::StopSignal};
use crate::{
    client::Client,
    demo::let_guests_in,
    embedded::{Embedded, Step},
};

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
        let mut stop = StopSignal::try_new()?;
        let backend = tokio::select! {
            backend = Embedded::listen_on(listen, &context.paths, &context.settings, |step| tell(&step)) => {
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
        until_stopped(&backend, context, &mut stop).await?;
        warn("stopping");
        backend.stop().await;
        Ok(())
    }
}

/// Says each step of the start; of the demo's many requests a few, so that a log stays readable.
fn tell(step: &Step) {
    let is_one_of_many = matches!(step, Step::Server(serve::Step::Demo { done, of })
        if done % 60 != 0 && done != of);
    if !is_one_of_many {
        warn(&step.to_string());
    }
}

/// Looks after a backend until it is told to stop. To the demo guests come in meanwhile.
pub(super) async fn until_stopped(
    backend: &Embedded,
    context: &Context,
    stop: &mut StopSignal,
) -> Result<(), Failure> {
    let leave = CancellationToken::new();
    let mut guests = None;
    if context.paths.is_demo {
        warn(demo::ACCOUNTS);
        let patience = Duration::from_secs(context.settings.timeout_seconds.into());
        let client = Client::try_new(backend.server().clone(), patience)?;
        guests = Some(let_guests_in(&client, leave.clone()));
    }
    tokio::select! {
        () = stop.received() => {}
        () = backend.keep_running() => {}
    }
    leave.cancel();
    if let Some(guests) = guests
        && let Err(error) = guests.await
    {
        tracing::warn!("the guests left in disorder: {error}");
    }
    Ok(())
}
